package stat

import "math"

// SamplesForQuantile is the least n for which QuantileRanks has a finite
// two-sided interval for q: the extreme value must lie beyond the quantile
// with probability 1-(1-confidence)/2 on both sides. No number will do for
// q outside 0..1; that is math.MaxInt64.
func SamplesForQuantile(q, confidence float64) int64 {
	if !inUnit(q) || !inUnit(confidence) {
		return math.MaxInt64
	}
	rarer := math.Min(q, 1-q)
	return leastPower(1-rarer, (1-confidence)/2)
}

// SamplesForWidth is the n at which the two-sided interval of the share
// beyond the quantile q reaches ±relTail of that share: n = z²q/((1-q)·relTail²).
// With relTail 0.05 and confidence 0.99 it is MLPerf's query count (Reddi et
// al., MLPerf Inference Benchmark, ISCA 2020). For q below one half the
// tail is the lower one.
func SamplesForWidth(q, relTail, confidence float64) int64 {
	if !inUnit(q) || !inUnit(confidence) || relTail <= 0 {
		return math.MaxInt64
	}
	tail := math.Min(q, 1-q)
	z := twoSidedZ(confidence)
	n := z * z * (1 - tail) / (tail * relTail * relTail)
	return atLeast(n)
}

// Clustered is how many samples are needed where n independent ones would
// do, each being worth 1/effect (effect >= 1, see DesignEffect).
func Clustered(n int64, effect float64) int64 {
	return atLeast(float64(n) * max(effect, 1))
}

// leastPower is the least n with base^n <= limit.
func leastPower(base, limit float64) int64 {
	return atLeast(math.Log(limit) / math.Log(base))
}

// atLeast rounds up, forgiving the last bits of a product that stands for an
// integer, and saturates.
func atLeast(x float64) int64 {
	if !(x < math.MaxInt64) {
		return math.MaxInt64
	}
	return int64(math.Ceil(x * (1 - 1e-12)))
}
