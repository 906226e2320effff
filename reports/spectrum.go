package reports

import (
	"math"
	"time"

	"wabench/internal/hist"
	"wabench/results"
)

// spectrum is a histogram as latency by percentile on the Tail scale: every
// bucket at the share of samples up to and including it, the slowest sample
// half a sample short of 100 %.
func spectrum(h *hist.Histogram) (x, y Values) {
	n := float64(h.Count())
	seen := 0.0
	h.Each(func(value time.Duration, count int64) {
		if seen == 0 {
			x, y = append(x, 0), append(y, value.Seconds())
		}
		seen += float64(count)
		x, y = append(x, tailOf(min(seen/n, 1-0.5/n))), append(y, value.Seconds())
	})
	return thin(x, y)
}

// curve names a series of histograms and how its spectrum is drawn.
type curve struct {
	series string
	name   string
	dash   Dash
	width  float64
	marked bool
}

// spectra is a figure of spectra for all targets.
func spectra(rec *results.Record, targets []string, f Figure, curves func(target string) []curve) (Figure, bool, error) {
	f.X = Axis{Label: "percentile: each nine takes as much room as the one before", Unit: Percentile, Scale: Tail}
	panel := Panel{Title: "latency", Y: Axis{Unit: Latency, Scale: Log}, Height: 280}
	for i, target := range targets {
		for _, c := range curves(target) {
			h, err := rec.Histogram(target, c.series)
			if err != nil {
				return f, false, err
			}
			if h == nil || h.Count() == 0 {
				continue
			}
			look := lookOf(i)
			s := Series{Name: label(target) + " " + c.name, Kind: Line, Tone: look.tone, Dash: c.dash, Width: c.width}
			if c.marked {
				s.Marker = look.marker
			}
			s.X, s.Y = spectrum(h)
			panel.Series = append(panel.Series, s)
		}
	}
	f.Panels = []Panel{panel}
	return f, len(panel.Series) > 0, nil
}

// percentiles is the figure of the response and service clocks.
func percentiles(rec *results.Record, targets []string) (Figure, bool, error) {
	f := Figure{
		Name: "percentiles", Title: "Latency by percentile",
		Subtitle: "all requests outside warm-up; solid is response (due to done), dashed is service (sent to done): where they part, requests waited to be sent",
		Alt:      "Latency by percentile on a logarithmic percentile axis, response and service for each target.",
	}
	return spectra(rec, targets, f, func(target string) []curve {
		_, op := mainOp(rec.Run.Targets[target])
		return []curve{{op + ".response", "response", nil, 1.8, true}, {op + ".service", "service", Dash{5, 3}, 1.2, false}}
	})
}

// deliveries is the figure of the times to the status webhooks.
func deliveries(rec *results.Record, targets []string) (Figure, bool, error) {
	f := Figure{
		Name: "delivered", Title: "Time to the status webhook by percentile",
		Subtitle: "from the moment a message was due; solid is delivered, dashed is sent, of messages accepted outside warm-up",
		Alt:      "Time from due to the delivered and sent webhooks by percentile for each target.",
	}
	return spectra(rec, targets, f, func(string) []curve {
		return []curve{{"webhook.delivered", "delivered", nil, 1.8, true}, {"webhook.sent", "sent", Dash{5, 3}, 1.2, false}}
	})
}

// shift is the figure of head / base at every percentile: where two
// distributions differ, not only by how much.
func shift(rec *results.Record) (Figure, bool, error) {
	c := rec.Run.Comparison
	f := Figure{
		Name: "shift", X: Axis{Label: "percentile: each nine takes as much room as the one before", Unit: Percentile, Scale: Tail},
		Subtitle: "ratio of the two latencies at each percentile, all requests; bars are the 95 % intervals of the comparison",
		Alt:      "Ratio of head to base latency at each percentile.",
	}
	if c == nil {
		return f, false, nil
	}
	f.Title = "Every percentile: " + label(c.Head) + " / " + label(c.Base)
	for _, series := range []struct{ name, title string }{{"send.response", "response"}, {"webhook.delivered", "time to delivered"}} {
		panel, ok, err := shiftPanel(rec, series.name, series.title)
		if err != nil {
			return f, false, err
		}
		if ok {
			f.Panels = append(f.Panels, panel)
		}
	}
	return f, len(f.Panels) > 0, nil
}

// shiftPanel is the ratio of one series.
func shiftPanel(rec *results.Record, series, title string) (Panel, bool, error) {
	c := rec.Run.Comparison
	base, err := rec.Histogram(c.Base, series)
	if err != nil {
		return Panel{}, false, err
	}
	head, err := rec.Histogram(c.Head, series)
	if err != nil {
		return Panel{}, false, err
	}
	if base == nil || head == nil || base.Count() == 0 || head.Count() == 0 {
		return Panel{}, false, nil
	}
	line := Series{Name: "head / base", Kind: Line, Tone: "target-1", Width: 1.8}
	line.X, line.Y = ratioCurve(base, head)
	p := Panel{
		Title: title + ", head / base", Y: Axis{Unit: Ratio, Scale: Log}, Height: 140, Series: []Series{line},
		Rules: []Rule{{At: 1, Label: "no difference ±5%", Band: band}},
	}
	if dots := intervals(c.Deltas, series); len(dots.X) > 0 {
		p.Series = append(p.Series, dots)
	}
	return p, true, nil
}

// ratioCurve is head / base from p1 to the last percentile with a few samples
// beyond it on both sides, at even steps of the Tail scale.
func ratioCurve(base, head *hist.Histogram) (x, y Values) {
	end := tailOf(1 - min(fewest/float64(min(base.Count(), head.Count())), 0.5))
	const steps = 120
	for i := range steps + 1 {
		x = append(x, tailOf(0.01)+(end-tailOf(0.01))*float64(i)/steps)
	}
	y = read(head, x)
	for i, b := range read(base, x) {
		y[i] /= b
	}
	return x, y
}

// read returns a histogram's values at ascending places of the Tail scale, in
// one walk: a quantile alone costs as much.
func read(h *hist.Histogram, places Values) Values {
	var values Values
	seen, n := 0.0, float64(h.Count())
	h.Each(func(value time.Duration, count int64) {
		seen += float64(count)
		for len(values) < len(places) && (1-math.Pow(10, -places[len(values)]))*n <= seen+1e-9*n {
			values = append(values, value.Seconds())
		}
	})
	return values
}

// intervals are the comparison's own quantiles of a series, as ranges.
func intervals(deltas []results.Delta, series string) Series {
	s := Series{Name: "95 % interval", Kind: Ranges, Tone: Ink, Marker: Square}
	for _, q := range quantiles {
		for _, d := range deltas {
			if d.Metric == q.name+"("+series+")" && d.Ratio > 0 && d.CI95[0] > 0 {
				s.X, s.Y = append(s.X, tailOf(q.q)), append(s.Y, d.Ratio)
				s.Lo, s.Hi = append(s.Lo, d.CI95[0]), append(s.Hi, d.CI95[1])
			}
		}
	}
	return s
}
