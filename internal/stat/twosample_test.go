package stat

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func gapOf(base, head []float64) func(b, h []int) float64 {
	return func(b, h []int) float64 { return meanOf(head)(h) - meanOf(base)(b) }
}

// The bootstrap variance of a mean is Σ(x-x̄)²/n²; of independent means' gap,
// the sum of both.
func TestTwoSampleStandardError(t *testing.T) {
	base, head := normals(seeded(71), 30), normals(seeded(72), 50)
	s := TwoSample{Base: 30, Head: 50, Block: 1, Resamples: 8000}
	got := s.Run(seeded(73), gapOf(base, head))
	want := math.Sqrt(squares(base)/(30*30) + squares(head)/(50*50))
	near(t, "standard error", got.StdErr, want, 0.03*want)
	near(t, "gap", got.Value, Mean(head)-Mean(base), 1e-12)
	if !got.Interval.Contains(got.Value) {
		t.Errorf("%v misses %v", got.Interval, got.Value)
	}
	if diff := cmp.Diff(got, s.Run(seeded(73), gapOf(base, head))); diff != "" {
		t.Error("same seed:", diff)
	}
}

// A/A: 20 blocks against 30 that do not differ.
func TestTwoSampleCovers(t *testing.T) {
	const repetitions = 300
	held := 0
	for r := range uint64(repetitions) {
		base, head := normals(seeded(3000+r), 20), normals(seeded(4000+r), 30)
		s := TwoSample{Base: 20, Head: 30, Resamples: 400}
		if s.Run(seeded(r), gapOf(base, head)).Interval.Contains(0) {
			held++
		}
	}
	near(t, "coverage", float64(held)/repetitions, 0.965, 0.03)
}

func TestTwoSampleWarns(t *testing.T) {
	lone := TwoSample{Base: 1, Head: 30}.Run(seeded(1), gapOf([]float64{0}, normals(seeded(2), 30)))
	if lone.Interval.Finite() || !hasWarning(lone.Warnings, FewSamples) {
		t.Errorf("one block against thirty: %+v", lone)
	}
	few := TwoSample{Base: 40, Head: 6}.Run(seeded(1), gapOf(normals(seeded(3), 40), normals(seeded(4), 6)))
	if !hasWarning(few.Warnings, Coarse) {
		t.Errorf("forty blocks against six: %+v", few.Warnings)
	}
}
