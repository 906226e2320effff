package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// printFacts prints what a plan would do.
func printFacts(w io.Writer, plan *scenarios.Plan, facts scenarios.Facts) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("scenario", "%s, seed %d", plan.Name, plan.Seed)
	row("plan", "%s", plan.SHA256())
	row("order", "%s", plan.Order())
	row("load", "%s for each target, %s in all, then up to %s for webhooks",
		units.FormatDuration(facts.Load), units.FormatDuration(facts.Duration), units.FormatDuration(facts.Wait))
	row("warm-up", "%s", units.FormatDuration(plan.Warmup))
	row("peak rate", "%v", facts.PeakRate)
	row("hits", "%d, of them %d messages", facts.Hits, facts.Messages)
	if facts.Closed {
		row("", "and what the users of closed stages send, which depends on the target")
	}
	row("recipients", "%d, at most %d messages each", facts.Recipients, facts.PerRecipient)
	row("pair rate", "%v at the peak; the Cloud API allows %v in the long run", facts.PairRate, facts.PairLimit)
	for _, t := range facts.Targets {
		row("target "+t.Name, "%s%s", opsText(t.Ops), costText(t))
	}
	for i, rule := range plan.Gates {
		name := ""
		if i == 0 {
			name = "gates"
		}
		row(name, "%s%s", rule, widthText(rule.Metric.Q, facts.Measured[whatsapp.OpSend]))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return printNotes(w, facts.Notes)
}

func opsText(ops map[whatsapp.Op]int64) string {
	var parts []string
	for _, op := range slices.Sorted(maps.Keys(ops)) {
		parts = append(parts, fmt.Sprintf("%d %s", ops[op], op))
	}
	return strings.Join(parts, ", ")
}

func costText(t scenarios.TargetFacts) string {
	if t.Cost == nil {
		return ""
	}
	return ", costs " + t.Cost.String()
}

// widthText says between which quantiles the interval of a gate's quantile
// will lie, given the samples it will have: the ranks that bound it, which is
// all that can be known before there are latencies.
func widthText(q float64, n int64) string {
	if q == 0 || n == 0 {
		return ""
	}
	lo, hi, ok := stat.QuantileRanks(n, q, results.Confidence)
	if !ok {
		return fmt.Sprintf("   (too few samples: %d of %d)", n, stat.SamplesForQuantile(q, results.Confidence))
	}
	return fmt.Sprintf("   (interval from p%.4g to p%.4g of %d samples)", 100*float64(lo)/float64(n), 100*float64(hi)/float64(n), n)
}

func printNotes(w io.Writer, notes []results.Note) error {
	for _, note := range notes {
		if _, err := fmt.Fprintf(w, "\nnote: %s\n      %s\n", note.Text, note.Advice); err != nil {
			return err
		}
	}
	return nil
}
