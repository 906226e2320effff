package load

import (
	"time"

	"wabench/internal/units"
)

// Snapshot is the last interval of a run, frozen: what progress lines, pages
// and metrics show. Times are since the run's start.
type Snapshot struct {
	At    time.Duration // end of the interval
	Total time.Duration // how long the run is planned to take, without waits for webhooks
	// Phase says what the run is doing: warmup, load, drain (waiting for
	// webhooks), done.
	Phase   string
	Stage   string // label of the stage under way, empty in drain
	Targets []TargetSnapshot
}

// Phases of a run.
const (
	PhaseWarmup = "warmup"
	PhaseLoad   = "load"
	PhaseDrain  = "drain"
	PhaseDone   = "done"
)

// TargetSnapshot is one target's part of a snapshot. Rates and quantiles are
// of the last interval, counts are of the whole run so far.
type TargetSnapshot struct {
	Name     string
	Active   bool       // a leg on this target is under way
	Planned  units.Rate // arrivals that fell due
	Achieved units.Rate // accepted requests
	// P50 and P99 of the response clock (service in a closed stage).
	P50, P99 time.Duration
	InFlight int64
	// Totals of the run so far.
	Sent, OK, Throttled, Failed, Dropped int64
	Delivered, Pending                   int64 // webhooks, 0 without them
	// Outcomes of the run so far by class and codes by number, for pages and
	// metrics.
	Outcomes map[string]int64
	Codes    map[string]int64
}

// Observer is told each snapshot. It must return quickly and must not keep the
// snapshot's maps and slices after it returns.
type Observer interface {
	Observe(Snapshot)
}
