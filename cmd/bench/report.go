package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/reports"
	"wabench/results"
)

// reportOptions are the flags of bench report.
type reportOptions struct {
	run    string
	out    string
	output string
}

func newReportCmd(e env) *cobra.Command {
	var o reportOptions
	c := &cobra.Command{
		Use:   "report RUN",
		Short: "Rebuild the report of a run",
		Long: `Report rebuilds report.html, the plots and the summaries from a run
directory, also from one that was cut by ^C, a crash or kill -9. With -o it
writes only the page, to that file.`,
		Example: `  bench report results/latest
  bench report results/latest -o report.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.run = args[0]
			return runReport(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().StringVarP(&o.output, "output", "o", "", "write only the page, to this file; - is stdout")
	return c
}

func runReport(e env, o reportOptions) error {
	rec, dir, err := openRun(e, o.out, o.run)
	if err != nil {
		return err
	}
	if o.output != "" {
		doc, err := reports.Build(rec)
		if err != nil {
			return failure("", err)
		}
		if err := e.output(o.output, doc.HTML); err != nil {
			return failure("", err)
		}
		return nil
	}
	if _, err := writeReports(folder{dir: dir}, rec); err != nil {
		return failure("write elsewhere with -o FILE", err)
	}
	return e.output("-", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "report: %s\n", filepath.Join(dir, results.FileReport))
		return err
	})
}
