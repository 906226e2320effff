package main

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wabench/results"
)

// exportOptions are the flags of bench export.
type exportOptions struct {
	run, out, format, series, output string
}

func newExportCmd(e env) *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:   "export RUN",
		Short: "Write a run in another format",
		Long: `Export writes a run as csv (a row for each second), json (run.json), hlog (one
series as a single HdrHistogram log; name it with --series TARGET.SERIES) or
openmetrics (the final figures as OpenMetrics text).`,
		Example: `  bench export latest --format csv -o run.csv
  bench export latest --format hlog --series cloud.send.response`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.run = args[0]
			return runExport(e, o)
		},
	}
	c.Flags().StringVar(&o.out, "out", "results", "directory under which runs are looked for")
	c.Flags().StringVar(&o.format, "format", "csv", "csv, json, hlog or openmetrics")
	c.Flags().StringVar(&o.series, "series", "", "what hlog writes: TARGET.SERIES, as cloud.send.response")
	c.Flags().StringVarP(&o.output, "output", "o", "-", "file to write; - is stdout")
	return c
}

func runExport(e env, o exportOptions) error {
	exporter, err := o.exporter()
	if err != nil {
		return err
	}
	rec, _, err := openRun(e, o.out, o.run)
	if err != nil {
		return err
	}
	if o.format == formatHlog && !slices.Contains(allSeries(rec), o.series) {
		return usageError("series are "+joinWords(allSeries(rec)), "the run has no series %q", o.series)
	}
	if err := e.output(o.output, func(w io.Writer) error { return exporter(rec, w) }); err != nil {
		return failure("", err)
	}
	return nil
}

// formatHlog needs a series beside the record.
const formatHlog = "hlog"

// exporter returns what writes the format.
func (o exportOptions) exporter() (results.Exporter, error) {
	exporters := results.Exporters()
	if o.format == formatHlog {
		target, series, _ := strings.Cut(o.series, ".")
		return func(rec *results.Record, w io.Writer) error { return rec.ExportLog(w, target, series) }, nil
	}
	if exporter, ok := exporters[o.format]; ok {
		return exporter, nil
	}
	formats := append(slices.Sorted(maps.Keys(exporters)), formatHlog)
	return nil, usageError("formats are "+joinWords(formats), "there is no format %q", o.format)
}

// allSeries lists TARGET.SERIES of a run.
func allSeries(rec *results.Record) []string {
	var names []string
	for _, target := range targetNames(rec) {
		for _, series := range rec.Series(target) {
			names = append(names, target+"."+series)
		}
	}
	return names
}
