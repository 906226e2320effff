package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Marsaglia, Tsang and Wang, Journal of Statistical Software 8(18), 2003:
// Pr(D10 < 0.274) = 0.6284796154565.
func TestKolmogorovExactPublished(t *testing.T) {
	near(t, "K(10, 0.274)", kolmogorovExact(10, 0.274), 0.6284796154565, 1e-12)
	// One value: D < d has probability 2d-1.
	near(t, "K(1, 0.8)", kolmogorovExact(1, 0.8), 0.6, 1e-12)
	// Critical values: Miller, JASA 51 (1956) 111.
	near(t, "K(10, 0.40925)", kolmogorovExact(10, 0.40925), 0.95, 1e-4)
	near(t, "K(20, 0.29408)", kolmogorovExact(20, 0.29408), 0.95, 1e-4)
	near(t, "K(20, 0.35241)", kolmogorovExact(20, 0.35241), 0.99, 1e-4)
}

// Smirnov's table (1948): 1.3581 and 1.6276 are exceeded by 5 % and 1 %.
func TestKolmogorovSurvivalPublished(t *testing.T) {
	near(t, "P(K>=1.3581)", kolmogorovSurvival(1.3581), 0.05, 1e-5)
	near(t, "P(K>=1.6276)", kolmogorovSurvival(1.6276), 0.01, 1e-5)
	near(t, "P(K>=0.8276)", kolmogorovSurvival(0.82757), 0.5, 1e-4)
	near(t, "the two series at 1", kolmogorovSurvival(1-1e-12), kolmogorovSurvival(1), 1e-9)
	near(t, "P(K>=0)", kolmogorovSurvival(0), 1, 0)
	near(t, "Stephens at n=100", stephensSurvival(0.13403, 100), 1-kolmogorovExact(100, 0.13403), 0.001)
}

// 5 against 5 with nothing in common: 2 of C(10,5) = 252 orders are that far.
func TestKolmogorovSmirnovEnumerated(t *testing.T) {
	base, head := []float64{1, 2, 3, 4, 5}, []float64{6, 7, 8, 9, 10}
	got := KolmogorovSmirnov(base, head)
	if got.Statistic != 1 || !got.Exact {
		t.Errorf("got %+v, want a distance of 1, exact", got)
	}
	near(t, "P", got.P, 2.0/252, 1e-12)
	// 2 against 2: of the 6 orders xxyy, yyxx reach 1; all reach 1/2.
	near(t, "P of 1", smirnovExact(2, 2, 1), 2.0/6, 1e-12)
	near(t, "P of 1/2", smirnovExact(2, 2, 0.5), 1, 1e-12)
	// 1 against 3: x first or last (2 of 4 orders) reaches 1, else 2/3.
	near(t, "P of 1, unequal", smirnovExact(1, 3, 1), 0.5, 1e-12)
}

func TestKolmogorovSmirnovSeesShape(t *testing.T) {
	rng := seeded(13)
	one, two := make([]float64, 400), make([]float64, 400)
	for i := range one {
		one[i] = rng.NormFloat64()
		two[i] = rng.NormFloat64()/4 + float64(2*(i%2)-1) // the same median, two modes
	}
	if got := KolmogorovSmirnov(one, two); got.P > 1e-6 || got.Exact {
		t.Errorf("two modes against one: %+v", got)
	}
	if got := MannWhitney(one, two); got.P < 0.01 {
		t.Errorf("the medians were to be equal: %+v", got)
	}
}

func TestKolmogorovSmirnovLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(1, 60).Draw(t, "a"), samples(1, 60).Draw(t, "b")
		there, back := KolmogorovSmirnov(a, b), KolmogorovSmirnov(b, a)
		if there.Statistic != back.Statistic || math.Abs(there.P-back.P) > 1e-9 {
			t.Fatalf("%+v one way, %+v the other", there, back)
		}
		counts := KolmogorovSmirnovCounts(eighths(a), eighths(b), 1)
		if math.Abs(counts.Statistic-there.Statistic) > 1e-12 {
			t.Fatalf("values are %v apart, counts %v", there.Statistic, counts.Statistic)
		}
		if self := KolmogorovSmirnov(a, a); self.Statistic != 0 || self.P < 1 {
			t.Fatalf("against itself: %+v", self)
		}
	})
}

// eighths counts what samples draws into one bucket a value.
func eighths(values []float64) []int64 {
	counts := make([]int64, 81)
	for _, x := range values {
		counts[int(x*8)+40]++
	}
	return counts
}

func TestKolmogorovSmirnovCountsWorth(t *testing.T) {
	base, head := []int64{500, 500}, []int64{450, 550}
	all := KolmogorovSmirnovCounts(base, head, 1)
	tenth := KolmogorovSmirnovCounts(base, head, 0.1)
	near(t, "distance", all.Statistic, 0.05, 1e-12)
	if tenth.P <= all.P {
		t.Errorf("a tenth of the evidence has P %v, all of it %v", tenth.P, all.P)
	}
	if got := KolmogorovSmirnovCounts(base, []int64{1}, 1); got.P != 1 || len(got.Warnings) == 0 {
		t.Errorf("other buckets: %+v", got)
	}
}

func TestKolmogorovSmirnovFit(t *testing.T) {
	uniform := func(x float64) float64 { return min(max(x, 0), 1) }
	got := KolmogorovSmirnovFit([]float64{0.8}, uniform)
	near(t, "distance of one value", got.Statistic, 0.8, 1e-12)
	near(t, "its P", got.P, 0.4, 1e-12) // 1-(2·0.8-1)
	far := KolmogorovSmirnovFit(make([]float64, 50), uniform)
	if far.P > 1e-9 || far.Exact {
		t.Errorf("fifty zeros are uniform: %+v", far)
	}
	rng, wrong := seeded(15), 0
	for range 1000 {
		values := make([]float64, 20)
		for i := range values {
			values[i] = rng.Float64()
		}
		if KolmogorovSmirnovFit(values, uniform).P <= 0.05 {
			wrong++
		}
	}
	near(t, "error", float64(wrong)/1000, 0.05, 0.02)
}
