package stat

import (
	"math/rand/v2"
	"slices"
)

// TwoSample bootstraps a statistic of two series of blocks that were not run
// in pairs: a run against a stored one. Each side is resampled by moving
// blocks of its own. What differs from run to run but not within a run is
// not in the interval: pairs are better.
type TwoSample struct {
	Base, Head int     // how many blocks each side has
	Block      int     // neighbours drawn together; 0 is the cube root of a side
	Resamples  int     // 0 is 2000
	Confidence float64 // two-sided; 0 is 0.95
}

// Run is Bootstrap.Run with indices for each side; the interval is made by
// percentiles, with the expansion that the shorter side needs.
func (s TwoSample) Run(rng *rand.Rand, statistic func(base, head []int) float64) Estimate {
	value := statistic(sequence(s.Base), sequence(s.Head))
	if s.Base < 2 || s.Head < 2 {
		return loneEstimates([]float64{value}, min(s.Base, s.Head))[0]
	}
	base, head := s.side(s.Base), s.side(s.Head)
	b, h := make([]int, s.Base), make([]int, s.Head)
	sorted := make([]float64, 0, base.Resamples)
	for range base.Resamples {
		base.draw(rng, b)
		head.draw(rng, h)
		if x := statistic(b, h); isFinite(x) {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	shorter := base
	if head.tail() < base.tail() {
		shorter = head
	}
	return shorter.estimate(value, sorted)
}

func (s TwoSample) side(blocks int) Bootstrap {
	return Bootstrap{Pairs: blocks, Block: s.Block, Resamples: s.Resamples, Confidence: s.Confidence}.filled()
}
