package hist

import (
	"math"
	"slices"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"
)

// durations draws latencies from microseconds to minutes, on a log scale.
func durations(t *rapid.T, label string) []time.Duration {
	exponents := rapid.SliceOfN(rapid.Float64Range(3, 11.7), 1, 200).Draw(t, label)
	values := make([]time.Duration, len(exponents))
	for i, e := range exponents {
		values[i] = time.Duration(math.Pow(10, e))
	}
	return values
}

func filled(values []time.Duration) *Histogram {
	h := New()
	for _, v := range values {
		h.Record(v)
	}
	return h
}

func TestQuantileIsTheOrderStatisticWithinTheGeometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := durations(t, "values")
		h := filled(values)
		slices.Sort(values)
		for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 0.999, 1} {
			rank := int(math.Ceil(q*float64(len(values)) - 1e-9))
			want := min(values[max(rank, 1)-1], Highest)
			got := h.Quantile(q)
			if got < want || float64(got) > float64(want)*1.001+512 {
				t.Fatalf("Quantile(%v) of %d values = %v, want %v up to 0.1 %%", q, len(values), got, want)
			}
		}
	})
}

// library is a histogram of the library with the same counts.
func library(h *Histogram) *hdr.Histogram {
	out := hdr.New(int64(Lowest), int64(Highest), Digits)
	h.each(func(low, _ time.Duration, count int64) bool { return out.RecordValues(int64(low), count) == nil })
	return out
}

func TestFiguresAreThoseOfTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := durations(t, "values")
		h, oracle := filled(values), hdr.New(int64(Lowest), int64(Highest), Digits)
		for _, v := range values {
			_ = oracle.RecordValue(int64(min(v, Highest)))
		}
		got := []int64{h.Count(), int64(h.Min()), int64(h.Max()), int64(h.Mean()), int64(h.Quantile(0.5))}
		want := []int64{oracle.TotalCount(), oracle.Min(), oracle.Max(), int64(oracle.Mean()), oracle.ValueAtPercentile(50)}
		if !oracle.Equals(library(h)) || !slices.Equal(got, want) {
			t.Fatalf("count, min, max, mean and median are %v, the library's %v", got, want)
		}
	})
}

func TestIndexIsTheInverseOfBucket(t *testing.T) {
	for i := range numCounters {
		low, width := own.bucket(i)
		if index(low) != i || index(low+width-1) != i {
			t.Fatalf("bucket %d holds %d to %d, index gives %d and %d", i, low, low+width-1, index(low), index(low+width-1))
		}
	}
}

func TestCopiesAreIndependent(t *testing.T) {
	h := filled([]time.Duration{time.Millisecond})
	sum, copied := New(), h.Clone()
	sum.Add(h)
	h.Record(time.Millisecond)
	if sum.Count() != 1 || copied.Count() != 1 || h.Count() != 2 || copied.CountAbove(0) != 1 {
		t.Errorf("after one more in the original: sum %d, copy %d, original %d", sum.Count(), copied.Count(), h.Count())
	}
}

func TestBucketsAreThoseOfTheLibrary(t *testing.T) {
	oracle := hdr.New(int64(Lowest), int64(Highest), Digits)
	if got := len(oracle.Export().Counts); got != numCounters {
		t.Fatalf("the library has %d counters, we %d", got, numCounters)
	}
	for i := range numCounters {
		low, width := own.bucket(i)
		if !oracle.ValuesAreEquivalent(low, low+width-1) {
			t.Fatalf("counter %d: %d..%d are not one bucket", i, low, low+width-1)
		}
		if i > 0 && oracle.ValuesAreEquivalent(low-1, low) {
			t.Fatalf("counter %d begins inside a bucket at %d", i, low)
		}
	}
}

func TestMergeIsAssociativeAndExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := durations(t, "a"), durations(t, "b"), durations(t, "c")
		left := filled(a)
		left.Add(filled(b))
		left.Add(filled(c))
		right := filled(c)
		right.Add(filled(b))
		right.Add(filled(a))
		whole := filled(slices.Concat(a, b, c))
		if !library(left).Equals(library(right)) || !library(left).Equals(library(whole)) {
			t.Fatal("merged histograms differ from the one that saw everything")
		}
	})
}

func TestOutOfRangeIsClamped(t *testing.T) {
	h := filled([]time.Duration{-time.Second, time.Hour})
	if h.Count() != 2 || h.Min() != 0 || h.Max() < Highest || h.Max() > Highest+Highest/1000 {
		t.Errorf("count %d min %v max %v, want 2, 0 and about %v", h.Count(), h.Min(), h.Max(), Highest)
	}
}

func TestCountAbove(t *testing.T) {
	h := filled([]time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 30 * time.Millisecond})
	if got := h.CountAbove(20 * time.Millisecond); got != 1 {
		t.Errorf("CountAbove(20ms) = %d, want 1: the bucket of 20ms is not above it", got)
	}
}

func TestEmpty(t *testing.T) {
	h := New()
	if h.Quantile(0.99) != 0 || h.Max() != 0 || h.Mean() != 0 || h.AtRank(1) != 0 {
		t.Error("an empty histogram has figures")
	}
}

func BenchmarkRecord(b *testing.B) {
	h := New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.Record(time.Duration(i%1000) * 100 * time.Microsecond)
	}
}
