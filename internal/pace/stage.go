// Package pace says when each arrival of a load is due. A Schedule is built
// from stages before the run begins, so it never reacts to the target: arrival
// n is due at Due(n) whatever happened to the n-1 before it.
package pace

import (
	"time"

	"wabench/internal/units"
)

// Kind is the shape of a stage.
type Kind string

// The shapes of a stage.
const (
	Hold   Kind = "hold"   // a constant rate
	Ramp   Kind = "ramp"   // a rate that changes linearly
	Steps  Kind = "steps"  // a staircase of constant rates
	Sine   Kind = "sine"   // a rate that swings around a mean
	Replay Kind = "replay" // arrivals at recorded times
	Closed Kind = "closed" // users who each wait for their answer: no arrivals
)

// Stage is one stretch of load, For long. The fields used depend on Kind.
type Stage struct {
	Kind Kind          `json:"kind"`
	For  time.Duration `json:"for"`
	// From and To are the first and last rate of hold (equal), ramp and steps.
	From units.Rate `json:"from,omitempty"`
	To   units.Rate `json:"to,omitempty"`
	// By and Each are the height and length of one step.
	By   units.Rate    `json:"by,omitempty"`
	Each time.Duration `json:"each,omitempty"`
	// Mean, Amplitude and Period describe a sine, which starts at its mean and
	// rises.
	Mean      units.Rate    `json:"mean,omitempty"`
	Amplitude units.Rate    `json:"amplitude,omitempty"`
	Period    time.Duration `json:"period,omitempty"`
	// Times are the arrivals of a replay since the stage's start, ascending.
	Times []time.Duration `json:"times,omitempty"`
	// Users and Think describe a closed stage.
	Users int           `json:"users,omitempty"`
	Think time.Duration `json:"think,omitempty"`
}

// Arrivals is how arrivals are spread at a given rate.
type Arrivals string

// The arrival processes.
const (
	Uniform Arrivals = "uniform" // evenly spaced
	Poisson Arrivals = "poisson" // independent of each other
)

// Schedule says when each arrival is due. It is immutable and safe for
// concurrent use.
type Schedule interface {
	// Due returns when arrival n (0 ≤ n < Len) is due, since the load's start.
	// It never decreases with n.
	Due(n int64) time.Duration
	// Len returns the number of arrivals.
	Len() int64
	// Rate returns the planned rate at a moment of load time.
	Rate(at time.Duration) units.Rate
}
