package accuracy

import (
	"fmt"
	"slices"
	"time"

	"wabench/internal/units"
)

// costSection says what a request costs, cheapest first.
func (f Figures) costSection() string {
	t := figureTable("tool", "CPU per request", "against bench", "a report of its own", "start and end", "peak memory", "rate seen")
	costs := slices.SortedFunc(slices.Values(f.Costs), func(x, y CostFigures) int { return int(x.CPU() - y.CPU()) })
	own, _ := costOf(f.Costs, ownName)
	var cheaper []string
	for _, c := range costs {
		if len(c.Runs) == 0 {
			t.row(c.Tool, "failed: "+oneLine(c.Failed), "–", "–", "–", "–", "–")
			continue
		}
		if c.CPU() < own.CPU() {
			cheaper = append(cheaper, c.Tool)
		}
		t.row(c.Tool, c.cpuSpread(), against(float64(c.CPU()), float64(own.CPU())), duration(c.after()), duration(c.Idle), mebibytes(c.Memory()),
			fmt.Sprintf("%.0f/s", c.Rate()))
	}
	return fmt.Sprintf("%s\nCheaper than bench: %s.\n", t, list(cheaper))
}

// closedSection says how fast the tools are that wait for answers, fastest
// first.
func (f Figures) closedSection() string {
	t := figureTable("tool", "requests per second", "against bench", "CPU per request", "peak memory")
	closed := slices.SortedFunc(slices.Values(f.Closed), func(x, y CostFigures) int { return int(y.Rate() - x.Rate()) })
	own, _ := costOf(f.Closed, ownName)
	var faster []string
	for _, c := range closed {
		if len(c.Runs) == 0 {
			t.row(c.Tool, "failed: "+oneLine(c.Failed), "–", "–", "–")
			continue
		}
		if c.Rate() > own.Rate() {
			faster = append(faster, c.Tool)
		}
		t.row(c.Tool, c.rateSpread(), against(c.Rate(), own.Rate()), c.cpuSpread(), mebibytes(c.Memory()))
	}
	return fmt.Sprintf("%s\nFaster than bench: %s.\n", t, list(faster))
}

func against(value, own float64) string {
	if own == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", value/own)
}

// after is the median CPU time, per request, of the command that reports.
func (c CostFigures) after() time.Duration {
	return time.Duration(c.median(func(r CostRun) float64 { return float64(r.After) / float64(max(r.Came, 1)) }))
}

func (c CostFigures) cpuSpread() string {
	return c.spread(CostRun.perRequest, func(v float64) string { return units.FormatDuration(time.Duration(v)) })
}

func (c CostFigures) rateSpread() string {
	return c.spread(func(r CostRun) float64 { return r.Schedule.Rate }, func(v float64) string { return fmt.Sprintf("%.0f", v) })
}

func (c CostFigures) spread(of func(CostRun) float64, text func(float64) string) string {
	least, most := of(c.Runs[0]), of(c.Runs[0])
	for _, run := range c.Runs {
		least, most = min(least, of(run)), max(most, of(run))
	}
	return spread(text(c.median(of)), text(least), text(most))
}

// heldSection says which targets hold in these figures.
func (f Figures) heldSection() string {
	t := textTable("promise", "measured", "")
	for _, target := range f.Targets() {
		verdict := "**not held**"
		switch {
		case !target.Known:
			target.Measured, verdict = "–", "not measured"
		case target.Held:
			verdict = "held"
		case target.Excuse != "":
			verdict = target.Excuse
		}
		t.row(target.Promise, target.Measured, verdict)
	}
	return t.String()
}
