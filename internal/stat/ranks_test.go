package stat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDoubledRanks(t *testing.T) {
	ranks, ties := doubledRanks([]float64{3, 1, 3, 2, 3})
	if diff := cmp.Diff([]int{8, 2, 8, 4, 8}, ranks); diff != "" {
		t.Error(diff)
	}
	if ties != 24 {
		t.Errorf("three equal values count %v, want 3³-3", ties)
	}
}

// Student's t: 95 % and 99 % two-sided critical values from any table.
func TestStudentQuantile(t *testing.T) {
	for freedom, want := range map[float64]float64{1: 12.7062, 2: 4.3027, 9: 2.2622, 29: 2.0452, 1000: 1.9623} {
		near(t, "t", studentQuantile(0.975, freedom), want, 5e-5)
		near(t, "p", twoSidedStudent(want, freedom), 0.05, 5e-6)
	}
}
