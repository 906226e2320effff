package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Hollander and Wolfe (1973), p. 187: lightness of tuna against a panel's
// score, here the scores in order of lightness: 26 of 36 pairs rise, P 0.1194.
func TestMannKendallPublished(t *testing.T) {
	got := MannKendall([]float64{2.5, 4.0, 2.6, 3.6, 2.8, 3.1, 5.2, 5.0, 3.8})
	if got.Statistic != 2*26-36 || !got.Exact {
		t.Errorf("S = %v, exact %v, want 16, true", got.Statistic, got.Exact)
	}
	near(t, "P", got.P, 0.1194, 5e-5)
}

// Of the 24 orders of four values one rises throughout, one falls.
func TestMannKendallEnumerated(t *testing.T) {
	near(t, "P", MannKendall([]float64{1, 2, 3, 4}).P, 2.0/24, 1e-12)
}

// Gilbert, Statistical Methods for Environmental Pollution Monitoring
// (1987), 16.4.2: VAR(S) = [n(n-1)(2n+5) - Σt(t-1)(2t+5)]/18.
func TestKendallVariance(t *testing.T) {
	near(t, "no ties, n=10", kendallVariance([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), 125, 1e-12)
	near(t, "a pair and three", kendallVariance([]float64{1, 1, 2, 2, 2, 3, 4, 5, 6, 7}), (2250-2*9-6*11)/18.0, 1e-12)
	if got := MannKendall([]float64{5, 5, 5, 5}); got.P != 1 || got.Exact {
		t.Errorf("a constant: %+v", got)
	}
}

func TestMannKendallNormalMeetsExact(t *testing.T) {
	values := normals(seeded(27), exactTrend)
	for i := range values {
		values[i] += float64(i) / 30
	}
	exact := MannKendall(values)
	near(t, "normal P", twoSidedNormal(exact.Statistic, 2, kendallVariance(values)), exact.P, 0.002)
}

func TestMannKendallLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := samples(3, 80).Draw(t, "values")
		up, down := MannKendall(values), MannKendall(negated(values))
		if up.Statistic != -down.Statistic || math.Abs(up.P-down.P) > 1e-9 || up.P <= 0 || up.P > 1+1e-12 {
			t.Fatalf("%+v, upside down %+v", up, down)
		}
	})
}

// Sen (1968): the median slope ignores a wild point.
func TestTheilSen(t *testing.T) {
	near(t, "slope", TheilSen([]float64{0, 2, 4, 600, 8, 10}), 2, 1e-12)
	if !math.IsNaN(TheilSen([]float64{1})) {
		t.Error("one point has a slope")
	}
}
