package compare

import (
	"fmt"
	"math"
	"testing"

	"wabench/internal/stat"
	"wabench/results"
)

// just is a change whose interval barely excludes an effect of 5 %.
func just() Change {
	return Change{
		Relative: true, Value: math.Sqrt(1.051 * 1.3), Pairs: 30,
		Interval: stat.Interval{Lo: 1.051, Hi: 1.3, Confidence: 0.95},
	}
}

// quiet is a change that is none.
func quiet() Change {
	return Change{Relative: true, Value: 1.05, Pairs: 30, Interval: stat.Interval{Lo: 0.9, Hi: 1.2, Confidence: 0.95}}
}

// A verdict that barely holds alone does not among twenty; by Holm's rule it
// does not among the two that gate either, while Benjamini and Hochberg's
// leaves two that hold alike as they are.
func TestFamilies(t *testing.T) {
	table := func(changes ...Change) rows {
		var out rows
		for i, c := range changes {
			out = append(out, &row{metric: fmt.Sprintf("m%d", i), change: c, effect: 0.05, verdict: c.verdict(0.05), lessIsBetter: true})
		}
		return out
	}
	many := []Change{just()}
	for range 19 {
		many = append(many, quiet())
	}
	for _, tc := range []struct {
		name   string
		table  rows
		gating []string
		want   string
	}{
		{"alone", table(just()), nil, results.Worse},
		{"alone, gating", table(just()), []string{"m0"}, results.Worse},
		{"among twenty", table(many...), nil, results.Unsure},
		{"gating alone among twenty", table(many...), []string{"m0"}, results.Worse},
		{"two alike", table(just(), just()), nil, results.Worse},
		{"two alike that gate", table(just(), just()), []string{"m0", "m1"}, results.Unsure},
		{"among those without an interval", table(just(), Change{Lack: "samples"}, Change{Lack: "samples"}), nil, results.Worse},
	} {
		tc.table.adjust(Options{Gating: tc.gating}.filled())
		if got := tc.table[0].delta().Verdict; got != tc.want {
			t.Errorf("%s: got %s, want %s (%s)", tc.name, got, tc.want, tc.table[0].remark)
		}
	}
}

func TestPValueIsTheIntervals(t *testing.T) {
	c := just()
	for _, tc := range []struct{ bound, want float64 }{{1.051, 0.05}, {1.3, 0.05}, {c.Value, 1}} {
		if got := c.PValue(tc.bound, 0.95); math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("at %g: got %g, want %g", tc.bound, got, tc.want)
		}
	}
	if got := (Change{Relative: true, Value: 2, Lack: "samples"}).PValue(1, 0.95); got != 1 {
		t.Errorf("without an interval: got %g, want 1", got)
	}
}

func TestOverall(t *testing.T) {
	for _, tc := range []struct {
		verdicts []string
		want     string
	}{
		{nil, results.Unsure},
		{[]string{"same", "same"}, results.Same},
		{[]string{"same", "unsure"}, results.Unsure},
		{[]string{"better", "same", "unsure"}, results.Better},
		{[]string{"better", "worse"}, results.Worse},
	} {
		var c results.Comparison
		for _, v := range tc.verdicts {
			c.Deltas = append(c.Deltas, results.Delta{Verdict: v})
		}
		if got := Overall(c); got != tc.want {
			t.Errorf("%v: got %s, want %s", tc.verdicts, got, tc.want)
		}
	}
}
