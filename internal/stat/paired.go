package stat

import "math"

// Paired is a comparison of head to base from pairs of blocks or runs. All
// estimates and intervals are ratios head/base: 1 is no change, 1.1 is 10 %
// more.
type Paired struct {
	N             int
	Mean          float64  // geometric mean of the ratios
	HodgesLehmann float64  // robust centre of the ratios
	Student       Interval // around Mean, by the t distribution of the log ratios
	Wilcoxon      Interval // around HodgesLehmann, by the signed-rank test
	P             float64  // two-sided signed-rank p-value of "no change"
	Warnings      []Warning
}

// PairedRatio summarises logRatios, each log(head/base) of one pair, in the
// order they were run. The pair is the unit of replication: a block or a run,
// never a request. Pairs without a finite log ratio are left out with a
// warning.
func PairedRatio(logRatios []float64, confidence float64) Paired {
	values := finite(logRatios)
	test := SignedRank(values)
	p := Paired{
		N:             len(values),
		Mean:          math.Exp(Mean(values)),
		HodgesLehmann: math.Exp(HodgesLehmann(values)),
		Student:       MeanInterval(values, confidence).Map(math.Exp),
		Wilcoxon:      SignedRankInterval(values, confidence).Map(math.Exp),
		P:             test.P,
	}
	p.Warnings = pairWarnings(values, len(logRatios)-len(values), p.Wilcoxon)
	return p
}

func pairWarnings(values []float64, lost int, i Interval) []Warning {
	var ws []Warning
	if lost > 0 {
		ws = append(ws, warn(Undefined, "look at the blocks without answers", "%d pairs have no ratio and were left out", lost))
	}
	if !i.Finite() || i.Hi == math.Inf(1) {
		ws = append(ws, warn(FewSamples, "run more pairs of blocks; 6 are the least for 95 %", "%d pairs are too few for an interval", len(values)))
	}
	if rho := Lag1(values); len(values) >= 8 && rho > 1.645/math.Sqrt(float64(len(values))) {
		ws = append(ws, warn(Autocorrelated, "make the blocks longer, or trust the block bootstrap instead",
			"successive pairs resemble each other (lag-1 correlation %.2f), so the interval is too narrow", rho))
	}
	return ws
}

// finite is values without NaN and infinities, in order.
func finite(values []float64) []float64 {
	kept := make([]float64, 0, len(values))
	for _, x := range values {
		if isFinite(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// PairsToDecide is how many pairs in all would make the verdict on a ratio's
// interval sure, if the centre stayed and the width shrank as 1/√n; ok is
// false where the centre is on the edge of the effect or the interval says
// nothing. effect is relative, as in Judge.
func PairsToDecide(ratio Interval, pairs int, effect float64) (n int, ok bool) {
	lo, hi := math.Log(ratio.Lo), math.Log(ratio.Hi)
	if !isFinite(lo) || !isFinite(hi) {
		return 0, false
	}
	if Judge(ratio, effect) != Unsure {
		return pairs, true
	}
	centre, half := (lo+hi)/2, (hi-lo)/2
	room := math.Abs(math.Abs(centre) - math.Log1p(effect))
	shrink := half / room
	if total := float64(pairs) * shrink * shrink; total < math.MaxInt32 {
		return int(math.Ceil(total)) + 1, true
	}
	return 0, false
}
