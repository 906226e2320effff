package reports

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// series draws one series by its kind.
func (p panelPainter) series(s Series) {
	switch s.Kind {
	case Line, Step:
		for _, run := range p.runs(s) {
			p.StrokeLines(s.line(), run)
		}
		p.markers(s)
	case Area:
		p.area(s)
	case Dots:
		for _, pt := range p.points(s) {
			marker(p.Canvas, s, pt)
		}
	case Bars:
		p.bars(s)
	case Ranges:
		p.ranges(s)
	}
}

// drawable reports whether point i has a place on both axes.
func (p panelPainter) drawable(s Series, i int) bool {
	x, y := s.X[i], s.Y[i]
	switch {
	case math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0):
		return false
	case p.figure.X.Scale == Log && x <= 0:
		return false
	}
	return p.panel.Y.Scale != Log || y > 0
}

// runs returns the stretches of a line without a gap, as points to connect.
func (p panelPainter) runs(s Series) [][]vg.Point {
	var runs [][]vg.Point
	var run []vg.Point
	for i := range s.X {
		if !p.drawable(s, i) {
			runs, run = append(runs, run), nil
			continue
		}
		pt := p.at(s, i)
		if s.Kind == Step && len(run) > 0 {
			run = append(run, vg.Point{X: pt.X, Y: run[len(run)-1].Y})
		}
		run = append(run, pt)
	}
	return append(runs, run)
}

func (p panelPainter) at(s Series, i int) vg.Point {
	return vg.Point{X: p.x(inside(p.figure.X, s.X[i])), Y: p.y(inside(p.panel.Y, s.Y[i]))}
}

// points returns where the drawable points of a series are.
func (p panelPainter) points(s Series) []vg.Point {
	var pts []vg.Point
	for i := range s.X {
		if p.drawable(s, i) {
			pts = append(pts, p.at(s, i))
		}
	}
	return pts
}

// markers marks a line: every point of a short one, of a longer one a point
// about every 60 points of width.
func (p panelPainter) markers(s Series) {
	if s.Marker == "" {
		return
	}
	pts := p.points(s)
	// Shapes begin at different places, so that lines in one place show both.
	next := p.Min.X + markerStart[s.Marker]
	for _, pt := range pts {
		if len(pts) > 16 && pt.X < next {
			continue
		}
		marker(p.Canvas, s, pt)
		next = pt.X + 60
	}
}

// markerStart is how far from the left the first marker of a long line is.
var markerStart = map[Marker]vg.Length{Circle: 0, Square: 15, Triangle: 30, Cross: 45}

// plus is a cross whose arms are as heavy as the other shapes.
type plus struct{}

// DrawGlyph draws the cross.
func (plus) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, pt vg.Point) {
	r, arm := style.Radius, style.Radius/3
	c.FillPolygon(style.Color, box(pt.X-r, pt.Y-arm, pt.X+r, pt.Y+arm))
	c.FillPolygon(style.Color, box(pt.X-arm, pt.Y-r, pt.X+arm, pt.Y+r))
}

// marker draws one marker with a rim of paper, so that it shows on lines.
func marker(c draw.Canvas, s Series, pt vg.Point) {
	shape := map[Marker]draw.GlyphDrawer{Circle: draw.CircleGlyph{}, Square: draw.BoxGlyph{}, Triangle: draw.PyramidGlyph{}, Cross: plus{}}[s.Marker]
	if shape == nil {
		shape = draw.CircleGlyph{}
	}
	radius := vg.Length(3.1)
	if s.Marker == Triangle {
		radius = 3.8
	}
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: solid(Paper), Radius: radius + 1.2, Shape: shape}, pt)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: solid(s.Tone), Radius: radius, Shape: shape}, pt)
}

// areaAlpha is how much a filled series covers.
func areaAlpha(s Series) float64 {
	if s.Kind == Bars {
		return 0.9
	}
	return 0.75
}

// area fills from Lo to Y, as steps so that a count is as wide as its interval.
func (p panelPainter) area(s Series) {
	if len(s.X) < 2 {
		return
	}
	var upper, lower []vg.Point
	for i := range s.X {
		x := p.x(inside(p.figure.X, s.X[i]))
		top, bottom := p.y(inside(p.panel.Y, s.Y[i])), p.y(inside(p.panel.Y, s.Lo[i]))
		if i > 0 {
			upper = append(upper, vg.Point{X: x, Y: upper[len(upper)-1].Y})
			lower = append(lower, vg.Point{X: x, Y: lower[len(lower)-1].Y})
		}
		upper, lower = append(upper, vg.Point{X: x, Y: top}), append(lower, vg.Point{X: x, Y: bottom})
	}
	for i := len(lower) - 1; i >= 0; i-- {
		upper = append(upper, lower[i])
	}
	p.FillPolygon(paint{s.Tone, areaAlpha(s)}, upper)
}

// bars draws horizontal bars with their values; the bars of several series
// share the height of their category.
func (p panelPainter) bars(s Series) {
	place, of := p.barPlace(s.Name)
	thick := 0.8 / float64(of)
	for i := range s.X {
		if math.IsNaN(s.X[i]) {
			continue
		}
		y := s.Y[i] + (float64(place)-float64(of-1)/2)*thick
		low, high := p.y(y+thick*0.45), p.y(y-thick*0.45)
		end := p.x(inside(p.figure.X, s.X[i]))
		p.FillPolygon(paint{s.Tone, areaAlpha(s)}, box(p.Min.X, low, end, high))
		p.FillText(aligned(style(9, Ink), draw.XLeft, draw.YCenter), vg.Point{X: end + 4, Y: (low + high) / 2}, p.figure.X.format(s.X[i]))
	}
}

// barPlace is a series' place among the panel's series of bars.
func (p panelPainter) barPlace(name string) (place, of int) {
	for _, s := range p.panel.Series {
		if s.Kind != Bars {
			continue
		}
		if s.Name == name {
			place = of
		}
		of++
	}
	return place, of
}

// beside writes a text right of an interval, or left of it at the edge and
// where the text would lie across a rule.
func (p panelPainter) beside(right, left, y vg.Length, text string) {
	small := style(9, Ink)
	end := right + 6 + small.Width(text)
	across := false
	for _, r := range p.panel.Rules {
		across = across || r.Vertical && p.x(r.At) > right && p.x(r.At) < end
	}
	if across || end > p.Max.X {
		p.FillText(aligned(small, draw.XRight, draw.YCenter), vg.Point{X: left - 6, Y: y}, text)
		return
	}
	p.FillText(aligned(small, draw.XLeft, draw.YCenter), vg.Point{X: right + 6, Y: y}, text)
}

// ranges draws each point with its interval: along x where y is a category,
// along y otherwise.
func (p panelPainter) ranges(s Series) {
	line := draw.LineStyle{Color: solid(s.Tone), Width: 1.6}
	for i := range s.X {
		if !p.drawable(s, i) {
			continue
		}
		pt := p.at(s, i)
		if p.panel.Y.Scale == Category {
			x0, x1 := p.x(inside(p.figure.X, s.Lo[i])), p.x(inside(p.figure.X, s.Hi[i]))
			p.StrokeLine2(line, x0, pt.Y, x1, pt.Y)
			p.StrokeLine2(line, x0, pt.Y-4, x0, pt.Y+4)
			p.StrokeLine2(line, x1, pt.Y-4, x1, pt.Y+4)
			p.beside(max(x1, pt.X+4), min(x0, pt.X-4), pt.Y, ratio(s.X[i]))
		} else {
			p.StrokeLine2(line, pt.X, p.y(inside(p.panel.Y, s.Lo[i])), pt.X, p.y(inside(p.panel.Y, s.Hi[i])))
		}
		marker(p.Canvas, s, pt)
	}
}
