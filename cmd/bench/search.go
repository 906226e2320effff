package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"wabench/internal/search"
	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// searchOptions are the flags of bench search.
type searchOptions struct {
	scenarioOptions
	conditions
	scenario       string
	target         string
	slo            []string
	from, to, step string
	steps          int
	json           bool
	quiet          bool
}

func newSearchCmd(e env) *cobra.Command {
	var o searchOptions
	c := &cobra.Command{
		Use:   "search SCENARIO",
		Short: "Find the highest rate that still meets rules",
		Long: `Search sends a scenario's messages to one of its targets at one rate after the
other, and finds the highest at which every --slo rule holds, within 2 % in at
most twelve steps. A rate passes only if the rules are shown to hold for at
least --step; low rates take longer, for the rules need their samples. Each
step is a run directory of its own, beside search.json.

Exit codes: 0 found, 3 even the lowest rate fails, 4 inconclusive.`,
		Example: `  bench search otp-steady --slo 'throttle_rate(send) <= 1%' --set limits.max_messages=20000
  bench search cloud-vs-onprem --target cloud --slo 'p99(send.response) < 2s' --from 20/s --to 400/s`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.scenario = args[0]
			return runSearch(c.Context(), e, o)
		},
	}
	o.scenarioOptions.flags(c)
	c.Flags().StringArrayVar(&o.slo, "slo", nil, "a rule to meet, written as a gate (repeatable)")
	c.Flags().StringVar(&o.target, "target", "", "the target to search, if the scenario has several")
	c.Flags().StringVar(&o.from, "from", "10/s", "lowest rate")
	c.Flags().StringVar(&o.to, "to", "5000/s", "highest rate")
	c.Flags().StringVar(&o.step, "step", "10s", "least time that a rate is held to pass")
	c.Flags().IntVar(&o.steps, "steps", search.DefaultSteps, "most steps taken")
	o.conditions.flags(c, "the search lands")
	c.Flags().BoolVar(&o.json, "json", false, "print search.json in place of the lines")
	c.Flags().BoolVar(&o.quiet, "quiet", false, "no progress, only the answer")
	return c
}

func runSearch(ctx context.Context, e env, o searchOptions) error {
	defer collectRarely()()
	setup, err := o.setup()
	if err != nil {
		return err
	}
	src, err := readScenario(e, o.scenario)
	if err != nil {
		return err
	}
	plan, around, err := o.resolve(e, src, false)
	if err != nil {
		return err
	}
	if setup.Plan, err = o.narrow(plan); err != nil {
		return err
	}
	setup.BusyWait = o.busyWait
	if err := o.suit(setup.Plan); err != nil {
		return err
	}
	s, err := setUp(ctx, setup.Plan, around)
	if err != nil {
		return err
	}
	defer s.close() //nolint:errcheck // listeners of a process that is about to end
	if err := s.warm(ctx); err != nil {
		return err
	}
	setup.Target = s.targets[0]
	return (&searching{env: e, options: o, stage: s, source: src}).run(ctx, setup)
}

// setup reads the flags that bound the search.
func (o searchOptions) setup() (setup search.Setup, err error) {
	if len(o.slo) == 0 {
		return setup, usageError("write --slo 'p99(send.response) < 800ms'", "a search needs a rule to meet")
	}
	if setup.From, err = units.ParseRate(o.from); err != nil {
		return setup, usageError("", "--from: %v", err)
	}
	if setup.To, err = units.ParseRate(o.to); err != nil {
		return setup, usageError("", "--to: %v", err)
	}
	if setup.Hold, err = units.ParseDuration(o.step); err != nil {
		return setup, usageError("", "--step: %v", err)
	}
	if setup.Hold < time.Second {
		return setup, usageError("the least is 1s, and 10s is better", "--step: %s is too short to judge by", o.step)
	}
	setup.Steps = o.steps
	if o.steps < 1 {
		return setup, usageError("", "--steps: %d steps find nothing", o.steps)
	}
	if setup.Options, err = setup.Defaults(); err != nil {
		return setup, usageError("write --from 10/s --to 5000/s", "%v", err)
	}
	return setup, nil
}

// narrow returns the plan of the target to search.
func (o searchOptions) narrow(plan *scenarios.Plan) (*scenarios.Plan, error) {
	rules, err := parseRules(o.slo)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range plan.Targets {
		names = append(names, t.Name)
	}
	target := o.target
	if target == "" {
		if len(names) > 1 {
			return nil, usageError("targets are "+joinWords(names), "the scenario has several targets; choose one with --target")
		}
		target = names[0]
	}
	if plan.Target(target) == nil {
		return nil, usageError("targets are "+joinWords(names), "the scenario has no target %s", target)
	}
	narrowed, err := search.Narrow(plan, target, rules)
	if err != nil {
		return nil, usageError("", "%v", err)
	}
	return narrowed, nil
}

// searching is one search, from its directory to its exit code.
type searching struct {
	env     env
	options searchOptions
	stage   *stage
	source  source
	dir     string
}

func (s *searching) run(ctx context.Context, setup search.Setup) error {
	id, err := uuid.NewV7()
	if err != nil {
		return failure("", err)
	}
	s.dir = filepath.Join(s.options.out, id.String()+"-search")
	folder, err := s.env.disk.create(s.dir)
	if err != nil {
		return failure("choose another place with --out", fmt.Errorf("create directory of the search: %s", cleanError(err)))
	}
	if setup.Hold < search.LeastHold {
		say(s.env.stderr, s.options.quiet, "bench: steps of %s may be too short for a backlog to show; 10s is better", s.options.step)
	}
	setup.Sink, setup.Open = folder, s.open
	setup.Observer = search.Observer{Begin: s.begin(setup.Steps), Done: s.done}
	running, stop := s.env.interrupted(ctx)
	defer stop()
	here := s.options.here(s.env)
	floor, _ := toolFloor(s.env, s.options.out, here)
	summary, err := search.Run(running, setup, search.Summary{
		ID: id.String(), Environment: here, Floor: floor,
		Scenario: results.ScenarioRef{
			Name: setup.Plan.Name, Description: setup.Plan.Description, SHA256: fingerprint(s.source.text),
		},
	})
	interrupted := running.Err() != nil
	if err != nil && !interrupted {
		return asFailure(err)
	}
	if err := errors.Join(s.page(summary), s.answer(summary)); err != nil {
		return failure("", err)
	}
	if interrupted {
		say(s.env.stderr, false, "bench: interrupted; %s holds the steps until then", s.dir)
		return exitWith(exitInterrupted)
	}
	return exitWith(searchExits[summary.Answer.Status])
}

// searchExits are the exit codes of a search.
var searchExits = map[search.Status]int{
	search.Found: exitOK, search.AtLeast: exitOK, search.Below: exitGate, search.Inconclusive: exitInconclusive,
}

// asFailure keeps the exit code of an error that has one.
func asFailure(err error) error {
	var exit *exitError
	if errors.As(err, &exit) {
		return err
	}
	return failure("", err)
}

// open makes the run directory of a step. Every step after the first has a
// receiver of its own: the engine closes a correlator with its run.
func (s *searching) open(step search.Step, plan *scenarios.Plan) (*search.Place, error) {
	if s.stage.receiver != nil && step.N > 1 {
		if err := errors.Join(s.stage.receiver.Close(), s.stage.listen()); err != nil {
			return nil, err
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(s.dir, id.String())
	folder, err := s.env.disk.create(dir)
	if err != nil {
		return nil, fmt.Errorf("create run directory: %s", cleanError(err))
	}
	run, err := describe(s.env, plan, s.stage, s.source, s.options.conditions)
	run.ID = id.String()
	return &search.Place{
		Name: id.String(), Sink: folder, Files: s.env.disk.open(dir),
		Run: run, Scenario: s.source.text, Correlator: s.stage.correlator,
	}, err
}

// begin says on stderr what is about to be tried.
func (s *searching) begin(most int) func(search.Step, time.Duration) {
	return func(step search.Step, hold time.Duration) {
		from := ""
		if step.Direction == search.Down {
			from = " after an overload"
		}
		say(s.env.stderr, s.options.quiet, "step %d of at most %d: %s%s for up to %s",
			step.N, most, search.PerSecond(step.Rate), from, units.FormatDuration(hold))
	}
}

// done completes the run directory of a step, and prints its line.
func (s *searching) done(step search.StepSummary, rec *results.Record) error {
	rec.Run.Notes = append(rec.Run.Notes, notes(rec)...)
	if _, err := writeReports(folder{dir: filepath.Join(s.dir, step.Run)}, rec); err != nil {
		return err
	}
	if s.options.json {
		return nil
	}
	return s.env.output("-", func(w io.Writer) error {
		_, err := fmt.Fprintln(w, verdictMarks[step.Verdict], step)
		return err
	})
}

// answer prints what was found.
func (s *searching) answer(summary search.Summary) error {
	return s.env.output("-", func(w io.Writer) error {
		if s.options.json {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			encoder.SetEscapeHTML(false)
			return encoder.Encode(summary)
		}
		_, err := fmt.Fprintf(w, "\n%s\nsteps: %s\nreport: %s\n", summary.Answer,
			filepath.Join(s.dir, search.File), filepath.Join(s.dir, results.FileReport))
		return err
	})
}
