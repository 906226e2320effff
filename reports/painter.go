package reports

import (
	"fmt"
	"io"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// PNG paints the figure on light paper; scale 1 is 72 dots an inch, 2 suits
// most screens.
func (f Figure) PNG(w io.Writer, scale float64) error {
	l := newLayout(f.fitted())
	p := newPicture(figureWidth, l.height, int(72*scale+0.5))
	defer p.release()
	l.paint(draw.New(p))
	if err := p.encode(w); err != nil {
		return fmt.Errorf("paint %s: %w", f.Name, err)
	}
	return nil
}

// SVG paints the figure as a document of its own, on light paper.
func (f Figure) SVG(w io.Writer) error {
	s := newSheet(f.Name + "-")
	d := f.draw(s)
	paper := "svg{background:" + Paper.css() + "}"
	if _, err := w.Write(d.svg(f.Name, f.Title, f.Alt, paper+s.String())); err != nil {
		return fmt.Errorf("paint %s: %w", f.Name, err)
	}
	return nil
}

// inline returns the figure as an element of a page whose style sheet is s.
func (f Figure) inline(s *sheet) []byte { return f.draw(s).svg("figure-"+f.Name, f.Title, f.Alt, "") }

func (f Figure) draw(s *sheet) *drawing {
	l := newLayout(f.fitted())
	d := newDrawing(figureWidth, l.height, s)
	l.paint(draw.New(d))
	return d
}

// paint draws the figure from the top down.
func (l layout) paint(c draw.Canvas) {
	l.paintHead(c)
	y := l.height - l.headHeight()
	for i, p := range l.figure.Panels {
		y -= panelTitle
		area := draw.Crop(c, l.left, -marginRight, 0, 0)
		area.Max.Y, area.Min.Y = y, y-vg.Length(p.Height)
		panelPainter{Canvas: area, figure: l.figure, panel: p}.paint(i == 0, i == len(l.figure.Panels)-1)
		y = area.Min.Y - panelGap
	}
	y += panelGap - tickRoom
	for _, line := range l.note {
		y -= 12
		c.FillText(style(9, Faint), vg.Point{X: marginTop, Y: y}, line)
	}
}

// paintHead draws title, subtitle and legend.
func (l layout) paintHead(c draw.Canvas) {
	y := l.height - marginTop - 13
	c.FillText(strong(style(14, Ink)), vg.Point{X: marginTop, Y: y}, l.figure.Title)
	y -= 5
	for _, line := range l.subtitle {
		y -= lineHeight
		c.FillText(style(10, Faint), vg.Point{X: marginTop, Y: y}, line)
	}
	for _, line := range l.legend {
		y -= 16
		for i, s := range line.entries {
			swatch(c, s, line.at[i], y)
			c.FillText(style(10, Ink), vg.Point{X: line.at[i] + swatchWidth + 6, Y: y}, s.Name)
		}
	}
}

// swatch draws a sample of a series for the legend.
func swatch(c draw.Canvas, s Series, x, y vg.Length) {
	middle := y + 4
	if s.Kind == Area || s.Kind == Bars {
		c.FillPolygon(paint{s.Tone, areaAlpha(s)}, box(x+4, y-0.5, x+swatchWidth-4, y+8.5))
		return
	}
	if s.Kind != Dots {
		c.StrokeLine2(s.line(), x, middle, x+swatchWidth, middle)
	}
	if s.Marker != "" {
		marker(c, s, vg.Point{X: x + swatchWidth/2, Y: middle})
	}
}

// box is a rectangle as a polygon.
func box(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// line is the stroke of a series.
func (s Series) line() draw.LineStyle {
	width := s.Width
	if width == 0 {
		width = 1.5
	}
	dashes := make([]vg.Length, len(s.Dash))
	for i, d := range s.Dash {
		dashes[i] = vg.Length(d)
	}
	return draw.LineStyle{Color: solid(s.Tone), Width: vg.Length(width), Dashes: dashes}
}

// aligned returns a style aligned at its point.
func aligned(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}
