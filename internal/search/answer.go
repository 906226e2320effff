package search

import (
	"fmt"

	"wabench/results"
)

// Status says what kind of answer a search has.
type Status string

// The kinds of answer.
const (
	// Found: the interval is as narrow as was asked, and held from both sides.
	Found Status = "found"
	// AtLeast: the highest rate of the search passed.
	AtLeast Status = "at_least"
	// Below: the lowest rate of the search failed.
	Below Status = "below"
	// Inconclusive: the steps ended, or could not show, before that.
	Inconclusive Status = "inconclusive"
)

// Answer is the highest rate that meets the rules, as far as trials tell.
type Answer struct {
	Status Status `json:"status"`
	// Rate is the middle of the interval, per second; 0 unless Found.
	Rate float64 `json:"rate"`
	// Passed is the highest rate that passed, and Failed the lowest that did
	// not, per second; 0 where there is none.
	Passed float64 `json:"passed"`
	Failed float64 `json:"failed"`
	// Hysteresis says that a rate that was held on the way up failed after an
	// overload.
	Hysteresis bool `json:"hysteresis"`
	// Reason says in words why the answer is no better.
	Reason string `json:"reason,omitempty"`
}

// Answer returns what these trials tell.
func (o Options) Answer(trials []Trial) Answer {
	h := history(trials)
	up := h.bracket(Up)
	a := Answer{Status: Inconclusive, Passed: float64(up.passed), Failed: float64(up.failed)}
	switch {
	case len(h) == 0:
		a.Reason = "no step was finished"
	case up.passed == 0:
		return o.nonePassed(a, h)
	case up.failed == 0 && up.passed >= o.To:
		a.Status = AtLeast
	case up.failed == 0:
		a.Reason = fmt.Sprintf("the steps ended at %s, which still passed", PerSecond(up.passed))
	case h.latest(up.failed, Up) == results.Invalid:
		a.Reason = fmt.Sprintf("at %s the generator, not the target, was the limit", PerSecond(up.failed))
	case o.wide(up):
		a.Reason = "the steps ended before the interval was narrow enough"
	default:
		return o.confirmed(a, h, up)
	}
	return a
}

// nonePassed is the answer where the lowest rate did not pass.
func (o Options) nonePassed(a Answer, h history) Answer {
	switch h.latest(o.From, Up) {
	case results.Fail:
		a.Status = Below
	case results.Invalid:
		a.Reason = fmt.Sprintf("already at %s the generator, not the target, was the limit", PerSecond(o.From))
	default:
		a.Reason = fmt.Sprintf("at %s there was too little to judge by; begin higher or hold longer", PerSecond(o.From))
	}
	return a
}

// confirmed is the answer from a narrow bracket, by what its ends did when
// they were looked at again.
func (o Options) confirmed(a Answer, h history, up bracket) Answer {
	switch h.latest(up.passed, Down) {
	case "":
		a.Reason = fmt.Sprintf("no step was left to come down to %s", PerSecond(up.passed))
		return a
	case results.Pass:
		if h.looks(up.failed, Up) < 2 {
			a.Reason = fmt.Sprintf("no step was left for a second look at %s", PerSecond(up.failed))
			return a
		}
		return a.found(up)
	case results.Fail:
		a.Hysteresis = true
		a.Reason = fmt.Sprintf("%s is held on the way up, but not after an overload", PerSecond(up.passed))
	default:
		a.Reason = fmt.Sprintf("after an overload %s could not be shown to pass", PerSecond(up.passed))
	}
	if down := h.bracket(Down); down.passed > 0 && !o.wide(down) {
		return a.found(down)
	}
	return a
}

// found is the answer with an interval that needs no more steps.
func (a Answer) found(b bracket) Answer {
	a.Status, a.Rate = Found, float64(b.passed+b.failed)/2
	a.Passed, a.Failed = float64(b.passed), float64(b.failed)
	return a
}
