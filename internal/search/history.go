package search

import (
	"math"

	"wabench/internal/units"
	"wabench/results"
)

// history is the trials so far, in order.
type history []Trial

// bracket is the highest rate that passed below the lowest that did not; 0
// where there is none.
type bracket struct{ passed, failed units.Rate }

// bracket finds what the trials of one direction say. Of several looks at a
// rate the latest counts; rates above one that did not pass prove nothing.
func (h history) bracket(d Direction) bracket {
	var b bracket
	latest := map[units.Rate]string{}
	for _, t := range h {
		if t.Direction == d {
			latest[t.Rate] = t.Verdict
		}
	}
	for rate, verdict := range latest {
		if verdict != results.Pass && (b.failed == 0 || rate < b.failed) {
			b.failed = rate
		}
	}
	for rate, verdict := range latest {
		if verdict == results.Pass && (b.failed == 0 || rate < b.failed) {
			b.passed = max(b.passed, rate)
		}
	}
	return b
}

// middle is the geometric middle of a bracket, to four digits so that it
// prints as it is.
func (b bracket) middle() units.Rate {
	return round(math.Sqrt(float64(b.passed) * float64(b.failed)))
}

// round keeps four digits of a rate.
func round(rate float64) units.Rate {
	scale := math.Pow10(3 - int(math.Floor(math.Log10(rate))))
	return units.Rate(math.Round(rate*scale) / scale)
}

// looks counts the trials of a rate from one direction.
func (h history) looks(rate units.Rate, d Direction) (n int) {
	for _, t := range h {
		if t.Rate == rate && t.Direction == d {
			n++
		}
	}
	return n
}

// latest is the last verdict of a rate from one direction, empty if it was not
// tried.
func (h history) latest(rate units.Rate, d Direction) (verdict string) {
	for _, t := range h {
		if t.Rate == rate && t.Direction == d {
			verdict = t.Verdict
		}
	}
	return verdict
}

// comeDown tries a rate after an overload: at once if the last trial was one,
// else after one more look at the rate that did not pass.
func (h history) comeDown(rate units.Rate, up bracket) (units.Rate, Direction) {
	if last := h[len(h)-1]; last.Verdict != results.Pass && last.Rate > rate {
		return rate, Down
	}
	return up.failed, Up
}
