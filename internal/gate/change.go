package gate

import (
	"fmt"
	"math"
	"strings"

	"wabench/internal/compare"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/results"
)

// againstOther judges a change from another target, or from the baseline.
func (j *judgement) againstOther() finding {
	base, head, stop := j.sides()
	if stop != nil {
		return *stop
	}
	if facts, _ := factsOf(j.rule.Metric.Kind); facts.exact && j.rule.Metric.Kind != Rate {
		return j.changeOfFact(base)
	}
	change, err := j.change(base, head)
	if err != nil {
		return inconclusive(err.Error())
	}
	f := j.changeFinding(change)
	if f.verdict == results.Pass && j.rule.Comparator.upper() {
		j.errorsFirst(&f, base, head)
	}
	j.withoutNoise(&f, base, head, change.Base*(change.Value-1))
	return f
}

// withoutNoise takes back a verdict that claims a difference, where the two
// latencies differ by no more than the generator itself may have added to one
// of them. That a latency has not changed by so much is no such claim.
func (j *judgement) withoutNoise(f *finding, base, head compare.Side, difference float64) {
	series := string(j.rule.Metric.Series)
	if series == "" || !j.claimsDifference(f.verdict) {
		return
	}
	noise := compare.NoiseOf(base, head, series, j.rule.Metric.quantile())
	if math.Abs(difference) >= float64(noise.Least) {
		return
	}
	f.verdict = results.Inconclusive
	f.detail += fmt.Sprintf("; but a difference of %s is less than %s and is not called one", Duration.print(math.Abs(difference)), noise)
}

// claimsDifference reports whether a verdict on a change says that there is
// one: if head were as base, it would be the opposite.
func (j *judgement) claimsDifference(verdict string) bool {
	unchanged := j.rule.Comparator.holds(0, j.rule.Bound.Value)
	return verdict == results.Pass && !unchanged || verdict == results.Fail && unchanged
}

// sides are what is compared; stop is the finding where nothing can be.
func (j *judgement) sides() (base, head compare.Side, stop *finding) {
	head = j.side()
	base = compare.Side{Record: j.rec, Target: j.rule.Vs}
	if j.rule.Vs == Baseline {
		base = j.baseline
		if base.Target == "" {
			base.Target = j.target
		}
	}
	why := ""
	switch {
	case base.Record == nil:
		why = "no baseline was given"
	case base.Record.Run.Targets[base.Target] == nil && j.rule.Vs == Baseline:
		why = "the baseline has no target " + base.Target
	case base.Record.Run.Targets[base.Target] == nil:
		why = "the run has no target " + base.Target
	}
	if why != "" {
		f := inconclusive(why)
		return base, head, &f
	}
	return base, head, j.incomparable(base, head)
}

// incomparable is the finding where the baseline is of another plan, or worth
// nothing; nil where it is neither.
func (j *judgement) incomparable(base, head compare.Side) *finding {
	f := finding{verdict: results.Invalid, observed: "nothing"}
	if differs := compare.Differs(base, head); len(differs) > 0 {
		f.detail = "the baseline had another load: " + strings.Join(differs, "; ")
		return &f
	}
	if base.Record.Run.Generator.Verdict == results.Invalid {
		f.detail = "the baseline's own generator was invalid"
		return &f
	}
	return nil
}

// change compares the metric.
func (j *judgement) change(base, head compare.Side) (compare.Change, error) {
	o := compare.Options{Confidence: j.confidence(), Seed: j.rec.Run.Plan.Seed}
	m := j.rule.Metric
	switch m.Kind {
	case Quantile:
		return compare.Quantile(base, head, string(m.Series), m.Q, o)
	case Mean:
		return compare.Mean(base, head, string(m.Series), o)
	case Rate:
		return compare.Rate(base, head, string(m.Op), o)
	}
	share, _ := m.share()
	return compare.Shares(base, head, share, o)
}

// changeFinding holds a change against the bound.
func (j *judgement) changeFinding(change compare.Change) finding {
	if change.Lack != "" {
		return inconclusive(change.Lack)
	}
	c, bound := j.rule.Comparator, j.rule.Bound.Value
	if change.Relative {
		bound++
	}
	f := finding{
		verdict:  verdictOf(c.holds(change.Interval.Lo, bound), c.holds(change.Interval.Hi, bound)),
		observed: observedChange(change, j.rule.Metric.Unit()),
		detail:   fmt.Sprintf("%s interval; %s", percent(j.confidence()), change.Method),
		change:   &change, bound: bound,
	}
	if f.verdict == results.Inconclusive {
		f.detail += morePairs(change, bound)
	}
	return f
}

// observedChange prints a change with its interval and both values.
func observedChange(c compare.Change, u Unit) string {
	print, unit := func(x float64) string { return signedPercent(x - 1) }, ""
	if !c.Relative {
		print, unit = signedPercent, " points"
	}
	return fmt.Sprintf("%s%s (%s to %s), from %s to %s",
		print(c.Value), unit, print(c.Interval.Lo), print(c.Interval.Hi), u.print(c.Base), u.print(c.Head))
}

// signedPercent prints a change: +8.2%.
func signedPercent(change float64) string {
	if math.IsInf(change, 0) || change >= 0 {
		return "+" + units.Percent(change).String()
	}
	return units.Percent(change).String()
}

// morePairs says how many further pairs of blocks would decide, if the change
// stayed and its interval shrank as the root of their number.
func morePairs(c compare.Change, bound float64) string {
	excess := math.Abs(c.Excess(bound))
	if c.Pairs == 0 || !(excess > 0.01) {
		return "; the interval includes the bound"
	}
	need := int64(math.Ceil(float64(c.Pairs)/(excess*excess))) + 1
	return "; " + more(need-int64(c.Pairs), true, "pairs of blocks")
}

// errorsFirst takes back a pass that head owes to failing more than base: a
// faster answer to fewer requests is not faster.
func (j *judgement) errorsFirst(f *finding, base, head compare.Side) {
	op := string(j.rule.Op())
	if j.rule.Metric.Series == "" || op == "" {
		return
	}
	share := compare.ErrorRate(op)
	errors, err := compare.Shares(base, head, share, compare.Options{Confidence: j.confidence()})
	if err != nil || errors.Lack != "" || errors.Interval.Lo <= 0 {
		return
	}
	f.verdict = results.Inconclusive
	f.detail += fmt.Sprintf("; but %s rose from %s to %s, and a faster answer to fewer requests is not faster",
		share.Name, units.Percent(errors.Base), units.Percent(errors.Head))
}

// changeOfFact compares two facts as they are.
func (j *judgement) changeOfFact(base compare.Side) finding {
	other := *j
	other.target = base.Target
	from, _, lack := other.factValue(base.Record)
	if lack != "" {
		return inconclusive("base: " + lack)
	}
	to, detail, lack := j.factValue(j.rec)
	if lack != "" {
		return inconclusive(lack)
	}
	ratio := to / from
	if from == to {
		ratio = 1 // also of nothing to nothing
	}
	ok := j.rule.Comparator.holds(ratio, 1+j.rule.Bound.Value)
	u := j.rule.Metric.Unit()
	observed := fmt.Sprintf("%s, from %s to %s", signedPercent(ratio-1), u.print(from), u.print(to))
	if math.IsInf(ratio, 0) {
		observed = fmt.Sprintf("from %s to %s", u.print(from), u.print(to))
	}
	f := finding{verdict: verdictOf(ok, ok), observed: observed, detail: detail}
	j.withoutNoise(&f, base, j.side(), to-from)
	return f
}

// holm takes back failures among changes that so many rules bring about by
// chance.
func holm(cases []*judgement) {
	var family []*judgement
	var p []float64
	for _, j := range cases {
		if j.finding.change != nil {
			family = append(family, j)
			p = append(p, j.finding.change.PValue(j.finding.bound, j.confidence()))
		}
	}
	for i, adjusted := range stat.Holm(p) {
		j := family[i]
		if j.finding.verdict == results.Fail && adjusted > 1-j.confidence()+1e-12 {
			j.finding.verdict = results.Inconclusive
			j.finding.detail += fmt.Sprintf("; not sure enough among %d rules on changes (Holm)", len(family))
		}
	}
}
