package gate

import (
	"fmt"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// fact judges what the run did, as it was.
func (j *judgement) fact() finding {
	value, detail, lack := j.factValue(j.rec)
	if lack != "" {
		return inconclusive(lack)
	}
	if j.rule.Metric.Kind == Recovery {
		return j.recovered()
	}
	return j.exactly(value, detail)
}

// factValue is the value of a metric that is a fact, in a run; lack says why
// there is none.
func (j *judgement) factValue(rec *results.Record) (value float64, detail, lack string) {
	target := rec.Run.Targets[j.target]
	switch j.rule.Metric.Kind {
	case Rate:
		return rateOf(target, string(j.rule.Metric.Op))
	case Lost, Duplicates:
		return messagesOf(target.Webhook, j.rule.Metric.Kind)
	case LongestOutage:
		return longestOutage(target.Availability)
	case Recovery:
		return recoveryValue(rec, j.target)
	}
	h, err := rec.Histogram(j.target, string(j.rule.Metric.Series))
	switch {
	case err != nil:
		return 0, "", err.Error()
	case h == nil || h.Count() == 0:
		return 0, "", "there are no samples of " + string(j.rule.Metric.Series)
	}
	return float64(h.Max()), fmt.Sprintf("the greatest of %s samples", grouped(h.Count())), ""
}

func rateOf(target *results.Target, name string) (value float64, detail, lack string) {
	op := target.Ops[name]
	if op == nil || op.Sent == op.Warmup {
		return 0, "", "no " + name + " was sent outside warm-up"
	}
	return op.Rate, fmt.Sprintf("accepted per second outside warm-up, of %s sent", grouped(op.Sent-op.Warmup)), ""
}

func messagesOf(w *results.Webhook, kind Kind) (value float64, detail, lack string) {
	if w == nil || w.Expected == 0 {
		return 0, "", "no message was accepted whose webhooks could be counted"
	}
	if kind == Lost {
		return float64(w.Lost), fmt.Sprintf("accepted messages without any status, of %s", grouped(w.Expected)), ""
	}
	return float64(w.Duplicates), fmt.Sprintf("statuses received again, of %s accepted messages", grouped(w.Expected)), ""
}

func longestOutage(a *results.Availability) (value float64, detail, lack string) {
	if a == nil {
		return 0, "", "nothing was sent whose availability could be told"
	}
	var longest results.Outage
	for _, o := range a.Outages {
		if o.End-o.Start > longest.End-longest.Start {
			longest = o
		}
	}
	if len(a.Outages) == 0 {
		return 0, "no outage, seen second by second", ""
	}
	detail = fmt.Sprintf("the longest of %d, from %s, ±1s", len(a.Outages), at(longest.Start))
	if longest.Open {
		detail += "; the run ended before the target was back"
	}
	return float64(longest.End - longest.Start), detail, ""
}

// at prints a moment of a run.
func at(d time.Duration) string { return "+" + units.FormatDuration(d) }
