package live

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/units"
)

// The field that a chart is drawn in, in its own units.
const (
	chartWidth  = 400
	chartHeight = 100
)

// chart is a drawing over a run's last minutes, ready for the page.
type chart struct {
	Title         string
	Curves        []curve
	Top, From, To string // what the top, left and right edges stand for
}

// curve is one line of a chart: its path, and its last value in words.
type curve struct {
	Name, Class, Path, Last string
}

// quantity is what a curve shows of a point.
type quantity struct {
	name, class string
	of          func(point) float64
}

// charts draws a target's course.
func charts(points []point) []chart {
	rate := func(x float64) string { return perSecond(units.Rate(x)) }
	span := func(x float64) string { return latency(time.Duration(x)) }
	count := func(x float64) string { return fmt.Sprintf("%.0f", x) }
	return []chart{
		draw("Throughput", points, rate,
			quantity{"planned", "planned", func(p point) float64 { return p.planned }},
			quantity{"achieved", "first", func(p point) float64 { return p.achieved }}),
		draw("Response", points, span,
			quantity{"p50", "first", func(p point) float64 { return float64(p.p50) }},
			quantity{"p99", "second", func(p point) float64 { return float64(p.p99) }}),
		draw("In flight", points, count,
			quantity{"requests", "first", func(p point) float64 { return float64(p.inFlight) }}),
		draw("Errors in the interval", points, count,
			quantity{"failed", "bad", func(p point) float64 { return float64(p.failed) }},
			quantity{"throttled", "warn", func(p point) float64 { return float64(p.throttled) }}),
	}
}

// draw draws quantities on one scale, from zero to the largest value seen.
func draw(title string, points []point, words func(float64) string, quantities ...quantity) chart {
	c := chart{Title: title}
	if len(points) == 0 {
		return c
	}
	first, last := points[0].at, points[len(points)-1].at
	c.From, c.To = units.FormatDuration(first.Truncate(time.Second)), units.FormatDuration(last.Truncate(time.Second))
	top := 0.0
	for _, q := range quantities {
		for _, p := range points {
			top = max(top, q.of(p))
		}
	}
	c.Top = words(top)
	for _, q := range quantities {
		c.Curves = append(c.Curves, curve{
			Name: q.name, Class: q.class, Last: words(q.of(points[len(points)-1])), Path: path(points, top, q.of),
		})
	}
	return c
}

// path joins the points at which a target was under load; a pause of the
// target is a gap.
func path(points []point, top float64, of func(point) float64) string {
	first, length := points[0].at, points[len(points)-1].at-points[0].at
	var b strings.Builder
	pen := "M"
	for _, p := range points {
		if !p.active {
			pen = "M"
			continue
		}
		x, y := 0.0, float64(chartHeight)
		if length > 0 {
			x = chartWidth * float64(p.at-first) / float64(length)
		}
		if top > 0 {
			y = chartHeight * (1 - of(p)/top)
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, x, y)
		pen = "L"
	}
	return b.String()
}
