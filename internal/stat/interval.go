// Package stat turns counts and series into estimates that carry their own
// uncertainty.
//
// Everything here is pure: values in, values out, and where chance is needed
// the caller passes a seeded *rand.Rand. Shares, quantiles, confidences and
// p-values are fractions in 0..1; durations are whatever unit the caller
// uses. Values are finite unless a function says otherwise. Doubtful results
// carry Warnings, which are to be shown.
package stat

import "math"

// Interval is a two-sided confidence interval. Its ends are in the unit of
// the estimate and may be infinite where the data cannot bound that side.
// Confidence is the level reached where it is known exactly, which for
// discrete data is at least the level asked for; else the nominal level.
type Interval struct {
	Lo, Hi, Confidence float64
}

// Contains reports whether x lies in the interval, ends included.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// Width is the distance between the ends.
func (i Interval) Width() float64 { return i.Hi - i.Lo }

// Finite reports whether both ends are numbers.
func (i Interval) Finite() bool { return isFinite(i.Lo) && isFinite(i.Hi) }

// Map carries the interval through an increasing function; the confidence is
// unchanged.
func (i Interval) Map(increasing func(float64) float64) Interval {
	return Interval{increasing(i.Lo), increasing(i.Hi), i.Confidence}
}

// Inverse is the interval of 1/x for a positive x: what a ratio's interval
// becomes when base and head change places.
func (i Interval) Inverse() Interval {
	return Interval{1 / i.Hi, 1 / i.Lo, i.Confidence}
}

// unbounded is the interval of someone who knows nothing; it is always right.
func unbounded() Interval {
	return Interval{math.Inf(-1), math.Inf(1), 1}
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// inUnit reports whether x is a share strictly between none and all.
func inUnit(x float64) bool { return x > 0 && x < 1 }
