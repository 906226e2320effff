package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// drawing is a vg.Canvas that writes SVG. Unlike vgsvg it knows the roles of
// colours, keeps every style in a class, so that a page may forbid inline
// styles, and leaves room for a title and a description.
type drawing struct {
	body   bytes.Buffer
	width  vg.Length
	height vg.Length
	sheet  *sheet
	pen    pen
	saved  []pen
}

// pen is the state that Push saves.
type pen struct {
	width  vg.Length
	dash   []vg.Length
	color  color.Color
	matrix matrix
}

// sheet collects the styles of one or more drawings as classes.
type sheet struct {
	prefix string
	class  map[string]string
	rules  []string
}

func newSheet(prefix string) *sheet { return &sheet{prefix: prefix, class: map[string]string{}} }

// add returns the class of a style.
func (s *sheet) add(style string) string {
	if class, ok := s.class[style]; ok {
		return class
	}
	class := s.prefix + strconv.Itoa(len(s.rules))
	s.class[style] = class
	s.rules = append(s.rules, "."+class+"{"+style+"}")
	return class
}

// String returns the rules as a style sheet.
func (s *sheet) String() string { return strings.Join(s.rules, "\n") }

// newDrawing returns an empty drawing whose styles go to s.
func newDrawing(width, height vg.Length, s *sheet) *drawing {
	d := &drawing{width: width, height: height, sheet: s}
	// vg counts from the lower left, SVG from the upper left.
	d.pen.matrix = matrix{1, 0, 0, -1, 0, float64(height)}
	vg.Initialize(d)
	return d
}

// fontStack names fonts with the metrics of the one the layout was made with.
const fontStack = "font-family:'Liberation Sans',Arimo,Arial,Helvetica,sans-serif"

// svg returns the drawing as an element, named for those who cannot see it.
// id must be unique in its page; style, if any, makes it stand on its own.
func (d *drawing) svg(id, title, desc, style string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">`,
		number(float64(d.width)), number(float64(d.height)), id, id)
	fmt.Fprintf(&out, `<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, id, escapeXML(title), id, escapeXML(desc))
	if style != "" {
		out.WriteString("<style>" + style + "</style>")
	}
	out.Write(d.body.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

func escapeXML(text string) string {
	var out strings.Builder
	// The only error is the builder's, which has none.
	_ = xml.EscapeText(&out, []byte(tidy(text)))
	return out.String()
}

// Size returns the drawing's size.
func (d *drawing) Size() (x, y vg.Length) { return d.width, d.height }

// SetLineWidth sets the width of strokes.
func (d *drawing) SetLineWidth(w vg.Length) { d.pen.width = w }

// SetLineDash sets the pattern of strokes.
func (d *drawing) SetLineDash(pattern []vg.Length, _ vg.Length) { d.pen.dash = slices.Clone(pattern) }

// SetColor sets the colour of strokes, fills and text.
func (d *drawing) SetColor(c color.Color) { d.pen.color = c }

// Rotate turns what is drawn next by an angle in radians.
func (d *drawing) Rotate(angle float64) {
	sin, cos := math.Sincos(angle)
	d.pen.matrix = d.pen.matrix.times(matrix{cos, sin, -sin, cos, 0, 0})
}

// Translate moves what is drawn next.
func (d *drawing) Translate(pt vg.Point) {
	d.pen.matrix = d.pen.matrix.times(matrix{1, 0, 0, 1, float64(pt.X), float64(pt.Y)})
}

// Scale stretches what is drawn next.
func (d *drawing) Scale(x, y float64) { d.pen.matrix = d.pen.matrix.times(matrix{x, 0, 0, y, 0, 0}) }

// Push saves the pen.
func (d *drawing) Push() { d.saved = append(d.saved, d.pen) }

// Pop restores the pen saved last.
func (d *drawing) Pop() {
	last := len(d.saved) - 1
	d.pen, d.saved = d.saved[last], d.saved[:last]
}

// Stroke draws a path's line.
func (d *drawing) Stroke(p vg.Path) {
	if d.pen.width <= 0 {
		return
	}
	style := "fill:none;stroke:" + d.css("stroke-opacity") + ";stroke-linejoin:round;stroke-width:" + number(float64(d.pen.width))
	if len(d.pen.dash) > 0 {
		lengths := make([]string, len(d.pen.dash))
		for i, l := range d.pen.dash {
			lengths[i] = number(float64(l))
		}
		style += ";stroke-dasharray:" + strings.Join(lengths, " ")
	}
	d.path(p, style)
}

// Fill fills a path.
func (d *drawing) Fill(p vg.Path) { d.path(p, "fill:"+d.css("fill-opacity")) }

func (d *drawing) path(p vg.Path, style string) {
	fmt.Fprintf(&d.body, `<path class="%s" d="%s"/>`, d.sheet.add(style), d.outline(p))
}

// css is the pen's colour; a paint keeps its role, so that the page's dark
// mode can change it.
func (d *drawing) css(opacity string) string {
	if p, ok := d.pen.color.(paint); ok {
		if p.alpha < 1 {
			return p.tone.css() + ";" + opacity + ":" + number(p.alpha)
		}
		return p.tone.css()
	}
	c := color.NRGBAModel.Convert(d.pen.color).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x;%s:%s", c.R, c.G, c.B, opacity, number(float64(c.A)/255))
}

// FillString writes text.
func (d *drawing) FillString(f font.Face, pt vg.Point, text string) {
	if f.Font.Size <= 0 || text == "" {
		return
	}
	style := fontStack + ";font-size:" + number(float64(f.Font.Size)) + "px;fill:" + d.css("fill-opacity")
	if f.Font.Weight > 0 {
		style += ";font-weight:bold"
	}
	// The page is upside down for text unless it is turned back.
	m := d.pen.matrix.times(matrix{1, 0, 0, -1, float64(pt.X), float64(pt.Y)})
	where := fmt.Sprintf(`x="%s" y="%s"`, number(m.e), number(m.f))
	if m.a != 1 || m.b != 0 {
		where = fmt.Sprintf(`transform="matrix(%s %s %s %s %s %s)"`, number(m.a), number(m.b), number(m.c), number(m.d), number(m.e), number(m.f))
	}
	fmt.Fprintf(&d.body, `<text class="%s" %s>%s</text>`, d.sheet.add(style), where, escapeXML(text))
}

// DrawImage draws nothing: no figure holds a picture.
func (d *drawing) DrawImage(vg.Rectangle, image.Image) {}

// number prints a length with a hundredth of a point, which nobody can see.
func number(x float64) string {
	text := strconv.FormatFloat(x, 'f', 2, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}
