package stat

import (
	"math"
	"slices"
)

// exactSigns is the largest sample whose signed-rank null distribution is
// counted out.
const exactSigns = 60

// SignedRank tests whether paired differences are centred on zero (Wilcoxon
// 1945). Statistic is the rank sum of the positive ones. Zeros are left out,
// as Wilcoxon did.
func SignedRank(differences []float64) Test {
	sizes := make([]float64, 0, len(differences))
	positive := make([]bool, 0, len(differences))
	for _, d := range differences {
		if d != 0 {
			sizes = append(sizes, math.Abs(d))
			positive = append(positive, d > 0)
		}
	}
	n := len(sizes)
	if n == 0 {
		return Test{P: 1, Exact: true}
	}
	ranks, ties := doubledRanks(sizes)
	sum := 0
	for i, r := range ranks {
		if positive[i] {
			sum += r
		}
	}
	t := Test{Statistic: float64(sum) / 2, Exact: n <= exactSigns}
	if t.Exact {
		t.P = twoSided(signSums(ranks), float64(sum), float64(n*(n+1))/2)
		return t
	}
	t.P = twoSidedNormal(t.Statistic-signedRankMean(n), 1, signedRankVariance(n)-ties/48)
	return t
}

func signedRankMean(n int) float64 { return float64(n) * float64(n+1) / 4 }

func signedRankVariance(n int) float64 {
	return float64(n) * float64(n+1) * float64(2*n+1) / 24
}

// signSums counts, for each sum, the choices of signs that give the positive
// ranks that sum.
func signSums(ranks []int) []float64 {
	top := 0
	for _, r := range ranks {
		top += r
	}
	counts := make([]float64, top+1)
	counts[0] = 1
	for _, r := range ranks {
		for s := top; s >= r; s-- {
			counts[s] += counts[s-r]
		}
	}
	return counts
}

// HodgesLehmann is the median of all pairwise means (Walsh averages): the
// centre of a symmetric sample, little moved by outliers.
func HodgesLehmann(values []float64) float64 { return sortedMedian(walshAverages(values)) }

// walshAverages are the n(n+1)/2 means of each value with itself and every
// later one, in ascending order.
func walshAverages(values []float64) []float64 {
	n := len(values)
	averages := make([]float64, 0, n*(n+1)/2)
	for i, x := range values {
		for _, y := range values[i:] {
			averages = append(averages, x/2+y/2)
		}
	}
	slices.Sort(averages)
	return averages
}

// SignedRankInterval is the interval of the centre of a symmetric sample
// whose ends the signed-rank test would not reject (Hollander and Wolfe,
// Nonparametric Statistical Methods, 3.3). Confidence is exact up to 60
// values. It is unbounded where there are too few values: under 6 at 0.95.
func SignedRankInterval(values []float64, confidence float64) Interval {
	averages := walshAverages(values)
	k, reached := signedRankCut(len(values), confidence)
	if k < 1 {
		return unbounded()
	}
	return Interval{averages[k-1], averages[len(averages)-k], reached}
}

// signedRankCut is the rank, from either end, of the Walsh averages that
// bound the interval, and the confidence they reach; 0 if none do.
func signedRankCut(n int, confidence float64) (k int, reached float64) {
	tail := (1 - confidence) / 2
	if n > exactSigns {
		z := twoSidedZ(confidence)
		return int(signedRankMean(n) + 0.5 - z*math.Sqrt(signedRankVariance(n))), confidence
	}
	ranks := make([]int, n)
	for i := range ranks {
		ranks[i] = i + 1
	}
	all, below := math.Pow(2, float64(n)), 0.0
	for _, c := range signSums(ranks) {
		if (below+c)/all > tail {
			break
		}
		below += c
		k++
	}
	return k, 1 - 2*below/all
}
