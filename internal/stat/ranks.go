package stat

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Test is the outcome of a two-sided test. P is exact where Exact says
// so, ties included; else it comes from the test's large-sample curve.
type Test struct {
	Statistic float64
	P         float64
	Exact     bool
	Warnings  []Warning
}

// doubledRanks gives each value twice its mid-rank, so that ties stay whole
// numbers, and Σ(t³-t) over the groups of t ties.
func doubledRanks(values []float64) (ranks []int, ties float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	ranks = make([]int, len(values))
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && values[order[end]] == values[order[start]] {
			end++
		}
		for _, i := range order[start:end] {
			ranks[i] = start + end + 1
		}
		t := float64(end - start)
		ties += t*t*t - t
		start = end
	}
	return ranks, ties
}

// twoSided is the probability under a null symmetric about mean of a value at
// least as far from it as x; counts[i] is how often value i occurs.
func twoSided(counts []float64, x, mean float64) float64 {
	var far, all float64
	for i, c := range counts {
		all += c
		if math.Abs(float64(i)-mean) >= math.Abs(x-mean)-1e-9 {
			far += c
		}
	}
	return far / all
}

// twoSidedNormal is the two-sided p-value of a statistic off its mean by
// delta, with the half-step continuity correction of a whole-numbered one.
func twoSidedNormal(delta, step, variance float64) float64 {
	if variance <= 0 {
		return 1
	}
	z := max(0, math.Abs(delta)-step/2) / math.Sqrt(variance)
	return 2 * normalCDF(-z)
}

func studentCDF(t, freedom float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.CDF(t)
}

func studentQuantile(p, freedom float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(p)
}

// twoSidedStudent is P(|T| >= |t|).
func twoSidedStudent(t, freedom float64) float64 {
	if math.IsInf(t, 0) {
		return 0
	}
	return min(1, 2*studentCDF(-math.Abs(t), freedom))
}
