package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// printFacts prints what a plan would do.
func printFacts(w io.Writer, plan *scenarios.Plan, facts scenarios.Facts, forecasts []forecast) error {
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
	if err := table.Flush(); err != nil {
		return err
	}
	if err := printForecasts(w, forecasts); err != nil {
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

// printForecasts prints the interval that each gate can expect.
func printForecasts(w io.Writer, forecasts []forecast) error {
	if len(forecasts) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\ngates, with the interval to expect")
	for _, f := range forecasts {
		if _, err := fmt.Fprintf(w, "  %s [%s]\n    %s\n", f.Rule, f.Target, f.Text); err != nil {
			return err
		}
	}
	return nil
}

func printNotes(w io.Writer, notes []results.Note) error {
	for _, note := range notes {
		if _, err := fmt.Fprintf(w, "\nnote: %s\n      %s\n", note.Text, note.Advice); err != nil {
			return err
		}
	}
	return nil
}
