package stat

import (
	"math"
	"testing"
)

// sleep is Student's own data (Biometrika 6 (1908) 1; Cushny and Peebles):
// hours of sleep gained with one drug over the other.
func sleep() []float64 {
	return []float64{1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4}
}

// Mean 1.58, t 4.0621, P 0.002833, 95 % interval 0.7001..2.4599.
func TestMeanIntervalPublished(t *testing.T) {
	near(t, "mean", Mean(sleep()), 1.58, 1e-12)
	nearInterval(t, "interval", MeanInterval(sleep(), 0.95), 0.7001142, 2.4598858, 1e-6)
	mean := Mean(sleep()) / math.Sqrt(Variance(sleep())/10)
	near(t, "t", mean, 4.0621, 5e-5)
	near(t, "P", twoSidedStudent(mean, 9), 0.002833, 5e-7)
}

func TestMedian(t *testing.T) {
	tests := []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 5}, 5}, {[]float64{math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64}}
	for _, tt := range tests {
		if got := Median(tt.values); got != tt.want {
			t.Errorf("median of %v = %v, want %v", tt.values, got, tt.want)
		}
	}
}

func TestSummaryOfNothing(t *testing.T) {
	if !math.IsNaN(Median(nil)) || !math.IsNaN(Mean(nil)) || !math.IsNaN(Variance([]float64{1})) {
		t.Error("a summary of nothing is a number")
	}
	if i := MeanInterval([]float64{1}, 0.95); i.Finite() || !i.Contains(1e300) {
		t.Errorf("one value bounds its mean to %v", i)
	}
}
