package reports

import (
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The measures of every figure, in points.
const (
	figureWidth  vg.Length = 760
	marginLeft   vg.Length = 62
	marginRight  vg.Length = 18
	marginTop    vg.Length = 12
	marginBottom vg.Length = 10
	plotHeight   vg.Length = 210
	lineHeight   vg.Length = 13
	panelTitle   vg.Length = 18 // above each panel
	panelGap     vg.Length = 12 // below each panel but the last
	tickRoom     vg.Length = 32 // below the last panel: tick labels and the axis' name
	swatchWidth  vg.Length = 24
)

// layout is where the parts of a figure go, from the top down.
type layout struct {
	figure   Figure
	legend   []legendLine
	subtitle []string
	note     []string
	left     vg.Length
	height   vg.Length
}

// legendLine is one line of legend entries and where each begins.
type legendLine struct {
	entries []Series
	at      []vg.Length
}

// newLayout measures a fitted figure.
func newLayout(f Figure) layout {
	l := layout{figure: f, left: gutterFor(f)}
	room := figureWidth - marginRight - marginTop
	l.subtitle = breakLines(style(10, Faint), f.Subtitle, room)
	l.note = breakLines(style(9, Faint), f.Note, room)
	l.legend = legend(f)
	l.height = l.headHeight() + tickRoom + marginBottom + vg.Length(len(l.note))*12
	for _, p := range f.Panels {
		l.height += panelTitle + vg.Length(p.Height)
	}
	l.height += panelGap * vg.Length(len(f.Panels)-1)
	return l
}

// headHeight is the room for title, subtitle and legend.
func (l layout) headHeight() vg.Length {
	return marginTop + 18 + lineHeight*vg.Length(len(l.subtitle)) + 16*vg.Length(len(l.legend)) + 8
}

// gutterFor is the room left of the plots: more where categories have names.
func gutterFor(f Figure) vg.Length {
	left := marginLeft
	for _, p := range f.Panels {
		for _, name := range p.Y.Names {
			left = max(left, style(10, Ink).Width(name)+16)
		}
	}
	return left
}

// legend lays out one entry for each distinct series of the figure.
func legend(f Figure) []legendLine {
	var lines []legendLine
	x := figureWidth
	seen := map[string]bool{}
	for _, p := range f.Panels {
		for _, s := range p.Series {
			if s.Name == "" || seen[s.Name] {
				continue
			}
			seen[s.Name] = true
			width := swatchWidth + 6 + style(10, Ink).Width(s.Name) + 16
			if x+width > figureWidth-marginRight+16 {
				lines = append(lines, legendLine{})
				x = marginTop
			}
			last := &lines[len(lines)-1]
			last.entries, last.at = append(last.entries, s), append(last.at, x)
			x += width
		}
	}
	return lines
}

// style is text of a size in a tone, in the fonts that come with the painter.
func style(size vg.Length, tone Tone) text.Style {
	return text.Style{
		Color:   solid(tone),
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		XAlign:  draw.XLeft,
		YAlign:  draw.YBottom,
		Handler: plot.DefaultTextHandler,
	}
}

// strong is a style in bold.
func strong(s text.Style) text.Style {
	s.Font.Weight = stdfont.WeightBold
	return s
}

// breakLines breaks text into lines no wider than room.
func breakLines(s text.Style, words string, room vg.Length) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(words) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && s.Width(longer) > room {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
