package live

import (
	"time"

	"wabench/internal/load"
)

// wireSnapshot is a snapshot as JSON: durations are integer nanoseconds, rates
// are per second.
type wireSnapshot struct {
	At      time.Duration `json:"at_ns"`
	Total   time.Duration `json:"total_ns"`
	Phase   string        `json:"phase"`
	Stage   string        `json:"stage,omitempty"`
	Targets []wireTarget  `json:"targets"`
}

type wireTarget struct {
	Name      string           `json:"name"`
	Active    bool             `json:"active"`
	Planned   float64          `json:"planned"`
	Achieved  float64          `json:"achieved"`
	P50       time.Duration    `json:"p50_ns"`
	P99       time.Duration    `json:"p99_ns"`
	InFlight  int64            `json:"in_flight"`
	Sent      int64            `json:"sent"`
	OK        int64            `json:"ok"`
	Throttled int64            `json:"throttled"`
	Failed    int64            `json:"failed"`
	Dropped   int64            `json:"dropped"`
	Delivered int64            `json:"delivered"`
	Pending   int64            `json:"pending"`
	Outcomes  map[string]int64 `json:"outcomes,omitempty"`
	Codes     map[string]int64 `json:"codes,omitempty"`
}

// wire gives a snapshot its JSON names.
func wire(s load.Snapshot) wireSnapshot {
	out := wireSnapshot{At: s.At, Total: s.Total, Phase: s.Phase, Stage: s.Stage, Targets: []wireTarget{}}
	for _, t := range s.Targets {
		out.Targets = append(out.Targets, wireTarget{
			Name: t.Name, Active: t.Active, Planned: float64(t.Planned), Achieved: float64(t.Achieved), P50: t.P50, P99: t.P99,
			InFlight: t.InFlight, Sent: t.Sent, OK: t.OK, Throttled: t.Throttled, Failed: t.Failed, Dropped: t.Dropped,
			Delivered: t.Delivered, Pending: t.Pending, Outcomes: t.Outcomes, Codes: t.Codes,
		})
	}
	return out
}
