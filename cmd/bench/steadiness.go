package main

import (
	"wabench/internal/compare"
	"wabench/internal/stat"
	"wabench/results"
)

// unsteady warns of a steady load whose blocks drift or resemble their
// neighbours: intervals take blocks for independent draws of one level.
func unsteady(rec *results.Record, name string) []results.Note {
	if !compare.Steady(compare.Side{Record: rec, Target: name}) {
		return nil
	}
	blocks, err := rec.Blocks(name, headlineSeries)
	if err != nil {
		return nil // the report says what cannot be read
	}
	var medians []float64
	for _, b := range blocks {
		if b != nil && b.Count() > 0 {
			medians = append(medians, b.Quantile(0.5).Seconds())
		}
	}
	if len(medians) < leastForSteadiness {
		return nil
	}
	var out []results.Note
	for _, w := range stat.CheckStationarity(medians).Warnings {
		out = append(out, results.Note{Code: "blocks_" + string(w.Code), Text: name + ": median by median, " + w.Text, Advice: w.Advice})
	}
	return out
}

// leastForSteadiness is how many blocks the tests need to say anything.
const leastForSteadiness = 8

// headlineSeries is what steadiness and load.until look at.
const headlineSeries = "send.response"
