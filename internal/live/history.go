package live

import (
	"time"

	"wabench/internal/load"
)

// kept is how much of a run a history remembers.
const kept = 5 * time.Minute

// point is a target's last interval as charts show it. Counts are of the
// interval alone.
type point struct {
	at                time.Duration
	active            bool
	planned, achieved float64
	p50, p99          time.Duration
	inFlight          int64
	failed, throttled int64
}

// history is the last minutes of a run, target by target.
type history map[string]*course

// course is one target's part of a history, with the totals that its last
// point was counted from.
type course struct {
	points            []point
	failed, throttled int64
}

// add appends a snapshot and forgets what is older than kept.
func (h history) add(s load.Snapshot) {
	for _, t := range s.Targets {
		c := h[t.Name]
		if c == nil {
			c = &course{}
			h[t.Name] = c
		}
		c.points = append(c.points, point{
			at: s.At, active: t.Active && moving(s.Phase), planned: float64(t.Planned), achieved: float64(t.Achieved), p50: t.P50, p99: t.P99,
			inFlight: t.InFlight, failed: t.Failed - c.failed, throttled: t.Throttled - c.throttled,
		})
		c.failed, c.throttled = t.Failed, t.Throttled
		c.forget(s.At - kept)
	}
}

// forget drops the points before a moment.
func (c *course) forget(before time.Duration) {
	old := 0
	for old < len(c.points) && c.points[old].at < before {
		old++
	}
	c.points = c.points[old:] // append moves the rest when it next grows
}
