package stat

import (
	"math"
	"slices"
)

// exactUnion is the largest number of values of both samples for which the
// Mann-Whitney null distribution is counted out.
const exactUnion = 50

// MannWhitney tests whether values of head tend to be larger or smaller than
// those of base (Mann and Whitney 1947). Statistic is U of head: the pairs in
// which head is larger, ties as halves. Values must be independent.
func MannWhitney(base, head []float64) Test {
	n, m := len(base), len(head)
	if n == 0 || m == 0 {
		return Test{Statistic: math.NaN(), P: 1, Warnings: []Warning{fewValues(min(n, m), 1)}}
	}
	ranks, ties := doubledRanks(slices.Concat(base, head))
	sum := 0
	for _, r := range ranks[n:] {
		sum += r
	}
	t := Test{Statistic: float64(sum)/2 - float64(m*(m+1))/2}
	if n+m <= exactUnion {
		t.Exact = true
		t.P = twoSided(subsetSums(ranks, m), float64(sum), float64(m*(n+m+1)))
		return t
	}
	t.P = mannWhitneyNormal(t.Statistic, float64(n), float64(m), ties)
	return t
}

func mannWhitneyNormal(u, n, m, ties float64) float64 {
	all := n + m
	variance := n * m / 12 * (all + 1 - ties/(all*(all-1)))
	return twoSidedNormal(u-n*m/2, 1, variance)
}

// subsetSums counts, for each sum, the subsets of size items that have it.
func subsetSums(items []int, size int) []float64 {
	sorted := slices.Sorted(slices.Values(items))
	top := 0
	for _, x := range sorted[len(sorted)-size:] {
		top += x
	}
	counts := make([][]float64, size+1)
	for k := range counts {
		counts[k] = make([]float64, top+1)
	}
	counts[0][0] = 1
	for _, x := range sorted {
		for k := size; k >= 1; k-- {
			for s := top; s >= x; s-- {
				counts[k][s] += counts[k-1][s-x]
			}
		}
	}
	return counts[size]
}

func fewValues(n, need int) Warning {
	return warn(FewSamples, "collect more before judging", "%d values, at least %d are needed", n, need)
}
