package load

import (
	"maps"
	"strconv"
	"sync"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// collector adds up samples. Its methods take one short lock and never wait
// for anything else: intervals are taken out of it by flush and written by
// another goroutine.
type collector struct {
	started time.Time

	mu      sync.Mutex
	current map[cellKey]*cell // of the interval under way
	totals  map[string]*totals
	free    []*hist.Histogram // emptied, for reuse
	flushed time.Duration
}

// cellKey is what one point of an interval speaks of.
type cellKey struct {
	target string
	op     whatsapp.Op
	block  int
}

// cell counts one interval of one key.
type cell struct {
	planned, sent, dropped int64
	outcomes               [8]int64
	codes                  map[int]int64
	statuses               map[string]int64
	hists                  map[string]*hist.Histogram // by series, such as response or response.throttled
}

// totals are what a target did since the run's start.
type totals struct {
	planned, sent, dropped, inFlight int64
	outcomes                         [8]int64
	codes                            map[int]int64
	statuses                         map[string]int64
	loadTime                         time.Duration // reached
	// The leg under way.
	active         bool
	legStart       time.Time
	legFrom, legTo time.Duration
}

func newCollector(started time.Time, targets []string) *collector {
	c := &collector{started: started, current: map[cellKey]*cell{}, totals: map[string]*totals{}}
	for _, name := range targets {
		c.totals[name] = &totals{codes: map[int]int64{}, statuses: map[string]int64{}}
	}
	return c
}

// at returns the cell of a key, made if need be. The lock must be held.
func (c *collector) at(key cellKey) *cell {
	found := c.current[key]
	if found == nil {
		found = &cell{codes: map[int]int64{}, statuses: map[string]int64{}, hists: map[string]*hist.Histogram{}}
		c.current[key] = found
	}
	return found
}

// record counts d in one of the cell's series. The lock must be held.
func (c *collector) record(to *cell, series string, d time.Duration) {
	h := to.hists[series]
	if h == nil {
		if last := len(c.free) - 1; last >= 0 {
			h, c.free = c.free[last], c.free[:last]
		} else {
			h = hist.New()
		}
		to.hists[series] = h
	}
	h.Record(d)
}

// dropArrival counts an arrival that was planned and not sent.
func (c *collector) dropArrival(key cellKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to, sum := c.at(key), c.totals[key.target]
	to.planned++
	to.dropped++
	sum.planned++
	sum.dropped++
}

// begin counts a request that is about to be sent.
func (c *collector) begin(key cellKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to, sum := c.at(key), c.totals[key.target]
	to.planned++
	to.sent++
	sum.planned++
	sum.sent++
	sum.inFlight++
}

// end counts a finished request.
func (c *collector) end(target string, s *Sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to, sum := c.at(cellKey{target, s.Op, s.Block}), c.totals[target]
	to.outcomes[s.Outcome.Class]++
	sum.outcomes[s.Outcome.Class]++
	sum.inFlight--
	if s.Outcome.Code != 0 {
		to.codes[s.Outcome.Code]++
		sum.codes[s.Outcome.Code]++
	}
	c.record(to, "service", s.Service())
	if !s.Due.IsZero() {
		c.record(to, "response", s.Response())
		c.record(to, "lateness", s.Lateness())
	}
	if class := s.Outcome.Class; class != whatsapp.OK {
		c.record(to, results.ClassSeries(clockOf(s), class), clockValue(s))
	}
}

// clockOf names the headline clock of a sample: response, or service where
// there was no due moment.
func clockOf(s *Sample) string {
	if s.Due.IsZero() {
		return "service"
	}
	return "response"
}

func clockValue(s *Sample) time.Duration {
	if s.Due.IsZero() {
		return s.Service()
	}
	return s.Response()
}

// webhook counts a status of an accepted message, first of its state.
func (c *collector) webhook(target string, state whatsapp.State, block int, latency time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := c.totals[target]
	if sum == nil {
		return // a status for a target this run does not have
	}
	to := c.at(cellKey{target, results.OpWebhook, block})
	to.statuses[string(state)]++
	sum.statuses[string(state)]++
	if state == whatsapp.StateSent || state == whatsapp.StateDelivered || state == whatsapp.StateRead {
		c.record(to, string(state), latency)
	}
}

// enter says that a target's leg of load time from..to began at start.
func (c *collector) enter(target string, start time.Time, from, to time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := c.totals[target]
	sum.active, sum.legStart, sum.legFrom, sum.legTo = true, start, from, to
}

// leave says that a target's leg has ended.
func (c *collector) leave(target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.totals[target].advance()
	c.totals[target].active = false
}

// advance works out how much load time a target has had.
func (t *totals) advance() {
	if t.active {
		t.loadTime = min(t.legFrom+time.Since(t.legStart), t.legTo)
	}
}

// batch is one interval taken out of the collector.
type batch struct {
	start, end time.Duration
	cells      map[cellKey]*cell
	totals     map[string]totals
	written    chan struct{} // closed when it is in the run directory
}

// flush takes the interval under way out of the collector and begins the next.
func (c *collector) flush() batch {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := batch{start: c.flushed, end: time.Since(c.started), cells: c.current, totals: map[string]totals{}, written: make(chan struct{})}
	c.flushed = out.end
	c.current = map[cellKey]*cell{}
	for name, sum := range c.totals {
		sum.advance()
		copied := *sum
		copied.codes, copied.statuses = maps.Clone(sum.codes), maps.Clone(sum.statuses)
		out.totals[name] = copied
	}
	return out
}

// recycle takes back the histograms of a batch that was written.
func (c *collector) recycle(b batch) {
	for _, cell := range b.cells {
		for _, h := range cell.hists {
			h.Reset()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cell := range b.cells {
		for _, h := range cell.hists {
			c.free = append(c.free, h)
		}
	}
}

// point returns a cell as a line of intervals.ndjson.
func (b batch) point(key cellKey, from *cell) results.Point {
	p := results.Point{
		Start: b.start, End: b.end, Target: key.target, Op: string(key.op), Block: key.block,
		Load: b.totals[key.target].loadTime, InFlight: b.totals[key.target].inFlight,
		Planned: from.planned, Sent: from.sent, Dropped: from.dropped,
		Outcomes: classCounts(from.outcomes), Codes: codeCounts(from.codes), Statuses: from.statuses,
	}
	if h := headline(from); h != nil {
		p.P50, p.P95, p.P99, p.Max = h.Quantile(0.5), h.Quantile(0.95), h.Quantile(0.99), h.Max()
	}
	return p
}

// headline returns the histogram that a point's quantiles come from.
func headline(from *cell) *hist.Histogram {
	for _, series := range []string{"response", "service", "delivered"} {
		if h := from.hists[series]; h != nil {
			return h
		}
	}
	return nil
}

// classCounts names the classes that occurred.
func classCounts(outcomes [8]int64) map[string]int64 {
	counts := map[string]int64{}
	for class, n := range outcomes {
		if n > 0 {
			counts[whatsapp.Class(class).String()] = n
		}
	}
	return counts
}

// codeCounts spells the platform's codes.
func codeCounts(codes map[int]int64) map[string]int64 {
	counts := make(map[string]int64, len(codes))
	for code, n := range codes {
		counts[strconv.Itoa(code)] = n
	}
	return counts
}
