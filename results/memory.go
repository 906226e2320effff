package results

import (
	"slices"
	"time"

	"wabench/internal/hist"
)

// memoryInterval is one interval of a series that Put added.
type memoryInterval struct {
	target, series string
	block          int
	start, end     time.Duration
	hist           *hist.Histogram
}

// Memory returns a record without a directory, to be filled by Put: for tests
// and for results that come from elsewhere.
func Memory(run Run) *Record {
	run.fill()
	return &Record{Run: run, series: map[string][]string{}}
}

// Put adds one interval of a series to a record made by Memory.
func (r *Record) Put(target, series string, block int, start, end time.Duration, h *hist.Histogram) {
	if !slices.Contains(r.series[target], series) {
		r.series[target] = append(r.series[target], series)
	}
	r.intervals = append(r.intervals, memoryInterval{target, series, block, start, end, h})
	r.source = r.eachInMemory
	r.cache = nil
}

// eachInMemory is the source of a record made by Memory.
func (r *Record) eachInMemory(target, series string, f intervalFunc) error {
	for _, in := range r.intervals {
		if in.target != target || in.series != series {
			continue
		}
		add := func(into *hist.Histogram) error {
			into.Add(in.hist)
			return nil
		}
		if err := f(in.block, in.start, in.end, add); err != nil {
			return err
		}
	}
	return nil
}
