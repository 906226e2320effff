package reports

import (
	"time"

	"wabench/results"
)

// latency is the figure of quantiles over time, with the load below them.
func (t *timeline) latency() (Figure, bool) {
	f := t.figure("latency", "Latency over time")
	clock := "response (due to done)"
	if closed(t.rec.Run.Plan.Stages) {
		clock = "service (sent to done)"
	}
	f.Subtitle = clock + " of the requests that finished in each interval; the thinner the line, the higher the quantile"
	f.Note = "The p99 of an interval with fewer than 100 requests is its slowest request. Long runs keep the least and the greatest value of each stretch."
	f.Alt = "Median, 95th and 99th percentile of latency by time for each target, on a logarithmic axis."
	panel := Panel{Title: "latency", Y: Axis{Unit: Latency, Scale: Log}, Height: 230}
	for i, name := range t.targets {
		for _, q := range pointQuantiles {
			if s := t.quantile(i, name, q); len(s.X) > 0 {
				panel.Series = append(panel.Series, s)
			}
		}
	}
	f.Panels = []Panel{panel}
	if load, ok := t.planned(); ok {
		f.Panels = append(f.Panels, Panel{Title: "planned requests per second", Y: Axis{Unit: PerSecond, Scale: Linear}, Height: 60, Series: []Series{load}})
	}
	return f, len(panel.Series) > 0
}

// pointQuantile is a quantile that points hold, and how thick its line is.
type pointQuantile struct {
	name  string
	width float64
	of    func(results.Point) time.Duration
}

var pointQuantiles = []pointQuantile{
	{"p50", 2.4, func(p results.Point) time.Duration { return p.P50 }},
	{"p95", 1.3, func(p results.Point) time.Duration { return p.P95 }},
	{"p99", 0.6, func(p results.Point) time.Duration { return p.P99 }},
}

// quantile is the line of one quantile of target i.
func (t *timeline) quantile(i int, name string, q pointQuantile) Series {
	look := lookOf(i)
	s := Series{Name: label(name) + " " + q.name, Kind: Line, Tone: look.tone, Width: q.width, Dash: look.dash}
	if q.name == "p50" {
		s.Marker = look.marker
	}
	var weight int64 // of the last median: how many requests it is of
	for _, p := range t.points[name] {
		value := q.of(p).Seconds()
		if value == 0 {
			continue
		}
		_, _, finished := tallies(p.Outcomes)
		// An interval that two blocks share has a point for each, and those in
		// which a block is drained end at the same load time. The tail is the
		// slowest of them, the median that of most requests.
		if last := len(s.Y) - 1; s.endsAt(t.at(p)) {
			if q.name != "p50" {
				s.Y[last] = max(s.Y[last], value)
			} else if finished > weight {
				s.Y[last], weight = value, finished
			}
			continue
		}
		s.X, s.Y, weight = append(s.X, t.at(p)), append(s.Y, value), finished
	}
	s.X, s.Y = thin(s.X, s.Y)
	return s
}

// apart is how many seconds of load time are between two places of a line: an
// interval has a second, but for one that is cut where its load ends.
const apart = 0.25

// endsAt reports whether a line over time has its last place at x.
func (s Series) endsAt(x float64) bool {
	last := len(s.X) - 1
	return last >= 0 && x-s.X[last] < apart
}

// planned is the load as the plan has it.
func (t *timeline) planned() (Series, bool) {
	s := Series{Name: "planned", Kind: Line, Tone: Plan, Width: 1.8}
	for _, stage := range t.rec.Run.Plan.Stages {
		if isClosed(stage) {
			return s, false
		}
		if stage.From.Seconds() <= t.end {
			t.plot(&s, stage)
		}
	}
	return s, len(s.X) > 0
}

// plot adds a stage to the planned load: its two ends, and points in between
// where it ramps, for a cursor to find.
func (t *timeline) plot(s *Series, stage results.Stage) {
	pieces := 1
	if stage.Start != stage.End {
		pieces = 30
	}
	// A stage ends just before the next begins: the page's script wants one
	// value for each place.
	from, to := stage.From.Seconds(), stage.To.Seconds()-t.end/5000
	for i := range pieces + 1 {
		at := float64(i) / float64(pieces)
		x := from + (to-from)*at
		if x > t.end {
			return
		}
		s.X, s.Y = append(s.X, x), append(s.Y, stage.Start+(stage.End-stage.Start)*at)
	}
}

// inFlight is the figure of requests under way.
func (t *timeline) inFlight() (Figure, bool) {
	f := t.figure("inflight", "Requests in flight")
	f.Subtitle = "under way at the end of each interval; growth without end means that the target does not keep up"
	f.Alt = "Number of requests under way by time for each target."
	panel := Panel{Title: "requests in flight", Y: Axis{Unit: Count, Scale: Linear}}
	any := false
	for i, name := range t.targets {
		look := lookOf(i)
		s := Series{Name: label(name), Kind: Line, Tone: look.tone, Dash: look.dash, Marker: look.marker}
		for _, p := range t.points[name] {
			if s.endsAt(t.at(p)) {
				continue // the load has ended, or the place has its point
			}
			s.X, s.Y = append(s.X, t.at(p)), append(s.Y, float64(p.InFlight))
			any = any || p.InFlight > 0
		}
		s.X, s.Y = thin(s.X, s.Y)
		panel.Series = append(panel.Series, s)
	}
	f.Panels = []Panel{panel}
	return f, any
}
