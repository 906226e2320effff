package live

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/load"
	"wabench/internal/units"
)

// plain is a snapshot as one line of a log: the second, the phase and stage,
// each target under load, the time left.
func plain(s load.Snapshot) string {
	text := fmt.Sprintf("%s %s", seconds(s), s.Phase)
	if s.Stage != "" {
		text += fmt.Sprintf(" %q", s.Stage)
	}
	var targets []string
	for _, t := range s.Targets {
		if !moving(s.Phase) || t.Active {
			targets = append(targets, plainTarget(s.Phase, t))
		}
	}
	if len(targets) > 0 {
		text += ": " + strings.Join(targets, "; ")
	}
	if left := timeLeft(s); left != "" {
		text += "; " + left
	}
	return text
}

// seconds is the run's time in whole seconds: 12s, 1m30s.
func seconds(s load.Snapshot) string { return units.FormatDuration(s.At.Truncate(time.Second)) }

func plainTarget(phase string, t load.TargetSnapshot) string {
	var parts []string
	if moving(phase) {
		parts = append(parts, rates(t), "p50 "+latency(t.P50), "p99 "+latency(t.P99), fmt.Sprintf("%d in flight", t.InFlight))
	} else {
		parts = append(parts, fmt.Sprintf("%d sent", t.Sent))
	}
	for _, c := range troubles(t) {
		parts = append(parts, c.text)
	}
	if t.Delivered+t.Pending > 0 {
		parts = append(parts, fmt.Sprintf("%d delivered, %d to come", t.Delivered, t.Pending))
	}
	return t.Name + " " + strings.Join(parts, ", ")
}
