package main

import (
	"io/fs"
	"time"

	"wabench/internal/compare"
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
	blocks, err := rec.Blocks(target, "send.response")
	if err != nil || len(blocks) < leastBlocks {
		return false
	}
	value, lo, hi, ok := compare.Precision(blocks, p.until.Q, results.Confidence)
	room := time.Duration(float64(value) * float64(p.until.Within))
	return ok && value-lo <= room && hi-value <= room
}

// leastBlocks are what a look needs to see how far blocks differ.
const leastBlocks = 6
