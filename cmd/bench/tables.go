package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// verdictMarks say a gate's verdict without colour.
var verdictMarks = map[string]string{
	results.Pass: "✓", results.Fail: "✗", results.Inconclusive: "?", results.Invalid: "!",
}

// printGates prints each gate with its evidence.
func printGates(w io.Writer, gates []results.Gate) error {
	for _, g := range gates {
		rule := g.Rule
		if g.Target != "" {
			rule += " [" + g.Target + "]"
		}
		if _, err := fmt.Fprintf(w, "%s %s %s: %s\n", verdictMarks[g.Verdict], g.Verdict, rule, g.Observed); err != nil {
			return err
		}
		if g.Detail != "" && g.Verdict != results.Pass {
			if _, err := fmt.Fprintf(w, "    %s\n", g.Detail); err != nil {
				return err
			}
		}
	}
	return nil
}

// printDeltas prints a comparison as a table.
func printDeltas(w io.Writer, c results.Comparison) error {
	fmt.Fprintf(w, "base %s, head %s, %d pairs of blocks (%s)\n\n", c.Base, c.Head, c.Pairs, c.Method)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "metric\tbase\thead\tratio\t95 % interval\tverdict")
	for _, d := range c.Deltas {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", d.Metric,
			side(d.BaseNS, d.BaseValue), side(d.HeadNS, d.HeadValue), ratioText(d.Ratio), intervalText(d.CI95), d.Verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range c.Notes {
		fmt.Fprintf(w, "\nnote: %s\n      %s\n", note.Text, note.Advice)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// side prints a latency, or the plain value of a share or rate.
func side(d time.Duration, value float64) string {
	if d != 0 {
		return units.FormatDuration(d)
	}
	return fmt.Sprintf("%.4g", value)
}

func ratioText(ratio float64) string {
	if ratio == 0 {
		return "-"
	}
	return fmt.Sprintf("×%.3f", ratio)
}

func intervalText(ci [2]float64) string {
	if ci == [2]float64{} {
		return "-"
	}
	return fmt.Sprintf("%.3f .. %.3f", ci[0], ci[1])
}
