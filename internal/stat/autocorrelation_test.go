package stat

import (
	"math"
	"testing"
)

func TestAutocorrelation(t *testing.T) {
	// By hand: deviations -2..2, products 2+0+0+2 = 4 of 10 at lag 1; 0-1+0 = -1 at lag 2.
	ramp := []float64{1, 2, 3, 4, 5}
	near(t, "lag 1", Lag1(ramp), 0.4, 1e-12)
	near(t, "lag 2", Autocorrelation(ramp, 2), -0.1, 1e-12)
	near(t, "lag 0", Autocorrelation(ramp, 0), 1, 1e-12)
	near(t, "a constant", Lag1([]float64{2, 2, 2, 2}), 0, 0)
	near(t, "two values", Lag1([]float64{1, 2}), 0, 0)
	near(t, "AR(1)", Lag1(autoregressive(seeded(19), 20_000, 0.8)), 0.8, 0.02)
}

func TestEffectiveSamples(t *testing.T) {
	near(t, "rho 0.8", EffectiveSamples(900, 0.8), 100, 1e-9)
	near(t, "rho 0", EffectiveSamples(900, 0), 900, 0)
}

func TestDesignEffect(t *testing.T) {
	// Blocks of 100 all good or all bad: each block is worth one sample.
	all, none := Proportion{100, 100}, Proportion{0, 100}
	near(t, "all or nothing", DesignEffect([]Proportion{all, none, all, none}), 100*4.0/3, 1e-9)
	near(t, "equal blocks", DesignEffect([]Proportion{{5, 100}, {5, 100}}), 1, 0)
	near(t, "no events", DesignEffect([]Proportion{{0, 100}, {0, 100}}), 1, 0)
	near(t, "one block", DesignEffect([]Proportion{{5, 100}, {0, 0}}), 1, 0)
}

// Independent samples in blocks have no design effect; those of an AR(1)
// series have about (1+rho)/(1-rho) of it for their mean.
func TestDesignEffectOfSeries(t *testing.T) {
	const blocks, per = 400, 200
	for rho, want := range map[float64]float64{0: 1, 0.8: 9} {
		series := autoregressive(seeded(21), blocks*per, rho)
		over := make([]Proportion, blocks)
		for i, x := range series {
			over[i/per].N++
			if x > 0 {
				over[i/per].K++
			}
		}
		effect := MeansEffect(batchMeans(series, per), per, Variance(series))
		near(t, "effect on the mean", effect, want, 0.2*want)
		share := DesignEffect(over)
		if share < 1 || share > 1.3*want || share < 0.5*want {
			t.Errorf("rho %v: effect on the share over the median = %v, on the mean %v", rho, share, want)
		}
	}
	near(t, "no variance", MeansEffect([]float64{1, 1}, 10, 0), 1, 0)
	near(t, "no blocks", MeansEffect(nil, 10, 1), 1, 0)
}

// At rho 0.8 the interval of p90 with the effect taken in must hold the truth
// about as often as it says, the naive one must not.
func TestClusteredRanksCoverCorrelated(t *testing.T) {
	const n, per = 4000, 200
	truth := 1.2815515655 / 0.6 // p90 of N(0, 1/(1-0.64))
	var held, naive int
	const repetitions = 200
	for r := range uint64(repetitions) {
		series := autoregressive(seeded(100+r), n, 0.8)
		below := 0
		blocks := make([]Proportion, n/per)
		for i, x := range series {
			blocks[i/per].N++
			if x <= truth {
				below++
			} else {
				blocks[i/per].K++
			}
		}
		covers := func(lo, hi int64) bool { return int64(below) >= lo && int64(below) < hi }
		if lo, hi, ok := ClusteredRanks(n, DesignEffect(blocks), 0.9, 0.95); ok && covers(lo, hi) {
			held++
		}
		if lo, hi, _ := QuantileRanks(n, 0.9, 0.95); covers(lo, hi) {
			naive++
		}
	}
	if share := float64(held) / repetitions; share < 0.88 || math.IsNaN(share) {
		t.Errorf("with the design effect %v are held, want about 0.95", share)
	}
	if share := float64(naive) / repetitions; share > 0.8 {
		t.Errorf("without it %v are held: the simulation shows nothing", share)
	}
}
