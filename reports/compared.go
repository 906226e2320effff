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
		Caption: fmt.Sprintf("%s (head) against %s (base); the interval is of head / base at 95 %%", head, base),
		Columns: columns("metric", ">"+base, ">"+head, ">head / base", ">95 % interval", "verdict", "why***"),
	}
	for _, d := range c.Deltas {
		t.add(deltaRow(d)...)
	}
	s := Section{ID: "comparison", Title: head + " against " + base, Figures: []string{"load", "comparison", "shift"}, Tables: []Table{t}}
	if c.Method != "" {
		s.Text = append(s.Text, sentence("Method: "+tidy(c.Method)))
	}
	if c.Pairs > 0 {
		s.Text = append(s.Text, sentence("Replication: "+plural(c.Pairs, "pair")+" of blocks; a request is never the unit"))
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
		cells[4].Text = ratios(d.Ratio, d.CI95)
	}
	cells[5].Mood = deltaMood(d.Verdict)
	return cells
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
