package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"wabench/results"
	"wabench/scenarios"
)

// injectFaults starts the faults of the timeline that fall into a leg, and
// returns what ends them.
func (e *engine) injectFaults(l *leg) (clear func()) {
	ctx, stop := context.WithCancel(context.Background())
	var faults sync.WaitGroup
	for _, fault := range e.plan.Faults {
		from, to := max(fault.At, l.from), l.to
		if fault.For > 0 {
			to = min(fault.At+fault.For, l.to)
		}
		if fault.On != l.target.Name || l.target.Inject == nil || from >= to {
			continue
		}
		faults.Go(func() { e.inject(ctx, l, fault, from, to) })
	}
	return func() { stop(); faults.Wait() }
}

// inject runs one fault for from..to of load time.
func (e *engine) inject(ctx context.Context, l *leg, fault scenarios.Fault, from, to time.Duration) {
	pause(ctx, time.Until(l.start.Add(from-l.from)))
	if ctx.Err() != nil {
		return
	}
	began := time.Since(e.started)
	clear, err := l.target.Inject(fault)
	if err != nil {
		e.cancel(fmt.Errorf("fault %s on %s: %w", fault.Kind, fault.On, err))
		return
	}
	pause(ctx, time.Until(l.start.Add(to-l.from)))
	clear()
	e.recorder.event(results.Event{
		At: began, End: time.Since(e.started), Kind: "fault", Target: fault.On, Text: string(fault.Kind),
	})
}
