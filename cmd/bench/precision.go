package main

import (
	"fmt"
	"io/fs"
	"time"

	"wabench/internal/compare"
	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// precision watches how narrow the interval of a quantile has become, for
// load.until. It reads the run directory as it stands, as abort does.
type precision struct {
	until scenarios.Until
	dir   fs.FS
	began time.Time
	last  map[string]time.Duration // how long the run had gone at the last look
}

func newPrecision(until scenarios.Until, dir fs.FS) *precision {
	return &precision{until: until, dir: dir, began: time.Now(), last: map[string]time.Duration{}}
}

// reached reports whether a target's interval lies within the wanted share of
// its quantile, on both sides.
func (p *precision) reached(target string) bool {
	gone := time.Since(p.began)
	if gone-p.last[target] < max(lookLeast, gone/lookShare) {
		return false
	}
	p.last[target] = gone
	rec, err := results.Open(p.dir)
	if err != nil {
		return false // the first interval is not on the disk yet
	}
	narrow, _ := narrowed(rec, target, p.until)
	return narrow
}

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
	if until == nil {
		return nil
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
