package search

import (
	"fmt"
	"strconv"
	"strings"

	"wabench/internal/units"
)

// PerSecond prints a rate of a search. Rates are compared with each other, so
// all are per second, also those that are whole per minute.
func PerSecond(r units.Rate) string { return strconv.FormatFloat(float64(r), 'g', 6, 64) + "/s" }

// String is the step in one line: its number, from where it came to its rate,
// the rate, the verdict, and what decided it.
func (s StepSummary) String() string {
	held := "held " + units.FormatDuration(s.Held)
	if s.Early {
		held = "decided after " + units.FormatDuration(s.Held)
	}
	arrow := map[Direction]string{Up: "↑", Down: "↓"}[s.Direction]
	return fmt.Sprintf("%2d %s %-9s %-12s %s (%s)", s.N, arrow, PerSecond(units.Rate(s.Rate)), s.Verdict, s.Detail, held)
}

// String is the answer with its interval, and why it is no better.
func (a Answer) String() string {
	text := a.Headline()
	if a.Reason != "" {
		text += "\n" + a.Reason
	}
	return text
}

// Headline is the answer with its interval, in one line.
func (a Answer) Headline() string { return "highest rate: " + a.words() }

func (a Answer) words() string {
	switch a.Status {
	case Found:
		return fmt.Sprintf("%.4g/s%s", a.Rate, a.interval())
	case AtLeast:
		return fmt.Sprintf("at least %s, the highest that was to be tried", PerSecond(units.Rate(a.Passed)))
	case Below:
		return fmt.Sprintf("below %s, the lowest that was to be tried", PerSecond(units.Rate(a.Failed)))
	}
	return "inconclusive" + a.interval()
}

// interval is the highest rate that passed and the lowest that did not, where
// there are such.
func (a Answer) interval() string {
	var parts []string
	if a.Passed > 0 {
		parts = append(parts, PerSecond(units.Rate(a.Passed))+" passed")
	}
	if a.Failed > 0 {
		parts = append(parts, PerSecond(units.Rate(a.Failed))+" did not")
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
