package main

import (
	"fmt"
	"time"

	"wabench/internal/compare"
	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// narrowed reports whether a target's interval is as narrow as was asked, and
// says in words what it is.
func narrowed(rec *results.Record, target string, until scenarios.Until) (ok bool, is string) {
	metric := fmt.Sprintf("p%g(%s)", 100*until.Q, headlineSeries)
	blocks, err := rec.Blocks(target, headlineSeries)
	if err != nil || len(blocks) < leastBlocks {
		return false, metric + " has no interval yet"
	}
	value, lo, hi, ok := compare.Precision(blocks, until.Q, results.Confidence)
	if !ok {
		return false, metric + " has no interval yet"
	}
	room := time.Duration(float64(value) * float64(until.Within))
	return value-lo <= room && hi-value <= room, fmt.Sprintf("%s is %s (%s to %s)",
		metric, units.FormatDuration(value), units.FormatDuration(lo), units.FormatDuration(hi))
}

// precisionMissed warns of targets whose load ended before their interval was
// as narrow as the plan asked for.
func precisionMissed(rec *results.Record, until *scenarios.Until) []results.Note {
	if until == nil || until.Gates {
		return nil // gates say themselves what they lack
	}
	var out []results.Note
	for _, name := range targetNames(rec) {
		if ok, is := narrowed(rec, name, *until); !ok {
			out = append(out, results.Note{
				Code:   "precision_missed",
				Text:   fmt.Sprintf("%s: %s when the load ended, which is not the ±%v that load.until asks for", name, is, until.Within),
				Advice: "raise limits.max_duration or the rate, or ask for less",
			})
		}
	}
	return out
}

// leastBlocks are what a look needs to see how far blocks differ.
const leastBlocks = 6
