package compare

import (
	"fmt"
	"math"

	"wabench/internal/stat"
	"wabench/results"
)

// Change is one metric of base and head and what differs.
type Change struct {
	// Base and Head are the metric's values: nanoseconds, a rate per second or
	// a share.
	Base, Head float64
	// Relative is true if Value is the ratio head/base, false if it is the
	// difference head-base.
	Relative bool
	Value    float64
	// Interval is of Value; it is not finite where the data cannot bound it.
	Interval stat.Interval
	// Pairs of blocks that the interval comes from; 0 if it is not from pairs.
	Pairs  int
	Method string
	// Lack says what is missing for an interval, empty if nothing is.
	Lack string
}

// known reports whether there is an interval.
func (c Change) known() bool {
	return c.Lack == "" && c.Interval.Finite() && (!c.Relative || c.Interval.Lo > 0)
}

// Excess is how much the value lies above a bound, in half-widths of the
// interval towards it: at 1 the interval just excludes the bound, below -1 it
// lies wholly under it. The bound is in the value's unit.
func (c Change) Excess(bound float64) float64 {
	value, lo, hi := c.Value, c.Interval.Lo, c.Interval.Hi
	if c.Relative {
		value, lo, hi, bound = math.Log(value), math.Log(lo), math.Log(hi), math.Log(bound)
	}
	half := hi - value
	if value > bound {
		half = value - lo
	}
	if value == bound {
		return 0
	}
	return (value - bound) / half
}

// PValue is the two-sided p-value of "the value is at the bound", read off the
// interval as if it were normal: it is 1-Confidence where the interval just
// excludes the bound.
func (c Change) PValue(bound, confidence float64) float64 {
	if !c.known() {
		return 1
	}
	z := math.Abs(c.Excess(bound)) * normalQuantile(confidence)
	return math.Erfc(z / math.Sqrt2)
}

// verdict judges a change of a metric of which less is better against the
// least effect: relative for a ratio, absolute for a difference.
func (c Change) verdict(effect float64) stat.Verdict {
	switch {
	case !c.known():
		return stat.Unsure
	case c.Relative:
		return stat.Judge(c.Interval, effect)
	case c.Interval.Lo > effect:
		return stat.Worse
	case c.Interval.Hi < -effect:
		return stat.Better
	case c.Interval.Lo >= -effect && c.Interval.Hi <= effect:
		return stat.Same
	}
	return stat.Unsure
}

// edge is the bound that a verdict of better or worse must exclude.
func (c Change) edge(effect float64) float64 {
	switch up := c.Value > 1; {
	case c.Relative && up:
		return 1 + effect
	case c.Relative:
		return 1 / (1 + effect)
	}
	return math.Copysign(effect, c.Value)
}

// delta puts the change into the shape of run.json. An interval that is not
// known is [0, 0]; of a difference CI95 is the difference's.
func (c Change) delta(metric string, isLatency bool) results.Delta {
	d := results.Delta{Metric: metric, Verdict: results.Unsure, Detail: c.Detail()}
	if isLatency {
		d.BaseNS, d.HeadNS = nanoseconds(c.Base), nanoseconds(c.Head)
	} else {
		d.BaseValue, d.HeadValue = c.Base, c.Head
	}
	switch {
	case c.Relative:
		d.Ratio = finiteOrZero(c.Value)
	case c.Base > 0:
		d.Ratio = finiteOrZero(c.Head / c.Base)
	}
	if c.known() {
		d.CI95 = [2]float64{c.Interval.Lo, c.Interval.Hi}
	}
	return d
}

// Detail says how the interval was found, or what is missing for one.
func (c Change) Detail() string {
	if c.Lack != "" {
		return c.Lack
	}
	if c.Relative {
		return c.Method
	}
	return fmt.Sprintf("%s to %s percentage points; %s", signed(c.Interval.Lo*100), signed(c.Interval.Hi*100), c.Method)
}

// signed prints a number with its sign and at most three decimals.
func signed(x float64) string {
	if math.Abs(x) < 0.0005 {
		return "0"
	}
	return fmt.Sprintf("%+.3g", x)
}

func finiteOrZero(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
