package stat

import "math"

// QuantileRanks gives the 1-based ranks lo <= hi of the ordered sample of
// size n between which the true quantile q lies with at least that
// confidence, whatever the distribution; each tail gets half of what is
// left (Conover, Practical Nonparametric Statistics). The binomial is
// summed exactly while n·q·(1-q) <= 10,000 and taken as normal with
// continuity correction above.
//
// Where n is too small for a finite two-sided interval ok is false; the side
// that has no bound is then 0 or n+1.
func QuantileRanks(n int64, q, confidence float64) (lo, hi int64, ok bool) {
	if n < 1 || !inUnit(q) || !inUnit(confidence) {
		return 0, max(n, 0) + 1, false
	}
	tail := (1 - confidence) / 2
	lo, hi = LowerRank(n, q, 1-tail), UpperRank(n, q, 1-tail)
	return lo, hi, lo >= 1 && hi <= n
}

// LowerRank is the greatest rank whose value lies at or below the quantile q
// with that one-sided confidence; 0 if none does.
func LowerRank(n int64, q, confidence float64) int64 {
	// P(X_(r) > ξ) = P(fewer than r samples at or below ξ) = CDF(r-1).
	risk := (1 - confidence) * hair
	return leastInt(0, n, func(r int64) bool { return binomialCDF(r, n, q) > risk })
}

// UpperRank is the least rank whose value lies at or above the quantile q
// with that one-sided confidence; n+1 if none does.
func UpperRank(n int64, q, confidence float64) int64 {
	// P(X_(r) < ξ) <= P(r or more samples below ξ) = survival(r), summed
	// from the far tail because 1-CDF would lose it.
	risk := (1 - confidence) * hair
	return leastInt(1, n+1, func(r int64) bool { return binomialSurvival(r, n, q) <= risk })
}

// RankConfidence is the exact probability that the quantile q lies between
// the values of ranks lo and hi of n; it grows as the ranks move apart.
func RankConfidence(n int64, q float64, lo, hi int64) float64 {
	return max(0, binomialCDF(hi-1, n, q)-binomialCDF(lo-1, n, q))
}

// QuantileRank is the 1-based rank of the sample quantile q of n: the least
// rank r with r/n >= q (Hyndman and Fan's type 1, as HdrHistogram walks).
func QuantileRank(n int64, q float64) int64 {
	// 0.9*n may come out a hair above the integer it stands for.
	r := int64(math.Ceil(q*float64(n) - 1e-9))
	return min(max(r, 1), n)
}

// ClusteredRanks is QuantileRanks for n samples that are worth only
// n/effect independent ones (effect >= 1, see DesignEffect): the ranks are
// found for the smaller sample and stretched outwards to the larger, which is
// exact when every sample comes effect times.
func ClusteredRanks(n int64, effect, q, confidence float64) (lo, hi int64, ok bool) {
	effect = max(effect, 1)
	lo, hi, ok = QuantileRanks(int64(float64(n)/effect), q, confidence)
	if !ok {
		return 0, n + 1, false
	}
	lo = int64(float64(lo-1)*effect) + 1
	hi = int64(math.Ceil(float64(hi) * effect))
	return lo, min(hi, n), true
}
