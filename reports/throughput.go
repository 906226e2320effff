package reports

import (
	"math"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// throughput is the figure of planned against accepted requests.
func (t *timeline) throughput() (Figure, bool) {
	f := t.figure("throughput", "Throughput: planned and accepted")
	f.Subtitle = "requests per second, " + t.describe() + "; where a line leaves the plan, requests were refused, failed or still under way"
	f.Alt = "Planned rate and accepted requests per second by time for each target."
	panel := Panel{Title: "requests per second", Y: Axis{Unit: PerSecond, Scale: Linear}}
	if load, ok := t.planned(); ok {
		load.Width = 3.5
		panel.Series = append(panel.Series, load)
	}
	any := false
	for i, name := range t.targets {
		look := lookOf(i)
		s := Series{Name: label(name) + " accepted", Kind: Line, Tone: look.tone, Dash: look.dash, Marker: look.marker}
		starts, rates := t.perSecond(name, t.accepted())
		s.X, s.Y = t.centres(starts), rates
		any = any || len(t.points[name]) > 0
		panel.Series = append(panel.Series, s)
	}
	f.Panels = []Panel{panel}
	return f, any
}

// accepted counts accepted requests. Of targets that had their turns in whole,
// what ended after the load is left out: it would all fall on the last second.
func (t *timeline) accepted() func(results.Point) int64 {
	count := outcomeCount(whatsapp.OK)
	if t.rec.Run.Plan.Order != "sequential" {
		return count
	}
	return func(p results.Point) int64 {
		if p.Planned == 0 {
			return 0
		}
		return count(p)
	}
}

// centres moves the starts of bins to their middles, for lines.
func (t *timeline) centres(starts Values) Values {
	middles := make(Values, len(starts))
	for i, start := range starts {
		middles[i] = (start + min(start+t.binWidth(), t.end)) / 2
	}
	return middles
}

// errors is the figure of what did not succeed: a panel of failures for each
// target, stacked by class, and one of throttling, which is a policy.
func (t *timeline) errors() (Figure, bool) {
	f := t.figure("errors", "Failures and throttling over time")
	f.Subtitle = "requests per second, " + t.describe() + "; throttling is a policy, not a failure, and has its own panel"
	f.Alt = "Failed requests per second by class, and throttled requests per second, by time for each target."
	var most float64
	for _, name := range t.targets {
		stack := t.failures(name)
		if len(stack) == 0 {
			continue
		}
		most = max(most, extentOf(stack).high)
		f.Panels = append(f.Panels, Panel{Title: label(name) + ": failures per second", Y: Axis{Unit: PerSecond, Scale: Linear}, Height: 110, Series: stack})
	}
	// One scale for every target: the eye compares heights.
	for i := range f.Panels {
		f.Panels[i].Y.Max = most * 1.08
	}
	if lines := t.throttled(); len(lines) > 0 {
		f.Panels = append(f.Panels, Panel{Title: "throttled per second", Y: Axis{Unit: PerSecond, Scale: Linear}, Height: 110, Series: lines})
	}
	return f, len(f.Panels) > 0
}

// failures stacks a target's failures by class, each on those before it.
func (t *timeline) failures(name string) []Series {
	var stack []Series
	var base Values
	for _, class := range whatsapp.Classes() {
		if !class.Failed() && class != whatsapp.GeneratorFault || t.total(name, class) == 0 {
			continue
		}
		starts, rates := t.perSecond(name, outcomeCount(class))
		s := Series{Name: class.String(), Kind: Area, Tone: Tone(class.String()), X: starts, Lo: make(Values, len(rates)), Y: make(Values, len(rates))}
		for i, r := range rates {
			if base != nil {
				s.Lo[i] = base[i]
			}
			if math.IsNaN(r) {
				r = 0
			}
			s.Y[i] = s.Lo[i] + r
		}
		base = s.Y
		stack = append(stack, s.closedAt(t.end))
	}
	return stack
}

// closedAt repeats the last value of a series of steps at the axis' end.
func (s Series) closedAt(end float64) Series {
	last := len(s.X) - 1
	if last < 0 || s.X[last] >= end {
		return s
	}
	s.X, s.Y, s.Lo = append(s.X[:last+1:last+1], end), append(s.Y[:last+1:last+1], s.Y[last]), append(s.Lo[:last+1:last+1], s.Lo[last])
	return s
}

// throttled is a line for each target that was throttled.
func (t *timeline) throttled() []Series {
	var lines []Series
	for i, name := range t.targets {
		if t.total(name, whatsapp.Throttled) == 0 {
			continue
		}
		look := lookOf(i)
		starts, rates := t.perSecond(name, outcomeCount(whatsapp.Throttled))
		lines = append(lines, Series{Name: label(name) + " throttled", Kind: Line, Tone: look.tone, Dash: look.dash, Marker: look.marker, X: t.centres(starts), Y: rates})
	}
	return lines
}

// total counts a class over all points of a target.
func (t *timeline) total(name string, class whatsapp.Class) (n int64) {
	for _, p := range t.points[name] {
		n += p.Outcomes[class.String()]
	}
	return n
}

// extentOf is the range of what a panel's series hold.
func extentOf(all []Series) extent {
	e := extent{}
	for _, s := range all {
		e.cover(Linear, s.Y)
	}
	return e
}

// statusCount counts one state of webhooks over a target's points.
func statusCount(points []results.Point, target, state string) (n int64) {
	for _, p := range points {
		if p.Target == target && p.Op == results.OpWebhook {
			n += p.Statuses[state]
		}
	}
	return n
}
