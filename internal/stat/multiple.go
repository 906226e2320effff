package stat

import (
	"cmp"
	"slices"
)

// Holm adjusts a family of p-values, in the order given, so that those at or
// below alpha hold all together with error at most alpha (Holm 1979). It is
// for the family that gates.
func Holm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	highest := 0.0
	for rank, i := range ascending(p) {
		highest = max(highest, min(1, p[i]*float64(len(p)-rank)))
		adjusted[i] = highest
	}
	return adjusted
}

// BenjaminiHochberg adjusts p-values, in the order given, so that among those
// at or below alpha an expected share of at most alpha is false (Benjamini
// and Hochberg 1995). It is for tables to be explored.
func BenjaminiHochberg(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	lowest := 1.0
	order := ascending(p)
	for rank := len(p); rank >= 1; rank-- {
		i := order[rank-1]
		lowest = min(lowest, p[i]*float64(len(p))/float64(rank))
		adjusted[i] = lowest
	}
	return adjusted
}

// ascending is the order of indices that sorts values.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return order
}
