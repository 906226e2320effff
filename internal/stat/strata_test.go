package stat_test

import (
	"math/rand/v2"
	"testing"

	"wabench/internal/stat"
)

// Half-samples of neighbours hold their level on a series with a strong trend,
// where moving blocks take the trend for chance and give an interval many times
// as wide. 400 series of 24 values on a slope of 1 a step with unit noise; the
// mean of the slope is 11.5.
func TestStrataKeepTheTrendOutOfTheInterval(t *testing.T) {
	const series, n = 400, 24
	held, widthStrata, widthBlocks := 0, 0.0, 0.0
	rng := rand.New(rand.NewPCG(7, 7))
	for range series {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i) + rng.NormFloat64()
		}
		mean := func(indices []int) float64 {
			sum := 0.0
			for _, i := range indices {
				sum += values[i]
			}
			return sum / n
		}
		strata := stat.Bootstrap{Pairs: n, Resamples: 400, Strata: true}.Run(rng, mean).Interval
		blocks := stat.Bootstrap{Pairs: n, Resamples: 400}.Run(rng, mean).Interval
		if strata.Contains(11.5) {
			held++
		}
		widthStrata += strata.Width() / series
		widthBlocks += blocks.Width() / series
	}
	// The trend within a stratum (a step of 1) is taken for noise: conservative.
	if share := float64(held) / series; share < 0.93 {
		t.Errorf("95%% intervals held the mean in %.3f of %d series", share, series)
	}
	if widthStrata > widthBlocks/4 {
		t.Errorf("mean width %.2f, with moving blocks %.2f: the trend is in the interval", widthStrata, widthBlocks)
	}
}

func TestHalfSamplesTakeOneOfEachTwoTwice(t *testing.T) {
	seen := map[[5]int]bool{}
	stat.Bootstrap{Pairs: 5, Resamples: 200, Strata: true}.Run(rand.New(rand.NewPCG(1, 1)), func(indices []int) float64 {
		seen[[5]int(indices)] = true
		return 0
	})
	delete(seen, [5]int{0, 1, 2, 3, 4}) // the whole, which is estimated first
	want := map[[5]int]bool{{0, 0, 2, 2, 4}: true, {0, 0, 3, 3, 4}: true, {1, 1, 2, 2, 4}: true, {1, 1, 3, 3, 4}: true}
	for half := range seen {
		if !want[half] {
			t.Errorf("drew %v", half)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("drew %d different half-samples, want %d", len(seen), len(want))
	}
}
