package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wabench/internal/calibrate"
	"wabench/reports"
	"wabench/results"
)

// calibrated is calibration.json of a machine, in a directory of runs.
func calibrated(t *testing.T, change func(*calibrate.Floor)) (out string) {
	t.Helper()
	f := calibrate.Floor{
		Schema: calibrate.Schema, Measured: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Environment: environmentOf(systemEnv()),
		Rate: 1000, HighestRate: 5000,
		Added: calibrate.Quantiles{P50: 100 * time.Microsecond, P99: time.Millisecond},
	}
	change(&f)
	out = t.TempDir()
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, calibrate.File(f.Environment)), text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestToolFloorIsTakenIfItIsThisMachines(t *testing.T) {
	e := systemEnv()
	floor, notes := toolFloor(e, calibrated(t, func(*calibrate.Floor) {}), environmentOf(e))
	if floor == nil || floor.Resolution(0.99) != 3*time.Millisecond || floor.HighestRate != 5000 || len(notes) != 0 {
		t.Fatalf("%+v, notes %v", floor, notes)
	}
	for name, tc := range map[string]struct {
		out  string
		want string
	}{
		"none":              {t.TempDir(), "was not measured before the run"},
		"another host":      {calibrated(t, func(f *calibrate.Floor) { f.Environment.Host = "elsewhere" }), "is of another machine or toolchain (elsewhere,"},
		"another toolchain": {calibrated(t, func(f *calibrate.Floor) { f.Environment.Go = "go1.2" }), "go1.2) and does not count here"},
		"another wait":      {calibrated(t, func(f *calibrate.Floor) { f.Environment.BusyWait = true }), "was not measured before the run"},
		"a glance":          {calibrated(t, func(f *calibrate.Floor) { f.Quick = true }), "at a glance"},
		"a busy machine":    {calibrated(t, func(f *calibrate.Floor) { f.Servers = []calibrate.Server{{Verdict: results.Invalid}} }), "too busy"},
		"another schema":    {calibrated(t, func(f *calibrate.Floor) { f.Schema = 99 }), "has schema 99"},
	} {
		floor, notes := toolFloor(e, tc.out, environmentOf(e))
		if floor != nil || len(notes) != 1 || notes[0].Code != reports.NoteNoFloor || !strings.Contains(notes[0].Text, tc.want) ||
			!strings.Contains(notes[0].Advice, "bench calibrate") {
			t.Errorf("%s: %+v, notes %v; want none because %q", name, floor, notes, tc.want)
		}
	}
}

// Runs that wait busily have a floor of their own.
func TestABusyWaitHasItsOwnToolFloor(t *testing.T) {
	e := systemEnv()
	here := conditions{busyWait: true}.here(e)
	if floor, notes := toolFloor(e, calibrated(t, func(f *calibrate.Floor) { f.Environment.BusyWait = true }), here); floor == nil || len(notes) != 0 {
		t.Errorf("%+v, notes %v", floor, notes)
	}
	floor, notes := toolFloor(e, calibrated(t, func(*calibrate.Floor) {}), here)
	if floor != nil || len(notes) != 1 || !strings.Contains(notes[0].Advice, "bench calibrate --busy-wait") {
		t.Errorf("%+v, notes %v", floor, notes)
	}
}

// What was measured on a busy machine is shown, and does not take the place of
// a floor that is worth something.
func TestAFloorOfABusyMachineIsNotStored(t *testing.T) {
	busy := calibrate.Floor{Servers: []calibrate.Server{{Name: "fixed 1ms", Verdict: results.Invalid}}}
	var stdout, stderr bytes.Buffer
	e := systemEnv()
	e.stdout, e.stderr = &stdout, &stderr
	o := calibrateOptions{conditions: conditions{out: t.TempDir()}}
	if code := report(e, o.keep(e, busy)); code != exitInvalid {
		t.Errorf("exit code %d, want %d", code, exitInvalid)
	}
	if _, err := os.Stat(filepath.Join(o.out, calibrate.File(results.Environment{}))); err == nil {
		t.Error("it was stored")
	}
	if !strings.Contains(stdout.String(), "fixed 1ms") || !strings.Contains(stderr.String(), "nothing was stored") {
		t.Errorf("said %s%s", stdout.String(), stderr.String())
	}
}

func TestLoadsAboveTheCalibratedRateAreNoted(t *testing.T) {
	run := results.Run{Plan: results.PlanRef{Stages: []results.Stage{{Start: 10, End: 6000}, {Start: 100, End: 100}}}}
	if got := aboveFloor(&run); got != nil {
		t.Errorf("%v, though no floor is known", got)
	}
	run.Floor = &results.Floor{HighestRate: 5000}
	if got := aboveFloor(&run); len(got) != 1 || !strings.Contains(got[0].Text, "reaches 6000/s") {
		t.Errorf("%v", got)
	}
	run.Floor.HighestRate = 6000
	if got := aboveFloor(&run); got != nil {
		t.Errorf("%v of a rate that was found valid", got)
	}
}

// A run keeps the floor of its machine, and every form of its report says it.
func TestRunsKeepTheFloorAndReportsSayIt(t *testing.T) {
	out := calibrated(t, func(*calibrate.Floor) {})
	scenario := filepath.Join(out, "short.yaml")
	text := "version: 1\nname: short\ntargets: {fake: {api: cloud, fake: instant}}\nrecipients: {range: 15550100000..15550109999}\n" +
		"messages: [{text: hello}]\nload: {stages: [{hold: 50/s, for: 1s}]}\ngates: [error_rate(send) <= 20%]\n"
	if err := os.WriteFile(scenario, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	e := systemEnv()
	e.args, e.stdout, e.stderr = []string{"run", scenario, "--out", out, "--quiet"}, &stdout, &bytes.Buffer{}
	if code := execute(e); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, stdout.String())
	}
	const said = "p50 100µs, p99 1ms added; no difference below 300µs"
	dir := filepath.Join(out, "latest")
	for name, text := range map[string]string{
		"terminal":          strings.Join(strings.Fields(stdout.String()), " "),
		results.FileReport:  readText(t, filepath.Join(dir, results.FileReport)),
		results.FileSummary: readText(t, filepath.Join(dir, results.FileSummary)),
	} {
		if !strings.Contains(text, said) {
			t.Errorf("%s does not say %q:\n%s", name, said, text)
		}
	}
	if text := readText(t, filepath.Join(dir, results.FileRun)); !strings.Contains(text, `"added_p99_ns": 1000000`) {
		t.Errorf("run.json holds no floor:\n%s", text)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
