package accuracy

import (
	"fmt"
	"math"
	"slices"
	"time"

	"wabench/internal/units"
)

// Target is a promise about bench, beside what was measured.
type Target struct {
	Promise  string
	Measured string
	// Held is what follows from the figures of this session, and nothing else;
	// Known is false if they were not measured.
	Held, Known bool
	// Excuse is why this machine cannot tell whether the promise is held.
	Excuse string
}

// The bounds that bench promises to keep.
const (
	latenessP50, latenessP99, latenessP999 = 50 * time.Microsecond, 250 * time.Microsecond, time.Millisecond

	rateError     = 0.001
	costOfVegeta  = 0.6
	costOfK6      = 0.35
	costOfHey     = 1
	closedVegetas = 2
)

// Targets judges the figures.
func (f Figures) Targets() []Target {
	return append(slices.Concat(f.lateness(ownName, ""), f.lateness(busyName, ", with --busy-wait"), f.schedule()),
		f.cost("vegeta", costOfVegeta), f.cost("k6", costOfK6), f.cost("hey", costOfHey), f.closed("vegeta", closedVegetas))
}

// lateness judges how late a bench's hits are, by the median of its runs against
// all servers: beside a process that does nothing but wait, for where that is
// late as well the machine is.
func (f Figures) lateness(tool, with string) (out []Target) {
	for _, promised := range []struct {
		rank  int
		bound time.Duration
	}{{0, latenessP50}, {2, latenessP99}, {3, latenessP999}} {
		var late, bare []time.Duration
		for _, row := range f.rowsOf(tool) {
			late = append(late, row.Reading.Lateness[promised.rank])
		}
		for _, k := range f.Known {
			bare = append(bare, k.Bare[promised.rank])
		}
		m, known := median(late), len(late) > 0
		t := Target{
			Promise: fmt.Sprintf("lateness %s at %g/s ≤ %s%s", Ranks[promised.rank].Name, f.Plan.Rate, units.FormatDuration(promised.bound), with),
			Held:    known && m <= promised.bound, Known: known,
		}
		if known {
			t.Measured = fmt.Sprintf("%s; a bare wait %s", spreadOf(late), spreadOf(bare))
		}
		if known && m > promised.bound && m <= slices.Max(bare) {
			t.Excuse = "no later than a bare wait"
		}
		out = append(out, t)
	}
	return out
}

// spreadOf is the median of durations, with the least and the most.
func spreadOf(values []time.Duration) string {
	return spread(units.FormatDuration(median(values)), units.FormatDuration(slices.Min(values)), units.FormatDuration(slices.Max(values)))
}

// schedule judges whether bench did what was planned.
func (f Figures) schedule() []Target {
	var off []float64
	accounted := ""
	for _, row := range append(f.rowsOf(ownName), f.rowsOf(busyName)...) {
		off = append(off, math.Abs(row.Schedule.Rate/f.Plan.Rate-1))
		if r := row.Reading; r.Planned != r.Requests+r.Dropped || row.Schedule.Came != r.Requests {
			accounted = fmt.Sprintf("planned %d, sent %d, dropped %d, seen by the server %d", r.Planned, r.Requests, r.Dropped, row.Schedule.Came)
		}
	}
	known := len(off) > 0
	at := fmt.Sprintf("at %g/s", f.Plan.Rate)
	kept := Target{Promise: "every planned hit sent or dropped, and seen by the server", Measured: "all", Held: known && accounted == "", Known: known}
	if accounted != "" {
		kept.Measured = accounted
	}
	return []Target{
		{
			Promise:  fmt.Sprintf("rate %s, as the server sees it, within %g %%", at, 100*rateError),
			Measured: fmt.Sprintf("%.3f %% off", 100*median(off)), Held: known && median(off) <= rateError, Known: known,
		},
		kept,
	}
}

// cost judges bench's CPU time per hit as a ratio to a peer's.
func (f Figures) cost(peer string, bound float64) Target {
	t := Target{Promise: fmt.Sprintf("CPU time per hit at %g/s ≤ %g of %s's", f.Plan.CostRate, bound, peer)}
	own, ok := costOf(f.Costs, ownName)
	other, ok2 := costOf(f.Costs, peer)
	if !ok || !ok2 || other.CPU() == 0 {
		return t
	}
	ratio := float64(own.CPU()) / float64(other.CPU())
	t.Measured = fmt.Sprintf("%.2f (%s / %s)", ratio, units.FormatDuration(own.CPU()), units.FormatDuration(other.CPU()))
	for _, c := range []CostFigures{own, other} {
		if c.Rate() < (1-tooSlow)*f.Plan.CostRate {
			t.Measured += fmt.Sprintf("; %s came to %.0f/s only", c.Tool, c.Rate())
		}
	}
	t.Held, t.Known = ratio <= bound, true
	return t
}

// tooSlow is the share that a rate may lack before a cost is not one at that
// rate.
const tooSlow = 0.02

// closed judges bench's closed rate as a multiple of a peer's.
func (f Figures) closed(peer string, bound float64) Target {
	t := Target{Promise: fmt.Sprintf("closed rate of %d connections ≥ %g times %s's", connections, bound, peer)}
	own, ok := costOf(f.Closed, ownName)
	other, ok2 := costOf(f.Closed, peer)
	if !ok || !ok2 || other.Rate() == 0 {
		return t
	}
	ratio := own.Rate() / other.Rate()
	t.Measured = fmt.Sprintf("%.2f (%.0f/s / %.0f/s)", ratio, own.Rate(), other.Rate())
	t.Held, t.Known = ratio >= bound, true
	return t
}

// rowsOf are a tool's runs against known latencies that did not fail.
func (f Figures) rowsOf(tool string) (rows []KnownRow) {
	for _, k := range f.Known {
		for _, row := range k.Rows {
			if row.Tool == tool && row.Failed == "" {
				rows = append(rows, row)
			}
		}
	}
	return rows
}
