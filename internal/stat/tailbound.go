package stat

import "math"

// Decision is what the evidence says about a bound.
type Decision int

// The decisions; the zero value claims nothing.
const (
	Undecided Decision = iota
	Pass
	Fail
)

// String is the decision's name in lower case.
func (d Decision) String() string {
	return [...]string{"undecided", "pass", "fail"}[d]
}

// Decide judges an interval against an upper bound in the same unit: pass if
// all of it is at or below, fail if all of it is above.
func Decide(i Interval, bound float64) Decision {
	switch {
	case i.Hi <= bound:
		return Pass
	case i.Lo > bound:
		return Fail
	}
	return Undecided
}

// TailBound is the claim that a quantile stays within a limit, put as a
// count: at most a share 1-Quantile of all samples is over the limit. Each
// answer is right with one-sided Confidence. Effect is the design effect of
// the samples; below 1 it counts as 1, that is independent.
type TailBound struct {
	Quantile, Confidence float64
	Effect               float64
}

// Decide tells whether over of n samples beyond the limit prove or refute
// the claim. It passes where so few would be unlikely if the share over the
// limit were 1-Quantile, fails where so many would be. With independent
// samples, Pass is MLPerf's early-stopping criterion: Binomial CDF(over; n,
// 1-Quantile) <= 1-Confidence.
func (b TailBound) Decide(n, over int64) Decision {
	share, effect := 1-b.Quantile, max(b.Effect, 1)
	risk := (1 - b.Confidence) * hair
	worth := int64(float64(n) / effect)
	most := int64(math.Ceil(float64(over) / effect))
	least := int64(float64(over) / effect)
	switch {
	case worth < 1:
		return Undecided
	case binomialCDF(most, worth, share) <= risk:
		return Pass
	case binomialSurvival(least, worth, share) <= risk:
		return Fail
	}
	return Undecided
}

// NeededUnder is MLPerf's h: the least number of samples within the limit
// that passes when over are beyond it.
func (b TailBound) NeededUnder(over int64) int64 {
	passes := func(h int64) bool { return b.Decide(h+over, over) == Pass }
	top := int64(1)
	for !passes(top) {
		if top > math.MaxInt64/8 {
			return math.MaxInt64
		}
		top *= 2
	}
	return leastInt(top/2, top, passes)
}

// More is how many further samples would decide the claim if the share over
// the limit stayed as it is; ok is false where no feasible number would,
// because that share is at the limit. It is 0 once decided.
func (b TailBound) More(n, over int64) (more int64, ok bool) {
	if n < 1 {
		return b.NeededUnder(0), true
	}
	share := float64(over) / float64(n)
	decided := func(m int64) bool {
		return b.Decide(m, int64(math.Round(share*float64(m)))) != Undecided
	}
	const limit = 1 << 40 // beyond any run
	top := n
	for !decided(top) {
		if top *= 2; top > limit {
			return 0, false
		}
	}
	return leastInt(n, top, decided) - n, true
}
