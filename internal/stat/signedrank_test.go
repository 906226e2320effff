package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// depression is Hollander and Wolfe (1973), p. 29: Hamilton scores of nine
// patients before and after tranquillizer, as before - after.
func depression() []float64 {
	before := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	for i := range before {
		before[i] -= after[i]
	}
	return before
}

// Published: T+ = 40, one-sided P 0.019, centre 0.46, and the 96.1 % interval
// 0.010..0.786.
func TestSignedRankPublished(t *testing.T) {
	got := SignedRank(depression())
	if got.Statistic != 40 || !got.Exact {
		t.Errorf("T = %v, exact %v, want 40, true", got.Statistic, got.Exact)
	}
	near(t, "P", got.P, 2*0.01953, 1e-5)
	near(t, "Hodges-Lehmann", HodgesLehmann(depression()), 0.46, 1e-9)
	i := SignedRankInterval(depression(), 0.95)
	nearInterval(t, "interval", i, 0.010, 0.786, 1e-9)
	near(t, "confidence", i.Confidence, 0.961, 5e-4)
}

// Of the 8 choices of signs for ranks 1, 2, 3 one has the sum 6, one 0.
func TestSignedRankEnumerated(t *testing.T) {
	near(t, "P", SignedRank([]float64{1, 2, 3}).P, 2.0/8, 1e-12)
	// Mid-ranks 1.5, 1.5, 3: sums 0 1.5 1.5 3 3 4.5 4.5 6 about 3.
	near(t, "P with ties", SignedRank([]float64{2, -2, 3}).P, 6.0/8, 1e-12)
	near(t, "P with a zero", SignedRank([]float64{0, 1, 2, 3}).P, 2.0/8, 1e-12)
}

func TestSignedRankIntervalNeedsSix(t *testing.T) {
	values := []float64{1, 2, 3, 4, 5}
	if i := SignedRankInterval(values, 0.95); i.Finite() {
		t.Errorf("five values gave %v", i)
	}
	six := SignedRankInterval(append(values, 6), 0.95)
	if six != (Interval{1, 6, 0.96875}) {
		t.Errorf("six values gave %v, want their extremes", six)
	}
}

func TestSignedRankNormalMeetsExact(t *testing.T) {
	values := normals(seeded(5), exactSigns)
	for i := range values {
		values[i] += 0.2
	}
	exact := SignedRank(values)
	approx := twoSidedNormal(exact.Statistic-signedRankMean(exactSigns), 1, signedRankVariance(exactSigns))
	near(t, "normal P", approx, exact.P, 0.002)
	k, _ := signedRankCut(exactSigns, 0.95)
	longer, _ := signedRankCut(exactSigns+1, 0.95)
	if longer <= k || longer > k+25 {
		t.Errorf("cut jumps from %d to %d where the normal curve takes over", k, longer)
	}
	if SignedRank(append(values, 1)).Exact {
		t.Error("61 values claim to be exact")
	}
}

func TestSignedRankLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := samples(1, 70).Draw(t, "values")
		there, back := SignedRank(values), SignedRank(negated(values))
		if math.Abs(there.P-back.P) > 1e-9 {
			t.Fatalf("P %v, mirrored %v", there.P, back.P)
		}
		i, m := SignedRankInterval(values, 0.95), SignedRankInterval(negated(values), 0.95)
		if i.Lo != -m.Hi || i.Hi != -m.Lo || i.Confidence != m.Confidence {
			t.Fatalf("interval %v, mirrored %v", i, m)
		}
		if !i.Contains(HodgesLehmann(values)) {
			t.Fatalf("%v misses %v", i, HodgesLehmann(values))
		}
		wide := SignedRankInterval(values, 0.99)
		if wide.Lo > i.Lo || wide.Hi < i.Hi {
			t.Fatalf("more confidence narrowed %v to %v", i, wide)
		}
	})
}
