package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wabench/results"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bench": main})
}

// Each script is a short tour of one command. Beside testscript's own commands
// there are "exits CODE COMMAND...", since exit codes are promises, and "stored",
// which needs no load.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			e.Values[testKey{}] = t
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "bigfile": bigfile, "stored": stored,
		},
	})
}

// exits runs a command and checks its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// bigfile makes a file of so many bytes without filling the disk.
func bigfile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: bigfile NAME BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("version: 1\n"), 0o600))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// stored DIR MEDIAN writes a run of the scenario "one" against the target
// "fake" that never was: two minutes around a median in milliseconds. Runs whose
// names sort later began later.
func stored(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: stored DIR MEDIAN")
	}
	median, err := strconv.ParseFloat(args[1], 64)
	ts.Check(err)
	id := filepath.Base(args[0])
	number, err := strconv.ParseInt(id[len(id)-4:], 16, 64)
	ts.Check(err)
	const length = 2 * time.Minute
	began := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(number) * time.Hour)
	run := results.Run{
		ID: id, Scenario: results.ScenarioRef{Name: "one"}, Started: began, Ended: began.Add(length),
		Plan: results.PlanRef{
			SHA256: "same", Planned: 1350, Duration: length, Block: hourBlock * time.Second, Order: "single", Arrivals: "uniform",
			Stages: []results.Stage{{Label: "10/s..13/s", To: length, Start: 10, End: 13}},
			Legs:   []results.Leg{{Target: "fake", To: length, End: length}},
		},
		Targets: map[string]*results.Target{"fake": {API: "cloud", Fake: "instant"}},
	}
	drawRun(ts.Value(testKey{}).(testing.TB), ts.MkAbs(args[0]), run, int(length.Seconds()), drawnSide{"fake", median})
}

// testKey finds the test in a script's values.
type testKey struct{}
