package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"testing"
)

// pngsShowSomething decodes pictures of each kind and looks for ink in the
// colour of each series, so that a plot without its data does not pass.
func pngsShowSomething(t *testing.T, d *Document) {
	for _, name := range []string{"percentiles", "comparison", "throughput"} {
		f, ok := d.figure(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
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
			t.Fatalf("%s is %v, want %v wide", f.Name, size, figureWidth)
		}
		seen := colours(picture)
		for _, p := range f.Panels {
			for _, s := range p.Series {
				if n := seen[tones[s.Tone].light]; n < 5 && s.Kind != Bars {
					t.Errorf("%s: %d pixels in the colour of %s", f.Name, n, s.Name)
				}
			}
		}
	}
}

// colours counts the pixels that are not paper, by colour.
func colours(picture image.Image) map[uint32]int {
	plain := image.NewNRGBA(picture.Bounds())
	draw.Draw(plain, plain.Bounds(), picture, image.Point{}, draw.Src)
	seen := map[uint32]int{}
	for i := 0; i < len(plain.Pix); i += 4 {
		p := plain.Pix[i : i+3]
		if p[0] != 255 || p[1] != 255 || p[2] != 255 {
			seen[uint32(p[0])<<16|uint32(p[1])<<8|uint32(p[2])]++
		}
	}
	return seen
}

func TestPNGScales(t *testing.T) {
	f := Figure{Name: "line", Title: "A line", X: Axis{Unit: Clock, Scale: Linear}, Panels: []Panel{{Series: []Series{{Kind: Line, Tone: "target-0", X: Values{0, 1}, Y: Values{1, 2}}}}}}
	for scale, want := range map[float64]int{0.25: 190, 0.5: 380} {
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

// svgsAreSound parses every drawing and paints it twice.
func svgsAreSound(t *testing.T, d *Document) {
	for _, f := range d.Figures() {
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
	t.Parallel()
	for name, s := range map[string]Series{
		"nothing": {Kind: Line, Tone: "target-0"},
		"one":     {Kind: Line, Tone: "target-0", Marker: Circle, X: Values{1}, Y: Values{2}},
		"zeros":   {Kind: Line, Tone: "target-0", X: Values{0, 0}, Y: Values{0, 0}},
		"area":    {Kind: Area, Tone: "target-0", X: Values{1}, Y: Values{2}, Lo: Values{0}},
	} {
		for _, scale := range []Scale{Linear, Log} {
			f := Figure{Name: name, Title: name, X: Axis{Unit: Clock, Scale: Linear}, Panels: []Panel{{Y: Axis{Unit: Latency, Scale: scale}, Series: []Series{s}}}}
			var out bytes.Buffer
			if err := errors.Join(f.PNG(io.Discard, 0.25), f.SVG(&out)); err != nil || strings.Contains(out.String(), "NaN") {
				t.Errorf("%s on a %s axis: %v\n%s", name, scale, err, out.String())
			}
		}
	}
}
