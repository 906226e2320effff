package reports

import (
	"fmt"
	"slices"
	"strings"

	"wabench/internal/units"
	"wabench/results"
)

// verdict joins the gates as exit codes do: an invalid run is worth nothing,
// then one failure outweighs any number of doubts.
func verdict(run *results.Run) string {
	if run.Generator.Verdict == results.Invalid {
		return results.Invalid
	}
	for _, v := range []string{results.Invalid, results.Fail, results.Inconclusive, results.Pass} {
		if slices.ContainsFunc(run.Gates, func(g results.Gate) bool { return g.Verdict == v }) {
			return v
		}
	}
	return ""
}

// answer is the run's result in a few sentences.
func answer(run *results.Run, targets []string) string {
	switch {
	case run.Generator.Verdict == results.Invalid:
		reason := "the generator did not keep to the plan"
		if len(run.Generator.Reasons) > 0 {
			reason = tidy(run.Generator.Reasons[0])
		}
		return "This run says nothing about its targets: the generator was the limit (" + reason + ")."
	case !anySamples(run):
		return "Nothing was measured: no request was answered outside warm-up."
	case run.Comparison != nil && len(run.Comparison.Deltas) > 0:
		return compared(run.Comparison)
	}
	var sentences []string
	for _, name := range targets {
		sentences = append(sentences, performed(name, run.Targets[name]))
	}
	return strings.Join(sentences, " ")
}

// anySamples reports whether any request outside warm-up was measured.
func anySamples(run *results.Run) bool {
	for _, t := range run.Targets {
		for _, op := range t.Ops {
			for _, n := range op.Measured {
				if n > 0 {
					return true
				}
			}
		}
	}
	return false
}

// compared puts a comparison in words: one metric in full, the others counted,
// and the trap of the fast failure named.
func compared(c *results.Comparison) string {
	main := headline(c.Deltas)
	base, head := values(main)
	text := fmt.Sprintf("%s is %s on %s and %s on %s", tidy(main.Metric), head, tidy(c.Head), base, tidy(c.Base))
	if main.Ratio > 0 {
		text += ": " + ratio(main.Ratio)
	}
	if main.CI95 != [2]float64{} {
		text += fmt.Sprintf(" (95 %% interval %s)", bounds(main))
	}
	text += ", " + verdictWords(main.Verdict) + "."
	if len(c.Deltas) > 1 {
		text += " " + tally(c)
	}
	if trap := contradiction(c.Deltas, main); trap != "" {
		text += " " + trap
	}
	return text
}

// headline picks the delta to put in words: p95 of the sends' response where
// there is one, else the first latency, else the first.
func headline(deltas []results.Delta) results.Delta {
	for _, prefix := range []string{"p95(send.response)", "p95(send.", "p50(send.", "p95(", "p"} {
		for _, d := range deltas {
			if strings.HasPrefix(d.Metric, prefix) {
				return d
			}
		}
	}
	return deltas[0]
}

// verdictWords puts a delta's verdict in words a sentence can end with.
func verdictWords(v string) string {
	switch v {
	case results.Better:
		return "which is better"
	case results.Worse:
		return "which is worse"
	case results.Same:
		return "no difference that matters"
	}
	return "too uncertain to call"
}

// tally counts the deltas by verdict.
func tally(c *results.Comparison) string {
	counts := map[string]int{}
	for _, d := range c.Deltas {
		counts[d.Verdict]++
	}
	var parts []string
	for _, v := range []struct{ verdict, words string }{
		{results.Better, "better in"}, {results.Worse, "worse in"}, {results.Same, "the same in"}, {results.Unsure, "undecided in"},
	} {
		if n := counts[v.verdict]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", v.words, n))
		}
	}
	return fmt.Sprintf("Of %s compared, %s is %s.", plural(len(c.Deltas), "metric"), tidy(c.Head), list(parts))
}

// contradiction names the metrics that go against the headline: a message that
// is accepted faster may be delivered later, and a fast target may fail more.
func contradiction(deltas []results.Delta, main results.Delta) string {
	opposite := map[string]string{results.Better: results.Worse, results.Worse: results.Better}[main.Verdict]
	var against []string
	for _, prefix := range []string{"p95(webhook.delivered)", "error_rate(", "throttle_rate(", "lost", "delivered_ratio"} {
		for _, d := range deltas {
			if opposite != "" && d.Verdict == opposite && strings.HasPrefix(d.Metric, prefix) {
				base, head := values(d)
				against = append(against, fmt.Sprintf("%s (%s against %s)", tidy(d.Metric), head, base))
			}
		}
	}
	if len(against) == 0 {
		return ""
	}
	return "It is the other way round for " + list(against) + ": read them together, for a quick refusal counts as a quick answer."
}

// performed puts one target's work in a sentence.
func performed(name string, t *results.Target) string {
	op, opName := mainOp(t)
	if op == nil {
		return tidy(name) + " was sent nothing."
	}
	text := fmt.Sprintf("%s accepted %s of %s", tidy(name), rate(op.Rate), tidy(opName))
	if l, clock := headClock(op); l != nil && l.Count > 0 {
		text += fmt.Sprintf("; 95 %% were answered within %s", units.FormatDuration(l.P95))
		if ci, ok := l.CI95["p95_ns"]; ok {
			text += " (95 % interval " + interval(ci) + ")"
		}
		text += fmt.Sprintf(" by the %s clock", clock)
	}
	failed, throttled, all := tallies(op.Measured)
	text += fmt.Sprintf("; %s failed and %s throttled", partOf(failed, all), partOf(throttled, all))
	if w := t.Webhook; w != nil && w.Expected > 0 {
		text += fmt.Sprintf("; %s of the accepted messages were reported delivered", share(w.Delivered, w.Expected))
	}
	return text + "."
}

// partOf is a share that does not hide how little a zero may rest on.
func partOf(part, whole int64) string {
	if part == 0 {
		return "none of " + count(whole)
	}
	return share(part, whole)
}

// mainOp is the operation a target is judged by: send, else the first.
func mainOp(t *results.Target) (*results.Op, string) {
	names := opNames(t)
	if len(names) == 0 {
		return nil, ""
	}
	return t.Ops[names[0]], names[0]
}

// headClock is the clock to show first: response, or service in a closed model,
// where no request is ever due.
func headClock(op *results.Op) (*results.Latency, string) {
	if op.Response != nil {
		return op.Response, "response"
	}
	return op.Service, "service"
}
