// Package accuracy sets what load generators report beside what was true, and
// what they cost beside each other. Each tool is given the same request and the
// same load against a server whose latencies are known (package known), which
// runs as a process of its own and keeps when each request came and what it
// took.
//
// The package knows the tools, the truth and the tables. It starts no process
// and reads no file: a World does that for it, in package main below it and in
// tests.
package accuracy

import (
	"math"
	"time"
)

// Load is what a tool is asked for.
type Load struct {
	// Rate is per second; 0 is the closed model: as fast as Connections allow.
	Rate float64
	For  time.Duration
	// Connections is how many the tools use that want to be told: those of the
	// closed model, and those whose rate is one of each connection.
	Connections int
	// InFlight is the most that an open model has under way.
	InFlight int
	// Users is how many who wait for their answers make about the Rate: what a
	// tool without a rate can do instead.
	Users int
	// Precise asks for what the tool can say of quantiles, if that costs it
	// something; without it a tool runs as cheaply as it can.
	Precise bool
}

// Planned is how many requests an open load consists of.
func (l Load) Planned() int64 { return int64(math.Round(l.Rate * l.For.Seconds())) }

// Ranks are the quantiles that are looked at.
var Ranks = [...]struct {
	Name string
	Q    float64
}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}

// Quantiles are values at Ranks; 0 is one that is not said.
type Quantiles [len(Ranks)]time.Duration

// Reading is what a tool reports of its run.
type Reading struct {
	Requests  int64
	Quantiles Quantiles
	// Lateness is bench's own; other tools do not report theirs.
	Lateness Quantiles
	// Planned and Dropped are what became of the plan, where a tool says so.
	Planned, Dropped int64
	// Remark is what the tool says of its own run beside figures.
	Remark string
}
