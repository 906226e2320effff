package stat

import "math"

// Proportion is K events among N trials, 0 <= K <= N.
type Proportion struct {
	K, N int64
}

// Share is K/N, NaN without trials.
func (p Proportion) Share() float64 { return float64(p.K) / float64(p.N) }

// Wilson is the score interval of the true share: near its nominal level on
// average even for few events (Wilson 1927).
func (p Proportion) Wilson(confidence float64) Interval {
	if p.N < 1 {
		return Interval{0, 1, 1}
	}
	z, n, share := twoSidedZ(confidence), float64(p.N), p.Share()
	centre := share + z*z/(2*n)
	half := z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	i := Interval{(centre - half) / scale, (centre + half) / scale, confidence}
	if p.K == 0 {
		i.Lo = 0
	}
	if p.K == p.N {
		i.Hi = 1
	}
	return i
}

// ClopperPearson is the exact interval of the true share: never below its
// level, therefore wide (Clopper and Pearson 1934).
func (p Proportion) ClopperPearson(confidence float64) Interval {
	if p.N < 1 {
		return Interval{0, 1, 1}
	}
	tail := (1 - confidence) / 2
	return Interval{p.lowerBound(tail), p.upperBound(tail), confidence}
}

// UpperBound is the share that the true one stays below with that one-sided
// confidence (exact). With K = 0 it is the rule of three.
func (p Proportion) UpperBound(confidence float64) float64 { return p.upperBound(1 - confidence) }

// LowerBound is the share that the true one stays above with that one-sided
// confidence (exact).
func (p Proportion) LowerBound(confidence float64) float64 { return p.lowerBound(1 - confidence) }

func (p Proportion) upperBound(tail float64) float64 {
	switch p.K {
	case p.N:
		return 1
	case 0:
		return -math.Expm1(math.Log(tail) / float64(p.N))
	}
	return bisect(p.Share(), 1, func(x float64) bool { return binomialCDF(p.K, p.N, x) <= tail })
}

func (p Proportion) lowerBound(tail float64) float64 {
	if p.K == 0 {
		return 0
	}
	return 1 - Proportion{p.N - p.K, p.N}.upperBound(tail)
}

// bisect narrows the point in lo..hi where ok becomes true to the last bits.
func bisect(lo, hi float64, ok func(float64) bool) float64 {
	for range 100 {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if ok(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// Difference is the interval of head's share minus base's by Newcombe's
// hybrid score method (Newcombe 1998, Statistics in Medicine 17:873, method
// 10), which stays inside -1..1 and is right near shares of 0 and 1.
func Difference(base, head Proportion, confidence float64) Interval {
	if base.N < 1 || head.N < 1 {
		return Interval{-1, 1, 1}
	}
	b, h := base.Wilson(confidence), head.Wilson(confidence)
	d := head.Share() - base.Share()
	below := math.Hypot(head.Share()-h.Lo, b.Hi-base.Share())
	above := math.Hypot(h.Hi-head.Share(), base.Share()-b.Lo)
	return Interval{d - below, d + above, confidence}
}

// RuleOfThree is the greatest event share that zero events in n trials leave
// possible at that one-sided confidence: 1-(1-confidence)^(1/n), about 3/n at
// 0.95 (Hanley and Lippman-Hand 1983).
func RuleOfThree(n int64, confidence float64) float64 {
	return Proportion{0, n}.UpperBound(confidence)
}

// ZeroFailures is the least number of trials, all without event, that shows
// an event share of at most rate at that one-sided confidence.
func ZeroFailures(rate, confidence float64) int64 {
	if !inUnit(rate) || !inUnit(confidence) {
		return math.MaxInt64
	}
	return leastPower(1-rate, 1-confidence)
}
