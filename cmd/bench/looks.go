package main

import (
	"io/fs"
	"time"

	"wabench/results"
)

// looks reads the directory of a run under way now and then, by the same code
// as at the end, for what may end the run early.
type looks struct {
	dir   fs.FS
	began time.Time
	last  map[string]time.Duration // how long the run had gone at the last look, by what is looked for
}

func newLooks(dir fs.FS) looks {
	return looks{dir: dir, began: time.Now(), last: map[string]time.Duration{}}
}

// Looks are as far apart as a fiftieth of the run so far, so that they cost
// little however long it is; and at least a second.
const (
	lookShare = 50
	lookLeast = time.Second
)

// take returns the run as it stands, or nil if it is too soon for another look
// or the first interval is not on the disk yet.
func (l *looks) take(what string) *results.Record {
	gone := time.Since(l.began)
	if gone-l.last[what] < max(lookLeast, gone/lookShare) {
		return nil
	}
	l.last[what] = gone
	rec, err := results.Open(l.dir)
	if err != nil {
		return nil
	}
	return rec
}
