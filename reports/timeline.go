package reports

import (
	"fmt"
	"math"
	"slices"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// timeline draws a run over time: over load time where the targets had their
// turns one after another, so that they lie over each other, else over run time.
type timeline struct {
	rec     *results.Record
	targets []string
	byLoad  bool
	// points are the main operation's points of each target in order of time.
	points map[string][]results.Point
	end    float64
}

func newTimeline(rec *results.Record, targets []string) timeline {
	order := rec.Run.Plan.Order
	t := timeline{rec: rec, targets: targets, byLoad: order == "sequential" || order == "interleaved", points: map[string][]results.Point{}}
	for _, name := range targets {
		_, op := mainOp(rec.Run.Targets[name])
		t.points[name] = t.of(name, op)
	}
	return t
}

// of returns the points of one operation of a target in order of time, and
// notes how far they reach.
func (t *timeline) of(target, op string) []results.Point {
	var points []results.Point
	for _, p := range t.rec.Points {
		if p.Target == target && p.Op == op {
			points = append(points, p)
			t.end = max(t.end, t.at(p))
		}
	}
	slices.SortStableFunc(points, func(a, b results.Point) int { return int(math.Copysign(1, t.at(a)-t.at(b))) })
	return points
}

// at is where a point lies on the time axis, in seconds.
func (t *timeline) at(p results.Point) float64 {
	if t.byLoad {
		return p.Load.Seconds()
	}
	return p.End.Seconds()
}

// axis is the time axis.
func (t *timeline) axis() Axis {
	label := "run time (m:ss)"
	if t.byLoad {
		label = "load time (m:ss): at the same place, every target had the same load"
	}
	return Axis{Label: label, Unit: Clock, Scale: Linear, Min: 0, Max: t.end}
}

// figure is a figure over time with everything shaded that explains it.
func (t *timeline) figure(name, title string) Figure {
	return Figure{Name: name, Title: title, X: t.axis(), Spans: t.spans()}
}

// spans shades warm-up, outages and faults.
func (t *timeline) spans() []Span {
	var spans []Span
	if w := t.rec.Run.Plan.Warmup.Seconds(); w > 0 {
		spans = append(spans, Span{From: 0, To: w, Label: "warm-up", Tone: Shade})
	}
	for _, name := range t.targets {
		if a := t.rec.Run.Targets[name].Availability; a != nil {
			for _, o := range a.Outages {
				spans = append(spans, t.span(name, o.Start, o.End, "outage of "+label(name), Danger)...)
			}
		}
	}
	for _, e := range t.rec.Events {
		if e.Kind == "fault" {
			spans = append(spans, t.span(e.Target, e.At, max(e.End, e.At), faultLabel(e), Alarm)...)
		}
	}
	return spans
}

// faultLabel says what was done to whom.
func faultLabel(e results.Event) string {
	if e.Target == "" {
		return "fault: " + clip(tidy(e.Text), 30)
	}
	return "fault on " + label(e.Target) + ": " + clip(tidy(e.Text), 30)
}

// span places a stretch of run time on the axis: in load time, in each leg of
// its target that it touches.
func (t *timeline) span(target string, from, to time.Duration, label string, tone Tone) []Span {
	if !t.byLoad {
		return []Span{{From: from.Seconds(), To: to.Seconds(), Label: label, Tone: tone}}
	}
	var spans []Span
	for _, leg := range t.rec.Run.Plan.Legs {
		if leg.Target != target || from > leg.End || to < leg.Start {
			continue
		}
		place := func(at time.Duration) float64 {
			return min(max(leg.From+at-leg.Start, leg.From), leg.To).Seconds()
		}
		next := Span{From: place(from), To: place(to), Label: label, Tone: tone}
		// Blocks of one target follow each other in load time.
		if last := len(spans) - 1; last >= 0 && spans[last].To >= next.From {
			spans[last].To = next.To
			continue
		}
		spans = append(spans, next)
	}
	return spans
}

// label is a target's name as charts show it.
func label(name string) string { return clip(tidy(name), 28) }

// outcomeCount counts one class of outcome in a point.
func outcomeCount(class whatsapp.Class) func(results.Point) int64 {
	return func(p results.Point) int64 { return p.Outcomes[class.String()] }
}

// perSecond bins a count of each point over time: rates at the bins' starts.
// A point's count is spread over the time that it advanced, because ticks come
// a little late: put where it ends, a second would now and then hold two.
func (t *timeline) perSecond(name string, of func(results.Point) int64) (starts, rates Values) {
	width := t.binWidth()
	// What is left at the end belongs to the last bin, unless it is half a one:
	// a few requests in the last instants are no rate.
	bins := max(int(math.Round(t.end/width)), 1)
	starts, rates = make(Values, bins), make(Values, bins)
	bin := func(at float64) int { return min(max(int(at/width), 0), bins-1) }
	reached := 0.0
	for _, p := range t.points[name] {
		from, to, count := min(reached, t.at(p)), t.at(p), float64(of(p))
		reached = max(reached, to)
		if to <= from { // a block is drained: its load time stands still
			rates[bin(to-width/2)] += count
			continue
		}
		for i := bin(from); i <= bin(to-1e-9); i++ {
			left, right := float64(i)*width, float64(i+1)*width
			if i == bins-1 {
				right = max(right, to)
			}
			rates[i] += count * max(min(to, right)-max(from, left), 0) / (to - from)
		}
	}
	for i := range rates {
		starts[i] = float64(i) * width
		length := width
		if i == bins-1 {
			length = t.end - starts[i]
		}
		if rates[i] /= length; starts[i] >= reached {
			rates[i] = math.NaN()
		}
	}
	return starts, rates
}

// binWidth is the width of a bin in seconds: whole seconds, some 200 bins.
func (t *timeline) binWidth() float64 { return max(math.Ceil(t.end/200), 1) }

// describe says how wide the bins are.
func (t *timeline) describe() string {
	return fmt.Sprintf("averages over %s", plural(int(t.binWidth()), "second"))
}
