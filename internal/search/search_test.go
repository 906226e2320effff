package search

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"wabench/internal/units"
	"wabench/results"
)

// target says what a step at a rate comes to, given the rates tried before.
type target func(next Step, before []Trial) string

// hunt runs a search to its end.
func hunt(o Options, verdict target) []Trial {
	var trials []Trial
	for {
		next, ok := o.Next(trials)
		if !ok {
			return trials
		}
		trials = append(trials, Trial{next, verdict(next, trials)})
	}
}

// upTo passes up to a capacity.
func upTo(capacity units.Rate) target {
	return func(next Step, _ []Trial) string { return passIf(next.Rate <= capacity) }
}

func passIf(ok bool) string {
	if ok {
		return results.Pass
	}
	return results.Fail
}

// ranges draws searches that twelve steps are enough for: up to a factor of
// 20,000 from the lowest rate to the highest.
func ranges(t *rapid.T) Options {
	from := math.Exp(rapid.Float64Range(math.Log(0.01), math.Log(1000)).Draw(t, "log from"))
	factor := math.Exp(rapid.Float64Range(math.Log(1.05), math.Log(20000)).Draw(t, "log factor"))
	o, err := Options{From: units.Rate(from), To: units.Rate(from * factor)}.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// between draws a rate of a range.
func between(t *rapid.T, o Options, name string) units.Rate {
	return o.From * units.Rate(math.Pow(float64(o.To/o.From), rapid.Float64Range(0, 0.99999).Draw(t, name)))
}

func TestACapacityInTheRangeIsFoundWithinTwoPercentInTwelveSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := ranges(t)
		capacity := between(t, o, "capacity")
		trials := hunt(o, upTo(capacity))
		a := o.Answer(trials)
		if a.Status != Found || len(trials) > 12 {
			t.Fatalf("capacity %v of %v..%v: %+v after %d steps", capacity, o.From, o.To, a, len(trials))
		}
		if c := float64(capacity); a.Passed > c || a.Failed <= c || math.Abs(c/a.Rate-1) > 0.020001 {
			t.Fatalf("capacity %v: %+v", capacity, a)
		}
		if a.Hysteresis {
			t.Fatalf("a steady target has hysteresis: %v", trials)
		}
	})
}

func TestTheFoundRateIsConfirmedFromBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := ranges(t)
		trials := hunt(o, upTo(between(t, o, "capacity")))
		a, h := o.Answer(trials), history(trials)
		if passed := units.Rate(a.Passed); h.latest(passed, Up) != results.Pass || h.latest(passed, Down) != results.Pass {
			t.Fatalf("%v was not seen to pass from both sides: %v", passed, trials)
		}
		if failed := units.Rate(a.Failed); h.looks(failed, Up) < 2 {
			t.Fatalf("%v was not looked at twice: %v", failed, trials)
		}
		for i, trial := range trials {
			if trial.Direction == Down && (trials[i-1].Rate <= trial.Rate || trials[i-1].Verdict == results.Pass) {
				t.Fatalf("step %d comes down from no overload: %v", trial.N, trials)
			}
		}
	})
}

func TestACapacityOutsideTheRangeIsSaidToBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := ranges(t)
		if a := o.Answer(hunt(o, upTo(o.To))); a.Status != AtLeast || units.Rate(a.Passed) != o.To {
			t.Fatalf("a target that holds %v: %+v", o.To, a)
		}
		trials := hunt(o, upTo(o.From/2))
		if a := o.Answer(trials); a.Status != Below || units.Rate(a.Failed) != o.From || len(trials) != 2 {
			t.Fatalf("a target that holds half of %v: %+v after %v", o.From, a, trials)
		}
	})
}

// A rate near the capacity may come out either way or neither; the answer's
// interval then still meets the doubtful band.
func TestNoiseNearTheCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const band = 0.01
		o := ranges(t)
		capacity := between(t, o, "capacity")
		trials := hunt(o, func(next Step, _ []Trial) string {
			if off := float64(next.Rate/capacity) - 1; math.Abs(off) > band {
				return passIf(off < 0)
			}
			return rapid.SampledFrom([]string{results.Pass, results.Fail, results.Inconclusive}).Draw(t, "noise")
		})
		a := o.Answer(trials)
		low, high := float64(capacity)*(1-band), float64(capacity)*(1+band)
		if len(trials) > 12 || a.Status == Found && (a.Passed > high || a.Failed < low) {
			t.Fatalf("capacity %v: %+v after %v", capacity, a, trials)
		}
	})
}

// One verdict that is wrong costs the search its answer, never its honesty.
func TestOneWrongVerdictFindsNoWrongRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := ranges(t)
		capacity := between(t, o, "capacity")
		wrong := rapid.IntRange(1, 12).Draw(t, "wrong step")
		trials := hunt(o, func(next Step, _ []Trial) string {
			return passIf((next.Rate <= capacity) != (next.N == wrong))
		})
		a := o.Answer(trials)
		if a.Status == Found && !a.Hysteresis && (a.Passed > float64(capacity) || a.Failed <= float64(capacity)) {
			t.Fatalf("capacity %v, step %d wrong: %+v after %v", capacity, wrong, a, trials)
		}
	})
}

// A target that has once been overloaded holds less.
func TestHysteresisIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := ranges(t)
		o.Steps = rapid.IntRange(12, 30).Draw(t, "steps")
		capacity := between(t, o, "capacity")
		after := capacity * units.Rate(rapid.Float64Range(0.1, 0.9).Draw(t, "share left"))
		trials := hunt(o, func(next Step, _ []Trial) string {
			if next.Direction == Down {
				return passIf(next.Rate <= after)
			}
			return passIf(next.Rate <= capacity)
		})
		a := o.Answer(trials)
		if !a.Hysteresis || a.Reason == "" || len(trials) > o.Steps {
			t.Fatalf("capacity %v up, %v down: %+v after %v", capacity, after, a, trials)
		}
		if a.Status == Found && (a.Passed > float64(after) || a.Failed <= float64(after)) {
			t.Fatalf("capacity %v up, %v down: %+v", capacity, after, a)
		}
		if a.Status != Found && a.Status != Inconclusive {
			t.Fatalf("%+v", a)
		}
	})
}

func TestAnswersThatAreNone(t *testing.T) {
	o, err := Options{From: 10, To: 5000}.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	always := func(verdict string) target { return func(Step, []Trial) string { return verdict } }
	above := func(rate units.Rate, verdict string) target {
		return func(next Step, _ []Trial) string {
			if next.Rate > rate {
				return verdict
			}
			return results.Pass
		}
	}
	few := o
	few.Steps = 5
	tests := []struct {
		name    string
		options Options
		target  target
		reason  string
	}{
		{
			"the lowest rate has too little to judge by", o, always(results.Inconclusive),
			"at 10/s there was too little to judge by; begin higher or hold longer",
		},
		{
			"the generator cannot do the lowest rate", o, always(results.Invalid),
			"already at 10/s the generator, not the target, was the limit",
		},
		{
			"the generator is the limit", o, above(300, results.Invalid),
			"at 309.1/s the generator, not the target, was the limit",
		},
		{"too few steps", few, upTo(300), "the steps ended before the interval was narrow enough"},
	}
	for _, tt := range tests {
		a := tt.options.Answer(hunt(tt.options, tt.target))
		if a.Status != Inconclusive || a.Reason != tt.reason {
			t.Errorf("%s: %+v, want the reason %q", tt.name, a, tt.reason)
		}
	}
	if a := o.Answer(nil); a.Status != Inconclusive || a.Reason == "" {
		t.Errorf("without a step: %+v", a)
	}
}

func TestOptionsThatFindNothing(t *testing.T) {
	for name, o := range map[string]Options{
		"no lowest rate":      {To: 10},
		"no highest rate":     {From: 10},
		"endless":             {From: 10, To: units.Rate(math.Inf(1))},
		"upside down":         {From: 20, To: 10},
		"too fine":            {From: 1, To: 2, Tolerance: 0.0001},
		"no tolerance at all": {From: 1, To: 2, Tolerance: 1},
		"no steps":            {From: 1, To: 2, Steps: -1},
		"not a number":        {From: units.Rate(math.NaN()), To: 2},
	} {
		if got, err := o.Defaults(); err == nil {
			t.Errorf("%s: %+v is taken", name, got)
		}
	}
}

// A climb is gentle where there are steps for it: an overload is found out
// sooner than by going to the top first.
func TestTheClimbDoublesWhereStepsAllow(t *testing.T) {
	for _, tt := range []struct {
		from, to units.Rate
		least    units.Rate
		most     units.Rate
	}{
		{10, 80, 1.9, 2.1},
		{10, 5000, 7, 9},
	} {
		o, err := Options{From: tt.from, To: tt.to}.Defaults()
		if err != nil {
			t.Fatal(err)
		}
		if g := o.growth(); g < tt.least || g > tt.most {
			t.Errorf("from %v to %v climbs by %v, want %v to %v", tt.from, tt.to, float64(g), float64(tt.least), float64(tt.most))
		}
	}
}
