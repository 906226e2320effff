package fakeapi

import (
	"fmt"
	"math"
	"time"
)

// Latency is a distribution of delays. Model says which of the other fields
// count: constant takes Value; lognormal takes Median and Sigma; exponential
// takes Mean. Floor is added to nothing: it is the least value drawn. The zero
// Latency is no delay.
type Latency struct {
	Model  string        `yaml:"model"`
	Value  time.Duration `yaml:"value"`
	Median time.Duration `yaml:"median"`
	Sigma  float64       `yaml:"sigma"`
	Mean   time.Duration `yaml:"mean"`
	Floor  time.Duration `yaml:"floor"`
}

// The models of a Latency.
const (
	ModelConstant    = "constant"
	ModelLognormal   = "lognormal"
	ModelExponential = "exponential"
)

// longestDelay bounds a draw: a month, as long as the platform keeps a message.
const longestDelay = 30 * 24 * time.Hour

// Constant returns a Latency that is always d.
func Constant(d time.Duration) Latency { return Latency{Model: ModelConstant, Value: d} }

// Lognormal returns a Latency with the given median whose logarithm has the
// standard deviation sigma, and which is never below floor.
func Lognormal(median time.Duration, sigma float64, floor time.Duration) Latency {
	return Latency{Model: ModelLognormal, Median: median, Sigma: sigma, Floor: floor}
}

// Exponential returns a Latency with the given mean.
func Exponential(mean time.Duration) Latency {
	return Latency{Model: ModelExponential, Mean: mean}
}

// At returns the delay at the share u (0 to 1, both excluded) of the
// distribution: At(0.5) is the median, and At of a uniform u is a draw.
func (l Latency) At(u float64) time.Duration {
	var x float64
	switch l.Model {
	case ModelConstant:
		x = float64(l.Value)
	case ModelLognormal:
		x = float64(l.Median) * math.Exp(l.Sigma*math.Sqrt2*math.Erfinv(2*u-1))
	case ModelExponential:
		x = -float64(l.Mean) * math.Log1p(-u)
	}
	return time.Duration(min(max(x, float64(l.Floor)), float64(longestDelay)))
}

// check reports what is wrong with the description, in the words of a profile.
func (l Latency) check(field string) error {
	switch l.Model {
	case "", ModelConstant, ModelLognormal, ModelExponential:
	default:
		return fmt.Errorf("%s: %q is not a latency model; use constant, lognormal or exponential", field, l.Model)
	}
	if l.Value < 0 || l.Median < 0 || l.Mean < 0 || l.Floor < 0 || l.Sigma < 0 || math.IsNaN(l.Sigma) {
		return fmt.Errorf("%s: a delay cannot be negative", field)
	}
	return nil
}
