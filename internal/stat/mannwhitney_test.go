package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 69:
// permeability of chorioamnion at term and at 12-26 weeks; one-sided P 0.1272.
func TestMannWhitneyPublished(t *testing.T) {
	term := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	early := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	got := MannWhitney(early, term)
	if got.Statistic != 35 || !got.Exact {
		t.Errorf("U = %v, exact %v, want 35, true", got.Statistic, got.Exact)
	}
	near(t, "P", got.P, 2*0.1272, 1e-4)
}

// With 3 against 3 there are 20 orders; one is as extreme on either side.
func TestMannWhitneyEnumerated(t *testing.T) {
	near(t, "P", MannWhitney([]float64{1, 2, 3}, []float64{4, 5, 6}).P, 2.0/20, 1e-12)
	// Ties: of the 6 choices of two out of {1,2,2,3}, sums 3,3,4,4,5,5 about 4.
	near(t, "P with ties", MannWhitney([]float64{1, 2}, []float64{2, 3}).P, 4.0/6, 1e-12)
}

func TestMannWhitneyNormalMeetsExact(t *testing.T) {
	rng := seeded(3)
	base, head := normals(rng, 25), normals(rng, 25)
	for i := range head {
		head[i] += 0.5
	}
	exact := MannWhitney(base, head)
	near(t, "normal P", mannWhitneyNormal(exact.Statistic, 25, 25, 0), exact.P, 0.003)
	if long := MannWhitney(append(base, 0), head); long.Exact {
		t.Error("51 values claim to be exact")
	}
}

func TestMannWhitneyMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(1, 30).Draw(t, "a"), samples(1, 30).Draw(t, "b")
		there, back := MannWhitney(a, b), MannWhitney(b, a)
		if math.Abs(there.P-back.P) > 1e-9 || there.Statistic+back.Statistic != float64(len(a)*len(b)) {
			t.Fatalf("%+v one way, %+v the other", there, back)
		}
		if there.P <= 0 || there.P > 1+1e-12 {
			t.Fatalf("P = %v", there.P)
		}
	})
}

func TestMannWhitneyEmpty(t *testing.T) {
	got := MannWhitney(nil, []float64{1})
	if got.P != 1 || !hasWarning(got.Warnings, FewSamples) {
		t.Errorf("of nothing: %+v", got)
	}
}
