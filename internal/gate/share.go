package gate

import (
	"fmt"

	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/results"
)

// share judges a share of counts by exact one-sided bounds, given the design
// effect of how its events cluster. A bound of none or all is a fact.
func (j *judgement) share(p stat.Proportion, effect float64) finding {
	if p.N == 0 {
		return inconclusive("there is nothing to count for " + j.rule.Metric.String())
	}
	f := finding{observed: units.Percent(p.Share()).String(), detail: fmt.Sprintf("%s of %s", grouped(p.K), grouped(p.N))}
	bound := j.rule.Bound.Value
	if bound == 0 || bound == 1 {
		ok := j.rule.Comparator.holds(p.Share(), bound)
		f.verdict = verdictOf(ok, ok)
		return f
	}
	// A lower limit on successes is an upper one on failures.
	claim, over := stat.TailBound{Quantile: 1 - bound, Confidence: j.confidence(), Effect: effect}, p.K
	if !j.rule.Comparator.upper() {
		claim.Quantile, over = bound, p.N-p.K
	}
	f.verdict = map[stat.Decision]string{
		stat.Pass: results.Pass, stat.Fail: results.Fail, stat.Undecided: results.Inconclusive,
	}[claim.Decide(p.N, over)]
	f.detail += j.shows(p, effect)
	if f.verdict == results.Inconclusive {
		f.detail += "; " + enough(claim, p.N, over)
	}
	return f
}

// shows says what the counts leave possible.
func (j *judgement) shows(p stat.Proportion, effect float64) string {
	text := ""
	if effect > 1 {
		n := max(1, int64(float64(p.N)/effect))
		p = stat.Proportion{K: min(n, int64(p.Share()*float64(n)+0.5)), N: n}
		text = fmt.Sprintf(", which come in clusters worth %s", grouped(n))
	}
	c := j.confidence()
	return fmt.Sprintf("%s; at %s it is at least %s and at most %s", text, percent(c),
		units.Percent(p.LowerBound(c)), units.Percent(p.UpperBound(c)))
}

// enough says how many requests would decide the claim.
func enough(claim stat.TailBound, n, over int64) string {
	further, ok := claim.More(n, over)
	if ok && over == 0 {
		return fmt.Sprintf("%s are needed, %s more", grouped(n+further), grouped(further))
	}
	return more(further, ok, "requests")
}
