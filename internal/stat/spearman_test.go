package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The worked example of the usual textbooks, IQ against hours of television:
// rho = -29/165, P = 0.627188.
func TestSpearmanPublished(t *testing.T) {
	iq := []float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}
	hours := []float64{7, 27, 2, 50, 28, 29, 20, 12, 6, 17}
	got := Spearman(iq, hours)
	near(t, "rho", got.Statistic, -29.0/165, 1e-12)
	near(t, "P", got.P, 0.627188, 1e-6)
}

func TestSpearmanEdges(t *testing.T) {
	if got := Spearman([]float64{1, 2, 3, 4}, []float64{1, 10, 100, 1000}); got.Statistic != 1 || got.P != 0 {
		t.Errorf("a monotone pair: %+v", got)
	}
	if got := Spearman([]float64{1, 2, 3}, []float64{5, 5, 5}); got.P != 1 || !hasWarning(got.Warnings, Ties) {
		t.Errorf("a constant: %+v", got)
	}
	if got := Spearman([]float64{1, 2}, []float64{1, 2}); got.P != 1 || !hasWarning(got.Warnings, FewSamples) {
		t.Errorf("two points: %+v", got)
	}
	if got := SerialSpearman([]float64{1}, 1); got.P != 1 || !hasWarning(got.Warnings, FewSamples) {
		t.Errorf("one point against itself: %+v", got)
	}
}

func TestSerialSpearman(t *testing.T) {
	if got := SerialSpearman(autoregressive(seeded(23), 300, 0.5), 1); got.P > 1e-6 {
		t.Errorf("an AR(1) series passes for independent: %+v", got)
	}
	rng, wrong := seeded(25), 0
	for range 1000 {
		if SerialSpearman(normals(rng, 60), 1).P <= 0.05 {
			wrong++
		}
	}
	near(t, "error", float64(wrong)/1000, 0.05, 0.02)
}

func TestSpearmanLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := samples(5, 30).Draw(t, "x")
		y := samples(len(x), len(x)).Draw(t, "y")
		there, back, down := Spearman(x, y), Spearman(y, x), Spearman(x, negated(y))
		if math.Abs(there.Statistic-back.Statistic) > 1e-12 || math.Abs(there.Statistic+down.Statistic) > 1e-12 {
			t.Fatalf("%v, swapped %v, upside down %v", there, back, down)
		}
		if math.Abs(there.Statistic) > 1+1e-12 || there.P < 0 || there.P > 1 {
			t.Fatalf("%+v", there)
		}
	})
}
