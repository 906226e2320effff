package reports

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wabench/internal/hist"
)

// Thinning must lose no peak, no gap and neither end, and must be short.
func TestThinKeepsPeaksGapsAndEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5000).Draw(t, "n")
		gapAt := rapid.IntRange(0, n-1).Draw(t, "gap")
		seed := rapid.Uint64().Draw(t, "seed")
		x, y := make(Values, n), make(Values, n)
		for i := range x {
			x[i] = float64(i)
			y[i] = float64((seed + uint64(i)*2654435761) % 100003)
		}
		y[gapAt] = math.NaN()
		gotX, gotY := thin(x, y)
		if len(gotX) != len(gotY) || len(gotX) > 2*thinTo+3 && len(gotX) != n {
			t.Fatalf("%d points became %d and %d", n, len(gotX), len(gotY))
		}
		if !slices.IsSorted(gotX) || gotX[0] != x[0] || gotX[len(gotX)-1] != x[n-1] {
			t.Fatalf("ends are %g and %g of %g", gotX[0], gotX[len(gotX)-1], x[n-1])
		}
		if !slices.ContainsFunc(gotY, math.IsNaN) {
			t.Fatal("the gap is gone")
		}
		want, got := extent{}, extent{}
		want.cover(Linear, y)
		got.cover(Linear, gotY)
		if n > 1 && want != got {
			t.Fatalf("values span %v, want %v", got, want)
		}
	})
}

// A spectrum is another way to ask for quantiles: both must agree.
func TestSpectrumAgreesWithQuantiles(t *testing.T) {
	h := hist.New()
	for i := 1; i <= 2000; i++ {
		h.Record(time.Duration(i*i) * time.Microsecond)
	}
	x, y := spectrum(h)
	for _, q := range []float64{0.1, 0.5, 0.9, 0.99, 0.999} {
		i := slices.IndexFunc(x, func(at float64) bool { return at >= tailOf(q)-1e-9 })
		// Between two points the chart has a straight line.
		got := y[i-1] + (y[i]-y[i-1])*(tailOf(q)-x[i-1])/(x[i]-x[i-1])
		if want := h.Quantile(q).Seconds(); got < want*0.99 || got > want*1.01 {
			t.Errorf("q %g: the curve says %gs, the histogram %gs", q, got, want)
		}
	}
	if last := x[len(x)-1]; last != tailOf(1-0.5/2000) {
		t.Errorf("the curve ends at %g, half a sample from the end is %g", last, tailOf(1-0.5/2000))
	}
}

func TestSpectrumOfOneSampleIsFlat(t *testing.T) {
	h := hist.New()
	h.Record(time.Second)
	x, y := spectrum(h)
	if len(x) != 2 || y[0] != y[1] || x[0] != 0 || x[1] != tailOf(0.5) {
		t.Errorf("got %v, %v; want a flat line from p0 to p50", x, y)
	}
}

func TestReadAgreesWithQuantiles(t *testing.T) {
	h := hist.New()
	for i := 1; i <= 1000; i++ {
		h.Record(time.Duration(i) * time.Millisecond)
	}
	qs := []float64{0.01, 0.5, 0.95, 0.999}
	places := Values{}
	for _, q := range qs {
		places = append(places, tailOf(q))
	}
	for i, got := range read(h, places) {
		if want := h.Quantile(qs[i]).Seconds(); got != want {
			t.Errorf("q %g: got %g, want %g", qs[i], got, want)
		}
	}
}
