package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wabench/results"
)

// world draws two targets with the noise of real services: neighbouring
// requests resemble each other, the level drifts over the run, every block has
// a mood of its own, and a few requests are far slower than the rest.
type world struct {
	blocks, perBlock int
	change           float64 // head/base
}

func (w world) samples(rng *rand.Rand) *samples {
	var base, head []counts
	drift := 0.2 * rng.Float64()
	for block := range w.blocks {
		level := math.Sin(float64(block)/float64(w.blocks)*math.Pi) * drift
		base = append(base, w.block(rng, level))
		head = append(head, w.block(rng, level+math.Log(w.change)))
	}
	return samplesOf(base, head)
}

// samplesOf are blocks of two targets of one interleaved run.
func samplesOf(base, head []counts) *samples {
	rec := results.Memory(results.Run{Plan: results.PlanRef{Order: orderInterleaved}})
	s := &samples{base: Side{Record: rec, Target: "base"}, head: Side{Record: rec, Target: "head"}, series: "send.response", steady: true}
	s.fill(base, head)
	return s
}

func (w world) block(rng *rand.Rand, level float64) counts {
	const rho = 0.8
	latencies := make([]time.Duration, w.perBlock)
	mood, state := 0.03*rng.NormFloat64(), rng.NormFloat64()
	for i := range latencies {
		state = rho*state + math.Sqrt(1-rho*rho)*rng.NormFloat64()
		ms := 200 * math.Exp(level+mood+0.3*state)
		if rng.Float64() < 0.03 {
			ms *= 2.5
		}
		latencies[i] = time.Duration(ms * float64(time.Millisecond)).Truncate(time.Millisecond)
	}
	return countsOf(latencies)
}

// countsOf counts latencies as they are.
func countsOf(latencies []time.Duration) counts {
	var c counts
	slices.Sort(latencies)
	for i, d := range latencies {
		if i+1 == len(latencies) || latencies[i+1] != d {
			c.values, c.below = append(c.values, d), append(c.below, int64(i+1))
		}
		c.sum += float64(d)
	}
	return c
}

// TestErrorRates repeats a small version of the simulation that the method was
// chosen by: two services compared many times, by their medians and their p99.
// Of two that are alike at most a few may come out as different by luck (2.5 %
// to each side), and hardly one by more than the least effect; a fifth more
// must be seen nearly always.
func TestErrorRates(t *testing.T) {
	const repeats = 50
	for _, tc := range []struct {
		name                  string
		change                float64
		leastWorse, mostWorse [2]int // of medians and p99s, intervals wholly above 1
		leastGated, mostGated [2]int // and wholly above 1.05
	}{
		{name: "equals", change: 1, mostWorse: [2]int{4, 4}, mostGated: [2]int{0, 1}},
		{
			name: "a fifth slower", change: 1.2,
			leastWorse: [2]int{50, 44}, mostWorse: [2]int{50, 50}, leastGated: [2]int{48, 25}, mostGated: [2]int{50, 50},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			worse, gated := repeated(repeats, world{blocks: 20, perBlock: 400, change: tc.change})
			for i, name := range []string{"median", "p99"} {
				if worse[i] < tc.leastWorse[i] || worse[i] > tc.mostWorse[i] {
					t.Errorf("%s came out slower in %d of %d, want %d to %d", name, worse[i], repeats, tc.leastWorse[i], tc.mostWorse[i])
				}
				if gated[i] < tc.leastGated[i] || gated[i] > tc.mostGated[i] {
					t.Errorf("%s came out over 5%% slower in %d of %d, want %d to %d", name, gated[i], repeats, tc.leastGated[i], tc.mostGated[i])
				}
			}
		})
	}
}

// repeated counts how often the interval of the median and of p99 lay wholly
// above 1 and above 1.05.
func repeated(repeats int, w world) (worse, gated [2]int) {
	for seed := range repeats {
		s := w.samples(rand.New(rand.NewPCG(uint64(seed), 7)))
		for i, c := range s.quantiles([]float64{0.5, 0.99}, Options{Resamples: 100}.filled()) {
			if c.Interval.Lo > 1 {
				worse[i]++
			}
			if c.Interval.Lo > 1.05 {
				gated[i]++
			}
		}
	}
	return worse, gated
}

func TestQuantilesMirror(t *testing.T) {
	qs := []float64{0.1, 0.5, 0.95, 0.99, 0.999}
	o := Options{Resamples: 30}.filled()
	rapid.Check(t, func(t *rapid.T) {
		w := world{
			blocks:   rapid.SampledFrom([]int{1, 3, 6, 12}).Draw(t, "blocks"),
			perBlock: rapid.SampledFrom([]int{20, 100, 400}).Draw(t, "per block"),
			change:   rapid.SampledFrom([]float64{0.5, 0.97, 1, 1.04, 3}).Draw(t, "change"),
		}
		there := w.samples(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		there.steady = rapid.Bool().Draw(t, "steady")
		back := samplesOf(there.headBlocks, there.baseBlocks)
		back.steady = there.steady
		mirror := back.quantiles(qs, o)
		for i, c := range there.quantiles(qs, o) {
			m := mirror[i]
			near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Abs(x) }
			if c.Lack == "" != (m.Lack == "") || c.Pairs != m.Pairs || c.Base != m.Head || c.Head != m.Base || !near(c.Value, 1/m.Value) {
				t.Errorf("quantile %g: %+v there, %+v back", qs[i], c, m)
			}
			if c.Lack == "" && (!near(c.Interval.Lo, 1/m.Interval.Hi) || !near(c.Interval.Hi, 1/m.Interval.Lo)) {
				t.Errorf("quantile %g: interval %v there, %v back", qs[i], c.Interval, m.Interval)
			}
			if c.verdict(0.05) != m.verdict(0.05).Mirror() {
				t.Errorf("quantile %g: %v there, %v back", qs[i], c.verdict(0.05), m.verdict(0.05))
			}
		}
	})
}

func TestQuantilesOfEqualBlocksAreSame(t *testing.T) {
	qs := []float64{0.1, 0.5, 0.95, 0.99}
	rapid.Check(t, func(t *rapid.T) {
		w := world{blocks: rapid.IntRange(6, 12).Draw(t, "blocks"), perBlock: 340, change: 1}
		one := w.samples(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		s := samplesOf(one.baseBlocks, one.baseBlocks)
		s.steady = rapid.Bool().Draw(t, "steady")
		for i, c := range s.quantiles(qs, Options{Resamples: 30}.filled()) {
			if c.Value != 1 || c.verdict(0.0001).String() != results.Same {
				t.Errorf("quantile %g of equal blocks: %+v", qs[i], c)
			}
		}
	})
}

// Half an hour of blocks, at two of the table's quantiles.
func BenchmarkQuantiles(b *testing.B) {
	s := world{blocks: 360, perBlock: 250, change: 1.1}.samples(rand.New(rand.NewPCG(1, 1)))
	o := Options{}.filled()
	for b.Loop() {
		s.quantiles([]float64{0.99, 0.999}, o)
	}
}
