package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
)

// TestPNGsShowSomething decodes every figure and looks for ink in the colour of
// each series, so that a plot without its data does not pass.
func TestPNGsShowSomething(t *testing.T) {
	for _, f := range build(t, staircase(t)).Figures() {
		t.Run(f.Name, func(t *testing.T) {
			var out bytes.Buffer
			if err := f.PNG(&out, 1); err != nil {
				t.Fatal(err)
			}
			picture, err := png.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			size := picture.Bounds().Size()
			if size.X != int(figureWidth) || size.Y < 200 {
				t.Fatalf("the picture is %v, want %v wide", size, figureWidth)
			}
			seen := map[color.RGBA]int{}
			for y := range size.Y {
				for x := range size.X {
					r, g, b, _ := picture.At(x, y).RGBA()
					seen[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}]++
				}
			}
			for _, p := range f.Panels {
				for _, s := range p.Series {
					hex := tones[s.Tone].light
					if n := seen[color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}]; n < 5 && s.Kind != Bars {
						t.Errorf("%d pixels in the colour of %s", n, s.Name)
					}
				}
			}
		})
	}
}

func TestPNGScales(t *testing.T) {
	f, _ := build(t, soak(t)).figure("inflight")
	for scale, want := range map[float64]int{1: 760, 1.5: 1140, 2: 1520} {
		var out bytes.Buffer
		if err := f.PNG(&out, scale); err != nil {
			t.Fatal(err)
		}
		config, err := png.DecodeConfig(&out)
		if err != nil || config.Width != want {
			t.Errorf("scale %g: %d wide (%v), want %d", scale, config.Width, err, want)
		}
	}
}

func TestSVGIsWellFormedNamedAndTheSameEachTime(t *testing.T) {
	for _, f := range build(t, staircase(t)).Figures() {
		var first, second bytes.Buffer
		if err := errors.Join(f.SVG(&first), f.SVG(&second)); err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Errorf("%s is painted differently the second time", f.Name)
		}
		elements := map[string]int{}
		decoder := xml.NewDecoder(bytes.NewReader(first.Bytes()))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if start, ok := token.(xml.StartElement); ok {
				elements[start.Name.Local]++
			}
		}
		if elements["title"] != 1 || elements["desc"] != 1 || elements["path"] < 5 || elements["text"] < 5 {
			t.Errorf("%s has elements %v, want a title, a description, paths and texts", f.Name, elements)
		}
		if strings.Contains(first.String(), "NaN") || strings.Contains(first.String(), "Inf") {
			t.Errorf("%s holds a place that is no number", f.Name)
		}
	}
}

// Figures of odd data must paint, if only an empty plot.
func TestOddFiguresPaint(t *testing.T) {
	for name, s := range map[string]Series{
		"nothing": {Kind: Line, Tone: "target-0"},
		"one":     {Kind: Line, Tone: "target-0", Marker: Circle, X: Values{1}, Y: Values{2}},
		"zeros":   {Kind: Line, Tone: "target-0", X: Values{0, 0}, Y: Values{0, 0}},
		"area":    {Kind: Area, Tone: "target-0", X: Values{1}, Y: Values{2}, Lo: Values{0}},
	} {
		for _, scale := range []Scale{Linear, Log} {
			f := Figure{Name: name, Title: name, X: Axis{Unit: Clock, Scale: Linear}, Panels: []Panel{{Y: Axis{Unit: Latency, Scale: scale}, Series: []Series{s}}}}
			var out bytes.Buffer
			if err := errors.Join(f.PNG(io.Discard, 1), f.SVG(&out)); err != nil || strings.Contains(out.String(), "NaN") {
				t.Errorf("%s on a %s axis: %v\n%s", name, scale, err, out.String())
			}
		}
	}
}
