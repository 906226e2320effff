package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"wabench/internal/compare"
	"wabench/internal/live"
	"wabench/internal/load"
	"wabench/results"
	"wabench/scenarios"
)

// runOptions are the flags of bench run.
type runOptions struct {
	scenarioOptions
	conditions
	scenario string
	baseline string
	engine   string
	output   string
	json     bool
	live     string
	public   bool
}

// engineLocal is the only engine there is: this process.
const engineLocal = "local"

func newRunCmd(e env) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Run a scenario, write its results, exit by its gates",
		Long: `Run executes a scenario file, "-" for stdin, or a shipped scenario by name.
It writes a run directory under --out, prints what was measured, and exits
by the scenario's gates.`,
		Example: `  bench run quickstart
  bench run scenarios/cloud-vs-onprem.yaml --set load.stages[0].for=5s --seed 7
  bench run quickstart --live 127.0.0.1:8080`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.scenario = args[0]
			return runRun(c.Context(), e, o)
		},
	}
	o.scenarioOptions.flags(c)
	o.conditions.flags(c, "runs land")
	c.Flags().StringVar(&o.baseline, "baseline", "", "run (RUN#TARGET for one target of it) or stored baseline that rules with 'vs baseline' compare with")
	c.Flags().BoolVar(&o.json, "json", false, "print run.json in place of the table")
	c.Flags().StringVar(&o.live, "live", "", "serve a web page of the run while it goes, and /metrics, at this address; port 0 is any free one")
	c.Flags().BoolVar(&o.public, "public", false, "let --live be reached from other machines")
	c.Flags().StringVar(&o.engine, "engine", engineLocal, "where the load comes from; only local is built in")
	outputFlag(c, &o.output)
	return c
}

func runRun(ctx context.Context, e env, o runOptions) error {
	if o.engine != engineLocal {
		return usageError("leave --engine out; shards that were run by hand are joined by 'bench merge'",
			"engine %q is not built in: load comes from this machine only", o.engine)
	}
	defer collectRarely()()
	src, err := readScenario(e, o.scenario)
	if err != nil {
		return err
	}
	plan, around, err := o.resolve(e, src, false)
	if err != nil {
		return err
	}
	if err := o.suit(plan); err != nil {
		return err
	}
	baseline, err := openBaseline(e, o.out, o.baseline, plan.Gates)
	if err != nil {
		return err
	}
	page, err := openLive(o)
	if err != nil {
		return err
	}
	defer page.close()
	s, err := setUp(ctx, plan, around)
	if err != nil {
		return err
	}
	defer s.close() //nolint:errcheck // listeners of a process that is about to end
	if err := s.warm(ctx); err != nil {
		return err
	}
	return execution{env: e, options: o, plan: plan, stage: s, source: src, baseline: baseline, page: page}.run(ctx)
}

// execution is one run, from its directory to its exit code.
type execution struct {
	env      env
	options  runOptions
	plan     *scenarios.Plan
	stage    *stage
	source   source
	baseline compare.Side
	page     *livePage
}

func (x execution) run(ctx context.Context) error {
	id, err := uuid.NewV7()
	if err != nil {
		return failure("", err)
	}
	dir := filepath.Join(x.options.out, id.String())
	folder, err := x.env.disk.create(dir)
	if err != nil {
		return failure("choose another place with --out", fmt.Errorf("create run directory: %s", cleanError(err)))
	}
	defer folder.reserve.close()
	run, err := describe(x.env, x.plan, x.stage, x.source, x.options.conditions)
	if err != nil {
		return failure("", err)
	}
	run.ID, run.Started = id.String(), x.env.now()
	writer, err := results.Create(folder, run, x.source.text)
	if err != nil {
		// Nothing was sent: a directory without evidence is in the way.
		return failure("choose another place with --out", errors.Join(err, x.env.disk.remove(dir)))
	}
	if err := x.env.disk.point(filepath.Join(x.options.out, "latest"), id.String()); err != nil {
		say(x.env.stderr, x.env.quiet(), "bench: %s/latest was not updated: %s", x.options.out, cleanError(err))
	}
	report, interrupted, err := x.load(ctx, writer, run, dir)
	err = errors.Join(err, writer.Close())
	if err != nil && !interrupted {
		return failure("", err)
	}
	run.Ended = x.env.now()
	run.Complete = !interrupted && report.Aborted == ""
	x.stage.hangUp() // reading the run needs descriptors
	return x.finish(folder, dir, run, report, interrupted)
}

// load runs the engine until it ends or the user interrupts it.
func (x execution) load(ctx context.Context, writer *results.Writer, run results.Run, dir string) (load.Report, bool, error) {
	running, stop := x.env.interrupted(ctx)
	defer stop()
	options := load.Options{
		Targets: x.stage.targets, Writer: writer, Started: run.Started, Correlator: x.stage.correlator, Alone: true,
		BusyWait: x.options.busyWait,
	}
	if e := newEnough(x.plan, x.env.disk.open(dir)); e != nil {
		options.Enough = e.reached
	}
	if a := newAbort(x.plan.Gates, x.env.disk.open(dir)); a != nil {
		options.Abort = a.check
	}
	options.Observers = x.page.serve(x.env, x.plan.Name, run.ID)
	defer x.page.close()
	_, redraw := x.env.terminal()
	terminal := live.NewTerminal(x.env.stderr, live.Options{
		Quiet: x.env.quiet(), Redraw: redraw, Width: x.env.width, Colour: x.env.colour(false),
	})
	defer terminal.Close()
	options.Observers = append(options.Observers, terminal)
	report, err := load.Run(running, x.plan, options)
	interrupted := running.Err() != nil
	if interrupted && errors.Is(err, context.Canceled) {
		err = nil
	}
	return report, interrupted, err
}

// describe fills what is known of a run before it begins.
func describe(e env, plan *scenarios.Plan, s *stage, src source, o conditions) (results.Run, error) {
	full, err := planJSON(plan)
	if err != nil {
		return results.Run{}, err
	}
	run := results.Run{
		Scenario:    results.ScenarioRef{Name: plan.Name, Description: plan.Description, SHA256: fingerprint(src.text)},
		Plan:        planRef(plan),
		Environment: o.here(e),
		Targets:     map[string]*results.Target{},
	}
	run.Plan.Full = full
	run.Floor, run.Notes = toolFloor(e, o.out, run.Environment)
	for i := range plan.Targets {
		t := &plan.Targets[i]
		run.Targets[t.Name] = targetRef(t, s)
	}
	return run, nil
}

// planRef summarises a plan for readers that do not have the scenario's code.
func planRef(plan *scenarios.Plan) results.PlanRef {
	ref := results.PlanRef{
		SHA256: plan.SHA256(), Seed: plan.Seed, Warmup: plan.Warmup, Block: plan.Block,
		Arrivals: string(plan.Arrivals), Order: string(plan.Order()), WarmupAuto: plan.WarmupAuto,
	}
	if plan.Compare != nil {
		ref.Base, ref.Head = plan.Compare.Base, plan.Compare.Head
	}
	at := time.Duration(0)
	for _, stage := range plan.Stages {
		length := stage.Length()
		ref.Stages = append(ref.Stages, results.Stage{
			Label: stage.Label(), From: at, To: at + length, Users: stage.Users,
			Start: float64(stage.RateAt(0)), End: float64(stage.RateAt(length)),
		})
		at += length
	}
	for _, leg := range plan.Legs() {
		ref.Legs = append(ref.Legs, results.Leg{Target: leg.Target, From: leg.From, To: leg.To})
		ref.Duration += leg.Length()
	}
	if facts, err := plan.Facts(); err == nil {
		ref.Planned = facts.Hits
	}
	return ref
}

// targetRef says what a target is.
func targetRef(t *scenarios.Target, s *stage) *results.Target {
	out := &results.Target{API: string(t.API), URL: t.URL, Fake: t.Fake}
	if fake := s.fakes[t.Name]; fake != nil {
		out.URL = fake.Info().URL
	}
	if t.Cost != nil && t.Cost.PerHour != nil {
		out.CostPerHour = t.Cost.PerHour.String()
	}
	if t.Cost != nil && t.Cost.PerMessage != nil {
		out.CostPerMsg = t.Cost.PerMessage.String()
	}
	return out
}
