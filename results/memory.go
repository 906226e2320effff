package results

import (
	"slices"
	"time"

	"wabench/internal/hist"
)

// memoryInterval is one interval of a series that Put added.
type memoryInterval struct {
	at   span
	hist *hist.Histogram
}

func (in *memoryInterval) addTo(h *hist.Histogram) error {
	h.Add(in.hist)
	return nil
}

// Memory returns a record without a directory, to be filled by Put: for tests
// and for results that come from elsewhere.
func Memory(run Run) *Record {
	run.fill()
	return &Record{Run: run, series: map[string][]string{}, intervals: map[seriesKey][]memoryInterval{}}
}

// Put adds one interval of a series to a record made by Memory.
func (r *Record) Put(target, series string, block int, start, end time.Duration, h *hist.Histogram) {
	key := seriesKey{target, series}
	if !slices.Contains(r.series[target], series) {
		r.series[target] = append(r.series[target], series)
	}
	r.intervals[key] = append(r.intervals[key], memoryInterval{span{block, start, end}, h})
	r.source = r.eachInMemory
	delete(r.blocks, key)
	delete(r.totals, key)
}

// eachInMemory is the source of a record made by Memory.
func (r *Record) eachInMemory(target, series string, f intervalFunc) error {
	for _, in := range r.intervals[seriesKey{target, series}] {
		if err := f(in.at, in.addTo); err != nil {
			return err
		}
	}
	return nil
}
