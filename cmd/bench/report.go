package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/internal/search"
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
		Short: "Rebuild the report of a run or a search",
		Long: `Report rebuilds report.html, the plots and the summaries from a run
directory, also from one that was cut by ^C, a crash or kill -9; of a search's
directory it rebuilds the page. With -o it writes only the page, to that file.`,
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
	found, err := o.find(e)
	if err != nil {
		return err
	}
	if o.output != "" {
		doc, err := found.page()
		if err == nil {
			err = e.output(o.output, doc.HTML)
		}
		if err != nil {
			return failure("", err)
		}
		return nil
	}
	if err := found.rebuild(); err != nil {
		return failure("write elsewhere with -o FILE", err)
	}
	return e.output("-", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "report: %s\n", filepath.Join(found.dir, results.FileReport))
		return err
	})
}

// reportable is a directory whose page can be built again, alone or with what
// else is made from it.
type reportable struct {
	dir     string
	page    func() (*reports.Document, error)
	rebuild func() error
}

// find opens the run or the search.
func (o reportOptions) find(e env) (reportable, error) {
	if dir, ok := holding(e, o.out, o.run, search.File); ok {
		summary, err := openSearch(e, dir)
		if err != nil {
			return reportable{}, err
		}
		doc := searchPage(summary)
		return reportable{
			dir: dir, page: func() (*reports.Document, error) { return doc, nil },
			rebuild: func() error { return folder{dir: dir}.Replace(results.FileReport, doc.HTML) },
		}, nil
	}
	rec, dir, err := openRun(e, o.out, o.run)
	return reportable{
		dir: dir, page: func() (*reports.Document, error) { return reports.Build(rec) },
		rebuild: func() error { _, err := writeReports(folder{dir: dir}, rec); return err },
	}, err
}
