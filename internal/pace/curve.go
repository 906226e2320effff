package pace

import "math"

// curve is a rate over time that can be integrated and inverted. Times are in
// seconds since the curve's start.
type curve interface {
	seconds() float64
	total() float64 // the integral over the whole length
	// when returns the earliest time by which the integral reaches hits, for
	// 0 ≤ hits ≤ total.
	when(hits float64) float64
}

// ramp is a rate that changes linearly; a constant one has from == to.
type ramp struct{ from, to, length float64 }

func (r ramp) seconds() float64 { return r.length }

func (r ramp) total() float64 { return (r.from + r.to) / 2 * r.length }

// when solves from·t + a·t²/2 = hits with a = (to−from)/length. The form
// 2·hits / (from + √(from² + 2·a·hits)) has no cancellation and holds for a = 0.
func (r ramp) when(hits float64) float64 {
	if hits <= 0 {
		return 0
	}
	slope := (r.to - r.from) / r.length
	root := math.Sqrt(max(r.from*r.from+2*slope*hits, 0))
	return min(2*hits/(r.from+root), r.length)
}

// sine swings around its mean, beginning there and rising.
type sine struct{ mean, amplitude, period, length float64 }

func (s sine) seconds() float64 { return s.length }

func (s sine) total() float64 { return s.integral(s.length) }

// integral of mean + amplitude·sin(2πt/period) from 0 to t:
//
//	mean·t + amplitude·period/2π · (1 − cos(2πt/period))
func (s sine) integral(t float64) float64 {
	omega := 2 * math.Pi / s.period
	return s.mean*t + s.amplitude/omega*(1-math.Cos(omega*t))
}

// when inverts the integral by bisection: it rises everywhere, as amplitude ≤
// mean, but has no closed inverse. 64 halvings end below a nanosecond for any
// length.
func (s sine) when(hits float64) float64 {
	low, high := 0.0, s.length
	for range 64 {
		middle := (low + high) / 2
		if s.integral(middle) < hits {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
