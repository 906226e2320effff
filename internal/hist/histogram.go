// Package hist records durations in HDR histograms of one fixed geometry
// (1 µs to 10 min, three significant digits), so that any two can be added.
// Logs of interval histograms are readable by every HdrHistogram
// implementation.
package hist

import (
	"math"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// The geometry of every histogram. Values are nanoseconds; below Lowest they
// share buckets of 512 ns, above Highest they are recorded as Highest.
const (
	Lowest  = time.Microsecond
	Highest = 10 * time.Minute
	Digits  = 3
)

// Histogram counts durations. It is not safe for concurrent use. It takes
// memory for the buckets that something was counted in: latencies lie close
// together, and a run has thousands of histograms.
type Histogram struct{ packed *hdr.PackedHistogram }

// New returns an empty histogram.
func New() *Histogram {
	return &Histogram{hdr.NewPacked(int64(Lowest), int64(Highest), Digits)}
}

// Record counts d, clamped to 0..Highest.
func (h *Histogram) Record(d time.Duration) { h.RecordN(d, 1) }

// RecordN counts d n times, clamped to 0..Highest. What would take the total
// beyond 2^63 is not counted, nor is a negative number of times.
func (h *Histogram) RecordN(d time.Duration, n int64) {
	_ = h.packed.RecordValues(int64(min(max(d, 0), Highest)), n)
}

// count adds to one bucket.
func (h *Histogram) count(i int, n int64) {
	low, _ := own.bucket(i)
	_ = h.packed.RecordValues(low, n)
}

// Add counts everything that o counted. It is exact: both have one geometry.
func (h *Histogram) Add(o *Histogram) {
	if o.Count() <= math.MaxInt64-h.Count() {
		h.packed.Merge(o.packed)
	}
}

// Reset forgets everything counted, and keeps the memory.
func (h *Histogram) Reset() { h.packed.Reset() }

// Count returns the number of durations counted.
func (h *Histogram) Count() int64 { return h.packed.TotalCount() }

// Min returns the smallest duration, as the low end of its bucket.
func (h *Histogram) Min() time.Duration { return time.Duration(h.packed.Min()) }

// Max returns the largest duration, as the high end of its bucket.
func (h *Histogram) Max() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.packed.Max())
}

// Mean returns the arithmetic mean, each duration taken as the middle of its
// bucket.
func (h *Histogram) Mean() time.Duration {
	var mean float64
	n := float64(h.Count())
	h.each(func(low, high time.Duration, count int64) bool {
		mean += float64(count) * float64(low+(high-low+1)/2) / n
		return true
	})
	return time.Duration(mean)
}

// Quantile returns the smallest recorded value (the high end of its bucket, so
// at most 0.1 % too high) that at least a share q (0..1) of the durations do
// not exceed; 0 if nothing was counted.
func (h *Histogram) Quantile(q float64) time.Duration {
	n := h.Count()
	if n == 0 {
		return 0
	}
	// The epsilon keeps 0.99·100 = 99.00000000000001 from becoming rank 100.
	rank := int64(math.Ceil(q*float64(n) - 1e-9*float64(n)))
	return h.AtRank(rank)
}

// AtRank returns the k-th smallest duration (1-based, clamped to 1..Count) as
// the high end of its bucket; 0 if nothing was counted.
func (h *Histogram) AtRank(k int64) time.Duration {
	var at time.Duration
	left := min(max(k, 1), h.Count())
	h.each(func(_, high time.Duration, count int64) bool {
		at = high
		left -= count
		return left > 0
	})
	return at
}

// CountAbove returns how many durations lie in buckets wholly above d.
func (h *Histogram) CountAbove(d time.Duration) int64 {
	var above int64
	h.each(func(low, _ time.Duration, count int64) bool {
		if low > d {
			above += count
		}
		return true
	})
	return above
}

// Each calls f for every non-empty bucket in ascending order, with the high
// end of the bucket.
func (h *Histogram) Each(f func(value time.Duration, count int64)) {
	h.each(func(_, high time.Duration, count int64) bool {
		f(high, count)
		return true
	})
}

// Clone returns an independent copy.
func (h *Histogram) Clone() *Histogram { return &Histogram{h.packed.Clone()} }

// each walks the non-empty buckets until f returns false.
func (h *Histogram) each(f func(low, high time.Duration, count int64) bool) {
	h.eachCount(func(i int, count int64) bool {
		low, width := own.bucket(i)
		return f(time.Duration(low), time.Duration(low+width-1), count)
	})
}

// eachCount walks the indices of the non-empty buckets until f returns false.
func (h *Histogram) eachCount(f func(i int, count int64) bool) {
	h.packed.ForEachBucket(func(low, count int64) bool { return f(index(low), count) })
}
