package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// tested says in one sentence what was tested.
func tested(run *results.Run, targets []string) string {
	names := make([]string, len(targets))
	for i, name := range targets {
		names[i] = tidy(name) + " (" + kind(run.Targets[name]) + ")"
	}
	what := list(names)
	if len(names) == 0 {
		what = "no target"
	}
	text := fmt.Sprintf("%s over %s of load", what, units.FormatDuration(run.Plan.Duration))
	if done := loaded(run); run.Complete && done > 0 && done < run.Plan.Duration {
		text = fmt.Sprintf("%s over %s of at most %s of load", what, units.FormatDuration(done), units.FormatDuration(run.Plan.Duration))
	}
	if load := stages(run.Plan.Stages); load != "" {
		text += ": " + load
	}
	return text + "; " + strings.Join(manner(run), ", ") + "."
}

// loaded is how far into its load a run came: less than all of it if the evidence
// was there sooner.
func loaded(run *results.Run) time.Duration {
	var reached time.Duration
	for _, leg := range run.Plan.Legs {
		reached = max(reached, leg.To)
	}
	return reached.Truncate(time.Millisecond)
}

// kind says what a target is: an API at an address, or a bundled fake.
func kind(t *results.Target) string {
	if t.Fake != "" {
		return t.API + ", bundled fake " + tidy(t.Fake)
	}
	if t.URL == "" {
		return t.API // of an imported run nobody knows the address
	}
	return t.API + " at " + tidy(t.URL)
}

// stages lists the labels of up to six stages.
func stages(all []results.Stage) string {
	labels := make([]string, 0, len(all))
	for _, s := range all {
		labels = append(labels, tidy(s.Label))
	}
	if len(labels) > 6 {
		labels = append(labels[:5], fmt.Sprintf("%d more stages", len(labels)-5))
	}
	return strings.Join(labels, ", then ")
}

// manner says how the load was offered: model, arrivals, order and warm-up.
func manner(run *results.Run) []string {
	words := []string{model(run.Plan.Stages)}
	if len(run.Plan.Stages) == 0 {
		words[0] = "load model unknown" // imported
	}
	if run.Plan.Arrivals != "" && !closed(run.Plan.Stages) {
		words = append(words, tidy(run.Plan.Arrivals)+" arrivals")
	}
	if run.Plan.Order != "" && run.Plan.Order != "single" {
		words = append(words, "targets "+tidy(run.Plan.Order))
	}
	if run.Plan.Warmup > 0 {
		words = append(words, "the first "+units.FormatDuration(run.Plan.Warmup)+" are warm-up and not counted")
	}
	return words
}

// model labels the load model, which decides what a latency means.
func model(all []results.Stage) string {
	switch {
	case closed(all):
		return "closed model"
	case slices.ContainsFunc(all, isClosed):
		return "open model with closed stages"
	}
	return "open model"
}

// closed reports whether every stage is of the closed model.
func closed(all []results.Stage) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(s results.Stage) bool { return !isClosed(s) })
}

func isClosed(s results.Stage) bool { return s.Users > 0 }
