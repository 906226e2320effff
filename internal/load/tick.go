package load

import (
	"context"
	"time"

	"wabench/internal/hist"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// progress says what a run is doing.
type progress struct {
	phase  string // set in drain, else it follows from the leg
	target string
	leg    *leg
}

// tick ends an interval each second until the context ends.
func (e *engine) tick(ctx context.Context) {
	ticker := time.NewTicker(e.options.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		b := e.flush("")
		if e.options.Enough != nil || e.options.Abort != nil {
			<-b.written // they read what is written
		}
		e.askEnough(b)
		if e.meter != nil {
			e.machine.look()
		}
		e.economy.review()
		if e.options.Abort == nil {
			continue
		}
		if reason := e.options.Abort(); reason != "" {
			e.abort(reason)
			return
		}
	}
}

// abort ends the run because of a rule.
func (e *engine) abort(reason string) {
	e.flushing.Lock()
	e.aborted = reason
	e.flushing.Unlock()
	e.recorder.event(results.Event{At: time.Since(e.started), Kind: "abort", Text: reason})
	e.cancel(errAborted)
}

// flush ends the interval under way: it goes to the run directory and, as a
// snapshot, to the observers. The phase is worked out unless given.
func (e *engine) flush(phase string) batch {
	e.flushing.Lock()
	defer e.flushing.Unlock()
	b := e.collector.flush()
	for key, cell := range b.cells {
		if h := cell.hists["service"]; h != nil && key.op == whatsapp.OpSend {
			e.service.Add(h)
		}
	}
	if len(e.options.Observers) > 0 {
		snapshot := e.snapshot(b, phase)
		for _, o := range e.options.Observers {
			o.Observe(snapshot)
		}
	}
	e.recorder.put(b)
	return b
}

// snapshot freezes an interval.
func (e *engine) snapshot(b batch, phase string) Snapshot {
	s := Snapshot{At: b.end, Total: planned(e.plan.Legs()), Phase: phase}
	now := e.current.Load()
	if now != nil && now.leg != nil {
		at := now.leg.loadTime()
		s.Stage = e.stageAt(at)
		if s.Phase == "" && at < e.plan.Warmup {
			s.Phase = PhaseWarmup
		}
	}
	if s.Phase == "" {
		s.Phase = PhaseLoad
		if now != nil && now.phase != "" {
			s.Phase, s.Stage = now.phase, ""
		}
	}
	for _, t := range e.options.Targets {
		s.Targets = append(s.Targets, e.targetSnapshot(t.Name, b))
	}
	return s
}

// stageAt labels the stage at a moment of load time.
func (e *engine) stageAt(at time.Duration) string {
	for _, stage := range e.plan.Stages {
		if at < stage.Length() || at == 0 {
			return stage.Label()
		}
		at -= stage.Length()
	}
	return ""
}

func (e *engine) targetSnapshot(name string, b batch) TargetSnapshot {
	sum := b.totals[name]
	t := TargetSnapshot{
		Name: name, Active: sum.active, InFlight: sum.inFlight,
		Sent: sum.sent, OK: sum.outcomes[whatsapp.OK], Throttled: sum.outcomes[whatsapp.Throttled],
		Dropped: sum.dropped, Delivered: sum.statuses[string(whatsapp.StateDelivered)],
		Outcomes: classCounts(sum.outcomes), Codes: codeCounts(sum.codes),
	}
	for class, n := range sum.outcomes {
		if whatsapp.Class(class).Failed() {
			t.Failed += n
		}
	}
	if e.correlator != nil {
		t.Pending = int64(e.correlator.PendingOf(name))
	}
	if sum.active {
		t.Planned = e.schedule.Rate(sum.loadTime)
	}
	var accepted int64
	latencies := hist.New()
	for key, cell := range b.cells {
		if key.target != name || key.op == results.OpWebhook {
			continue
		}
		accepted += cell.outcomes[whatsapp.OK]
		if h := headline(cell); h != nil {
			latencies.Add(h)
		}
	}
	if length := b.end - b.start; length > 0 {
		t.Achieved = units.Rate(float64(accepted) / length.Seconds())
	}
	t.P50, t.P99 = latencies.Quantile(0.5), latencies.Quantile(0.99)
	return t
}

// loadTime returns how far a leg has come.
func (l *leg) loadTime() time.Duration {
	return min(l.from+time.Since(l.start), l.to)
}
