package results

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"wabench/internal/hist"
)

// logged rounds an interval's times to what an interval log keeps of them, so
// that a point and its histograms, read back, are in the same second.
func (s span) logged() span {
	start := s.start.Round(time.Microsecond)
	return span{s.block, start, start + (s.end - s.start).Round(time.Microsecond)}
}

// second is the second of run time that an interval belongs to. The hull of
// intervals of a second is in that second again: its ends sum to no less than
// those of the interval that begins first, and to no more than those of the
// one that ends last. Hence merging in any order gives the same.
func (s span) second() int64 { return int64((s.start + s.end) / (2 * time.Second)) }

// hull covers two intervals of the same block.
func (s span) hull(o span) span {
	return span{s.block, min(s.start, o.start), max(s.end, o.end)}
}

// mergeSeries unites the lists of series.
func mergeSeries(recs []*Record) map[string][]string {
	all := map[string][]string{}
	for _, rec := range recs {
		for target, series := range rec.series {
			all[target] = append(all[target], series...)
		}
	}
	for target, series := range all {
		slices.Sort(series)
		all[target] = slices.Compact(series)
	}
	return all
}

// mergeSources yields the intervals of all records, second by second, those of
// a block added up. It holds one second at a time, so that shards of a day
// merge in the memory of a minute's.
func mergeSources(recs []*Record) source {
	return func(target, series string, f intervalFunc) error {
		var pool histograms
		var heads []*head
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for _, rec := range recs {
			h := newHead(rec, target, series)
			heads = append(heads, h)
			if err := h.advance(); err != nil {
				return err
			}
		}
		for {
			left := slices.DeleteFunc(slices.Clone(heads), func(h *head) bool { return h.done })
			if len(left) == 0 {
				return nil
			}
			now := slices.MinFunc(left, func(p, q *head) int { return cmp.Compare(p.second, q.second) }).second
			if err := mergeSecond(left, now, &pool, f); err != nil {
				return err
			}
		}
	}
}

// mergeSecond adds up the intervals of one second by block and yields them.
func mergeSecond(heads []*head, now int64, pool *histograms, f intervalFunc) error {
	sums := map[int]*memoryInterval{}
	for _, h := range heads {
		for !h.done && h.second == now {
			at := h.at.logged()
			sum := sums[at.block]
			if sum == nil {
				sum = &memoryInterval{at, pool.take()}
				sums[at.block] = sum
			}
			sum.at = sum.at.hull(at)
			if err := h.add(sum.hist); err != nil {
				return fmt.Errorf("run %s: %s: %w", h.run, h.log, err)
			}
			if err := h.advance(); err != nil {
				return err
			}
		}
	}
	for _, block := range slices.Sorted(maps.Keys(sums)) {
		sum := sums[block]
		if err := f(sum.at, sum.addTo); err != nil {
			return err
		}
		pool.free = append(pool.free, sum.hist)
	}
	return nil
}

// histograms keeps emptied histograms for reuse.
type histograms struct{ free []*hist.Histogram }

func (p *histograms) take() *hist.Histogram {
	last := len(p.free) - 1
	if last < 0 {
		return hist.New()
	}
	h := p.free[last]
	p.free = p.free[:last]
	h.Reset()
	return h
}

// head reads one record's intervals of a series one by one.
type head struct {
	next   func() (reading, bool)
	stop   func()
	at     span
	second int64
	add    func(*hist.Histogram) error
	done   bool
	run    string // whose log
	log    string
}

// reading is an interval or the error that ended the log.
type reading struct {
	at  span
	add func(*hist.Histogram) error
	err error
}

// errStopped ends a log that nobody reads further.
var errStopped = errors.New("stopped")

func newHead(rec *Record, target, series string) *head {
	h := &head{run: rec.Run.ID, log: logName(target, series)}
	h.next, h.stop = iter.Pull(func(yield func(reading) bool) {
		err := rec.each(target, series, func(at span, add func(*hist.Histogram) error) error {
			if !yield(reading{at: at, add: add}) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(reading{err: err})
		}
	})
	return h
}

// advance reads the next interval.
func (h *head) advance() error {
	r, ok := h.next()
	if !ok {
		h.done = true
		return nil
	}
	if r.err != nil {
		return fmt.Errorf("run %s: %w", h.run, r.err)
	}
	h.at, h.add = r.at, r.add
	second := r.at.logged().second()
	if second < h.second {
		return fmt.Errorf("run %s: %s: intervals are not in order of time", h.run, h.log)
	}
	h.second = second
	return nil
}
