package accuracy

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// Resident is what a process had resident at a moment since its start.
type Resident struct {
	At    time.Duration
	Bytes int64
}

// SoakArgs are those of bench that run the shipped soak in a length: its swing
// and its faults keep their places in proportion.
func SoakArgs(length time.Duration) []string {
	args := []string{"run", "soak", "--quiet", "--json"}
	set := func(path string, share float64) {
		args = append(args, "--set", fmt.Sprintf("%s=%v", path, time.Duration(share*float64(length)).Round(time.Second)))
	}
	set("load.warmup", 1./60)
	set("load.stages[0].for", 1)
	set("load.stages[0].sine.period", 1./3)
	for i, fault := range []struct{ at, length float64 }{{15. / 60, 1. / 60}, {30. / 60, 2. / 60}, {45. / 60, 1. / 60}} {
		set(fmt.Sprintf("faults[%d].at", i), fault.at)
		set(fmt.Sprintf("faults[%d].for", i), fault.length)
	}
	return args
}

// SoakSection says what became of a soak: the run is the latest under runs.
func SoakSection(files fs.FS, resident []Resident, m Machine) (string, error) {
	run, err := latestRun(files)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The shipped scenario `soak` in %s of real time, on %s with %d CPUs, %s; load average %.2f before and %.2f after.\n\n",
		units.FormatDuration(run.Plan.Duration), m.Processor, m.CPUs, m.Started.UTC().Format("2006-01-02 15:04 MST"), m.Before, m.After)
	b.WriteString(m.noise())
	verdict := run.Generator.Verdict
	if len(run.Generator.Reasons) > 0 {
		verdict += ": " + strings.Join(run.Generator.Reasons, "; ")
	}
	fmt.Fprintf(&b, "Generator: %s.\n\n", verdict)
	t := figureTable("target", "planned", "sent", "dropped", "accepted", "lost")
	for name, target := range run.Targets {
		if op := target.Ops["send"]; op != nil {
			t.row(name, count(op.Planned), count(op.Sent), count(op.Dropped), count(op.Outcomes["ok"]), lost(target.Webhook))
		}
	}
	b.WriteString(t.String() + "\n")
	for _, gate := range run.Gates {
		fmt.Fprintf(&b, "- `%s`: %s, %s\n", gate.Rule, gate.Verdict, oneLine(gate.Observed))
	}
	b.WriteString("\n" + residentTable(resident))
	return b.String(), nil
}

func count(n int64) string { return fmt.Sprint(n) }

func lost(w *results.Webhook) string {
	if w == nil {
		return "–"
	}
	return count(w.Lost)
}

// residentTable shows memory over time, with the bundled fake in the same
// process.
func residentTable(points []Resident) string {
	times, sizes := []string{"since the start"}, []string{"resident, bench and its fake"}
	for i, p := range points {
		if i%2 == 1 || len(points) <= 10 {
			times = append(times, p.At.Round(time.Second).String())
			sizes = append(sizes, mebibytes(float64(p.Bytes)))
		}
	}
	t := figureTable(times...)
	t.row(sizes...)
	return t.String()
}
