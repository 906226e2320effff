package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"wabench/internal/units"
	"wabench/results"
)

func newListCmd(e env) *cobra.Command {
	var out, output string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List stored runs, newest first",
		Example: `  bench list
  bench list --out ci-results --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			runs, err := storedRuns(e, out)
			if err != nil {
				return failure("", err)
			}
			return e.answer(output, func(w io.Writer) error {
				if asJSON {
					return json.NewEncoder(w).Encode(runs)
				}
				return printRuns(w, out, runs)
			})
		},
	}
	c.Flags().StringVar(&out, "out", "results", "directory under which runs are looked for")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	outputFlag(c, &output)
	return c
}

// storedRun is a line of bench list.
type storedRun struct {
	ID       string        `json:"id"`
	Scenario string        `json:"scenario"`
	Started  time.Time     `json:"started"`
	Length   time.Duration `json:"length_ns"`
	Targets  []string      `json:"targets"`
	Verdict  string        `json:"verdict"`
	Problem  string        `json:"problem,omitempty"`
}

// storedRuns reads run.json of every run under out, newest first. One that
// cannot be read is listed with its problem.
func storedRuns(e env, out string) ([]storedRun, error) {
	names, err := e.disk.list(out)
	if err != nil {
		return nil, err
	}
	runs := []storedRun{}
	for _, name := range slices.Backward(names) {
		if uuid.Validate(name) != nil {
			continue
		}
		run, err := readRun(e, filepath.Join(out, name))
		if err != nil {
			runs = append(runs, storedRun{ID: name, Problem: cleanError(err)})
			continue
		}
		runs = append(runs, storedRun{
			ID: name, Scenario: run.Scenario.Name, Started: run.Started, Length: runLength(run),
			Targets: slices.Sorted(maps.Keys(run.Targets)), Verdict: overall(run),
		})
	}
	return runs, nil
}

// readRun reads the run.json of a directory.
func readRun(e env, dir string) (results.Run, error) {
	text, err := e.disk.read(filepath.Join(dir, results.FileRun), fileLimit)
	if err != nil {
		return results.Run{}, err
	}
	return results.DecodeRun(text)
}

func runLength(run results.Run) time.Duration {
	if run.Ended.IsZero() {
		return 0
	}
	return run.Ended.Sub(run.Started)
}

// overall is the worst verdict of a run's gates, or how the run ended.
func overall(run results.Run) string {
	if !run.Complete {
		return "cut"
	}
	if run.Generator.Verdict == results.Invalid {
		return results.Invalid
	}
	if len(run.Gates) == 0 {
		return "no gates"
	}
	for _, worst := range []string{results.Invalid, results.Fail, results.Inconclusive} {
		for _, g := range run.Gates {
			if g.Verdict == worst {
				return worst
			}
		}
	}
	return results.Pass
}

func printRuns(w io.Writer, out string, runs []storedRun) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintf(w, "no runs under %s yet; try 'bench run quickstart'\n", out)
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "run\tscenario\tstarted\tlength\ttargets\tverdict")
	for _, r := range runs {
		if r.Problem != "" {
			fmt.Fprintf(table, "%s\t%s\n", r.ID, "unreadable: "+r.Problem)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Scenario, r.Started.Format(time.DateTime),
			units.FormatDuration(r.Length), strings.Join(r.Targets, ","), r.Verdict)
	}
	return table.Flush()
}

// targetNames lists a run's targets.
func targetNames(rec *results.Record) []string { return slices.Sorted(maps.Keys(rec.Run.Targets)) }

func joinWords(words []string) string { return strings.Join(words, ", ") }
