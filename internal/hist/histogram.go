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

// Histogram counts durations. It is not safe for concurrent use; the zero
// value is not usable, use New.
type Histogram struct {
	counts *hdr.Histogram
}

// New returns an empty histogram (about 180 KB).
func New() *Histogram {
	return &Histogram{counts: hdr.New(int64(Lowest), int64(Highest), Digits)}
}

// Record counts d, clamped to 0..Highest.
func (h *Histogram) Record(d time.Duration) { h.RecordN(d, 1) }

// RecordN counts d n times, clamped to 0..Highest.
func (h *Histogram) RecordN(d time.Duration, n int64) {
	// The error is for values out of range, which the clamp excludes, and for
	// totals beyond 2^63.
	_ = h.counts.RecordValues(int64(min(max(d, 0), Highest)), n)
}

// Add counts everything that o counted. It is exact: both have one geometry.
func (h *Histogram) Add(o *Histogram) {
	o.each(func(low, _ time.Duration, count int64) bool {
		_ = h.counts.RecordValues(int64(low), count) // in range: o has it
		return true
	})
}

// Reset forgets everything counted.
func (h *Histogram) Reset() { h.counts.Reset() }

// Count returns the number of durations counted.
func (h *Histogram) Count() int64 { return h.counts.TotalCount() }

// Min returns the smallest duration, as the low end of its bucket.
func (h *Histogram) Min() time.Duration { return time.Duration(h.counts.Min()) }

// Max returns the largest duration, as the high end of its bucket.
func (h *Histogram) Max() time.Duration { return h.AtRank(h.Count()) }

// Mean returns the arithmetic mean.
func (h *Histogram) Mean() time.Duration { return time.Duration(h.counts.Mean()) }

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
	n := h.Count()
	if n == 0 {
		return 0
	}
	k = min(max(k, 1), n)
	// The library finds the rank of a percentile as ⌊percentile·n/100 + ½⌋; a
	// quarter below k leaves room for rounding on both sides.
	return time.Duration(h.counts.ValueAtPercentile((float64(k) - 0.25) / float64(n) * 100))
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
func (h *Histogram) Clone() *Histogram { return &Histogram{counts: h.counts.Clone()} }

// each walks the non-empty buckets until f returns false.
func (h *Histogram) each(f func(low, high time.Duration, count int64) bool) {
	for i, count := range h.counts.Export().Counts {
		if count == 0 {
			continue
		}
		low, width := bucket(i)
		if !f(time.Duration(low), time.Duration(low+width-1), count) {
			return
		}
	}
}

// Constants of the geometry: 2048 sub-buckets of 2^9 ns, the upper half of
// which is repeated at twice the width for each further bucket.
const (
	unitMagnitude = 9
	halfMagnitude = 10
	halfCount     = 1 << halfMagnitude
	numCounters   = 22 * halfCount
)

// bucket returns the lowest value and the width of counter i.
func bucket(i int) (low, width int64) {
	exponent, sub := i>>halfMagnitude-1, i&(halfCount-1)+halfCount
	if exponent < 0 {
		exponent, sub = 0, sub-halfCount
	}
	shift := exponent + unitMagnitude
	return int64(sub) << shift, int64(1) << shift
}
