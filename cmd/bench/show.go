package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/reports"
	"wabench/results"
)

func newShowCmd(e env) *cobra.Command {
	var out string
	var asJSON bool
	var output string
	c := &cobra.Command{
		Use:   "show RUN",
		Short: "Show one run in the terminal",
		Example: `  bench show latest
  bench show results/latest --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			rec, dir, err := openRun(e, out, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return e.answer(output, func(w io.Writer) error { return writeRunJSON(w, rec.Run) })
			}
			doc, err := reports.Build(rec)
			if err != nil {
				return failure("", err)
			}
			width, _ := e.terminal()
			options := reports.TextOptions{
				Width: width, Colour: e.colour(false), Path: filepath.Join(dir, results.FileReport),
			}
			return e.answer(output, func(w io.Writer) error { return doc.Text(w, options) })
		},
	}
	c.Flags().StringVar(&out, "out", "results", "directory under which runs are looked for")
	c.Flags().BoolVar(&asJSON, "json", false, "print run.json")
	outputFlag(c, &output)
	return c
}
