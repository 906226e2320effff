package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestJudge(t *testing.T) {
	tests := []struct {
		name   string
		lo, hi float64
		want   Verdict
	}{
		{"no change at all", 1, 1, Same},
		{"inside the effect", 0.97, 1.04, Same},
		{"surely more, but too little to matter", 1.01, 1.04, Same},
		{"worse beyond the effect", 1.06, 1.2, Worse},
		{"more, perhaps too little to matter", 1.01, 1.2, Unsure},
		{"better beyond the effect", 0.8, 0.94, Better},
		{"less, perhaps too little to matter", 0.8, 0.97, Unsure},
		{"anything", 0, math.Inf(1), Unsure},
		{"not a number", math.NaN(), math.NaN(), Unsure},
		{"straddles both edges", 0.9, 1.1, Unsure},
	}
	for _, tt := range tests {
		if got := Judge(Interval{tt.lo, tt.hi, 0.95}, 0.05); got != tt.want {
			t.Errorf("%s: %v..%v is %v, want %v", tt.name, tt.lo, tt.hi, got, tt.want)
		}
	}
}

func TestVerdictNames(t *testing.T) {
	for v, want := range map[Verdict]string{Unsure: "unsure", Better: "better", Worse: "worse", Same: "same"} {
		if v.String() != want {
			t.Errorf("%d is %q, want %q", v, v, want)
		}
		if v.Mirror().Mirror() != v {
			t.Errorf("%v mirrored twice is %v", v, v.Mirror().Mirror())
		}
	}
}

func TestJudgeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(0.5, 2).Draw(t, "lo")
		i := Interval{lo, lo * rapid.Float64Range(1, 1.5).Draw(t, "spread"), 0.95}
		effect := rapid.Float64Range(0.001, 0.3).Draw(t, "effect")
		v := Judge(i, effect)
		if m := Judge(i.Inverse(), effect); m != v.Mirror() {
			t.Fatalf("%v is %v, inverted %v", i, v, m)
		}
		if v == Same && !NotWorse(i, effect) || v == Worse && NotWorse(i, effect) {
			t.Fatalf("%v is %v and not worse: %v", i, v, NotWorse(i, effect))
		}
		wider := Interval{i.Lo * 0.99, i.Hi * 1.01, 0.99}
		if w := Judge(wider, effect); w != v && w != Unsure {
			t.Fatalf("%v is %v, wider %v", i, v, w)
		}
	})
}

func TestLeastEffect(t *testing.T) {
	tests := []struct{ relative, floor, base, want float64 }{
		{0.05, 2, 100, 0.05}, {0.05, 2, 10, 0.2}, {0.05, 0, 10, 0.05}, {0.05, 2, 0, 0.05},
	}
	for _, tt := range tests {
		if got := LeastEffect(tt.relative, tt.floor, tt.base); got != tt.want {
			t.Errorf("LeastEffect(%v, %v, %v) = %v, want %v", tt.relative, tt.floor, tt.base, got, tt.want)
		}
	}
}

// An interval that ends on an edge, but for rounding, lies on it from both
// sides: 0.95238095238095222 is an ulp or so below 1/1.05, and its inverse is
// 1.05 (found as a ratio of two HDR buckets).
func TestJudgeIsNotDecidedByRounding(t *testing.T) {
	there := Interval{Lo: 0.95238095238095222, Hi: 1.0067567567567546}
	back := Interval{Lo: 0.99328859060402908, Hi: 1.05}
	if got := Judge(there, 0.05); got != Same {
		t.Errorf("Judge(%v) = %v, want %v", there, got, Same)
	}
	if got := Judge(back, 0.05); got != Same {
		t.Errorf("Judge(%v) = %v, want %v", back, got, Same)
	}
	for _, beyond := range []Interval{{Lo: 1.0500001, Hi: 1.2}, {Lo: 0.8, Hi: 0.9523808}} {
		if got := Judge(beyond, 0.05); got == Same || got == Unsure {
			t.Errorf("Judge(%v) = %v: it lies beyond the edge", beyond, got)
		}
	}
}
