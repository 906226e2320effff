package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"wabench/internal/units"
	"wabench/results"
)

// baselines is where stored baselines live under the directory of runs.
const baselines = "baselines"

func newBaselineCmd(e env) *cobra.Command {
	c := &cobra.Command{
		Use:   "baseline",
		Short: "Keep a run's numbers to compare later runs with",
		Long: `Baseline keeps the numbers of a run under a name: its figures and a histogram
for each block, small enough to commit. Rules with "vs baseline" compare with
it: pass --baseline NAME to bench run or bench gate.`,
		Example: `  bench baseline set latest main
  bench baseline list`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var out string
	c.PersistentFlags().StringVar(&out, "out", "results", "directory under which runs and baselines are")
	c.AddCommand(newBaselineSetCmd(e, &out), newBaselineListCmd(e, &out), newBaselineRemoveCmd(e, &out))
	return c
}

func newBaselineSetCmd(e env, out *string) *cobra.Command {
	return &cobra.Command{
		Use:   "set RUN [NAME]",
		Short: "Keep a run's numbers under a name, in place of what had it",
		Long: `Set keeps the numbers of a run under NAME, or else under the name of its
scenario. An older baseline of that name is replaced.`,
		Example: `  bench baseline set latest
  bench baseline set results/latest main`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			name := ""
			if len(args) == 2 {
				name = args[1]
			}
			return runBaselineSet(e, *out, args[0], name)
		},
	}
}

// baselineName is what a baseline may be called: a directory that no run has.
var baselineName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func runBaselineSet(e env, out, run, name string) error {
	rec, _, err := openRun(e, out, run)
	if err != nil {
		return err
	}
	if name == "" {
		name = rec.Run.Scenario.Name
	}
	if !baselineName.MatchString(name) {
		return usageError("use letters, digits, dots, - and _", "%q cannot name a baseline", name)
	}
	if !rec.Run.Complete {
		return usageError("take a run that went to its end", "run %s was cut and is no baseline", rec.Run.ID)
	}
	if rec.Run.Generator.Verdict == results.Invalid {
		return &exitError{
			code: exitInvalid, err: fmt.Errorf("run %s is invalid and is no baseline", rec.Run.ID),
			hint: "'bench show " + run + "' says why",
		}
	}
	condensed, err := rec.Condense()
	if err != nil {
		return failure("", err)
	}
	dir := filepath.Join(out, baselines, name)
	if err := e.disk.swap(dir, func(f folder) error { return results.WriteRecord(f, condensed) }); err != nil {
		return failure("", fmt.Errorf("store baseline: %s", cleanError(err)))
	}
	_, err = fmt.Fprintf(e.stdout, "baseline %s: %s (run %s)\n", name, dir, rec.Run.ID)
	return err
}

func newBaselineListCmd(e env, out *string) *cobra.Command {
	var asJSON bool
	var output string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the baselines there are",
		Example: `  bench baseline list
  bench baseline list --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			stored, err := storedBaselines(e, *out)
			if err != nil {
				return failure("", err)
			}
			return e.answer(output, func(w io.Writer) error {
				if asJSON {
					return json.NewEncoder(w).Encode(stored)
				}
				return printBaselines(w, *out, stored)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	outputFlag(c, &output)
	return c
}

// storedBaseline is a line of bench baseline list.
type storedBaseline struct {
	Name     string      `json:"name"`
	Scenario string      `json:"scenario"`
	Run      string      `json:"run"`
	Started  time.Time   `json:"started"`
	Size     units.Bytes `json:"bytes"`
	Problem  string      `json:"problem,omitempty"`
}

// storedBaselines reads run.json of every baseline.
func storedBaselines(e env, out string) ([]storedBaseline, error) {
	dir := filepath.Join(out, baselines)
	names, err := e.disk.list(dir)
	if err != nil {
		return nil, err
	}
	all := []storedBaseline{}
	for _, name := range names {
		if !baselineName.MatchString(name) {
			continue // left by a write that was cut
		}
		b := storedBaseline{Name: name, Size: units.Bytes(e.disk.size(filepath.Join(dir, name)))}
		run, err := readRun(e, filepath.Join(dir, name))
		b.Scenario, b.Run, b.Started = run.Scenario.Name, run.ID, run.Started
		if err != nil {
			b.Problem = cleanError(err)
		}
		all = append(all, b)
	}
	return all, nil
}

func printBaselines(w io.Writer, out string, stored []storedBaseline) error {
	if len(stored) == 0 {
		_, err := fmt.Fprintf(w, "no baselines under %s yet; try 'bench baseline set latest'\n", filepath.Join(out, baselines))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "baseline\tscenario\trun\tstarted\tsize")
	for _, b := range stored {
		if b.Problem != "" {
			fmt.Fprintf(table, "%s\tunreadable: %s\n", b.Name, b.Problem)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.0f KiB\n", b.Name, b.Scenario, b.Run, b.Started.Format(time.DateTime), float64(b.Size)/1024)
	}
	return table.Flush()
}

func newBaselineRemoveCmd(e env, out *string) *cobra.Command {
	return &cobra.Command{
		Use:   "rm NAME...",
		Short: "Remove baselines",
		Example: `  bench baseline rm main
  bench baseline rm old older`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, name := range args {
				if !baselineName.MatchString(name) || !e.disk.exists(filepath.Join(*out, baselines, name, results.FileRun)) {
					return usageError("'bench baseline list' shows those there are", "there is no baseline %s", name)
				}
			}
			for _, name := range args {
				if err := e.disk.remove(filepath.Join(*out, baselines, name)); err != nil {
					return failure("", err)
				}
			}
			return nil
		},
	}
}
