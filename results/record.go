package results

import (
	"cmp"
	"slices"
	"time"

	"wabench/internal/hist"
)

// Record is a run directory, read: the summary and the evidence it comes from.
// Its methods cache what they read and are not safe for concurrent use.
type Record struct {
	Run      Run
	Points   []Point
	Events   []Event
	Scenario []byte

	source source
	series map[string][]string // by target
	blocks map[seriesKey][]*hist.Histogram
	totals map[seriesKey]*hist.Histogram
	// intervals hold the series of a record made by Memory.
	intervals map[seriesKey][]memoryInterval
}

// seriesKey names one series of a record.
type seriesKey struct{ target, series string }

// source yields the intervals of a series in order.
type source func(target, series string, f intervalFunc) error

// intervalFunc receives one interval of a series; add adds its histogram to
// another, so that intervals that are not wanted cost nothing.
type intervalFunc func(at span, add func(*hist.Histogram) error) error

// Series returns the series there are for a target, sorted.
func (r *Record) Series(target string) []string {
	return slices.Sorted(slices.Values(r.series[target]))
}

// Blocks returns a series' histograms by block number; nil where a block has
// none. Blocks of the same number on two targets are a pair: they had the same
// arrivals. Callers must not change the histograms.
func (r *Record) Blocks(target, series string) ([]*hist.Histogram, error) {
	key := seriesKey{target, series}
	if blocks, ok := r.blocks[key]; ok {
		return blocks, nil
	}
	var blocks []*hist.Histogram
	err := r.measured(target, series, func(at span, add func(*hist.Histogram) error) error {
		for len(blocks) <= at.block {
			blocks = append(blocks, nil)
		}
		if blocks[at.block] == nil {
			blocks[at.block] = hist.New()
		}
		return add(blocks[at.block])
	})
	if err != nil {
		return nil, err
	}
	if r.blocks == nil {
		r.blocks = map[seriesKey][]*hist.Histogram{}
	}
	r.blocks[key] = blocks
	r.keepTotal(key, total(blocks))
	return blocks, nil
}

// total adds up blocks; nil if there are none.
func total(blocks []*hist.Histogram) *hist.Histogram {
	var sum *hist.Histogram
	for _, block := range blocks {
		if block == nil {
			continue
		}
		if sum == nil {
			sum = hist.New()
		}
		sum.Add(block)
	}
	return sum
}

// keepTotal caches a series over the whole run.
func (r *Record) keepTotal(key seriesKey, total *hist.Histogram) {
	if r.totals == nil {
		r.totals = map[seriesKey]*hist.Histogram{}
	}
	r.totals[key] = total
}

// Histogram returns a series over the whole run without warm-up; nil if there
// is none.
func (r *Record) Histogram(target, series string) (*hist.Histogram, error) {
	key := seriesKey{target, series}
	total, ok := r.totals[key]
	if !ok {
		err := r.measured(target, series, func(_ span, add func(*hist.Histogram) error) error {
			if total == nil {
				total = hist.New()
			}
			return add(total)
		})
		if err != nil {
			return nil, err
		}
		r.keepTotal(key, total)
	}
	if total == nil {
		return nil, nil
	}
	return total.Clone(), nil
}

// Window is a stretch of run time with what finished in it.
type Window struct {
	From, To time.Duration
	Hist     *hist.Histogram
}

// resolution is how long the intervals of the logs are at most.
const resolution = time.Second

// Windows returns a series in windows of run time of the given length, outside
// warm-up, in order and without the empty ones. An interval belongs to the
// window that its middle is in. Windows shorter than the logs' intervals would
// claim to know more than they do, so that a second is the least.
func (r *Record) Windows(target, series string, length time.Duration) ([]Window, error) {
	length = max(length, resolution)
	var windows []Window
	err := r.measured(target, series, func(at span, add func(*hist.Histogram) error) error {
		from := at.middle().Truncate(length)
		i, found := slices.BinarySearchFunc(windows, from, func(w Window, from time.Duration) int {
			return cmp.Compare(w.From, from)
		})
		if !found {
			windows = slices.Insert(windows, i, Window{From: from, To: from + length, Hist: hist.New()})
		}
		return add(windows[i].Hist)
	})
	return windows, err
}

// measured yields the intervals of a series outside warm-up.
func (r *Record) measured(target, series string, f intervalFunc) error {
	return r.each(target, series, func(at span, add func(*hist.Histogram) error) error {
		if at.block == WarmupBlock {
			return nil
		}
		return f(at, add)
	})
}

// each yields the intervals of a series, in order.
func (r *Record) each(target, series string, f intervalFunc) error {
	if r.source == nil {
		return nil
	}
	return r.source(target, series, f)
}
