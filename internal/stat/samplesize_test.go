package stat

import (
	"math"
	"testing"
)

// The table of docs on sample sizes; the fifth column is MLPerf's published
// query counts before rounding up to multiples of 8192 (23,886 → 24,576;
// 262,742 → 270,336; MLPerf inference rules, appendix on query counts). The
// widths were tabulated with z rounded to 1.96, 2 in 100,000 too much.
func TestSampleSizes(t *testing.T) {
	tests := []struct {
		q                                        float64
		finite, fifth, tenth, mlperf, noFailures int64
	}{
		{0.5, 6, 97, 385, 2_654, 7},
		{0.9, 36, 865, 3_458, 23_886, 44},
		{0.95, 72, 1_825, 7_300, 50_426, 90},
		{0.99, 368, 9_508, 38_032, 262_742, 459},
		{0.999, 3_688, 95_944, 383_776, 2_651_305, 4_603},
		{0.9999, 36_887, 960_304, 3_841_216, 26_536_936, 46_050},
	}
	for _, tt := range tests {
		check := func(what string, got, want int64) {
			t.Helper()
			if got > want || float64(got) < float64(want)*(1-4e-5)-1 {
				t.Errorf("p%v: %s = %d, want %d", 100*tt.q, what, got, want)
			}
		}
		if got := SamplesForQuantile(tt.q, 0.95); got != tt.finite {
			t.Errorf("p%v: finite interval = %d, want %d", 100*tt.q, got, tt.finite)
		}
		if got := ZeroFailures(1-tt.q, 0.99); got != tt.noFailures {
			t.Errorf("p%v: zero failures = %d, want %d", 100*tt.q, got, tt.noFailures)
		}
		check("±20 %", SamplesForWidth(tt.q, 0.2, 0.95), tt.fifth)
		check("±10 %", SamplesForWidth(tt.q, 0.1, 0.95), tt.tenth)
		check("MLPerf", SamplesForWidth(tt.q, 0.05, 0.99), tt.mlperf)
	}
}

func TestSamplesForQuantileIsLeast(t *testing.T) {
	for _, q := range []float64{0.01, 0.3, 0.5, 0.9, 0.95, 0.99, 0.999} {
		n := SamplesForQuantile(q, 0.95)
		if _, _, ok := QuantileRanks(n, q, 0.95); !ok {
			t.Errorf("%d samples give no interval for %v", n, q)
		}
		if _, _, ok := QuantileRanks(n-1, q, 0.95); ok {
			t.Errorf("%d samples already give one for %v", n-1, q)
		}
	}
}

func TestSampleSizesOutOfRange(t *testing.T) {
	for what, got := range map[string]int64{
		"quantile 1":   SamplesForQuantile(1, 0.95),
		"quantile 0":   SamplesForQuantile(0, 0.95),
		"confidence 1": SamplesForQuantile(0.5, 1),
		"width 0":      SamplesForWidth(0.99, 0, 0.95),
		"rate 0":       ZeroFailures(0, 0.95),
	} {
		if got != math.MaxInt64 {
			t.Errorf("%s: %d samples, want none to suffice", what, got)
		}
	}
}

func TestClustered(t *testing.T) {
	if got := Clustered(368, 9); got != 3312 {
		t.Errorf("368 samples at effect 9 = %d, want 3312", got)
	}
	if got := Clustered(368, 0.5); got != 368 {
		t.Errorf("an effect below 1 asked for %d, want 368", got)
	}
}
