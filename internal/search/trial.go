package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"wabench/internal/gate"
	"wabench/internal/load"
	"wabench/internal/webhook"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// Place is where one step of a search is run: its run directory, and what is
// known of the run before it begins.
type Place struct {
	// Name of the directory, beside search.json.
	Name     string
	Sink     results.Sink
	Files    fs.FS // the same directory, read
	Run      results.Run
	Scenario []byte
	// Correlator is nil without webhooks.
	Correlator *webhook.Correlator
}

// trial is one step under way.
type trial struct {
	setup Setup
	step  Step
	plan  *scenarios.Plan
	place *Place
	watch watch
}

// outcome is what a step came to.
type outcome struct {
	summary StepSummary
	record  *results.Record
}

// run does the step: the load, and the verdict. A step that
// was interrupted leaves its directory and returns why.
func (t *trial) run(ctx context.Context) (outcome, error) {
	run := t.place.Run
	run.Started = time.Now()
	writer, err := results.Create(t.place.Sink, run, t.place.Scenario)
	if err != nil {
		return outcome{}, err
	}
	report, loadErr := load.Run(ctx, t.plan, t.options(writer, run.Started))
	if err := errors.Join(writer.Close(), t.finish(run, report, loadErr == nil)); err != nil {
		return outcome{}, errors.Join(loadErr, err)
	}
	if loadErr != nil {
		return outcome{}, loadErr
	}
	return t.judge()
}

// options are those of the engine. The step ends as planned, only sooner, once
// it is decided.
func (t *trial) options(writer *results.Writer, started time.Time) load.Options {
	hold := t.plan.Length() - t.plan.Warmup
	t.watch = watch{
		rules: t.plan.Gates, target: t.setup.Target.Name, files: t.place.Files,
		began: started, least: t.plan.Warmup + t.setup.Hold, every: hold / looks,
	}
	return load.Options{
		Targets: []load.Target{t.setup.Target}, Writer: writer, Started: started,
		Correlator: t.place.Correlator, Wait: t.setup.Wait, BusyWait: t.setup.BusyWait, Enough: t.watch.enough, Alone: true,
	}
}

// finish writes run.json with what the engine knows.
func (t *trial) finish(run results.Run, report load.Report, complete bool) error {
	run.Ended, run.Complete = time.Now(), complete
	report.Complete(&run, t.place.Correlator)
	return results.WriteRun(t.place.Sink, run)
}

// judge reads the run back and holds the rules against it.
func (t *trial) judge() (outcome, error) {
	rec, err := results.Open(t.place.Files)
	if err != nil {
		return outcome{}, err
	}
	if err := rec.Summarize(); err != nil {
		return outcome{}, err
	}
	rec.Run.Gates = gate.Judge(t.plan.Gates, rec, nil)
	if err := results.WriteRun(t.place.Sink, rec.Run); err != nil {
		return outcome{}, err
	}
	s := StepSummary{
		N: t.step.N, Rate: float64(t.step.Rate), Direction: t.step.Direction, Run: t.place.Name,
		Hold:  t.plan.Length() - t.plan.Warmup,
		Gates: rec.Run.Gates, Generator: rec.Run.Generator,
	}
	for _, leg := range rec.Run.Plan.Legs {
		s.Held += leg.To - leg.From
	}
	s.Held -= min(t.plan.Warmup, s.Held)
	s.Early = t.watch.early && s.Held < s.Hold
	for _, op := range []whatsapp.Op{whatsapp.OpSend, whatsapp.OpRetry} {
		if counts := rec.Run.Targets[t.setup.Target.Name].Ops[string(op)]; counts != nil {
			s.Messages += counts.Sent
		}
	}
	s.Verdict, s.Detail = t.verdict(rec)
	return outcome{s, rec}, nil
}

// verdict joins those of the rules. Where the bound on requests in flight was
// reached the load was not offered as planned: if the rules fail all the same
// that is the target's doing, else the step shows nothing.
func (t *trial) verdict(rec *results.Record) (verdict, detail string) {
	gates := rec.Run.Gates
	if t.full(rec) {
		unbound := *rec
		unbound.Run.Generator.Verdict = results.Degraded
		gates = gate.Judge(t.plan.Gates, &unbound, nil)
	}
	worst := worstOf(gates)
	if worst.Verdict == results.Pass && t.full(rec) {
		return results.Invalid, fmt.Sprintf("max_in_flight (%d) requests were under way; raise it for rates like this", t.setup.Target.MaxInFlight)
	}
	return worst.Verdict, worst.Rule + ": " + worst.Observed
}

// full reports whether as many requests were under way as may be.
func (t *trial) full(rec *results.Record) bool {
	for _, p := range rec.Points {
		if p.InFlight >= int64(t.setup.Target.MaxInFlight) {
			return true
		}
	}
	return false
}

// worstOf is the gate that decides: an invalid one, else a failed one, else one
// that lacks evidence, else the last.
func worstOf(gates []results.Gate) results.Gate {
	for _, verdict := range []string{results.Invalid, results.Fail, results.Inconclusive} {
		for _, g := range gates {
			if g.Verdict == verdict {
				return g
			}
		}
	}
	return gates[len(gates)-1]
}
