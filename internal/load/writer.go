package load

import (
	"cmp"
	"slices"
	"sync"

	"wabench/results"
)

// backlogLimit is how many intervals may wait for the disk. Beyond it, the
// flush waits (and the interval grows), but sending does not.
const backlogLimit = 64

// recorder writes batches to the run directory in a goroutine of its own, so
// that a slow disk never holds up the load.
type recorder struct {
	writer    *results.Writer
	collector *collector
	fail      func(error)        // told the first error; the run then ends
	batches   chan batch         // backlogLimit intervals
	events    chan results.Event // sampled failures and faults; a full buffer drops samples
	done      sync.WaitGroup
	failed    bool
	backlog   int // the most that waited
}

func newRecorder(w *results.Writer, c *collector, fail func(error)) *recorder {
	r := &recorder{
		writer: w, collector: c, fail: fail,
		batches: make(chan batch, backlogLimit),
		events:  make(chan results.Event, 256),
	}
	r.done.Go(r.run)
	return r
}

// put hands over an interval. It is called by one goroutine.
func (r *recorder) put(b batch) {
	r.backlog = max(r.backlog, len(r.batches))
	r.batches <- b
}

// event hands over an event, or loses it if too many wait.
func (r *recorder) event(e results.Event) {
	select {
	case r.events <- e:
	default:
	}
}

// close writes what is left and ends the goroutine.
func (r *recorder) close() {
	close(r.batches)
	r.done.Wait()
}

func (r *recorder) run() {
	for b := range r.batches {
		r.check(r.write(b))
		close(b.written)
		r.collector.recycle(b)
	}
	r.check(r.writeEvents())
}

// check tells the first error; after it nothing more is written.
func (r *recorder) check(err error) {
	if err != nil && !r.failed {
		r.failed = true
		r.fail(err)
	}
}

// write appends a batch: histograms first, so that a point always has its
// evidence.
func (r *recorder) write(b batch) error {
	if r.failed {
		return nil
	}
	for _, key := range sortedKeys(b) {
		cell := b.cells[key]
		for series, h := range cell.hists {
			if err := r.writer.Histogram(key.target, string(key.op)+"."+series, key.block, b.start, b.end, h); err != nil {
				return err
			}
		}
		if err := r.writer.Point(b.point(key, cell)); err != nil {
			return err
		}
	}
	return r.writeEvents()
}

// writeEvents appends the events that wait.
func (r *recorder) writeEvents() error {
	for !r.failed {
		select {
		case e := <-r.events:
			if err := r.writer.Event(e); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// sortedKeys orders a batch's cells, so that files do not depend on chance.
func sortedKeys(b batch) []cellKey {
	keys := make([]cellKey, 0, len(b.cells))
	for key := range b.cells {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b cellKey) int {
		return cmp.Or(cmp.Compare(a.target, b.target), cmp.Compare(a.op, b.op), cmp.Compare(a.block, b.block))
	})
	return keys
}
