package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/hist"
	"wabench/internal/pace"
	"wabench/internal/webhook"
	"wabench/results"
	"wabench/scenarios"
)

// Target is where a plan's requests go.
type Target struct {
	Name      string
	URL       string // base address without a trailing slash
	Dialect   Dialect
	Transport http.RoundTripper
	// Timeout bounds a request from its sending to the end of its answer; an
	// arrival that is later than this before it is sent is dropped.
	Timeout     time.Duration
	MaxInFlight int
	Retry       *scenarios.Retry // nil for none
	// Inject starts a fault of the timeline and returns what ends it; nil for
	// a target that is not a fake.
	Inject func(scenarios.Fault) (clear func(), err error)
	// Redact removes the target's secrets from a text.
	Redact func(string) string
}

// Options is what a run needs beside its plan.
type Options struct {
	Targets    []Target
	Writer     *results.Writer
	Started    time.Time
	Correlator *webhook.Correlator // nil without webhooks
	Observers  []Observer
	// Wait waits until a moment; nil is the precise wait of this system. Tests
	// in virtual time pass one that uses time.Sleep: what this process and its
	// machine do meanwhile is then of another time, and is left out of the
	// generator's verdict.
	Wait func(until time.Time)
	// Abort, where set, is asked after each interval whether to end the run,
	// and why.
	Abort func() (reason string)
	// Enough, where set, is asked after each interval whether a target has been
	// measured well enough; its legs then end as planned, without drops. Turns
	// of an interleaved plan end in pairs, when all targets have.
	Enough func(target string) bool
	// Interval between snapshots; 0 is a second.
	Interval time.Duration
	// Alone says that the process has nothing else to do than this run, which may
	// then keep a CPU to itself.
	Alone bool
	// BusyWait keeps a CPU for each open leg under way, so that no hit is late
	// because one had to be woken. See SideBySide.
	BusyWait bool
}

// engine is one run under way.
type engine struct {
	plan       *scenarios.Plan
	schedule   pace.Schedule
	options    Options
	started    time.Time
	targets    map[string]*target
	collector  *collector
	recorder   *recorder
	correlator *webhook.Correlator
	meter      *meter
	stalls     stalls
	busy       *busyWait // nil sleeps
	economy    *economy

	flushing sync.Mutex
	legs     []results.Leg
	current  atomic.Pointer[progress]
	retries  sync.WaitGroup
	closed   atomic.Int64 // arrivals of closed stages so far
	held     int64
	offered  offered
	machine  headroom
	unsent   atomic.Int64 // arrivals that an interrupt left unsent
	cut      atomic.Int64 // requests that the end of a run cut off
	// timedByUs counts the answers of which the kernel did not say when it
	// received them.
	timedByUs atomic.Int64
	lateness  *hist.Histogram
	service   *hist.Histogram
	failures  atomic.Int64
	enough    enough
	messages  atomic.Int64 // that count towards the plan's limit
	aborted   string
	cancel    context.CancelCauseFunc
	// running ends when the run is to end.
	running context.Context
}

// grace is how long requests under way may go on after an interrupt. Those it
// cuts off are counted as generator_fault.
const grace = 2 * time.Second

// target is a Target with what the engine keeps of it.
type target struct {
	Target
	spec      *scenarios.Target
	exchanger exchanger
	loop      coroutines // nil without economy
	looped    exchanger  // in the loop's coroutines
	session   *session
}

// errAborted ends a run because of an abort rule.
var errAborted = errors.New("aborted by a rule")

// wasAborted reports whether a rule ended the run.
func wasAborted(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errAborted) }

// Run executes a plan. It returns when every leg has ended, every request has
// its answer and the webhooks' wait is over; or, early, when ctx ends, an abort
// rule says so, or the run directory cannot be written. What was measured up
// to then is in the run directory in every case.
func Run(ctx context.Context, plan *scenarios.Plan, options Options) (Report, error) {
	e, err := newEngine(plan, options)
	if err != nil {
		return Report{}, err
	}
	ctx, e.cancel = context.WithCancelCause(ctx)
	defer e.cancel(nil)
	e.economy = economize(plan, &options, e.busy)
	defer e.openLoops()()
	e.running = ctx
	defer e.cutAfterGrace(ctx)()
	e.recorder = newRecorder(options.Writer, e.collector, func(err error) { e.cancel(err) })
	err = e.run(ctx)
	e.flush(PhaseDone)
	e.recorder.close()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errAborted) {
		err = cause
	}
	return e.report(), err
}

// cutAfterGrace ends the requests under way some time after the context does.
// It returns what calls that off.
func (e *engine) cutAfterGrace(ctx context.Context) (stop func()) {
	finished, finish := context.WithCancel(context.Background())
	context.AfterFunc(ctx, func() {
		pause(finished, grace)
		if finished.Err() != nil {
			return
		}
		for _, t := range e.targets {
			t.exchanger.interrupt()
		}
	})
	return finish
}

func newEngine(plan *scenarios.Plan, options Options) (*engine, error) {
	schedule, err := plan.Schedule()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(options.Targets))
	targets := map[string]*target{}
	for _, t := range options.Targets {
		names = append(names, t.Name)
		spec := plan.Target(t.Name)
		if spec == nil {
			return nil, fmt.Errorf("target %s is not in the plan", t.Name)
		}
		exchanger, err := newExchanger(t.Transport, t.URL)
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		targets[t.Name] = &target{Target: t, spec: spec, exchanger: exchanger}
		targets[t.Name].session = newSession(targets[t.Name])
	}
	e := &engine{
		plan: plan, schedule: schedule, options: options, started: options.Started,
		targets: targets, collector: newCollector(options.Started, names), correlator: options.Correlator,
		lateness: hist.New(), service: hist.New(),
	}
	if options.BusyWait {
		e.busy = &busyWait{}
	}
	if options.Wait == nil {
		e.meter = newMeter(runtime.NumCPU(), e.busy)
	}
	if e.correlator != nil {
		e.correlator.SetObserve(e.collector.webhook)
	}
	if e.options.Interval == 0 {
		e.options.Interval = time.Second
	}
	e.closed.Store(schedule.Len())
	return e, nil
}

// run logs in, executes the legs, and waits for the webhooks.
func (e *engine) run(ctx context.Context) error {
	background, stop := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	defer func() { stop(); helpers.Wait() }()
	for _, t := range e.targets {
		if t.session == nil {
			continue
		}
		renew, err := t.session.login(ctx)
		if err != nil {
			return err
		}
		helpers.Go(func() { t.session.keep(background, renew) })
	}
	helpers.Go(func() { e.tick(background) })
	if e.meter != nil {
		helpers.Go(func() { e.stalls.watch(background) })
	}
	for _, group := range groups(e.plan.Legs()) {
		if e.skips(group) {
			continue
		}
		if err := e.runGroup(ctx, group); err != nil {
			return err
		}
	}
	e.retries.Wait()
	e.drain(ctx)
	return nil
}

// runGroup runs legs side by side; a group of one is the usual case.
func (e *engine) runGroup(ctx context.Context, group []scenarios.Leg) error {
	errs := make([]error, len(group))
	var legs sync.WaitGroup
	for i, planned := range group {
		legs.Go(func() { errs[i] = e.runLeg(ctx, planned) })
	}
	legs.Wait()
	return errors.Join(errs...)
}

// runLeg runs a planned leg, which is cut where its stages change from open to
// closed.
func (e *engine) runLeg(ctx context.Context, planned scenarios.Leg) error {
	t := e.targets[planned.Target]
	for _, part := range e.parts(planned) {
		if ctx.Err() != nil || e.ends(t.Name) {
			return nil
		}
		part.engine, part.target, part.start = e, t, time.Now()
		part.lateness = hist.New()
		e.collector.enter(t.Name, part.start, part.from, part.to)
		e.current.Store(&progress{target: t.Name, leg: part})
		clear := e.injectFaults(part)
		cut := e.cutInterval(part.to - part.from)
		err := part.run(ctx)
		cut()
		if err == nil && ctx.Err() == nil && !e.ends(t.Name) {
			// The leg lasts as long as planned, also where its last arrivals
			// came before its end.
			pause(ctx, time.Until(part.start.Add(part.to-part.from)))
		}
		clear()
		e.collector.leave(t.Name)
		if e.ends(t.Name) && part.reached == 0 {
			part.reached = part.loadTime()
		}
		e.ended(part)
		if err != nil {
			return err
		}
	}
	return nil
}

// cutInterval ends an interval with its leg, so that what comes afterwards has
// intervals of its own. It returns what calls that off, or waits for its end.
func (e *engine) cutInterval(after time.Duration) (stop func()) {
	done := make(chan struct{}) // closed when the interval has ended
	timer := time.AfterFunc(after, func() {
		defer close(done)
		e.flush("")
	})
	return func() {
		if !timer.Stop() {
			<-done
		}
	}
}

// ended keeps what a leg leaves behind.
func (e *engine) ended(l *leg) {
	e.flushing.Lock()
	defer e.flushing.Unlock()
	e.legs = append(e.legs, l.record(e.started, time.Now()))
	e.held += l.held.Load()
	e.offered.add(l.offered)
	e.lateness.Add(l.lateness)
}

// drain waits until every accepted message has its last webhook, or the
// scenario's wait is over.
func (e *engine) drain(ctx context.Context) {
	if e.correlator == nil || e.plan.Webhooks == nil {
		return
	}
	e.current.Store(&progress{phase: PhaseDrain})
	e.correlator.Wait(ctx, e.plan.Webhooks.Wait)
	// What comes later is not counted, so that counts and histograms agree.
	e.correlator.Close()
}

// failureSamples bounds how many failures a run keeps in full.
const failureSamples = 200

// sampleFailure keeps some failures in full, without secrets.
func (e *engine) sampleFailure(t *target, s Sample, body []byte) {
	if e.failures.Add(1) > failureSamples {
		return
	}
	event := failureEvent(s.Done.Sub(e.started), t.Name, s, body)
	if t.Redact != nil {
		event.Text, event.Body = t.Redact(event.Text), t.Redact(event.Body)
	}
	e.recorder.event(event)
}
