package stat

import (
	"errors"
	"math"
)

// MaxLooks is how often a run may be judged before it is over.
const MaxLooks = 3

// ErrLooks is returned for a number of looks outside 1..MaxLooks.
var ErrLooks = errors.New("a result may be looked at 1 to 3 times")

// EvenSpending is the significance level each of looks equally spaced looks
// may use so that all together err with probability at most alpha: alpha
// divided by their number.
func EvenSpending(alpha float64, looks int) ([]float64, error) {
	if looks < 1 || looks > MaxLooks {
		return nil, ErrLooks
	}
	levels := make([]float64, looks)
	for i := range levels {
		levels[i] = alpha / float64(looks)
	}
	return levels, nil
}

// LateSpending is EvenSpending with nearly all of alpha, which is one-sided,
// kept for the last look, by the O'Brien-Fleming-type spending function of
// Lan and DeMets (1983): 2-2Φ(z(1-alpha/2)/√t) is spent when a share t of
// the data is in. Each look may use what was added since the last one; that
// the looks are correlated is not used, so the total is an upper bound.
func LateSpending(alpha float64, looks int) ([]float64, error) {
	if looks < 1 || looks > MaxLooks {
		return nil, ErrLooks
	}
	levels := make([]float64, looks)
	z, spent := normalQuantile(1-alpha/2), 0.0
	for i := range levels {
		t := float64(i+1) / float64(looks)
		by := 2 * normalCDF(-z/math.Sqrt(t))
		levels[i], spent = by-spent, by
	}
	return levels, nil
}
