// Package search finds the highest rate at which a target still meets rules.
//
// The search itself is a pure function of the steps taken so far: Options.Next
// says which rate to try, and Options.Answer what is known.
//
//  1. It climbs from From by a constant factor until a rate does not pass: by
//     two if the steps allow it, else by as much more as they need.
//  2. It halves the gap, in logarithms, between the highest rate that passed
//     and the lowest that did not, until its middle is within the tolerance of
//     both.
//  3. It looks a second time at the rate that did not pass, and comes down from
//     there to the rate that did: a target that holds a rate on the way up and
//     not after an overload has hysteresis, and the answer says so.
//
// Every step is a hold of one rate that is judged as any run is, with
// confidence: a rate that cannot be shown to pass did not pass. Run does the
// steps; each leaves an ordinary run directory, and Summary, written as
// search.json, is what they came to:
//
//	{"schema":1,"id":"…","scenario":{…},"target":"cloud","rules":["throttle_rate(send) <= 1%"],"seed":1,
//	 "from":10,"to":5000,"tolerance":0.02,"max_steps":12,"hold_ns":10000000000,
//	 "started":"…Z","ended":"…Z","complete":true,"environment":{…},
//	 "answer":{"status":"found|at_least|below|inconclusive","rate":79.5,"passed":78.9,"failed":80.1,
//	           "hysteresis":false,"reason":"…"},
//	 "steps":[{"n":1,"rate":10,"direction":"up|down","verdict":"pass|fail|inconclusive|invalid","detail":"…",
//	           "run":"<directory beside search.json>","messages":120,"hold_ns":60000000000,"held_ns":21000000000,
//	           "gates":[…],"generator":{…}}]}
//
// Rates are per second, durations integer nanoseconds, shares 0..1; gates and
// generator are those of run.json.
package search

import (
	"fmt"
	"math"

	"wabench/internal/units"
	"wabench/results"
)

// Direction is which way a step comes to its rate.
type Direction string

// The directions. Up follows a rest and a low rate, Down an overload.
const (
	Up   Direction = "up"
	Down Direction = "down"
)

// Step is a rate to try.
type Step struct {
	N         int // from 1
	Rate      units.Rate
	Direction Direction
}

// Trial is a step with what it came to: results.Pass, Fail, Inconclusive or
// Invalid. Only a pass counts as one.
type Trial struct {
	Step
	Verdict string
}

// Options bound a search.
type Options struct {
	From, To units.Rate
	// Tolerance is how far the middle of the answer's interval may be from its
	// ends, as a share; 0 is DefaultTolerance.
	Tolerance float64
	// Steps is the most steps taken; 0 is DefaultSteps.
	Steps int
}

// What Options that name none are taken to mean.
const (
	DefaultTolerance = 0.02
	DefaultSteps     = 12
)

// confirming is how many steps are kept for the second look from both sides.
const confirming = 2

// Defaults returns the options with nothing left open, or what is wrong with
// them.
func (o Options) Defaults() (Options, error) {
	if o.Tolerance == 0 {
		o.Tolerance = DefaultTolerance
	}
	if o.Steps == 0 {
		o.Steps = DefaultSteps
	}
	switch {
	case !(o.From > 0) || math.IsInf(float64(o.To), 0):
		return o, fmt.Errorf("a search from %v to %v has no end to climb from", o.From, o.To)
	case !(o.From < o.To):
		return o, fmt.Errorf("a search from %v to %v has nowhere to go", o.From, o.To)
	case o.Tolerance < leastTolerance || o.Tolerance >= 1:
		return o, fmt.Errorf("a tolerance of %v is not between %v and 100%%", units.Percent(o.Tolerance), units.Percent(leastTolerance))
	case o.Steps < 1:
		return o, fmt.Errorf("%d steps find nothing", o.Steps)
	}
	return o, nil
}

// leastTolerance is what rates of four digits can tell apart.
const leastTolerance = 0.002

// Next returns the step to take after these trials; ok is false when the
// search is over.
func (o Options) Next(trials []Trial) (next Step, ok bool) {
	if len(trials) >= o.Steps {
		return Step{}, false
	}
	rate, direction, ok := o.choose(history(trials))
	return Step{N: len(trials) + 1, Rate: rate, Direction: direction}, ok
}

// choose returns the rate to try, and from where.
func (o Options) choose(h history) (units.Rate, Direction, bool) {
	up := h.bracket(Up)
	switch {
	case len(h) == 0:
		return o.From, Up, true
	case up.passed == 0: // even the lowest rate did not pass; once may be chance
		return o.From, Up, h.looks(o.From, Up) < 2
	case up.failed == 0:
		return o.climb(up.passed), Up, up.passed < o.To
	case o.wide(up):
		return up.middle(), Up, true
	}
	return o.confirm(h, up)
}

// confirm looks at a narrow bracket from both sides.
func (o Options) confirm(h history, up bracket) (units.Rate, Direction, bool) {
	switch h.latest(up.passed, Down) {
	case "":
		rate, direction := h.comeDown(up.passed, up)
		return rate, direction, true
	case results.Pass:
		return up.failed, Up, h.looks(up.failed, Up) < 2
	}
	down := o.below(h)
	if !o.wide(down) {
		return 0, "", false
	}
	rate, direction := h.comeDown(down.middle(), up)
	return rate, direction, true
}

// below is the bracket of the rates that hold after an overload. Those from
// which the search began are taken to hold until they are tried.
func (o Options) below(h history) bracket {
	down := h.bracket(Down)
	down.passed = max(down.passed, o.From)
	return down
}

// wide reports whether the middle of a bracket is farther than the tolerance
// from its ends.
func (o Options) wide(b bracket) bool { return float64(b.failed/b.passed) > o.width() }

// width is the ratio of failed to passed that is narrow enough: the middle is
// then at most Tolerance above the one and below the other.
func (o Options) width() float64 { return (1 + o.Tolerance) / (1 - o.Tolerance) }

// climb returns the next rate on the way up. One just short of the highest
// would be a step for nothing.
func (o Options) climb(from units.Rate) units.Rate {
	next := round(float64(from * o.growth()))
	if float64(next)*o.width() >= float64(o.To) {
		return o.To
	}
	return next
}

// growth is the factor to climb by: about two, unless finding the answer could
// then take more steps than there are. With k climbs the factor is the k-th
// root of the whole range, and to halve the last gap takes as many steps as it
// has bits, counted in widths.
func (o Options) growth() units.Rate {
	whole, narrow := math.Log(float64(o.To/o.From)), math.Log(o.width())*rounding
	for climbs := math.Ceil(whole / math.Ln2); climbs > 1; climbs-- {
		halvings := math.Ceil(math.Log2(whole / climbs / narrow))
		if 1+climbs+max(halvings, 0)+confirming <= float64(o.Steps) {
			return units.Rate(math.Exp(whole / climbs))
		}
	}
	return o.To / o.From
}

// rounding makes up for middles that are rounded to four digits.
const rounding = 0.97
