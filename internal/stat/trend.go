package stat

import "math"

// exactTrend is the longest series whose Mann-Kendall null distribution is
// counted out.
const exactTrend = 60

// MannKendall tests whether a series rises or falls with time. Statistic is
// S, the rising pairs minus the falling ones (Mann 1945, Kendall 1975). P
// assumes independent values; correlated ones drift by themselves.
func MannKendall(series []float64) Test {
	n := len(series)
	if n < 3 {
		return Test{P: 1, Warnings: []Warning{fewValues(n, 3)}}
	}
	s := 0
	for i, x := range series {
		for _, later := range series[i+1:] {
			s += direction(x, later)
		}
	}
	_, ties := doubledRanks(series)
	t := Test{Statistic: float64(s), Exact: ties == 0 && n <= exactTrend}
	if t.Exact {
		pairs := n * (n - 1) / 2
		t.P = twoSided(inversions(n), float64(pairs-s)/2, float64(pairs)/2)
		return t
	}
	t.P = twoSidedNormal(t.Statistic, 2, kendallVariance(series))
	return t
}

func direction(from, to float64) int {
	switch {
	case to > from:
		return 1
	case to < from:
		return -1
	}
	return 0
}

// inversions counts, for each number of inversions, the orders of n values
// that have it, as a share of all n! of them.
func inversions(n int) []float64 {
	counts := []float64{1}
	for size := 2; size <= n; size++ {
		// The size-th value adds 0..size-1 inversions, each as likely.
		next := make([]float64, len(counts)+size-1)
		window := 0.0
		for i := range next {
			if i < len(counts) {
				window += counts[i]
			}
			if i >= size {
				window -= counts[i-size]
			}
			next[i] = max(window, 0) / float64(size)
		}
		counts = next
	}
	return counts
}

// kendallVariance is [n(n-1)(2n+5) - Σt(t-1)(2t+5)]/18 over groups of t ties.
func kendallVariance(series []float64) float64 {
	size := make(map[float64]int)
	for _, x := range series {
		size[x]++
	}
	term := func(t int) int { return t * (t - 1) * (2*t + 5) }
	sum := term(len(series))
	for _, t := range size {
		sum -= term(t)
	}
	return float64(sum) / 18
}

// TheilSen is the median slope between all pairs of points, in the series'
// unit per step; NaN for fewer than two (Sen 1968).
func TheilSen(series []float64) float64 {
	n := len(series)
	slopes := make([]float64, 0, max(0, n*(n-1)/2))
	for i, x := range series {
		for j := i + 1; j < n; j++ {
			slopes = append(slopes, (series[j]-x)/float64(j-i))
		}
	}
	if len(slopes) == 0 {
		return math.NaN()
	}
	return Median(slopes)
}
