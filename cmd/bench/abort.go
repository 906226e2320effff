package main

import (
	"fmt"
	"io/fs"

	"wabench/internal/gate"
	"wabench/results"
)

// abort watches the rules that end a run early. A rule ends the run only when
// it is known to fail at its confidence, so a thin beginning ends nothing.
type abort struct {
	looks
	rules []gate.Rule
}

// newAbort returns nil if no rule asks for it.
func newAbort(rules []gate.Rule, dir fs.FS) *abort {
	a := &abort{looks: newLooks(dir)}
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
	rec := a.take("abort")
	if rec == nil {
		return ""
	}
	for _, g := range gate.Judge(a.rules, rec, nil) {
		if g.Verdict == results.Fail {
			return fmt.Sprintf("%s failed: %s", g.Rule, g.Observed)
		}
	}
	return ""
}
