package reports

import (
	"math"
	"strconv"
)

// Figure is a chart as data: panels that share a horizontal axis. PNG and SVG
// paint it; the page's script paints the same numbers.
type Figure struct {
	// Name is the file's name without its extension, and the page's anchor.
	Name     string `json:"name"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle,omitempty"`
	// Alt says what the chart shows, for those who cannot see it.
	Alt    string  `json:"-"`
	Note   string  `json:"note,omitempty"`
	X      Axis    `json:"x"`
	Spans  []Span  `json:"spans,omitempty"`
	Panels []Panel `json:"panels"`
}

// Panel is one plot of a figure, with its own vertical axis.
type Panel struct {
	Title  string   `json:"title"`
	Y      Axis     `json:"y"`
	Height float64  `json:"height"` // of the plot, in points; 0 means 210
	Series []Series `json:"series"`
	Rules  []Rule   `json:"rules,omitempty"`
}

// Kind is how a series is drawn.
type Kind string

// The kinds of series.
const (
	Line   Kind = "line"   // through the points, with gaps where a value is NaN
	Step   Kind = "step"   // each value holds until the next
	Area   Kind = "area"   // filled from Lo to Y
	Dots   Kind = "dots"   // markers only
	Bars   Kind = "bars"   // horizontal, one for each category of the Y axis
	Ranges Kind = "ranges" // a marker with an interval Lo to Hi along the value axis
)

// Series is a sequence of values with its look. Two targets differ in colour,
// dash and marker, so that grey paper tells them apart.
type Series struct {
	Name   string  `json:"name"`
	Kind   Kind    `json:"kind"`
	Tone   Tone    `json:"tone"`
	Width  float64 `json:"width,omitempty"` // of the line, in points; 0 means 1.5
	Dash   Dash    `json:"dash,omitempty"`
	Marker Marker  `json:"marker,omitempty"`
	X      Values  `json:"x"`
	Y      Values  `json:"y"`
	Lo     Values  `json:"lo,omitempty"`
	Hi     Values  `json:"hi,omitempty"`
}

// Dash is the pattern of a line: lengths of strokes and gaps, in points.
type Dash []float64

// Marker is the shape at a series' points.
type Marker string

// The markers.
const (
	Circle   Marker = "circle"
	Square   Marker = "square"
	Triangle Marker = "triangle"
	Cross    Marker = "cross"
)

// Span shades a stretch of the horizontal axis.
type Span struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Label string  `json:"label"`
	Tone  Tone    `json:"tone"`
}

// Rule is a line across a panel: at a value of the vertical axis, or of the
// horizontal one if Vertical.
type Rule struct {
	At       float64 `json:"at"`
	Vertical bool    `json:"vertical,omitempty"`
	Label    string  `json:"label"`
	// Band shades this much of the axis either side of the rule, as a factor.
	Band float64 `json:"band,omitempty"`
}

// Values are numbers in base units (seconds, per second, shares of 1); NaN is
// a gap.
type Values []float64

// MarshalJSON writes six significant digits, which is more than a screen has,
// and null for a gap.
func (v Values) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, len(v)*7+2)
	out = append(out, '[')
	for i, x := range v {
		if i > 0 {
			out = append(out, ',')
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			out = append(out, "null"...)
		} else {
			out = strconv.AppendFloat(out, x, 'g', 6, 64)
		}
	}
	return append(out, ']'), nil
}

// interactive reports whether the page's script can paint the figure: charts
// of categories stay as they are, their table says the same.
func (f Figure) interactive() bool {
	for _, p := range f.Panels {
		if p.Y.Scale == Category {
			return false
		}
	}
	return true
}
