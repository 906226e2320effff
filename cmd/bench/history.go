package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"wabench/internal/stat"
	"wabench/results"
)

// historyOptions are the flags of bench history.
type historyOptions struct {
	scenario, out, output string
	json                  bool
}

func newHistoryCmd(e env) *cobra.Command {
	var o historyOptions
	c := &cobra.Command{
		Use:   "history [SCENARIO]",
		Short: "Say when the stored runs of a scenario changed",
		Long: `History lines up the stored runs of a scenario, or of every scenario, and finds
the runs from which a metric is no longer what it was (E-divisive change
points, p <= 0.01). Runs that were cut or invalid are left out. Six runs are
the least in which anything can be found, twenty are what it wants.`,
		Example: `  bench history
  bench history cloud-vs-onprem --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.scenario = args[0]
			}
			return runHistory(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().BoolVar(&o.json, "json", false, "print as JSON")
	outputFlag(c, &o.output)
	return c
}

func runHistory(e env, o historyOptions) error {
	runs, err := usableRuns(e, o.out)
	if err != nil {
		return failure("", err)
	}
	scenarios := map[string][]results.Run{}
	for _, run := range runs {
		if o.scenario == "" || run.Scenario.Name == o.scenario {
			scenarios[run.Scenario.Name] = append(scenarios[run.Scenario.Name], run)
		}
	}
	if o.scenario != "" && len(scenarios) == 0 {
		return usageError(fmt.Sprintf("'bench list --out %s' shows the runs there are", o.out), "there is no complete and valid run of scenario %s", o.scenario)
	}
	courses := []course{}
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		courses = append(courses, coursesOf(name, scenarios[name])...)
	}
	return e.answer(o.output, func(w io.Writer) error {
		if o.json {
			return json.NewEncoder(w).Encode(courses)
		}
		return printCourses(w, o.out, courses)
	})
}

// usableRuns reads run.json of the complete and valid runs under a directory,
// oldest first.
func usableRuns(e env, out string) ([]results.Run, error) {
	names, err := e.disk.list(out)
	if err != nil {
		return nil, err
	}
	var runs []results.Run
	for _, name := range names {
		if uuid.Validate(name) != nil {
			continue
		}
		run, err := readRun(e, filepath.Join(out, name))
		if err != nil {
			continue // bench list names it
		}
		if run.Complete && run.Generator.Verdict != results.Invalid {
			runs = append(runs, run)
		}
	}
	slices.SortStableFunc(runs, func(a, b results.Run) int { return a.Started.Compare(b.Started) })
	return runs, nil
}

// course is one metric of one target over the runs of a scenario.
type course struct {
	Scenario string    `json:"scenario"`
	Target   string    `json:"target"`
	Metric   string    `json:"metric"`
	Unit     string    `json:"unit"`
	Runs     []string  `json:"runs"`
	Values   []float64 `json:"values"`
	Changes  []turn    `json:"changes"`
}

// turn is a run from which a metric is no longer what it was.
type turn struct {
	Run     string    `json:"run"`
	Started time.Time `json:"started"`
	Before  float64   `json:"before"`
	After   float64   `json:"after"`
	P       float64   `json:"p"`
	// Plan says that the plan is another one, too, from this run on.
	Plan bool `json:"plan_changed"`
	// Version is what the run was made with, if that changed too.
	Version string `json:"version_changed,omitempty"`
}

// coursesOf follows each metric of each target over the runs of a scenario.
func coursesOf(scenario string, runs []results.Run) []course {
	targets := map[string]bool{}
	for _, run := range runs {
		for name := range run.Targets {
			targets[name] = true
		}
	}
	var all []course
	for _, target := range slices.Sorted(maps.Keys(targets)) {
		for _, m := range historyMetrics {
			if c := follow(scenario, target, m, runs); len(c.Values) > 0 {
				all = append(all, c)
			}
		}
	}
	return all
}

// follow collects a metric where runs have it, and finds its changes.
func follow(scenario, target string, m historyMetric, runs []results.Run) course {
	c := course{Scenario: scenario, Target: target, Metric: m.name, Unit: m.unit, Changes: []turn{}}
	var of []results.Run
	for _, run := range runs {
		t := run.Targets[target]
		if t == nil {
			continue
		}
		if value, ok := m.of(t); ok {
			of = append(of, run)
			c.Runs, c.Values = append(c.Runs, run.ID), append(c.Values, value)
		}
	}
	for _, change := range (stat.EDivisive{}).Changes(c.Values, rand.New(rand.NewPCG(1, 2))) {
		before, run := of[change.Index-1], of[change.Index]
		t := turn{
			Run: run.ID, Started: run.Started, Before: change.Before, After: change.After, P: change.P,
			Plan: before.Plan.SHA256 != run.Plan.SHA256,
		}
		if before.Environment.Version != run.Environment.Version {
			t.Version = run.Environment.Version
		}
		c.Changes = append(c.Changes, t)
	}
	return c
}

// enoughRuns is how many points change points want.
const enoughRuns = 20

func printCourses(w io.Writer, out string, courses []course) error {
	if len(courses) == 0 {
		_, err := fmt.Fprintf(w, "no complete and valid runs under %s yet; try 'bench run quickstart'\n", out)
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "scenario\ttarget\tmetric\truns\toldest to newest\tnewest\tchanges")
	few := false
	for _, c := range courses {
		few = few || len(c.Values) < enoughRuns
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%d\n", c.Scenario, c.Target, c.Metric, len(c.Values),
			sparks(c.Values), c.print(c.Values[len(c.Values)-1]), len(c.Changes))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range courses {
		for _, t := range c.Changes {
			if _, err := fmt.Fprintf(w, "\n%s of %s on %s: %s → %s from run %s (%s), p = %.2g%s\n", c.Metric, c.Scenario, c.Target,
				c.print(t.Before), c.print(t.After), t.Run, t.Started.Format(time.DateTime), t.P, t.reasons()); err != nil {
				return err
			}
		}
	}
	if few {
		fmt.Fprintf(w, "\nnote: fewer than %d runs tell only large changes from chance\n", enoughRuns)
	}
	return nil
}

// reasons are what else is different from the run of a change on.
func (t turn) reasons() string {
	reasons := ""
	if t.Plan {
		reasons += "; the plan is another one, too"
	}
	if t.Version != "" {
		reasons += "; made with " + t.Version
	}
	return reasons
}

// sparkWidth is how many of the newest values are drawn.
const sparkWidth = 30

// sparks draws the newest values as a line of bars.
func sparks(values []float64) string {
	values = values[max(len(values)-sparkWidth, 0):]
	least, most := slices.Min(values), slices.Max(values)
	bars := []rune("▁▂▃▄▅▆▇█")
	var line strings.Builder
	for _, v := range values {
		at := 0
		if most > least {
			at = int((v - least) / (most - least) * float64(len(bars)-1))
		}
		line.WriteRune(bars[at])
	}
	return line.String()
}
