package main

import (
	"fmt"
	"maps"
	"slices"

	"wabench/internal/gate"
	"wabench/internal/units"
	"wabench/results"
)

// notes are the warnings about a run's worth that follow from its figures.
func notes(rec *results.Record) []results.Note {
	out := aboveFloor(&rec.Run)
	for _, name := range slices.Sorted(maps.Keys(rec.Run.Targets)) {
		t := rec.Run.Targets[name]
		out = append(out, censored(name, t)...)
		out = append(out, unsteady(rec, name)...)
		if t.Fake != "" {
			out = append(out, results.Note{
				Code:   "fake_shares_cpu",
				Text:   fmt.Sprintf("%s is a bundled fake in this process: it shares the CPUs with the generator.", name),
				Advice: "for figures near this machine's limit run the fake alone with 'bench fake' on other cores",
			})
		}
	}
	for _, stage := range rec.Run.Plan.Stages {
		if stage.Users > 0 {
			out = append(out, results.Note{
				Code:   "closed_model",
				Text:   fmt.Sprintf("stage %q is a closed model: a slow target slows its own load, so its latencies flatter it.", stage.Label),
				Advice: "compare it only with closed runs of as many users; use hold or ramp for what customers would wait",
			})
		}
	}
	return out
}

// censored warns where messages had no delivered status when the wait ended:
// quantiles of the delivered clock are then of those that arrived.
func censored(name string, t *results.Target) []results.Note {
	w := t.Webhook
	if w == nil || w.Expected == 0 {
		return nil
	}
	missing := w.Expected - w.Delivered - w.Failed + w.Conflicts
	share := units.Percent(float64(missing) / float64(w.Expected))
	if share < 0.001 {
		return nil
	}
	return []results.Note{{
		Code: "delivered_censored",
		Text: fmt.Sprintf("%s: %d of %d accepted messages (%v) had no delivered status when the wait ended; quantiles of webhook.delivered are of the others.",
			name, missing, w.Expected, share),
		Advice: "raise webhooks.wait, or read quantiles above the delivered share as unknown",
	}}
}

// gatingMetrics names the metrics that rules compare between targets, for the
// stricter of the two corrections for many comparisons.
func gatingMetrics(rules []gate.Rule) []string {
	var names []string
	for _, rule := range rules {
		if rule.Vs != "" {
			names = append(names, rule.Metric.String())
		}
	}
	return names
}
