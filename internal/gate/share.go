package gate

import (
	"fmt"

	"wabench/internal/compare"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/results"
)

// share judges a share of counts, in all and by block, by exact one-sided
// bounds. A bound of none or all is a fact.
func (j *judgement) share(p stat.Proportion, blocks []stat.Proportion) finding {
	if p.N == 0 {
		return inconclusive("there is nothing to count for " + j.rule.Metric.String())
	}
	f := finding{observed: units.Percent(p.Share()).String(), detail: fmt.Sprintf("%s of %s", grouped(p.K), grouped(p.N))}
	bound, c := j.rule.Bound.Value, j.confidence()
	if bound == 0 || bound == 1 {
		ok := j.rule.Comparator.holds(p.Share(), bound)
		f.verdict = verdictOf(ok, ok)
		return f
	}
	// A lower limit on successes is an upper one on failures.
	claim, over := stat.TailBound{Quantile: 1 - bound, Confidence: c}, p.K
	if !j.rule.Comparator.upper() {
		claim.Quantile, over = bound, p.N-p.K
	}
	f.verdict = map[stat.Decision]string{
		stat.Pass: results.Pass, stat.Fail: results.Fail, stat.Undecided: results.Inconclusive,
	}[claim.Decide(p.N, over)]
	f.detail += fmt.Sprintf("; at %s it is at least %s and at most %s", percent(c),
		units.Percent(p.LowerBound(c)), units.Percent(p.UpperBound(c)))
	if f.verdict == results.Inconclusive {
		f.detail += "; " + enough(claim, p.N, over)
	}
	if compare.Clustering(blocks) > 1 {
		f.detail += "; they came in bursts, which a rule with over sees better"
	}
	return f
}

// enough says how many requests would decide the claim.
func enough(claim stat.TailBound, n, over int64) string {
	further, ok := claim.More(n, over)
	if ok && over == 0 {
		return fmt.Sprintf("%s are needed, %s more", grouped(n+further), grouped(further))
	}
	return more(further, ok, "requests")
}
