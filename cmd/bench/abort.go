package main

import (
	"fmt"
	"io/fs"
	"time"

	"wabench/internal/gate"
	"wabench/results"
)

// abort watches the rules that end a run early. It judges the run directory as
// it stands, by the same code as at the end; a rule ends the run only when it
// is known to fail at its confidence, so a thin beginning ends nothing.
type abort struct {
	rules []gate.Rule
	dir   fs.FS
	began time.Time
	last  time.Duration // how long the run had gone at the last look
}

// Looks are as far apart as a fiftieth of the run so far, so that they cost
// little however long it is; and at least a second.
const (
	lookShare = 50
	lookLeast = time.Second
)

// newAbort returns nil if no rule asks for it.
func newAbort(rules []gate.Rule, dir fs.FS) *abort {
	a := &abort{dir: dir, began: time.Now()}
	for _, rule := range rules {
		if rule.Options.Abort {
			a.rules = append(a.rules, rule)
		}
	}
	if len(a.rules) == 0 {
		return nil
	}
	return a
}

// check returns why the run is to end, or nothing.
func (a *abort) check() string {
	gone := time.Since(a.began)
	if gone-a.last < max(lookLeast, gone/lookShare) {
		return ""
	}
	a.last = gone
	rec, err := results.Open(a.dir)
	if err != nil {
		return "" // the first interval is not on the disk yet
	}
	for _, g := range gate.Judge(a.rules, rec, nil) {
		if g.Verdict == results.Fail {
			return fmt.Sprintf("%s failed: %s", g.Rule, g.Observed)
		}
	}
	return ""
}
