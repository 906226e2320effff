package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/results"
)

// mergeOptions are the flags of bench merge.
type mergeOptions struct {
	runs   []string
	out    string
	output string
}

func newMergeCmd(e env) *cobra.Command {
	var o mergeOptions
	c := &cobra.Command{
		Use:   "merge RUN... -o DIR",
		Short: "Merge the shards of one plan into one run, exactly",
		Long: `Merge adds the histograms and counts of runs that are shards of one plan:
the result is what one machine would have recorded. Percentiles are never
averaged. Runs of different plans are refused.`,
		Example: `  bench merge shard-0 shard-1 -o results/whole
  bench merge results/a results/b results/c -o merged`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.runs = args
			return runMerge(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().StringVarP(&o.output, "output", "o", "", "directory to write; it must not exist")
	return c
}

func runMerge(e env, o mergeOptions) error {
	if o.output == "" {
		return usageError("pass -o DIR", "merge needs a directory to write")
	}
	var shards []*results.Record
	for _, name := range o.runs {
		rec, _, err := openRun(e, o.out, name)
		if err != nil {
			return err
		}
		shards = append(shards, rec)
	}
	merged, err := results.Merge(shards)
	if err != nil {
		return usageError("", "%v", err)
	}
	folder, err := e.disk.create(o.output)
	if err != nil {
		return failure("choose a directory that does not exist", fmt.Errorf("create run directory: %s", cleanError(err)))
	}
	if err := results.WriteRecord(folder, merged); err != nil {
		return failure("", err)
	}
	if _, err := writeReports(folder, merged); err != nil {
		return failure("", err)
	}
	_, err = fmt.Fprintf(e.stdout, "report: %s\n", filepath.Join(o.output, results.FileReport))
	return err
}
