package stat

import (
	"math"
	"sort"
	"testing"

	"pgregory.net/rapid"
)

// Ranks and confidences for the median as tabulated in textbooks (Conover,
// Practical Nonparametric Statistics); the last two rows from binomial sums
// in exact fractions.
func TestQuantileRanks(t *testing.T) {
	tests := []struct {
		n         int64
		q         float64
		lo, hi    int64
		confident float64
	}{
		{6, 0.5, 1, 6, 0.96875},
		{10, 0.5, 2, 9, 0.97852},
		{15, 0.5, 4, 12, 0.96484},
		{20, 0.5, 6, 15, 0.95861},
		{100, 0.5, 40, 61, 0.96480},
		{36, 0.9, 29, 36, 0.95396},
		{368, 0.99, 360, 368, 0.9624},
	}
	for _, tt := range tests {
		lo, hi, ok := QuantileRanks(tt.n, tt.q, 0.95)
		if lo != tt.lo || hi != tt.hi || !ok {
			t.Errorf("QuantileRanks(%d, %v) = %d, %d, %v, want %d, %d", tt.n, tt.q, lo, hi, ok, tt.lo, tt.hi)
		}
		near(t, "confidence", RankConfidence(tt.n, tt.q, lo, hi), tt.confident, 5e-5)
	}
}

func TestQuantileRanksOneSideMissing(t *testing.T) {
	lo, hi, ok := QuantileRanks(100, 0.99, 0.95)
	if ok || lo != 97 || hi != 101 {
		t.Errorf("p99 of 100 = %d, %d, %v, want 97, 101 (none), false", lo, hi, ok)
	}
	if lo, hi, ok := QuantileRanks(0, 0.5, 0.95); ok || lo != 0 || hi != 1 {
		t.Errorf("of nothing = %d, %d, %v", lo, hi, ok)
	}
}

// Le Boudec, Performance Evaluation of Computer and Communication Systems,
// theorem 2.1: j ≈ nq - z√(nq(1-q)), k ≈ nq + z√(nq(1-q)) + 1.
func TestQuantileRanksLargeSample(t *testing.T) {
	const n = 1_000_000_000
	for _, q := range []float64{0.5, 0.9, 0.99} {
		lo, hi, ok := QuantileRanks(n, q, 0.95)
		half := 1.959964 * math.Sqrt(n*q*(1-q))
		if !ok || math.Abs(float64(lo)-(n*q-half)) > 2 || math.Abs(float64(hi)-(n*q+half+1)) > 2 {
			t.Errorf("ranks for p%v of %d = %d, %d, %v", 100*q, n, lo, hi, ok)
		}
	}
}

func TestQuantileRanksLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 50_000).Draw(t, "n")
		q := rapid.Float64Range(0.001, 0.9999).Draw(t, "q")
		narrow := rapid.Float64Range(0.5, 0.999).Draw(t, "confidence")
		wide := narrow + (0.9999-narrow)*rapid.Float64Range(0, 1).Draw(t, "more")
		lo, hi, ok := QuantileRanks(n, q, narrow)
		wlo, whi, wok := QuantileRanks(n, q, wide)
		if wlo > lo || whi < hi || (wok && !ok) {
			t.Fatalf("more confidence narrowed %d..%d to %d..%d", lo, hi, wlo, whi)
		}
		if lo > QuantileRank(n, q) || hi < QuantileRank(n, q) {
			t.Fatalf("%d..%d misses the estimate's rank %d", lo, hi, QuantileRank(n, q))
		}
		if ok && RankConfidence(n, q, lo, hi) < narrow-1e-9 {
			t.Fatalf("%d..%d reaches only %v", lo, hi, RankConfidence(n, q, lo, hi))
		}
		if ok != (n >= SamplesForQuantile(q, narrow)) {
			t.Fatalf("ok=%v at n=%d, but %d samples are needed", ok, n, SamplesForQuantile(q, narrow))
		}
		// The p-quantile from below is the (1-p)-quantile from above.
		mlo, mhi, _ := QuantileRanks(n, 1-q, narrow)
		if mlo != n+1-hi || mhi != n+1-lo {
			t.Fatalf("%d..%d at q, %d..%d at 1-q", lo, hi, mlo, mhi)
		}
	})
}

func TestQuantileRank(t *testing.T) {
	tests := []struct {
		n    int64
		q    float64
		want int64
	}{{10, 0.5, 5}, {10, 0.9, 9}, {100, 0.99, 99}, {1000, 0.999, 999}, {3, 0.99, 3}, {5, 0, 1}, {5, 1, 5}, {7, 0.5, 4}}
	for _, tt := range tests {
		if got := QuantileRank(tt.n, tt.q); got != tt.want {
			t.Errorf("QuantileRank(%d, %v) = %d, want %d", tt.n, tt.q, got, tt.want)
		}
	}
}

func TestClusteredRanks(t *testing.T) {
	// 1000 samples that come ten times each are 100 with stretched ranks.
	lo, hi, ok := ClusteredRanks(1000, 10, 0.5, 0.95)
	if lo != 391 || hi != 610 || !ok {
		t.Errorf("clustered ranks = %d, %d, %v, want 391, 610 (from 40, 61 of 100)", lo, hi, ok)
	}
	if _, _, ok := ClusteredRanks(1000, 10, 0.99, 0.95); ok {
		t.Error("100 samples' worth gave a finite interval for p99")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 5000).Draw(t, "n")
		q := rapid.Float64Range(0.05, 0.95).Draw(t, "q")
		lo, hi, ok := QuantileRanks(n, q, 0.95)
		clo, chi, cok := ClusteredRanks(n, 1, q, 0.95)
		if ok != cok || (ok && (lo != clo || hi != chi)) {
			t.Fatalf("effect 1 changed %d..%d to %d..%d", lo, hi, clo, chi)
		}
	})
}

// A p90 interval of 100 draws must hold the truth in at least 95 % of
// repetitions: a seeded A/A run of 2,000 has a standard error of 0.5 %.
func TestQuantileRanksCover(t *testing.T) {
	rng := seeded(1)
	lo, hi, _ := QuantileRanks(100, 0.9, 0.95)
	truth, held := -math.Log(0.1), 0
	const repetitions = 2000
	for range repetitions {
		sample := make([]float64, 100)
		for i := range sample {
			sample[i] = rng.ExpFloat64()
		}
		sort.Float64s(sample)
		if sample[lo-1] <= truth && truth <= sample[hi-1] {
			held++
		}
	}
	near(t, "coverage", float64(held)/repetitions, RankConfidence(100, 0.9, lo, hi), 0.015)
}
