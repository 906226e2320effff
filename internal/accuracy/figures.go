package accuracy

import (
	"cmp"
	"slices"
	"time"
)

// Contestant is a tool that takes part, or the reason why it does not.
type Contestant struct {
	Tool
	Version string
	Missing string
}

// Figures are all that is measured.
type Figures struct {
	Contestants []Contestant
	Plan        Plan
	// Known are by server and then by tool; Costs and Closed by tool.
	Known  []KnownFigures
	Costs  []CostFigures
	Closed []CostFigures
}

// KnownFigures is what was measured against one server.
type KnownFigures struct {
	Server Server
	Load   Load
	Rows   []KnownRow
	// Bare is what a process is late by that only waits for the load's moments.
	Bare Quantiles
}

// KnownRow is one tool against a server.
type KnownRow struct {
	Tool     string
	Reading  Reading
	Truth    Quantiles
	Schedule Schedule
	Asked    Command
	Failed   string
}

// CostFigures is what a load costs a tool: all of its repetitions.
type CostFigures struct {
	Tool  string
	Paces bool
	Load  Load
	Runs  []CostRun
	// Idle is what a run costs that sends next to nothing: the tool's start, and
	// its report.
	Idle   time.Duration
	Asked  Command
	Failed string
}

// CostRun is one repetition.
type CostRun struct {
	Usage
	After time.Duration // of the command that reports, where it is one of its own
	Schedule
}

// perRequest is a run's CPU time by the requests that the server saw.
func (c CostRun) perRequest() float64 { return float64(c.CPU) / float64(max(c.Came, 1)) }

// median of what f says of the repetitions; 0 without any.
func (c CostFigures) median(f func(CostRun) float64) float64 {
	values := make([]float64, len(c.Runs))
	for i, run := range c.Runs {
		values[i] = f(run)
	}
	return median(values)
}

// CPU is the median CPU time per request.
func (c CostFigures) CPU() time.Duration { return time.Duration(c.median(CostRun.perRequest)) }

// Memory is the median of the most that was resident.
func (c CostFigures) Memory() float64 {
	return c.median(func(r CostRun) float64 { return float64(r.Memory) })
}

// Rate is the median rate that the server saw.
func (c CostFigures) Rate() float64 {
	return c.median(func(r CostRun) float64 { return r.Schedule.Rate })
}

func median[T cmp.Ordered](values []T) (m T) {
	if len(values) == 0 {
		return m
	}
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// costOf returns the figures of a tool.
func costOf(figures []CostFigures, tool string) (CostFigures, bool) {
	for _, c := range figures {
		if c.Tool == tool && len(c.Runs) > 0 {
			return c, true
		}
	}
	return CostFigures{}, false
}
