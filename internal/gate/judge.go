package gate

import (
	"maps"
	"slices"
	"strings"

	"wabench/internal/compare"
	"wabench/results"
)

// Judge holds every rule against a run, in order. A rule that names no target
// is held against each, by name; Target says which one a verdict is of. The
// baseline may be nil, which leaves rules that need one inconclusive.
//
// Of the rules with vs, those that fail are held to Holm's rule, so that many
// rules do not fail one by chance; a pass needs no such care, for all must
// pass. A run whose generator was invalid makes every verdict invalid, a
// baseline of another plan those that need it.
func Judge(rules []Rule, rec, baseline *results.Record) []results.Gate {
	return JudgeAgainst(rules, rec, compare.Side{Record: baseline})
}

// JudgeAgainst is Judge with a baseline whose target is named: one that rules
// with vs baseline compare every target with, whatever that one is called. A
// baseline without a target is of the target of the same name.
func JudgeAgainst(rules []Rule, rec *results.Record, baseline compare.Side) []results.Gate {
	var cases []*judgement
	for _, r := range rules {
		for _, target := range targetsOf(r, rec) {
			cases = append(cases, &judgement{rule: r, rec: rec, baseline: baseline, target: target})
		}
	}
	for _, j := range cases {
		j.finding = j.find()
	}
	holm(cases)
	gates := make([]results.Gate, len(cases))
	for i, j := range cases {
		gates[i] = j.gate()
	}
	return gates
}

// targetsOf lists the targets a rule is held against.
func targetsOf(r Rule, rec *results.Record) []string {
	if r.Of != "" {
		return []string{r.Of}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(rec.Run.Targets)) {
		if name != r.Vs {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

// judgement is one rule held against one target.
type judgement struct {
	rule     Rule
	rec      *results.Record
	baseline compare.Side
	target   string
	finding  finding
}

// finding is what a rule came to.
type finding struct {
	verdict, observed, detail string
	// change and bound are set for a change that has an interval.
	change *compare.Change
	bound  float64
}

// inconclusive is the finding where there is nothing to judge by.
func inconclusive(why string) finding {
	return finding{verdict: results.Inconclusive, observed: "nothing", detail: why}
}

// looksAllowed divides the risk of an aborting rule over its looks at a run
// under way, so that looking often does not end a run by chance.
const looksAllowed = 100

// confidence is that of the verdict to be given now.
func (j *judgement) confidence() float64 {
	c := j.rule.Confidence()
	if j.rule.Options.Abort && !j.rec.Run.Complete {
		return 1 - (1-c)/looksAllowed
	}
	return c
}

// side is the target as one side of a comparison.
func (j *judgement) side() compare.Side { return compare.Side{Record: j.rec, Target: j.target} }

func (j *judgement) find() finding {
	switch {
	case j.target == "":
		return inconclusive("the run has no target to hold the rule against")
	case j.rec.Run.Targets[j.target] == nil:
		return inconclusive("the run has no target " + j.target)
	case j.rule.Vs != "":
		return j.againstOther()
	case j.rule.Over != 0:
		return j.overWindows()
	}
	return j.overall()
}

// overall holds the rule against the whole run outside warm-up.
func (j *judgement) overall() finding {
	switch j.rule.Metric.Kind {
	case Quantile, Mean, Max:
		blocks, err := j.rec.Blocks(j.target, string(j.rule.Metric.Series))
		if err != nil {
			return inconclusive(err.Error())
		}
		return j.latency(blocks)
	case ErrorRate, ThrottleRate, Availability, DeliveredRatio:
		share, _ := j.rule.Metric.share()
		whole, blocks, err := share.Counts(j.side())
		if err != nil {
			return inconclusive(err.Error())
		}
		return j.share(whole, blocks)
	}
	return j.fact()
}

// share is the share that the metric is; ok is false if it is none.
func (m Metric) share() (s compare.Share, ok bool) {
	switch m.Kind {
	case ErrorRate:
		return compare.ErrorRate(string(m.Op)), true
	case ThrottleRate:
		return compare.ThrottleRate(string(m.Op)), true
	case Availability:
		return compare.Availability(), true
	case DeliveredRatio:
		return compare.DeliveredRatio(), true
	}
	return s, false
}

// gate puts the finding into the shape of run.json.
func (j *judgement) gate() results.Gate {
	g := results.Gate{
		Rule: j.rule.String(), Target: j.target,
		Verdict: j.finding.verdict, Observed: j.finding.observed, Detail: j.finding.detail,
	}
	if gen := j.rec.Run.Generator; gen.Verdict == results.Invalid {
		g.Verdict = results.Invalid
		g.Detail = "the generator, not the target, was the limit"
		if len(gen.Reasons) > 0 {
			g.Detail += ": " + strings.Join(gen.Reasons, "; ")
		}
	}
	return g
}
