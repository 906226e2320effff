package stat

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// meanOf is the statistic that averages the pairs it is given.
func meanOf(values []float64) func([]int) float64 {
	return func(indices []int) float64 {
		sum := 0.0
		for _, i := range indices {
			sum += values[i]
		}
		return sum / float64(len(indices))
	}
}

// lawSchools is Efron and Tibshirani, An Introduction to the Bootstrap
// (1993), table 3.1: test score and grade average of 15 law schools.
func lawSchools() (lsat, gpa []float64) {
	return []float64{576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594},
		[]float64{3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96}
}

func pearson(x, y []float64) func([]int) float64 {
	return func(indices []int) float64 {
		mx, my := meanOf(x)(indices), meanOf(y)(indices)
		var xx, yy, xy float64
		for _, i := range indices {
			xx += (x[i] - mx) * (x[i] - mx)
			yy += (y[i] - my) * (y[i] - my)
			xy += (x[i] - mx) * (y[i] - my)
		}
		return xy / math.Sqrt(xx*yy)
	}
}

// Published there: correlation 0.776 and bootstrap standard error 0.132 (3,200
// resamples, table 6.1). The BCa interval at 90 %, 0.43..0.92, is Efron's
// (1987, JASA 82:171); its levels are not expanded.
func TestBootstrapPublished(t *testing.T) {
	lsat, gpa := lawSchools()
	statistic := pearson(lsat, gpa)
	b := Bootstrap{Pairs: 15, Block: 1, Resamples: 3200, Confidence: 0.9}
	e := b.Run(seeded(41), statistic)
	near(t, "correlation", e.Value, 0.776, 5e-4)
	near(t, "standard error", e.StdErr, 0.132, 0.006)
	one := func(indices []int) []float64 { return []float64{statistic(indices)} }
	sorted := b.resample(seeded(41), 1, one)[0]
	bca := corrected(e.Value, sorted, b.jackknife(1, one)[0], 0.05)
	nearInterval(t, "BCa", bca, 0.43, 0.92, 0.03)
	if plain := outer(sorted, 0.05, 0.95, 0.9); bca.Lo > plain.Lo-0.03 || bca.Hi > plain.Hi {
		t.Errorf("BCa %v is not left of percentile %v", bca, plain)
	}
}

// Hesterberg (2015): the level is Φ(-√(n/(n-1))·t); 2.2622 is t with 9
// degrees of freedom in any table.
func TestBootstrapTail(t *testing.T) {
	near(t, "n=10", Bootstrap{Pairs: 10, Block: 1, Confidence: 0.95}.tail(), normalCDF(-2.2622*math.Sqrt(10.0/9)), 2e-6)
	near(t, "n=100,000", Bootstrap{Pairs: 100_000, Block: 1, Confidence: 0.95}.tail(), 0.025, 1e-4)
	for block := 2; block <= 10; block++ {
		wide := Bootstrap{Pairs: 30, Block: block, Confidence: 0.95}.tail()
		if narrow := (Bootstrap{Pairs: 60, Block: block, Confidence: 0.95}).tail(); wide >= narrow {
			t.Errorf("blocks of %d: 30 pairs leave %v, 60 pairs %v", block, wide, narrow)
		}
	}
}

// With two values and blocks of one all resamples can be listed: means 0, ½,
// ½, 1, so the standard error is √(1/8).
func TestBootstrapEnumerated(t *testing.T) {
	b := Bootstrap{Pairs: 2, Block: 1, Resamples: 20_000}
	e := b.Run(seeded(43), meanOf([]float64{0, 1}))
	near(t, "standard error", e.StdErr, math.Sqrt(1.0/8), 0.005)
	if e.Interval != (Interval{0, 1, 0.95}) || e.Value != 0.5 {
		t.Errorf("got %+v", e)
	}
}

func TestBootstrapIsDeterministic(t *testing.T) {
	values := normals(seeded(45), 30)
	for _, method := range []Method{Percentile, Basic, BCa} {
		b := Bootstrap{Pairs: 30, Resamples: 300, Method: method}
		once, again := b.Run(seeded(46), meanOf(values)), b.Run(seeded(46), meanOf(values))
		if diff := cmp.Diff(once, again); diff != "" {
			t.Errorf("method %d: %s", method, diff)
		}
		if other := b.Run(seeded(47), meanOf(values)); other.Interval == once.Interval {
			t.Errorf("method %d: another seed gave the same interval", method)
		}
	}
}

func TestBootstrapDrawsWholeBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.IntRange(2, 60).Draw(t, "pairs")
		b := Bootstrap{Pairs: pairs, Block: rapid.IntRange(0, 70).Draw(t, "block")}.filled()
		indices := make([]int, pairs)
		b.draw(seeded(rapid.Uint64().Draw(t, "seed")), indices)
		for i, at := range indices {
			if at < 0 || at >= pairs {
				t.Fatalf("index %d of %d pairs", at, pairs)
			}
			if i%b.Block != 0 && at != indices[i-1]+1 {
				t.Fatalf("blocks of %d are torn: %v", b.Block, indices)
			}
		}
	})
}

func TestBootstrapDefaults(t *testing.T) {
	got := Bootstrap{Pairs: 30}.filled()
	want := Bootstrap{Pairs: 30, Block: 4, Resamples: 2000, Confidence: 0.95}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (Bootstrap{Pairs: 27}).filled().Block; got != 3 {
		t.Errorf("27 pairs are drawn by %d, want 3", got)
	}
}

func TestBootstrapRunEachSharesResamples(t *testing.T) {
	values := normals(seeded(48), 40)
	mean := meanOf(values)
	for _, method := range []Method{Percentile, Basic, BCa} {
		b := Bootstrap{Pairs: 40, Resamples: 500, Method: method}
		each := b.RunEach(seeded(49), func(indices []int) []float64 {
			m := mean(indices)
			return []float64{m, -m}
		})
		alone := b.Run(seeded(49), mean)
		if diff := cmp.Diff(alone, each[0]); diff != "" {
			t.Error(diff)
		}
		nearInterval(t, "mirrored", each[1].Interval, -alone.Interval.Hi, -alone.Interval.Lo, 1e-12)
	}
}

func TestBootstrapWarns(t *testing.T) {
	one := Bootstrap{Pairs: 1}.Run(seeded(50), meanOf([]float64{3}))
	if one.Value != 3 || one.Interval.Finite() || !hasWarning(one.Warnings, FewSamples) {
		t.Errorf("one pair: %+v", one)
	}
	few := Bootstrap{Pairs: 6}.Run(seeded(50), meanOf(sequenceFloats(6)))
	if !hasWarning(few.Warnings, Coarse) {
		t.Errorf("six pairs: %+v", few)
	}
	quick := Bootstrap{Pairs: 60, Resamples: 100}.Run(seeded(50), meanOf(sequenceFloats(60)))
	if !hasWarning(quick.Warnings, Coarse) {
		t.Errorf("a hundred resamples: %+v", quick.Warnings)
	}
	holes := Bootstrap{Pairs: 60, Resamples: 500}.Run(seeded(50), func(indices []int) float64 {
		if indices[0] == 7 {
			return math.NaN()
		}
		return float64(indices[0])
	})
	if !hasWarning(holes.Warnings, Undefined) || !holes.Interval.Finite() {
		t.Errorf("holes: %+v", holes)
	}
	never := Bootstrap{Pairs: 60, Method: BCa}.Run(seeded(50), func([]int) float64 { return math.NaN() })
	if never.Interval.Finite() || !hasWarning(never.Warnings, Undefined) {
		t.Errorf("never a number: %+v", never)
	}
	constant := Bootstrap{Pairs: 60, Method: BCa}.Run(seeded(50), func([]int) float64 { return 2 })
	if constant.Interval != (Interval{2, 2, 0.95}) || constant.StdErr != 0 {
		t.Errorf("a constant: %+v", constant)
	}
}

func sequenceFloats(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}

// A/A on 60 pairs: independent ones must be covered at nearly the level; with
// rho 0.5 blocks must cover clearly better than single pairs.
func TestBootstrapCovers(t *testing.T) {
	const repetitions = 200
	cover := func(rho float64, block int, method Method) float64 {
		held := 0
		for r := range uint64(repetitions) {
			values := autoregressive(seeded(2000+r), 60, rho)
			b := Bootstrap{Pairs: 60, Block: block, Resamples: 400, Method: method}
			if b.Run(seeded(r), meanOf(values)).Interval.Contains(0) {
				held++
			}
		}
		return float64(held) / repetitions
	}
	for _, method := range []Method{Percentile, Basic, BCa} {
		near(t, fmt.Sprintf("coverage of method %d", method), cover(0, 1, method), 0.95, 0.035)
		near(t, fmt.Sprintf("coverage in blocks of method %d", method), cover(0, 4, method), 0.95, 0.04)
	}
	single, blocks := cover(0.5, 1, Percentile), cover(0.5, 4, Percentile)
	if blocks < 0.84 || blocks < single+0.06 {
		t.Errorf("rho 0.5: single pairs cover %v, blocks of four %v", single, blocks)
	}
}

// Adding 30 histograms of 20,000 buckets is what a statistic costs; here the
// bootstrap itself is timed.
func BenchmarkBootstrap(b *testing.B) {
	values := normals(seeded(51), 30)
	for name, method := range map[string]Method{"percentile": Percentile, "bca": BCa} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Bootstrap{Pairs: 30, Method: method}.Run(seeded(1), meanOf(values))
			}
		})
	}
}

func BenchmarkBootstrapHistograms(b *testing.B) {
	const pairs, buckets = 30, 2000
	base, head := make([][]int64, pairs), make([][]int64, pairs)
	rng := seeded(53)
	for i := range base {
		base[i], head[i] = make([]int64, buckets), make([]int64, buckets)
		for range 1000 {
			base[i][min(buckets-1, int(200*rng.ExpFloat64()))]++
			head[i][min(buckets-1, int(210*rng.ExpFloat64()))]++
		}
	}
	sum := func(of [][]int64, indices, into []int64) {
		clear(into)
		for _, i := range indices {
			for k, c := range of[i] {
				into[k] += c
			}
		}
	}
	into, wide := make([]int64, buckets), make([]int64, pairs)
	p99 := func(of [][]int64, indices []int) float64 {
		for i, at := range indices {
			wide[i] = int64(at)
		}
		sum(of, wide, into)
		rank, seen := QuantileRank(total(into), 0.99), int64(0)
		for k, c := range into {
			if seen += c; seen >= rank {
				return float64(k)
			}
		}
		return math.NaN()
	}
	b.ReportAllocs()
	for b.Loop() {
		Bootstrap{Pairs: pairs}.Run(seeded(1), func(indices []int) float64 { return p99(head, indices) / p99(base, indices) })
	}
}
