package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"wabench/internal/alarm"
	"wabench/internal/hist"
	"wabench/results"
)

// leg is a stretch of load time of one kind (open or closed) on one target.
type leg struct {
	engine   *engine
	target   *target
	from, to time.Duration // load time
	start    time.Time     // when load time from is reached
	reached  time.Duration // load time at which the leg was ended early; 0 if it was not
	users    int           // of a closed stage, else 0
	think    time.Duration
	pacer    *pacer      // of an open one
	led      atomic.Bool // a worker has the target's loop

	inFlight atomic.Int64
	lastFull atomic.Int64 // nanoseconds since start at which max_in_flight were under way
	held     atomic.Int64 // arrivals that waited for max_in_flight
	mu       sync.Mutex
	lateness *hist.Histogram // of arrivals that did not
	offered  span            // of all arrivals that were sent
	err      error           // the first call that could not be encoded
	failed   atomic.Bool
}

// due returns when an arrival is due; zero in a closed stage.
func (l *leg) due(a arrival) time.Time {
	if l.users > 0 {
		return time.Time{}
	}
	return l.start.Add(a.at - l.from)
}

// block returns the block that an arrival belongs to. Those of a closed stage
// belong to the block in which they are sent.
func (l *leg) block(a arrival) int {
	at := a.at
	if l.users > 0 {
		at = l.from + time.Since(l.start)
	}
	return l.engine.plan.BlockAt(min(at, l.to))
}

// run sends the leg's arrivals and returns when every one has its answer.
func (l *leg) run(ctx context.Context) error {
	l.lastFull.Store(-1) // never
	workers, free, err := l.workers(ctx)
	if err != nil {
		return err
	}
	defer free()
	client := &http.Client{Transport: l.tripper()}
	attacker := vegeta.NewAttacker(vegeta.Client(client),
		vegeta.Workers(uint64(workers.first)), vegeta.MaxWorkers(uint64(workers.most)))
	for range attacker.Attack(tick, workers, 0, "") {
		continue // everything was accounted for in the tripper
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// tripper returns what sends for the leg, from whatever goroutine.
func (l *leg) tripper() *tripper {
	return &tripper{target: l.target, leg: l, exchanger: l.target.exchanger}
}

// workers returns what starts the leg's workers, and what to call when they
// have ended.
func (l *leg) workers(ctx context.Context) (s *starter, free func(), err error) {
	if l.users > 0 {
		none := make(chan struct{})
		close(none)
		return &starter{first: l.users, most: l.users, short: none}, func() {}, nil
	}
	wait, free, err := l.wait()
	if err != nil {
		return nil, nil, err
	}
	l.pacer = l.pace(ctx, wait)
	most := l.target.MaxInFlight
	return &starter{first: min(initialWorkers, most), most: most, short: l.pacer.short}, free, nil
}

// initialWorkers are started ahead, so that the first hits find one waiting.
const initialWorkers = 8

// pace returns what paces an open leg. An interrupted leg sends nothing more;
// what is under way is cut off by the engine.
func (l *leg) pace(ctx context.Context, wait func(time.Time)) *pacer {
	first, end := l.engine.arrivals(l.from, l.to)
	p := &pacer{
		schedule: l.engine.schedule, next: first, end: end, start: l.start, from: l.from,
		maxLate: l.target.Timeout, drop: l.drop,
		waits:   waits{wait, func() { time.Sleep(time.Millisecond) }},
		full:    func() bool { return l.inFlight.Load() >= int64(l.target.MaxInFlight) },
		admit:   l.admit,
		stopped: func() bool { return ctx.Err() != nil || l.failed.Load() },
		ended:   func() bool { return l.engine.ends(l.target.Name) || wasAborted(ctx) },
		cut:     func(at time.Duration) { l.reached = at },
	}
	p.begin(l.target.loop != nil)
	return p
}

// wait returns what waits for due moments, and what to call after its last use.
func (l *leg) wait() (wait func(time.Time), free func(), err error) {
	if wait := l.engine.options.Wait; wait != nil {
		return wait, func() {}, nil
	}
	if busy := l.engine.busy; busy != nil {
		return busy.in(alarm.Turn), func() {}, nil
	}
	a, err := alarm.New()
	if err != nil {
		return nil, nil, err
	}
	return a.Wait, func() { _ = a.Close() }, nil // nothing is lost with a timer
}

// drop counts an arrival that will not be sent.
func (l *leg) drop(a arrival) {
	if l.engine.running.Err() != nil {
		l.engine.unsent.Add(1) // by an interrupt, not by want of speed
	}
	l.engine.collector.dropArrival(cellKey{l.target.Name, l.engine.plan.Op(a.n), l.block(a)})
}

// over reports whether the users of a closed stage are to go.
func (l *leg) over() bool {
	return l.engine.running.Err() != nil || l.failed.Load() || l.engine.ends(l.target.Name) || time.Since(l.start) >= l.to-l.from
}

// tick is the vegeta.Targeter of every leg: a request that stands for a worker.
func tick(t *vegeta.Target) error {
	t.Method, t.URL = http.MethodGet, "/"
	return nil
}

// fail keeps the first error of a call that could not be made, and stops the
// leg.
func (l *leg) fail(n int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil && !errors.Is(err, context.Canceled) {
		l.err = fmt.Errorf("target %s: message %d: %w", l.target.Name, n, err)
	}
	l.failed.Store(true)
}

// heldAfter is how late an arrival must be for the bound on requests in flight
// to be blamed.
const heldAfter = time.Millisecond

// noteLateness keeps the generator's own part of lateness apart from what the
// bound on requests in flight caused.
func (l *leg) noteLateness(a arrival) {
	if l.users > 0 {
		return
	}
	due := l.due(a)
	late := time.Since(due)
	held := a.held && late > heldAfter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.offered.note(due.Sub(l.start), late)
	if held {
		l.held.Add(1)
		return
	}
	l.lateness.Record(late)
}

// admit counts an arrival among the requests under way, and reports whether
// there were as many as may be at any moment since it was due.
func (l *leg) admit(due time.Time) (held bool) {
	held = l.lastFull.Load() >= int64(due.Sub(l.start))
	l.enter()
	return held
}

// enter and exit count the requests under way, and note when as many were as
// may be.
func (l *leg) enter() {
	if l.inFlight.Add(1) >= int64(l.target.MaxInFlight) {
		l.lastFull.Store(int64(time.Since(l.start)))
	}
}

func (l *leg) exit() {
	if l.inFlight.Add(-1) == int64(l.target.MaxInFlight)-1 {
		l.lastFull.Store(int64(time.Since(l.start)))
	}
}

// record returns the leg as the run directory has it.
func (l *leg) record(started time.Time, end time.Time) results.Leg {
	return results.Leg{
		Target: l.target.Name, From: l.from, To: cmp.Or(l.reached, l.to),
		Start: l.start.Sub(started), End: end.Sub(started),
	}
}
