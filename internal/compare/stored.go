package compare

import (
	"math"
	"time"

	"wabench/internal/stat"
	"wabench/results"
)

// storedChange compares a quantile where a side has only the figures of its
// run.json, with their intervals.
func (s *samples) storedChange(q float64, o Options) Change {
	c := Change{Relative: true}
	base, bOK := knownOf(s.base.latency(s.series), s.baseAll, s.baseBlocks, q, o.Confidence)
	head, hOK := knownOf(s.head.latency(s.series), s.headAll, s.headBlocks, q, o.Confidence)
	c.Base, c.Head = base.value, head.value
	c.Value = c.Head / c.Base
	if s.same && bOK {
		c.Value, c.Interval, c.Method = 1, stat.Interval{Lo: 1, Hi: 1, Confidence: o.Confidence}, "one and the same run"
		return c
	}
	if !bOK || !hOK {
		c.Lack = "a side has no histograms, and its stored figures have no interval for this"
		return c
	}
	return joinRatio(c, base.lo, base.hi, head.lo, head.hi, o.Confidence, "stored interval of each side, unpaired")
}

// figure is a value with its interval.
type figure struct{ value, lo, hi float64 }

// knownOf is a quantile of one side, from its histograms or else from its
// stored figures.
func knownOf(l *results.Latency, all counts, blocks []counts, q, confidence float64) (figure, bool) {
	if all.n() > 0 {
		lo, hi, ok := alone(all, blocks, q, confidence)
		return figure{float64(all.quantile(q)), lo, hi}, ok
	}
	value, key := storedQuantile(l, q)
	interval, ok := [2]time.Duration{}, false
	if l != nil {
		interval, ok = l.CI95[key]
	}
	// The stored intervals are of 95 %; a surer claim cannot be made of them.
	ok = ok && confidence <= results.Confidence
	return figure{float64(value), float64(interval[0]), float64(interval[1])}, ok
}

// storedQuantile is a quantile that run.json keeps, with its key there; 0 and
// empty for others.
func storedQuantile(l *results.Latency, q float64) (time.Duration, string) {
	if l == nil {
		return 0, ""
	}
	for _, known := range []struct {
		q     float64
		value time.Duration
		key   string
	}{
		{0.5, l.P50, "p50_ns"},
		{0.9, l.P90, "p90_ns"},
		{0.95, l.P95, "p95_ns"},
		{0.99, l.P99, "p99_ns"},
		{0.999, l.P999, "p99_9_ns"},
	} {
		if math.Abs(known.q-q) < 1e-9 {
			return known.value, known.key
		}
	}
	return 0, ""
}
