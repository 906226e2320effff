package main

import (
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"wabench/internal/load"
	"wabench/internal/pace"
	"wabench/results"
	"wabench/scenarios"
)

// conditions are flags of the commands that load a target: where what they
// measure lands, and how they wait.
type conditions struct {
	out      string
	busyWait bool
}

// flags adds them; lands is what lies under --out.
func (o *conditions) flags(c *cobra.Command, lands string) {
	c.Flags().StringVar(&o.out, "out", "results", "directory under which "+lands)
	c.Flags().BoolVar(&o.busyWait, "busy-wait", false, "keep a CPU for each target under load, so that no request is late because one had to wake up")
}

// here is where and how it is measured.
func (o conditions) here(e env) results.Environment {
	environment := environmentOf(e)
	environment.BusyWait = o.busyWait
	return environment
}

// suit refuses a busy wait that a plan has no use for, or too few CPUs.
func (o conditions) suit(plan *scenarios.Plan) error {
	if o.busyWait && !slices.ContainsFunc(plan.Stages, func(s pace.Stage) bool { return s.Kind != pace.Closed }) {
		return usageError("leave it out", "--busy-wait waits for the moments of a rate, and every stage here is of users who wait for answers")
	}
	return o.fit(load.SideBySide(plan))
}

// fit refuses a busy wait that would leave no CPU for all else that is to be
// done, such as reading answers.
func (o conditions) fit(kept int) error {
	if has := runtime.GOMAXPROCS(0); o.busyWait && kept >= has {
		return usageError("leave it out, or let this process have more CPUs (GOMAXPROCS, taskset, the container's limit)",
			"--busy-wait keeps a CPU for each target under load at once, here %d, and needs another for all else; this process has %d", kept, has)
	}
	return nil
}
