package search

import (
	"context"
	"fmt"
	"time"

	"wabench/internal/gate"
	"wabench/internal/load"
	"wabench/results"
	"wabench/scenarios"
)

// Setup is a search with the world it runs in.
type Setup struct {
	Options
	// Plan is that of Narrow: one target, the rules as gates.
	Plan   *scenarios.Plan
	Target load.Target
	// Hold is the least time that a rate is held to pass; 0 is LeastHold.
	Hold time.Duration
	// Open makes the place of a step. Each step has its own correlator.
	Open func(Step, *scenarios.Plan) (*Place, error)
	// Sink takes search.json, which is written anew after each step.
	Sink results.Sink
	// Wait is that of load.Options.
	Wait func(until time.Time)
	// BusyWait is that of load.Options.
	BusyWait bool
	// Observer is told what happens; its fields may be nil.
	Observer Observer
}

// Observer is told of a search's steps.
type Observer struct {
	// Begin is told a step and how long it holds its rate at most.
	Begin func(step Step, hold time.Duration)
	// Done is told what a step came to, with its record, whose run.json is
	// written after it returns: it may add notes.
	Done func(StepSummary, *results.Record) error
}

// LeastHold is how long a rate is held to pass unless the setup says.
const LeastHold = 10 * time.Second

// Run searches. about is the summary with what is known before: id, scenario
// and environment. It returns what was found up to an error or to the end of
// ctx.
func Run(ctx context.Context, setup Setup, about Summary) (Summary, error) {
	var err error
	if setup.Options, err = setup.Defaults(); err != nil {
		return about, err
	}
	if setup.Hold == 0 {
		setup.Hold = LeastHold
	}
	r := &running{setup: setup, summary: setup.about(about)}
	return r.run(ctx)
}

// about fills in what was asked.
func (s Setup) about(known Summary) Summary {
	known.Schema, known.Started = Schema, time.Now()
	known.Target, known.Seed, known.Hold = s.Target.Name, s.Plan.Seed, s.Hold
	known.From, known.To = float64(s.From), float64(s.To)
	known.Tolerance, known.MaxSteps = s.Tolerance, s.Steps
	known.Rules, known.Steps = ruleTexts(s.Plan.Gates), []StepSummary{}
	return known
}

func ruleTexts(rules []gate.Rule) []string {
	texts := make([]string, len(rules))
	for i, rule := range rules {
		texts[i] = rule.String()
	}
	return texts
}

// running is a search under way.
type running struct {
	setup   Setup
	trials  []Trial
	spent   spending
	summary Summary
}

func (r *running) run(ctx context.Context) (Summary, error) {
	for {
		next, ok := r.setup.Next(r.trials)
		if !ok {
			return r.summary, r.end(true, "")
		}
		plan, err := stepPlan(r.setup.Plan, next, r.setup.Hold, r.spent.messages)
		if err != nil {
			return r.summary, err
		}
		over, err := r.spent.exceeds(plan)
		if err != nil {
			return r.summary, err
		}
		if over != "" {
			return r.summary, r.end(true, over)
		}
		if err := r.step(ctx, next, r.spent.within(plan)); err != nil {
			return r.summary, joinEnd(err, r.end(false, "the search was cut short"))
		}
	}
}

// joinEnd keeps the error that ended a search first.
func joinEnd(err, end error) error {
	if end == nil {
		return err
	}
	return fmt.Errorf("%w; then %w", err, end)
}

// step takes one step and writes down what it came to.
func (r *running) step(ctx context.Context, next Step, plan *scenarios.Plan) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if begin := r.setup.Observer.Begin; begin != nil {
		begin(next, plan.Length()-plan.Warmup)
	}
	if err := load.Warm(ctx, r.setup.Target, next.Rate); err != nil {
		return fmt.Errorf("target %s: %w", r.setup.Target.Name, err)
	}
	place, err := r.setup.Open(next, plan)
	if err != nil {
		return err
	}
	t := trial{setup: r.setup, step: next, plan: plan, place: place}
	done, err := t.run(ctx)
	if err != nil {
		return fmt.Errorf("step %d at %s: %w", next.N, PerSecond(next.Rate), err)
	}
	if tell := r.setup.Observer.Done; tell != nil {
		if err := tell(done.summary, done.record); err != nil {
			return err
		}
		if err := results.WriteRun(place.Sink, done.record.Run); err != nil {
			return err
		}
	}
	r.spent.add(plan, done.summary)
	r.trials = append(r.trials, Trial{next, done.summary.Verdict})
	r.summary.Steps = append(r.summary.Steps, done.summary)
	return r.write()
}

// end completes the summary.
func (r *running) end(complete bool, why string) error {
	r.summary.Complete = complete
	return r.writeBecause(why)
}

func (r *running) write() error { return r.writeBecause("") }

// writeBecause writes the summary as it stands. why, if given, is why the
// search ended before its answer was found.
func (r *running) writeBecause(why string) error {
	r.summary.Ended = time.Now()
	r.summary.Answer = r.setup.Answer(r.trials)
	if why != "" && r.summary.Answer.Status != Found {
		r.summary.Answer.Status, r.summary.Answer.Reason = Inconclusive, why
	}
	return r.summary.Write(r.setup.Sink)
}
