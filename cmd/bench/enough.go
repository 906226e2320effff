package main

import (
	"io/fs"

	"wabench/internal/gate"
	"wabench/results"
	"wabench/scenarios"
)

// enough watches whether targets have been measured well enough, for
// load.until.
type enough struct {
	looks
	known func(rec *results.Record, target string) bool
}

// newEnough returns nil for a plan that ends when it is over.
func newEnough(plan *scenarios.Plan, dir fs.FS) *enough {
	if plan.Until == nil {
		return nil
	}
	e := &enough{looks: newLooks(dir)}
	e.known = func(rec *results.Record, target string) bool {
		narrow, _ := narrowed(rec, target, *plan.Until)
		return narrow
	}
	if plan.Until.Gates {
		e.known = decided(plan.Gates)
	}
	return e
}

// reached reports whether enough is known of a target.
func (e *enough) reached(target string) bool {
	rec := e.take(target)
	return rec != nil && e.known(rec, target)
}

// decided returns whether every rule for which evidence gathers has passed or
// failed on a target.
func decided(rules []gate.Rule) func(rec *results.Record, target string) bool {
	var gathering []gate.Rule
	for _, rule := range rules {
		if rule.Gathers() {
			// These looks end the run, as those of abort do, and share its risk.
			rule.Options.Abort = true
			gathering = append(gathering, rule)
		}
	}
	return func(rec *results.Record, target string) bool {
		for _, g := range gate.Judge(gathering, rec, nil) {
			if g.Target == target && g.Verdict != results.Pass && g.Verdict != results.Fail {
				return false
			}
		}
		return true
	}
}
