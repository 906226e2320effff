package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"wabench/internal/calibrate"
)

// calibrateOptions are the flags of bench calibrate.
type calibrateOptions struct {
	conditions
	fast       bool
	json       bool
	noProgress bool
}

func newCalibrateCmd(e env) *cobra.Command {
	var o calibrateOptions
	c := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure this machine's tool floor",
		Long: `Calibrate measures what bench itself adds on this machine: lateness, latency on
top of known latencies, and the highest rate that it can be trusted at. It takes
about a minute, asks only itself over loopback, and stores the result as
calibration.json under --out, where later runs find it. No difference smaller
than three times the floor is called one. Nothing else should run meanwhile:
a machine that was too busy exits 5, and nothing is stored. Runs with --busy-wait
have a floor of their own, in calibration-busy-wait.json.`,
		Example: `  bench calibrate
  bench calibrate --quick --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runCalibrate(c.Context(), e, o) },
	}
	o.flags(c, "the floor is stored")
	c.Flags().BoolVar(&o.fast, "quick", false, "a glance of less than three seconds, not for judgements")
	c.Flags().BoolVar(&o.json, "json", false, "print what is stored in place of the table")
	c.Flags().BoolVar(&o.noProgress, "quiet", false, "no progress, only the answer")
	return c
}

func runCalibrate(ctx context.Context, e env, o calibrateOptions) error {
	if err := o.fit(1); err != nil {
		return err
	}
	defer collectRarely()()
	running, stop := e.interrupted(ctx)
	defer stop()
	floor, err := calibrate.Run(running, calibrate.Options{
		Quick: o.fast, Environment: o.here(e),
		Progress: func(text string) { say(e.stderr, o.noProgress, "measuring %s", text) },
	})
	switch {
	case running.Err() != nil:
		say(e.stderr, false, "bench: interrupted; nothing was stored")
		return exitWith(exitInterrupted)
	case err != nil:
		return failure("", err)
	}
	return o.keep(e, floor)
}

// keep stores a floor and prints it. One that says more of what else ran on
// the machine than of the tool is printed and not stored.
func (o calibrateOptions) keep(e env, floor calibrate.Floor) error {
	name, sound := filepath.Join(o.out, calibrate.File(floor.Environment)), floor.Quick || floor.Sound()
	if sound {
		if err := e.output(name, floor.Write); err != nil {
			return failure("choose another place with --out", fmt.Errorf("store the floor: %s", cleanError(err)))
		}
	}
	print := floor.Table
	if o.json {
		print = floor.Write
	}
	if err := e.output("-", print); err != nil {
		return failure("", err)
	}
	if !sound {
		say(e.stderr, false, "bench: the machine was too busy to measure the tool: the generator found itself invalid\nhint: nothing was stored; calibrate again when nothing else runs")
		return exitWith(exitInvalid)
	}
	say(e.stderr, o.noProgress, "stored in %s", name)
	return nil
}
