package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// exactVariance is the largest binomial variance summed term by term. Above
// it the skewness is under 0.01 and the normal curve with continuity
// correction errs by less than 0.0003 at the usual tails.
const exactVariance = 1e4

// hair widens an error level by less than anyone can tell, so that a
// probability meant to equal it does.
const hair = 1 + 1e-9

// binomialCDF is P(X <= k) for X ~ Binomial(n, p).
func binomialCDF(k, n int64, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	case p <= 0:
		return 1
	case p >= 1:
		return 0
	}
	mean := float64(n) * p
	if v := mean * (1 - p); v > exactVariance {
		return normalCDF((float64(k) + 0.5 - mean) / math.Sqrt(v))
	}
	if float64(k) < mean {
		return binomialLowerSum(k, n, p)
	}
	// P(X <= k) = 1 - P(n-X <= n-k-1), and n-X ~ Binomial(n, 1-p).
	return 1 - binomialLowerSum(n-k-1, n, 1-p)
}

// binomialSurvival is P(X >= k); it keeps its precision in the far tail.
func binomialSurvival(k, n int64, p float64) float64 {
	return binomialCDF(n-k, n, 1-p)
}

// binomialLowerSum adds the terms from k downwards, which shrink
// geometrically below the mean.
func binomialLowerSum(k, n int64, p float64) float64 {
	if k < 0 {
		return 0
	}
	term := math.Exp(binomialLogTerm(k, n, p))
	odds := (1 - p) / p
	sum := 0.0
	for i := k; i >= 0 && term > sum*1e-17; i-- {
		sum += term
		term *= float64(i) / float64(n-i+1) * odds
	}
	return math.Min(sum, 1)
}

func binomialLogTerm(k, n int64, p float64) float64 {
	return lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1) +
		float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)
}

func lgamma(n int64) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// leastInt finds the least i in lo..hi for which ok holds, given that ok
// stays true once it is; hi if it holds for none below.
func leastInt(lo, hi int64, ok func(int64) bool) int64 {
	for lo < hi {
		mid := lo + (hi-lo)/2
		if ok(mid) {
			hi = mid
			continue
		}
		lo = mid + 1
	}
	return lo
}

func normalCDF(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// normalQuantile is z with P(Z <= z) = p.
func normalQuantile(p float64) float64 { return mathext.NormalQuantile(p) }

// twoSidedZ is the z that a two-sided interval of that confidence reaches to
// each side: 1.96 at 0.95.
func twoSidedZ(confidence float64) float64 { return normalQuantile(0.5 + confidence/2) }
