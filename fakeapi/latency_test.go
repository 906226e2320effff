package fakeapi

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The quantiles that platform notes derive from median 330 ms and sigma 0.35:
// p90 517, p95 587, p99 745 ms.
func TestLognormalQuantiles(t *testing.T) {
	l := Lognormal(330*time.Millisecond, 0.35, 60*time.Millisecond)
	for _, c := range []struct {
		u    float64
		want time.Duration
	}{{0.5, 330}, {0.90, 517}, {0.95, 587}, {0.99, 745}} {
		if got := l.At(c.u); got.Round(time.Millisecond) != c.want*time.Millisecond {
			t.Errorf("at %v: %s, want %d ms", c.u, got, c.want)
		}
	}
	if got := l.At(1e-9); got != 60*time.Millisecond {
		t.Errorf("below the floor: %s", got)
	}
}

func TestExponentialMedian(t *testing.T) {
	want := time.Duration(math.Round(1e9 * math.Ln2))
	if got := Exponential(time.Second).At(0.5); (got - want).Abs() > time.Microsecond {
		t.Errorf("median %s, want %s", got, want)
	}
}

func TestLatencyGrowsWithU(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom([]Latency{
			Constant(time.Second), Lognormal(time.Second, 1, time.Millisecond), Exponential(time.Second), {},
		}).Draw(t, "latency")
		u := rapid.Float64Range(0.001, 0.999).Draw(t, "u")
		v := rapid.Float64Range(u, 0.999).Draw(t, "v")
		if l.At(u) > l.At(v) || l.At(u) < 0 {
			t.Fatalf("%+v: %s at %v, %s at %v", l, l.At(u), u, l.At(v), v)
		}
	})
}

// A million keys would be slow here; ten thousand show a bias of 1 %.
func TestUniformIsUniform(t *testing.T) {
	const n = 10_000
	var draws []float64
	for i := range int64(n) {
		u := uniform(42, i, drawAccept)
		if u <= 0 || u >= 1 {
			t.Fatalf("draw %d is %v", i, u)
		}
		draws = append(draws, u)
	}
	slices.Sort(draws)
	worst := 0.0 // Kolmogorov-Smirnov distance; its 0.1 % point is 1.95/sqrt(n)
	for i, u := range draws {
		worst = max(worst, math.Abs(u-float64(i)/n), math.Abs(u-float64(i+1)/n))
	}
	if worst > 1.95/math.Sqrt(n) {
		t.Errorf("distance from uniform is %v", worst)
	}
}

func TestUnmixUndoesMix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Uint64().Draw(t, "x")
		if got := unmix(mix(x)); got != x {
			t.Fatalf("unmix(mix(%x)) = %x", x, got)
		}
	})
}
