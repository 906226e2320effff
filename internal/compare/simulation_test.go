package compare_test

import (
	"math/rand/v2"
	"testing"

	"wabench/internal/compare"
	"wabench/results"
)

// TestErrorRates repeats a small version of the simulation that the method was
// chosen by: two services with autocorrelated, drifting, heavy-tailed
// latencies, compared many times. Of two that are alike at most a few may
// come out as different by luck (2.5 % to each side), and none by more than
// the least effect; a fifth more must be seen nearly always.
func TestErrorRates(t *testing.T) {
	const repeats = 60
	for _, tc := range []struct {
		name                  string
		change                float64
		quantile              float64
		leastWorse, mostWorse int // intervals wholly above 1
		leastGated, mostGated int // and wholly above 1.05
	}{
		{name: "median of equals", change: 1, quantile: 0.5, mostWorse: 6},
		{name: "p99 of equals", change: 1, quantile: 0.99, mostWorse: 6},
		{name: "median a fifth slower", change: 1.2, quantile: 0.5, leastWorse: 60, mostWorse: 60, leastGated: 58, mostGated: 60},
		{name: "p99 a fifth slower", change: 1.2, quantile: 0.99, leastWorse: 54, mostWorse: 60, leastGated: 25, mostGated: 60},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			worse, gated := 0, 0
			for seed := range uint64(repeats) {
				rec := world{blocks: 20, perBlock: 400, change: tc.change}.run(rand.New(rand.NewPCG(seed, 7)))
				c, err := compare.Quantile(side(rec, "base"), side(rec, "head"), "send.response", tc.quantile, compare.Options{Resamples: 300})
				if err != nil {
					t.Fatal(err)
				}
				if c.Interval.Lo > 1 {
					worse++
				}
				if c.Interval.Lo > 1.05 {
					gated++
				}
			}
			if worse < tc.leastWorse || worse > tc.mostWorse {
				t.Errorf("%d of %d came out slower, want %d to %d", worse, repeats, tc.leastWorse, tc.mostWorse)
			}
			if gated < tc.leastGated || gated > tc.mostGated {
				t.Errorf("%d of %d came out over 5%% slower, want %d to %d", gated, repeats, tc.leastGated, tc.mostGated)
			}
		})
	}
}

func side(rec *results.Record, target string) compare.Side {
	return compare.Side{Record: rec, Target: target}
}
