package strictyaml_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/strictyaml"
	"wabench/internal/units"
)

type colour string

func (colour) Choices() []string { return []string{"red", "green", "blue"} }

type shape struct {
	Name    string                       `yaml:"name,required"`
	Colour  colour                       `yaml:"colour"`
	Timeout time.Duration                `yaml:"timeout"`
	Rate    strictyaml.At[units.Rate]    `yaml:"rate"`
	Size    units.Bytes                  `yaml:"size"`
	Sides   int                          `yaml:"sides"`
	Small   uint8                        `yaml:"small"`
	Area    float64                      `yaml:"area"`
	Solid   *bool                        `yaml:"solid"`
	Tags    []string                     `yaml:"tags"`
	Inner   map[string]shape             `yaml:"inner"`
	Raw     json.RawMessage              `yaml:"raw"`
	Any     any                          `yaml:"any"`
	Points  []strictyaml.At[units.Bytes] `yaml:"points"`
	Either  either                       `yaml:"either"`
}

// either is a text or a list of texts.
type either struct{ Texts []string }

func (e *either) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Scalar() {
		e.Texts = []string{n.Value}
		return
	}
	d.Decode(n, &e.Texts)
}

func TestDecodeReadsEveryKind(t *testing.T) {
	const src = `
defaults: &defaults {colour: green, timeout: 250ms, sides: 4}
shape:
  <<: *defaults
  sides: 0x10
  name: "a b"
  rate: 80/s
  size: 64KiB
  area: 2.5
  solid: true
  tags: [x, "1"]
  inner: {small: {name: s, small: 255}}
  raw: {b: [1, 2.5, null, true], a: "<é>"}
  any: [1, {k: v}, 1.5, ~]
  points: [1B, 2B]
  either: one
other: {<<: [{name: p, sides: 1}, {name: q, area: 3}], either: [a, b]}
`
	var got struct {
		Defaults any   `yaml:"defaults"`
		Shape    shape `yaml:"shape"`
		Other    shape `yaml:"other"`
	}
	if err := strictyaml.Decode("x.yaml", []byte(src), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Shape
	if s.Rate.Value != 80 || s.Rate.Pos.Line != 7 || s.Rate.Pos.Col != 9 || !s.Rate.OK {
		t.Errorf("rate = %v at %d:%d ok=%v, want 80/s at 7:9", s.Rate.Value, s.Rate.Pos.Line, s.Rate.Pos.Col, s.Rate.OK)
	}
	if len(s.Points) != 2 || s.Points[1].Value != 2 || s.Points[1].Pos.Col != 16 {
		t.Errorf("points = %v, want the second 2 B at column 16", s.Points)
	}
	s.Rate, s.Points = strictyaml.At[units.Rate]{}, nil
	solid := true
	want := shape{
		Name: "a b", Colour: "green", Timeout: 250 * time.Millisecond, Size: 64 << 10, Sides: 16, Area: 2.5,
		Solid: &solid, Tags: []string{"x", "1"}, Inner: map[string]shape{"small": {Name: "s", Small: 255}},
		Raw:    json.RawMessage(`{"b":[1,2.5,null,true],"a":"<é>"}`),
		Any:    []any{int64(1), map[string]any{"k": "v"}, 1.5, nil},
		Either: either{[]string{"one"}},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("decoded shape (-want +got):\n%s", diff)
	}
	if o := got.Other; o.Name != "p" || o.Sides != 1 || o.Area != 3 || len(o.Either.Texts) != 2 {
		t.Errorf("merged list = %+v, want name and sides of the first, area of the second", o)
	}
}

func TestDecodeRefusesHugeInput(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+", ", 10), ", "))
	}
	for _, c := range []struct{ name, src, want string }{
		{"alias bomb", bomb, "aliases expand to more than 100000 values"},
		{"over 1 MiB", "a: " + strings.Repeat("x", 1<<20), "the most is 1 MiB"},
		{"deep nesting", strings.Repeat("[", 70) + strings.Repeat("]", 70), "nested more than 64 deep"},
		{"very deep nesting", strings.Repeat("[", 400_000), "1:"},
		{"alias to itself", "a: &a {b: *a}", "alias *a stands inside the value it names"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var into any
			err := strictyaml.Decode("x.yaml", []byte(c.src), &into)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %.200v, want one that contains %q", err, c.want)
			}
			if len(err.Error()) > 20_000 {
				t.Errorf("error text has %d bytes", len(err.Error()))
			}
		})
	}
}

// A long line of mistakes must not take time or text without bound.
func TestDecodeBoundsItsWork(t *testing.T) {
	var into shape
	src := "{" + strings.Repeat("a: [],", 5_000) + "}"
	err := strictyaml.Decode("x.yaml", []byte(src), &into)
	if problems, _ := errors.AsType[strictyaml.Problems](err); len(problems) != 100 {
		t.Errorf("%d problems, want the first 100", len(problems))
	}
	if text := err.Error(); len(text) > 100_000 || !strings.HasSuffix(text, "only the first 100 mistakes are shown") {
		t.Errorf("error text has %d bytes and ends %q", len(text), text[len(text)-60:])
	}
}

func TestHiddenTextStaysOutOfExcerpts(t *testing.T) {
	var d strictyaml.Decoder
	root := d.Parse("x.yaml", []byte("{token: EAAGsecret, colour: pink}"))
	token := root.Field("token")
	d.Problem(token.Pos, "", "a literal token")
	token.Pos.Source.Hide(token.Value)
	d.Problem(root.Field("colour").Pos, "", "pink")
	if text := d.Err().Error(); strings.Contains(text, "EAAG") || strings.Count(text, "{token: **********, colour: pink}") != 2 {
		t.Errorf("problems show the token:\n%s", text)
	}
}

func TestAtFindsPlacesInsideScalars(t *testing.T) {
	const src = `plain: some text
single: 'it''s {{'
double: "é\t\u00e9\"{{"
block: |

  first
  second {{
folded: >
  one
  two {{
`
	var d strictyaml.Decoder
	root := d.Parse("x.yaml", []byte(src))
	for _, c := range []struct {
		key, before string
		line, col   int
	}{
		{"plain", "some ", 1, 13},
		{"single", "it's ", 2, 16},
		{"double", "é\té\"", 3, 21},
		{"block", "\nfirst\nsecond ", 7, 10},
		{"folded", "one two ", 8, 9},
	} {
		pos := root.Field(c.key).At(len(c.before))
		if pos.Line != c.line || pos.Col != c.col {
			t.Errorf("%s after %q is at %d:%d, want %d:%d", c.key, c.before, pos.Line, pos.Col, c.line, c.col)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"name: x\nrate: 80/s\n", "a: &a [1]\nb: {<<: *a}\n", "a: !!int x", "{a: 1, a: 2}", "? [a]\n: b", "a: \"\\x41\"", "\ufeffname: é\r\nsides: 1\r",
		"name: |\n  a\n  b\n", "- &a [*a]", "raw: {x: .inf}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var into shape
		err := strictyaml.Decode("fuzz.yaml", src, &into)
		if err == nil {
			return
		}
		problems, ok := errors.AsType[strictyaml.Problems](err)
		if !ok || len(problems) == 0 {
			t.Fatalf("error is %T with %d problems", err, len(problems))
		}
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src)), "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > len([]rune(lines[p.Line-1]))+1 {
				t.Errorf("%q: position %d:%d is outside the file: %s", src, p.Line, p.Col, p.What)
			}
		}
	})
}
