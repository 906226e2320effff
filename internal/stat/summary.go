package stat

import (
	"math"
	"slices"
)

// Median is the middle value, or the mean of the middle two; NaN of none.
func Median(values []float64) float64 { return sortedMedian(slices.Sorted(slices.Values(values))) }

func sortedMedian(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return sorted[(n-1)/2]/2 + sorted[n/2]/2
}

// Mean is the arithmetic mean; NaN of none.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

// Variance is the sample variance, divided by n-1; NaN of fewer than two.
func Variance(values []float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	return squares(values) / float64(len(values)-1)
}

// squares is the sum of squared deviations from the mean.
func squares(values []float64) float64 {
	mean, sum := Mean(values), 0.0
	for _, x := range values {
		sum += (x - mean) * (x - mean)
	}
	return sum
}

// MeanInterval is Student's interval of the mean of independent values;
// unbounded for fewer than two.
func MeanInterval(values []float64, confidence float64) Interval {
	n := len(values)
	if n < 2 {
		return unbounded()
	}
	half := studentQuantile(0.5+confidence/2, float64(n-1)) * math.Sqrt(Variance(values)/float64(n))
	mean := Mean(values)
	return Interval{mean - half, mean + half, confidence}
}
