package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"wabench/internal/foreign"
	"wabench/internal/strictyaml"
	"wabench/internal/units"
	"wabench/results"
)

// importOptions are the flags of bench import.
type importOptions struct {
	file, from, output string
	target, api, name  string
	block              string
}

func newImportCmd(e env) *cobra.Command {
	var o importOptions
	var about []string
	for _, f := range foreign.Formats() {
		about = append(about, fmt.Sprintf("  %-7s %s", f.Name, f.About))
	}
	c := &cobra.Command{
		Use:   "import --from FORMAT FILE -o DIR",
		Short: "Read another tool's results as a run",
		Long: `Import reads the results of another load generator and writes them as a run
directory, for report, compare and gate. What the tool did not record is
marked in the run's notes: without due moments there is no response clock.

Formats:
` + strings.Join(about, "\n"),
		Example: `  bench import --from vegeta results.gob -o results/vegeta
  bench import --from k6 out.json -o results/k6 --target cloud`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.file = args[0]
			return runImport(e, o)
		},
	}
	c.Flags().StringVar(&o.from, "from", "", "format of the file")
	c.Flags().StringVarP(&o.output, "output", "o", "", "directory to write; it must not exist")
	c.Flags().StringVar(&o.target, "target", "", "what to call the target (default: the format)")
	c.Flags().StringVar(&o.api, "api", "cloud", "the platform that was tested: cloud or onprem")
	c.Flags().StringVar(&o.name, "name", "imported", "what to call the scenario")
	c.Flags().StringVar(&o.block, "block", "5s", "length of a block, the unit of comparisons")
	return c
}

func runImport(e env, o importOptions) error {
	format, options, err := o.resolve(e)
	if err != nil {
		return err
	}
	in, err := e.input(o.file)
	if err != nil {
		return usageError("", "read results: %s", cleanError(err))
	}
	defer in.Close()
	rec, err := foreign.Import(format, in, options)
	if err != nil {
		return usageError("is it "+format.About+"?", "%s: not read as %s: %v", o.file, format.Name, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return failure("", err)
	}
	rec.Run.ID, rec.Run.Environment = id.String(), environmentOf(e)
	folder, err := e.disk.create(o.output)
	if err != nil {
		return failure("choose a directory that does not exist", fmt.Errorf("create run directory: %s", cleanError(err)))
	}
	if err := results.WriteRecord(folder, rec); err != nil {
		return failure("", err)
	}
	if _, err := writeReports(folder, rec); err != nil {
		return failure("", err)
	}
	for _, note := range rec.Run.Notes {
		say(e.stderr, e.quiet(), "note: %s", note.Text)
	}
	_, err = fmt.Fprintf(e.stdout, "%d requests\nreport: %s\n", rec.Run.Plan.Planned, filepath.Join(o.output, results.FileReport))
	return err
}

// resolve checks the flags.
func (o importOptions) resolve(e env) (foreign.Format, foreign.Options, error) {
	var names []string
	var format foreign.Format
	for _, f := range foreign.Formats() {
		names = append(names, f.Name)
		if f.Name == o.from {
			format = f
		}
	}
	block, err := units.ParseDuration(o.block)
	switch {
	case o.from == "":
		return format, foreign.Options{}, usageError("formats are "+joinWords(names), "pass --from FORMAT")
	case format.Name == "":
		hint := strictyaml.Suggest(o.from, names)
		return format, foreign.Options{}, usageError(hint, "there is no format %q", o.from)
	case o.output == "":
		return format, foreign.Options{}, usageError("pass -o DIR", "import needs a directory to write")
	case o.api != "cloud" && o.api != "onprem":
		return format, foreign.Options{}, usageError("it is cloud or onprem", "there is no API %q", o.api)
	case err != nil || time.Duration(block) < time.Second:
		return format, foreign.Options{}, usageError("write --block 5s", "%q is not the length of a block", o.block)
	}
	options := foreign.Options{Target: o.target, API: o.api, Scenario: o.name, Started: e.now(), Block: time.Duration(block)}
	if options.Target == "" {
		options.Target = format.Name
	}
	if strings.ContainsAny(options.Target, `./\# `) {
		return format, options, usageError("use letters, digits, - and _", "%q cannot name a target", options.Target)
	}
	return format, options, nil
}

// input opens a file for reading, or stdin for "-".
func (e env) input(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(e.stdin), nil
	}
	return e.disk.openFile(name)
}
