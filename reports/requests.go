package reports

import (
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// quantile is one column of a latency table.
type quantile struct {
	name string
	key  string // in Latency.CI95
	q    float64
	of   func(*results.Latency) time.Duration
}

// quantiles are those that run.json holds.
var quantiles = []quantile{
	{"p50", "p50_ns", 0.50, func(l *results.Latency) time.Duration { return l.P50 }},
	{"p90", "p90_ns", 0.90, func(l *results.Latency) time.Duration { return l.P90 }},
	{"p95", "p95_ns", 0.95, func(l *results.Latency) time.Duration { return l.P95 }},
	{"p99", "p99_ns", 0.99, func(l *results.Latency) time.Duration { return l.P99 }},
	{"p99.9", "p99_9_ns", 0.999, func(l *results.Latency) time.Duration { return l.P999 }},
}

// fewest is how many samples must lie above a quantile for it to be more than
// the luck of one or two requests.
const fewest = 4

// hearsay explains the mark of quantiles that fewer samples than that support.
const hearsay = "~ marks a quantile with fewer than 4 samples above it; small print is the 95 % interval by order statistics, which assumes independent samples"

// cell prints the quantile, marked where the evidence is thin.
func (q quantile) cell(l *results.Latency) Cell {
	if l == nil || l.Count == 0 {
		return Cell{Text: none, Mood: Muted}
	}
	c := Cell{Text: units.FormatDuration(q.of(l))}
	if float64(l.Count)*(1-q.q) < fewest {
		c.Text, c.Mood = "~"+c.Text, Muted
	}
	if ci, ok := l.CI95[q.key]; ok {
		c.Sub = interval(ci)
	}
	return c
}

// clocks are the three clocks of an operation, in the order of reports.
var clocks = []struct {
	name, meaning string
	of            func(*results.Op) *results.Latency
}{
	{"response", "due to done: what a customer waits", func(op *results.Op) *results.Latency { return op.Response }},
	{"service", "sent to done: what the target took", func(op *results.Op) *results.Latency { return op.Service }},
	{"lateness", "due to sent: this machine's own delay", func(op *results.Op) *results.Latency { return op.Lateness }},
}

// requestsSection accounts for every planned request.
func requestsSection(run *results.Run, targets []string) Section {
	t := Table{
		Caption: "Requests: planned = sent + dropped",
		Columns: columns("target", "op", ">planned", ">sent", ">dropped", ">warm-up", ">accepted", ">throttled", ">failed", ">accepted rate"),
	}
	for _, name := range targets {
		target := run.Targets[name]
		for _, opName := range opNames(target) {
			t.add(requestRow(name, opName, target.Ops[opName])...)
		}
	}
	return Section{
		ID: "requests", Title: "Load: planned and achieved", Figures: []string{"throughput", "inflight"}, Tables: []Table{t},
		Text: []string{"The rate is of accepted requests outside warm-up; the other columns count the whole run, warm-up included."},
	}
}

func requestRow(target, opName string, op *results.Op) []Cell {
	failed, throttled, _ := tallies(op.Outcomes)
	cells := row(tidy(target), tidy(opName), count(op.Planned), count(op.Sent), count(op.Dropped), count(op.Warmup),
		count(op.Outcomes["ok"]), count(throttled), count(failed), rate(op.Rate))
	cells[4].Mood = moodIf(op.Dropped > 0, Bad)
	cells[7].Mood = moodIf(throttled > 0, Warn)
	cells[8].Mood = moodIf(failed > 0, Bad)
	return cells
}

// moodIf is m if the condition holds and Plain otherwise.
func moodIf(condition bool, m Mood) Mood {
	if condition {
		return m
	}
	return Plain
}

// latencySection shows the three clocks of every operation.
func latencySection(run *results.Run, targets []string) Section {
	t := Table{
		Caption: "Latency of all requests outside warm-up, however they ended; " + hearsay,
		Columns: columns("target", "op", "clock", ">samples", ">min", ">mean", ">p50", ">p90", ">p95", ">p99", ">p99.9", ">max"),
	}
	for _, name := range targets {
		target := run.Targets[name]
		for _, opName := range opNames(target) {
			for _, clock := range clocks {
				if l := clock.of(target.Ops[opName]); l != nil {
					t.add(append(row(tidy(name), tidy(opName), clock.name), latencyCells(l)...)...)
				}
			}
		}
	}
	s := Section{ID: "latency", Title: "How long it took", Figures: []string{"latency", "percentiles"}, Tables: []Table{t}}
	var meanings []string
	for _, clock := range clocks {
		meanings = append(meanings, clock.name+" is "+clock.meaning)
	}
	s.Text = []string{sentence(strings.Join(meanings, "; "))}
	if closed(run.Plan.Stages) {
		s.Text = append(s.Text, "This run is of the closed model: no request is due before the previous one is answered, so there is no response clock, and a slow target lowers the load instead of growing a queue.")
	}
	return s
}

// latencyCells prints samples, min, mean, the quantiles and max.
func latencyCells(l *results.Latency) []Cell {
	if l.Count == 0 {
		cells := make([]Cell, len(quantiles)+4)
		for i := range cells {
			cells[i] = Cell{Text: none, Mood: Muted}
		}
		cells[0] = Cell{Text: "0"}
		return cells
	}
	cells := row(count(l.Count), units.FormatDuration(l.Min), units.FormatDuration(l.Mean))
	for _, q := range quantiles {
		cells = append(cells, q.cell(l))
	}
	return append(cells, Cell{Text: units.FormatDuration(l.Max)})
}
