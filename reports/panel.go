package reports

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// panelPainter draws one panel on the canvas that is its plot.
type panelPainter struct {
	draw.Canvas
	figure Figure
	panel  Panel
}

// paint draws the panel from the back to the front. The first panel of a figure
// names the spans, the last has the horizontal axis' labels.
func (p panelPainter) paint(first, last bool) {
	p.spans()
	p.bands()
	p.grid()
	for _, kind := range []Kind{Area, Bars, Step, Line, Dots, Ranges} {
		for _, s := range p.panel.Series {
			if s.Kind == kind {
				p.series(s)
			}
		}
	}
	p.rules()
	p.labels(first)
	p.axes(last)
}

// x and y return where a value is drawn.
func (p panelPainter) x(v float64) vg.Length { return p.X(p.figure.X.place(v)) }

func (p panelPainter) y(v float64) vg.Length { return p.Y(p.panel.Y.place(v)) }

// inside keeps a value within an axis' range.
func inside(a Axis, v float64) float64 { return min(max(v, a.Min), a.Max) }

// spans shades the stretches of the horizontal axis.
func (p panelPainter) spans() {
	for _, s := range p.figure.Spans {
		x0, x1 := p.x(inside(p.figure.X, s.From)), p.x(inside(p.figure.X, s.To))
		p.FillPolygon(paint{s.Tone, 0.16}, box(x0, p.Min.Y, max(x1, x0+1), p.Max.Y))
	}
}

// bands shades the axis around rules that have a width.
func (p panelPainter) bands() {
	for _, r := range p.panel.Rules {
		if r.Band <= 0 {
			continue
		}
		low, high := r.At/(1+r.Band), r.At*(1+r.Band)
		if r.Vertical {
			p.FillPolygon(paint{Shade, 0.22}, box(p.x(inside(p.figure.X, low)), p.Min.Y, p.x(inside(p.figure.X, high)), p.Max.Y))
			continue
		}
		p.FillPolygon(paint{Shade, 0.22}, box(p.Min.X, p.y(inside(p.panel.Y, low)), p.Max.X, p.y(inside(p.panel.Y, high))))
	}
}

// grid draws a line for each tick, fainter ones for minor ticks.
func (p panelPainter) grid() {
	for _, t := range p.xTicks() {
		p.StrokeLine2(gridLine(t), p.x(t.At), p.Min.Y, p.x(t.At), p.Max.Y)
	}
	if p.panel.Y.Scale == Category {
		return
	}
	for _, t := range p.yTicks() {
		p.StrokeLine2(gridLine(t), p.Min.X, p.y(t.At), p.Max.X, p.y(t.At))
	}
}

func gridLine(t Tick) draw.LineStyle {
	if t.Label == "" {
		return draw.LineStyle{Color: paint{Grid, 0.6}, Width: 0.4}
	}
	return draw.LineStyle{Color: solid(Grid), Width: 0.8}
}

func (p panelPainter) xTicks() []Tick { return p.figure.X.ticks(9) }

// yTicks asks for a tick about every 30 points.
func (p panelPainter) yTicks() []Tick {
	return p.panel.Y.ticks(max(int((p.Max.Y-p.Min.Y)/30), 2))
}

// rules draws the lines across the panel.
func (p panelPainter) rules() {
	line := draw.LineStyle{Color: solid(Faint), Width: 0.9, Dashes: []vg.Length{3, 3}}
	for _, r := range p.panel.Rules {
		if r.Vertical {
			p.StrokeLine2(line, p.x(r.At), p.Min.Y, p.x(r.At), p.Max.Y)
			continue
		}
		p.StrokeLine2(line, p.Min.X, p.y(r.At), p.Max.X, p.y(r.At))
		p.FillText(aligned(style(8.5, Faint), draw.XRight, draw.YBottom), vg.Point{X: p.Max.X - 3, Y: p.y(r.At) + 1}, r.Label)
	}
}

// labels names spans and vertical rules at the top of the panel, each in the
// first row where it does not run into another; a fourth row would hide data,
// so what does not fit is left to the page's table of events.
func (p panelPainter) labels(spans bool) {
	var rows [3][][2]vg.Length
	small := style(8.5, Faint)
	write := func(at float64, label string) {
		width := small.Width(label)
		x := min(p.x(inside(p.figure.X, at))+3, p.Max.X-width-2)
		for i := range rows {
			if label == "" || overlaps(rows[i], x, x+width) {
				continue
			}
			rows[i] = append(rows[i], [2]vg.Length{x, x + width + 4})
			p.FillText(aligned(small, draw.XLeft, draw.YTop), vg.Point{X: x, Y: p.Max.Y - 2 - vg.Length(i)*10}, label)
			return
		}
	}
	for _, s := range p.figure.Spans {
		if spans {
			write(s.From, s.Label)
		}
	}
	for _, r := range p.panel.Rules {
		if r.Vertical {
			write(r.At, r.Label)
		}
	}
}

func overlaps(taken [][2]vg.Length, from, to vg.Length) bool {
	for _, t := range taken {
		if from < t[1] && to > t[0] {
			return true
		}
	}
	return false
}

// axes draws the two axes with their labels.
func (p panelPainter) axes(last bool) {
	axis := draw.LineStyle{Color: solid(Faint), Width: 0.8}
	p.StrokeLine2(axis, p.Min.X, p.Min.Y, p.Max.X, p.Min.Y)
	p.FillText(strong(style(10, Faint)), vg.Point{X: marginTop, Y: p.Max.Y + 6}, p.panel.Title)
	p.yLabels()
	if last {
		p.xLabels(axis)
	}
}

// yLabels writes the vertical axis' labels, the lower first, leaving out those
// that would touch one already there.
func (p panelPainter) yLabels() {
	free := vg.Length(math.Inf(-1))
	for _, t := range p.yTicks() {
		if y := p.y(t.At); t.Label != "" && (y >= free || p.panel.Y.Scale == Category) {
			p.FillText(aligned(style(9.5, Faint), draw.XRight, draw.YCenter), vg.Point{X: p.Min.X - 6, Y: y}, t.Label)
			free = y + 10.5
		}
	}
}

// xLabels writes the horizontal axis' labels and its name.
func (p panelPainter) xLabels(axis draw.LineStyle) {
	free := vg.Length(math.Inf(-1))
	for _, t := range p.xTicks() {
		label := style(9.5, Faint)
		width := label.Width(t.Label)
		x := min(p.x(t.At)-width/2, p.Max.X+marginRight-width-1)
		if t.Label == "" || x < free {
			continue
		}
		p.StrokeLine2(axis, p.x(t.At), p.Min.Y, p.x(t.At), p.Min.Y-3)
		p.FillText(aligned(label, draw.XLeft, draw.YTop), vg.Point{X: x, Y: p.Min.Y - 5}, t.Label)
		free = x + width + 6
	}
	p.FillText(aligned(style(9.5, Faint), draw.XRight, draw.YTop), vg.Point{X: p.Max.X, Y: p.Min.Y - 19}, p.figure.X.Label)
}
