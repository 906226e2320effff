package load

import (
	"wabench/internal/webhook"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Report is what the engine knows of a run beside what it wrote.
type Report struct {
	Legs      []results.Leg
	Generator results.Generator
	// Lateness is of the arrivals that max_in_flight did not delay: the
	// generator's own. Nil without any.
	Lateness *results.Latency
	Targets  map[string]TargetReport
	// Aborted is why the run ended early, empty if it did not.
	Aborted string
}

// TargetReport counts what a target's requests needed.
type TargetReport struct {
	ConnsOpened, ConnsReused, Logins int64
}

// Complete puts what the engine knows of a run into what run.json says of it,
// with what the correlator knows of its webhooks; that is nil without any.
func (r Report) Complete(run *results.Run, correlator *webhook.Correlator) {
	run.Generator, run.Plan.Legs = r.Generator, r.Legs
	for name, counts := range r.Targets {
		target := run.Targets[name]
		target.ConnsOpened, target.ConnsReused, target.Logins = counts.ConnsOpened, counts.ConnsReused, counts.Logins
		if correlator != nil {
			summary := correlator.Summary(name)
			target.Webhook = &summary
		}
	}
}

// report gathers what the run directory does not hold.
func (e *engine) report() Report {
	r := Report{Legs: e.legs, Aborted: e.aborted, Targets: map[string]TargetReport{}}
	ev := evidence{
		dropped: -e.unsent.Load(), faults: -e.cut.Load(), // an interrupt's doing
		held: e.held, offered: e.offered, lateness: e.lateness, service: e.service,
		usage: e.meter.read(), machine: e.machine, backlog: e.recorder.backlog,
		timedByUs: e.timedByUs.Load(), webhooks: e.correlator != nil,
		length: planned(e.plan.Legs()), stalls: e.stalls, busyWait: e.busy != nil,
	}
	for name, t := range e.targets {
		sum := e.collector.totals[name]
		ev.planned += sum.planned
		ev.dropped += sum.dropped
		ev.faults += sum.outcomes[whatsapp.GeneratorFault]
		tr := TargetReport{}
		tr.ConnsOpened, tr.ConnsReused = t.exchanger.counts()
		if t.session != nil {
			tr.Logins = t.session.logins.Load()
		}
		r.Targets[name] = tr
	}
	r.Generator, r.Lateness = ev.judge(), results.Summary(e.lateness)
	return r
}
