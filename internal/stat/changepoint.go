package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Significance is how a candidate change is told from chance.
type Significance int

// The tests. Permutation shuffles the stretch and asks how often chance
// splits it as well: right for the best of many splits. Welch is a t test of
// the two sides, far cheaper but, as the split was picked for its
// difference, to be used with a level of 0.001 or so (as Hunter does).
const (
	Permutation Significance = iota
	Welch
)

// EDivisive finds the places where the distribution of a series of runs
// changes, by energy distance and bisection (Matteson and James 2014). It
// wants 20 points or more and copes with hundreds.
type EDivisive struct {
	Level        float64 // greatest p-value of a change; 0 is 0.01
	Least        int     // fewest points between changes; 0 is 3
	Permutations int     // 0 is as many as Level needs, at least 199
	Test         Significance
}

// Change is a point from which a series is no longer what it was.
type Change struct {
	Index         int     // first point of the new level
	Before, After float64 // medians of the stretches on either side
	P             float64 // of the split, by the test chosen
}

// Ratio is After over Before.
func (c Change) Ratio() float64 { return c.After / c.Before }

// Changes returns the changes of a series in its order. rng is used by
// Permutation only; same seed, same changes.
func (e EDivisive) Changes(series []float64, rng *rand.Rand) []Change {
	e = e.filled()
	changes := e.split(series, 0, rng)
	slices.SortFunc(changes, func(a, b Change) int { return a.Index - b.Index })
	edge := func(i int) int {
		switch {
		case i < 0:
			return 0
		case i >= len(changes):
			return len(series)
		}
		return changes[i].Index
	}
	for i := range changes {
		c := &changes[i]
		c.Before = Median(series[edge(i-1):c.Index])
		c.After = Median(series[c.Index:edge(i+1)])
	}
	return changes
}

func (e EDivisive) filled() EDivisive {
	if e.Level <= 0 {
		e.Level = 0.01
	}
	if e.Least < 2 {
		e.Least = 3
	}
	if e.Permutations < 1 {
		e.Permutations = max(199, int(math.Ceil(2/e.Level))-1)
	}
	return e
}

// split finds the changes inside a stretch that starts at offset.
func (e EDivisive) split(stretch []float64, offset int, rng *rand.Rand) []Change {
	if len(stretch) < 2*e.Least {
		return nil
	}
	at, gain := newEnergy(stretch).best(e.Least)
	if at == 0 {
		return nil
	}
	p := e.pValue(stretch, at, gain, rng)
	if p > e.Level {
		return nil
	}
	changes := append(e.split(stretch[:at], offset, rng), Change{Index: offset + at, P: p})
	return append(changes, e.split(stretch[at:], offset+at, rng)...)
}

func (e EDivisive) pValue(stretch []float64, at int, gain float64, rng *rand.Rand) float64 {
	if e.Test == Welch {
		return WelchP(stretch[:at], stretch[at:])
	}
	shuffled := newEnergy(slices.Clone(stretch))
	as, all := 1, e.Permutations+1
	for range e.Permutations {
		rng.Shuffle(len(stretch), shuffled.swap)
		if _, g := shuffled.best(e.Least); g >= gain*(1-1e-9) {
			as++
		}
		if float64(as) > e.Level*float64(all) {
			break // no longer significant, whatever follows
		}
	}
	return float64(as) / float64(all)
}

// WelchP is the two-sided p-value of Welch's t test of equal means.
func WelchP(base, head []float64) float64 {
	n, m := float64(len(base)), float64(len(head))
	if n < 2 || m < 2 {
		return 1
	}
	v, w := Variance(base)/n, Variance(head)/m
	gap := Mean(head) - Mean(base)
	if v+w == 0 {
		if gap == 0 {
			return 1
		}
		return 0
	}
	freedom := (v + w) * (v + w) / (v*v/(n-1) + w*w/(m-1))
	return twoSidedStudent(gap/math.Sqrt(v+w), freedom)
}
