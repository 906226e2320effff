package compare

import (
	"math"
	"math/rand/v2"
	"slices"

	"wabench/internal/stat"
)

// The least number of pairs an interval is made of, and the most that are
// resampled: above it neighbours are joined, so that a long run costs no more
// than a short one.
const (
	leastPairs = 6
	mostPairs  = 400
)

// pairs are the blocks that both sides have samples in, in order.
type pairs struct {
	base, head []counts
}

func (p pairs) len() int { return len(p.base) }

// pairUp matches blocks by number.
func pairUp(base, head []counts) pairs {
	var p pairs
	for i := range min(len(base), len(head)) {
		if base[i].n() > 0 && head[i].n() > 0 {
			p.base, p.head = append(p.base, base[i]), append(p.head, head[i])
		}
	}
	join := (p.len() + mostPairs - 1) / mostPairs
	if join < 2 {
		return p
	}
	return pairs{joined(p.base, join), joined(p.head, join)}
}

// joined merges each stretch of n neighbours into one.
func joined(blocks []counts, n int) []counts {
	var out []counts
	for stretch := range slices.Chunk(blocks, n) {
		out = append(out, merge(stretch))
	}
	return out
}

// lonePairs is up to how many pairs are resampled one by one, unless
// neighbours resemble each other.
const lonePairs = 40

// resample bootstraps statistics, each a log ratio or difference, over n
// pairs: in stretches of so many neighbours, or, where the load was not steady
// and blocks differ by plan, by half-samples of neighbours.
func resample(n, stretch int, steady bool, o Options, statistics func(indices []int) []float64) []stat.Estimate {
	b := stat.Bootstrap{Pairs: n, Resamples: o.Resamples, Confidence: o.Confidence, Block: stretch, Strata: !steady}
	return b.RunEach(rand.New(rand.NewPCG(o.Seed, uint64(n))), statistics)
}

// resampling names how resample draws.
func resampling(steady bool) string {
	if steady {
		return "block bootstrap"
	}
	return "half-samples of neighbours"
}

// stretch is how many neighbouring pairs are resampled together: the cube root
// of their number, which keeps the correlation of neighbours in the interval,
// or one where pairs are few and their series shows no such correlation.
func stretch(n int, series []float64) int {
	if n <= lonePairs && stat.Lag1(series) <= normalQuantile(0.9)/math.Sqrt(float64(n)) {
		return 1
	}
	return int(math.Ceil(math.Cbrt(float64(n)) - 1e-9))
}

// medians are the log ratios of the pairs' medians.
func (p pairs) medians() []float64 {
	ratios := make([]float64, p.len())
	for i, b := range p.base {
		ratios[i] = logRatio(float64(b.quantile(0.5)), float64(p.head[i].quantile(0.5)))
	}
	return ratios
}

// normalQuantile is the z that a two-sided interval of that confidence
// reaches: 1.96 at 0.95.
func normalQuantile(confidence float64) float64 { return math.Sqrt2 * math.Erfinv(confidence) }

// Clustering is the design effect of an event among the requests of blocks:
// how many of them are worth one independent one. It is 1 unless the blocks
// differ by more than chance explains (95 %), so that independent requests
// are not doubted for want of blocks.
func Clustering(blocks []stat.Proportion) float64 {
	used := 0.0
	for _, b := range blocks {
		if b.N > 0 {
			used++
		}
	}
	if used < 2 {
		return 1
	}
	effect := stat.DesignEffect(blocks)
	// Wilson and Hilferty's quantile of chi-square over its freedom.
	spread := 2 / (9 * (used - 1))
	if chance := math.Pow(1-spread+normalQuantile(0.9)*math.Sqrt(spread), 3); effect < chance {
		return 1
	}
	return effect
}
