package live

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/load"
	"wabench/internal/units"
)

// block is a snapshot as the terminal shows it: the run, then each target.
func block(s load.Snapshot) []line {
	lines := []line{headline(s)}
	longest := 0
	for _, t := range s.Targets {
		longest = max(longest, len(t.Name))
	}
	for _, t := range s.Targets {
		name := fmt.Sprintf("  %-*s", longest, t.Name)
		lines = append(lines, targetLine(s.Phase, name, t))
	}
	return lines
}

// headline says where the run is: phase, stage, how far, time left.
func headline(s load.Snapshot) line {
	text := s.Phase
	if s.Stage != "" {
		text += "  " + s.Stage
	}
	if moving(s.Phase) && s.Total > 0 {
		share := min(1, float64(s.At)/float64(s.Total))
		text += fmt.Sprintf("  %s %3.0f%%", bar(share, 20), share*100)
	}
	if left := timeLeft(s); left != "" {
		text += "  " + left
	}
	return plainLine(text)
}

// bar draws a share of a length: [=====>    ].
func bar(share float64, length int) string {
	filled := int(share * float64(length))
	drawn := strings.Repeat("=", filled)
	if filled < length {
		drawn += ">"
	}
	return fmt.Sprintf("[%-*s]", length, drawn)
}

// targetLine says how a target does now, and what became of the run so far.
func targetLine(phase, name string, t load.TargetSnapshot) line {
	l := plainLine(name)
	switch {
	case moving(phase) && t.Active:
		l = l.add(fmt.Sprintf("%-16s", rates(t)), noColour)
		l = l.add(fmt.Sprintf("p50 %-6s", latency(t.P50)), noColour)
		l = l.add(fmt.Sprintf("p99 %-6s", latency(t.P99)), noColour)
		l = l.add(fmt.Sprintf("%d in flight", t.InFlight), noColour)
	case moving(phase):
		l = l.add(fmt.Sprintf("waits, %d sent", t.Sent), noColour)
	default:
		l = l.add(fmt.Sprintf("%d sent", t.Sent), noColour)
	}
	for _, c := range troubles(t) {
		l = l.add(c.text, c.colour)
	}
	if t.Delivered+t.Pending > 0 {
		l = l.add(fmt.Sprintf("%d delivered, %d to come", t.Delivered, t.Pending), noColour)
	}
	return l
}

// troubles are the counts that ask for attention; errors are shown even if
// there are none.
func troubles(t load.TargetSnapshot) []cell {
	cells := []cell{{text: errorCount(t)}}
	if t.Failed > 0 {
		cells[0].colour = red
	}
	if t.Throttled > 0 {
		cells = append(cells, cell{fmt.Sprintf("%d throttled", t.Throttled), yellow})
	}
	if t.Dropped > 0 {
		cells = append(cells, cell{fmt.Sprintf("%d dropped", t.Dropped), yellow})
	}
	return cells
}

// errorCount counts a target's errors, with their share if there are any.
func errorCount(t load.TargetSnapshot) string {
	noun := "errors"
	if t.Failed == 1 {
		noun = "error"
	}
	if t.Failed == 0 || t.Sent == 0 {
		return fmt.Sprintf("%d %s", t.Failed, noun)
	}
	return fmt.Sprintf("%d %s (%s)", t.Failed, noun, units.Percent(float64(t.Failed)/float64(t.Sent)))
}

// rates sets what was accepted against what was planned. A closed stage plans
// no rate.
func rates(t load.TargetSnapshot) string {
	if t.Planned == 0 {
		return perSecond(t.Achieved)
	}
	return perSecond(t.Achieved) + " of " + perSecond(t.Planned)
}

// perSecond prints a rate in the one unit that can be compared at a glance.
func perSecond(r units.Rate) string {
	if r < 99.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(r)), ".0") + "/s"
	}
	return fmt.Sprintf("%.0f/s", float64(r))
}

// latency prints a quantile, or a dash where nothing was measured.
func latency(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return units.FormatDuration(d)
}

// timeLeft says how long the plan still goes, if it does.
func timeLeft(s load.Snapshot) string {
	left := (s.Total - s.At).Round(time.Second)
	if !moving(s.Phase) || left <= 0 {
		return ""
	}
	return units.FormatDuration(left) + " left"
}

// moving reports whether a phase sends messages.
func moving(phase string) bool { return phase == load.PhaseWarmup || phase == load.PhaseLoad }
