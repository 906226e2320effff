package reports

import (
	"fmt"
	"slices"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// availabilitySection shows how much of the time each target answered, and
// what happened when it did not.
func availabilitySection(rec *results.Record, targets []string) (Section, bool) {
	run := &rec.Run
	t := Table{
		Caption: "Availability = ok / (ok + target failures + network), 95 % interval by counts",
		Columns: columns("target", ">availability", ">95 % interval", ">outages", ">longest", ">platform minutes down"),
	}
	outages := Table{Caption: "Outages, in run time", Columns: columns("target", ">from", ">to", ">length", "end")}
	for _, name := range targets {
		a := run.Targets[name].Availability
		if a == nil {
			continue
		}
		t.add(availabilityRow(name, a)...)
		for _, o := range a.Outages {
			outages.add(outageRow(name, o)...)
		}
	}
	events := eventsTable(rec)
	if len(t.Rows) == 0 && len(events.Rows) == 0 {
		return Section{}, false
	}
	s := Section{ID: "availability", Title: "Availability, outages and events"}
	s.Text = []string{"The platform's own availability counts only outages of ten minutes and more, as minutes; that is the last column. Throttling and our own mistakes count against nobody here."}
	for _, table := range []Table{t, outages, events} {
		if len(table.Rows) > 0 {
			s.Tables = append(s.Tables, table)
		}
	}
	return s, true
}

func availabilityRow(target string, a *results.Availability) []Cell {
	var longest time.Duration
	for _, o := range a.Outages {
		longest = max(longest, o.End-o.Start)
	}
	cells := row(tidy(target), units.Percent(a.Ratio).String(), none, count(int64(len(a.Outages))), none, significant(a.PlatformMinutesDown))
	if a.Ratio == 1 {
		// Nobody has seen 100 %: the interval says how much was seen.
		cells[1].Text = "no failure seen"
	}
	if a.CI95 != [2]float64{} {
		cells[2].Text = units.Percent(a.CI95[0]).String() + "–" + units.Percent(a.CI95[1]).String()
	}
	if len(a.Outages) > 0 {
		cells[3].Mood = Bad
		cells[4].Text = units.FormatDuration(longest)
	}
	return cells
}

func outageRow(target string, o results.Outage) []Cell {
	end := "recovered"
	if o.Open {
		end = "still down when the run ended"
	}
	cells := row(tidy(target), units.FormatDuration(o.Start), units.FormatDuration(o.End), units.FormatDuration(o.End-o.Start), end)
	cells[4].Mood = moodIf(o.Open, Bad)
	return cells
}

// mostEvents keeps the events' table readable; events.ndjson has them all.
const mostEvents = 40

// eventsTable lists what was done to the targets or happened to the run, and
// sampled failures after that.
func eventsTable(rec *results.Record) Table {
	t := Table{Caption: "Events, in run time", Columns: columns(">at", ">until", "kind", "target", "what")}
	events := slices.Clone(rec.Events)
	slices.SortStableFunc(events, func(a, b results.Event) int {
		if rankEvent(a) != rankEvent(b) {
			return rankEvent(a) - rankEvent(b)
		}
		return int(min(max(a.At-b.At, -1), 1))
	})
	for _, e := range events {
		if e.Kind == "outage" || e.Kind == "stage" || e.Kind == "note" {
			continue
		}
		if len(t.Rows) == mostEvents {
			t.Caption += fmt.Sprintf(" (the first %d; events.ndjson holds all)", mostEvents)
			break
		}
		t.add(eventRow(e)...)
	}
	return t
}

// rankEvent puts samples of failures, of which there may be many, last.
func rankEvent(e results.Event) int {
	if e.Kind == "failure" {
		return 1
	}
	return 0
}

func eventRow(e results.Event) []Cell {
	until, what := none, tidy(e.Text)
	if e.End > 0 {
		until = units.FormatDuration(e.End)
	}
	if e.Class != "" {
		what = tidy(e.Class) + ": " + what
	}
	if e.Code != 0 {
		what += fmt.Sprintf(" (code %d)", e.Code)
	}
	if e.Status != 0 {
		what += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	return row(units.FormatDuration(e.At), until, tidy(e.Kind), tidy(e.Target), clip(what, 200))
}
