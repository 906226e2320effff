package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"wabench/internal/units"
	"wabench/results"
)

// generatorSection says whether the machine that made the load kept up.
func generatorSection(run *results.Run, targets []string) Section {
	g := run.Generator
	t := Table{Caption: "The generator about itself", Columns: columns("what", "figure")}
	verdictCell := Cell{Text: generatorWords(g.Verdict), Mood: generatorMood(g.Verdict)}
	t.add(Cell{Text: "verdict"}, verdictCell)
	t.add(row("CPU used, of all CPUs", units.Percent(g.CPUShare).String())...)
	t.add(row("longest garbage collection pause", units.FormatDuration(g.GCPauseMax))...)
	t.add(row("scheduling latency p99", units.FormatDuration(g.SchedLatencyP99))...)
	t.add(row("most intervals waiting for the disk", strconv.Itoa(g.WriteBacklogMax))...)
	t.add(row("rate of the arrivals, off the plan's", signedShare(g.RateError))...)
	for _, u := range []struct {
		what string
		use  results.Use
	}{{"descriptors open at the most", g.Descriptors}, {"ports in use at the most", g.Ports}} {
		if u.use.Of > 0 {
			t.add(row(u.what, count(u.use.InUse)+" of "+count(u.use.Of))...)
		}
	}
	t.add(row("tool floor", floorWords(run.Floor))...)
	for _, name := range targets {
		target := run.Targets[name]
		t.add(row("connections of "+tidy(name)+", opened and reused", count(target.ConnsOpened)+" and "+count(target.ConnsReused))...)
		if op, _ := mainOp(target); op != nil && op.Lateness != nil && op.Lateness.Count > 0 {
			t.add(row("lateness of "+tidy(name)+", p50, p99 and max",
				units.FormatDuration(op.Lateness.P50)+", "+units.FormatDuration(op.Lateness.P99)+" and "+units.FormatDuration(op.Lateness.Max))...)
		}
	}
	s := Section{ID: "generator", Title: "Was it the generator?", Tables: []Table{t}}
	if len(run.Shards) > 0 {
		s.Tables = append(s.Tables, shardsTable(run.Shards))
	}
	for _, reason := range g.Reasons {
		s.Text = append(s.Text, sentence(tidy(reason)))
	}
	return s
}

// shardsTable lists the machines a merged run was made on.
func shardsTable(shards []results.Shard) Table {
	t := Table{Caption: "Shards: each did its part of the plan, and their histograms were added", Columns: columns("run", "host", ">CPUs", ">CPU used", "whole", "verdict")}
	for _, s := range shards {
		whole := "yes"
		if !s.Complete {
			whole = "cut short"
		}
		cells := row(tidy(s.ID), tidy(s.Environment.Host), strconv.Itoa(s.Environment.CPUs), units.Percent(s.Generator.CPUShare).String(), whole, tidy(s.Generator.Verdict))
		cells[4].Mood, cells[5].Mood = moodIf(!s.Complete, Bad), generatorMood(s.Generator.Verdict)
		t.add(cells...)
	}
	return t
}

// signedShare is a share with its sign, to a thousandth of a percent.
func signedShare(x float64) string {
	if math.Abs(x) < 0.000005 {
		return "0 %"
	}
	return fmt.Sprintf("%+.3f %%", 100*x)
}

func generatorWords(verdict string) string {
	switch verdict {
	case results.Valid:
		return "valid: the load was offered as planned"
	case results.Degraded:
		return "degraded: read the figures with the reasons in mind"
	case results.Invalid:
		return "invalid: the generator, not the target, was the limit"
	}
	return tidy(verdict)
}

func generatorMood(verdict string) Mood {
	switch verdict {
	case results.Valid:
		return Good
	case results.Degraded:
		return Warn
	}
	return Bad
}

// notesSection lists the run's own doubts, each with its advice.
func notesSection(run *results.Run) (Section, bool) {
	if len(run.Notes) == 0 {
		return Section{}, false
	}
	t := Table{Caption: "Notes", Columns: columns("code", "what", "advice")}
	for _, n := range run.Notes {
		t.add(row(tidy(n.Code), tidy(n.Text), tidy(n.Advice))...)
	}
	return Section{ID: "notes", Title: "Notes and advice", Tables: []Table{t}}, true
}

// environmentSection says where and when the run was made, and how to make it
// again.
func environmentSection(run *results.Run) Section {
	e := run.Environment
	t := Table{Caption: "Environment", Columns: columns("what", "value")}
	for _, pair := range slices.Concat([][2]string{
		{"run", run.ID},
		{"started", run.Started.UTC().Format("2006-01-02 15:04:05 MST")},
		{"ended", run.Ended.UTC().Format("2006-01-02 15:04:05 MST")},
	}, environmentRows(e), [][2]string{
		{"seed", strconv.FormatUint(run.Plan.Seed, 10)},
		{"plan SHA-256", run.Plan.SHA256},
		{"scenario SHA-256", run.Scenario.SHA256},
	}) {
		t.add(row(pair[0], tidy(pair[1]))...)
	}
	return Section{
		ID: "environment", Title: "Environment, and how to repeat this", Tables: []Table{t}, Code: repeat(run),
		Text: []string{"The same plan and seed make the same requests at the same moments. bench plan prints the plan and its SHA-256: if that differs, so does the question."},
	}
}

// environmentRows say with what and where it was measured, and how it waited.
func environmentRows(e results.Environment) [][2]string {
	waits := "asleep"
	if e.BusyWait {
		waits = "busily: a CPU was kept for it, which is not in the CPU share"
	}
	return [][2]string{
		{"bench", e.Version},
		{"Go", e.Go},
		{"system", e.OS + "/" + e.Arch + ", " + plural(e.CPUs, "CPU")},
		{"host", e.Host},
		{"waits for due moments", waits},
	}
}

// repeat is the command that makes the run again.
func repeat(run *results.Run) string {
	if run.Environment.Command != "" {
		return tidy(run.Environment.Command)
	}
	return "bench run " + tidy(run.Scenario.Name) + " --seed " + strconv.FormatUint(run.Plan.Seed, 10)
}
