package main

import (
	"fmt"
	"path/filepath"

	"wabench/internal/calibrate"
	"wabench/internal/units"
	"wabench/reports"
	"wabench/results"
)

// calibrateAdvice is what to do about a floor that is not known.
func calibrateAdvice(here results.Environment) string {
	flag := ""
	if here.BusyWait {
		flag = " --busy-wait"
	}
	return "run 'bench calibrate" + flag + "' once on this machine; later runs then know what the tool itself adds"
}

// toolFloor is the stored floor of this machine, or a note that says why there
// is none.
func toolFloor(e env, out string, here results.Environment) (*results.Floor, []results.Note) {
	name := filepath.Join(out, calibrate.File(here))
	none := func(format string, args ...any) (*results.Floor, []results.Note) {
		return nil, []results.Note{{Code: reports.NoteNoFloor, Text: fmt.Sprintf(format, args...), Advice: calibrateAdvice(here)}}
	}
	if !e.disk.exists(name) {
		return none("what the tool itself adds on this machine was not measured before the run")
	}
	text, err := e.disk.read(name, fileLimit)
	if err != nil {
		return none("the tool floor could not be read: %s", cleanError(err))
	}
	floor, err := calibrate.Read(text)
	switch own := floor.Environment; {
	case err != nil:
		return none("the tool floor could not be read: %v", err)
	case !floor.Matches(here):
		return none("the tool floor in %s is of another machine or toolchain (%s, %d CPUs, %s/%s, %s) and does not count here",
			name, own.Host, own.CPUs, own.OS, own.Arch, own.Go)
	case !floor.Sound():
		return none("the tool floor in %s was measured on a machine too busy for it, and does not count", name)
	case floor.Quick:
		return none("the tool floor in %s was measured at a glance, which is not enough to judge by", name)
	}
	return floor.Tool(), nil
}

// aboveFloor warns of a load beyond the rate up to which the generator was
// found valid on this machine.
func aboveFloor(run *results.Run) []results.Note {
	peak := 0.0
	for _, stage := range run.Plan.Stages {
		peak = max(peak, stage.Start, stage.End)
	}
	if run.Floor == nil || peak <= run.Floor.HighestRate {
		return nil
	}
	return []results.Note{{
		Code: "above_calibrated_rate",
		Text: fmt.Sprintf("the load reaches %v, but on this machine the generator was found valid only up to %v.",
			units.Rate(peak), units.Rate(run.Floor.HighestRate)),
		Advice: "lower the rate, or look at the generator's own verdict before believing the tail",
	}}
}
