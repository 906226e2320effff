package reports

import (
	"fmt"
	"strings"

	"wabench/internal/units"
	"wabench/results"
)

// comparisonSection shows every delta with its interval and the words for it.
func comparisonSection(c *results.Comparison) (Section, bool) {
	if c == nil || len(c.Deltas) == 0 {
		return Section{}, false
	}
	base, head := tidy(c.Base), tidy(c.Head)
	t := Table{
		Caption: fmt.Sprintf("%s (head) against %s (base); intervals at 95 %%, of head / base or, for shares, of the difference in percentage points", head, base),
		Columns: columns("metric", ">"+base, ">"+head, ">change", ">95 % interval", "verdict", "why***"),
	}
	for _, d := range c.Deltas {
		t.add(deltaRow(d)...)
	}
	s := Section{ID: "comparison", Title: "Comparison: " + head + " against " + base, Figures: []string{"load", "comparison", "shift"}, Tables: []Table{t}}
	if c.Method != "" {
		s.Text = append(s.Text, sentence("Method: "+tidy(c.Method)))
	}
	for _, n := range c.Notes {
		s.Text = append(s.Text, tidy(sentence(n.Text)+" "+sentence(n.Advice)))
	}
	return s, true
}

func deltaRow(d results.Delta) []Cell {
	base, head := values(d)
	cells := row(tidy(d.Metric), base, head, none, none, tidy(d.Verdict), tidy(d.Detail))
	if d.Ratio > 0 {
		cells[3].Text = ratio(d.Ratio)
	}
	if d.CI95 != [2]float64{} {
		cells[4].Text = bounds(d)
	}
	cells[5].Mood = deltaMood(d.Verdict)
	return cells
}

// bounds prints a delta's interval: of the ratio or, for a share, whose ratio
// means little near zero, of the difference.
func bounds(d results.Delta) string {
	if isShare(d.Metric) {
		return signed(d.CI95[0]*100) + " to " + signed(d.CI95[1]*100) + " pp"
	}
	return ratios(d.Ratio, d.CI95)
}

func deltaMood(verdict string) Mood {
	switch verdict {
	case results.Better:
		return Good
	case results.Worse:
		return Bad
	case results.Same:
		return Plain
	}
	return Warn
}

// values prints a delta's two sides in the metric's unit.
func values(d results.Delta) (base, head string) {
	if d.BaseNS != 0 || d.HeadNS != 0 {
		return units.FormatDuration(d.BaseNS), units.FormatDuration(d.HeadNS)
	}
	print := significant
	switch {
	case isShare(d.Metric):
		print = func(x float64) string { return units.Percent(x).String() }
	case strings.HasPrefix(d.Metric, "rate("):
		print = rate
	}
	return print(d.BaseValue), print(d.HeadValue)
}

// isShare reports whether a metric is a share of 0..1.
func isShare(metric string) bool {
	for _, prefix := range []string{"error_rate", "throttle_rate", "delivered_ratio", "availability"} {
		if strings.HasPrefix(metric, prefix) {
			return true
		}
	}
	return false
}
