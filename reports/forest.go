package reports

import (
	"wabench/results"
)

// verdictLooks are how deltas are drawn by verdict: by shape as well as colour.
var verdictLooks = []struct {
	verdict string
	tone    Tone
	marker  Marker
}{
	{results.Better, "target-2", Circle},
	{results.Worse, Danger, Square},
	{results.Same, Plan, Triangle},
	{results.Unsure, Ink, Cross},
}

// band is the half-width of the shading around no difference, as a factor: a
// change that few would act upon.
const band = 0.05

// forest is the figure of every delta's ratio with its interval.
func forest(c *results.Comparison) (Figure, bool) {
	if c == nil {
		return Figure{}, false
	}
	f := Figure{
		Name: "comparison", Title: "Every metric: " + label(c.Head) + " / " + label(c.Base),
		Subtitle: "head / base with its 95 % interval; an interval that crosses 1 does not tell the two apart",
		Alt:      "Ratio of head to base with its 95 % interval for each metric; the table below holds the same numbers.",
		X:        Axis{Label: "head / base, logarithmic", Unit: Ratio, Scale: Log},
	}
	panel := Panel{Title: "", Y: Axis{Scale: Category}, Rules: []Rule{{At: 1, Vertical: true, Label: "no difference ±5%", Band: band}}}
	for _, l := range verdictLooks {
		s := Series{Name: l.verdict, Kind: Ranges, Tone: l.tone, Marker: l.marker}
		for place, d := range relative(c.Deltas) {
			if d.Verdict == l.verdict {
				s.X, s.Y, s.Lo, s.Hi = append(s.X, d.Ratio), append(s.Y, float64(place)), append(s.Lo, d.CI95[0]), append(s.Hi, d.CI95[1])
			}
		}
		if len(s.X) > 0 {
			panel.Series = append(panel.Series, s)
		}
	}
	for _, d := range relative(c.Deltas) {
		panel.Y.Names = append(panel.Y.Names, clip(tidy(d.Metric), 34))
	}
	panel.Height = 24*float64(len(panel.Y.Names)) + 24
	f.Panels = []Panel{panel}
	return f, len(panel.Series) > 0
}

// relative are the deltas that are ratios with an interval; shares are compared
// by their difference and have no place on the axis.
func relative(deltas []results.Delta) []results.Delta {
	var kept []results.Delta
	for _, d := range deltas {
		if d.Ratio > 0 && d.CI95[0] > 0 && !isShare(d.Metric) {
			kept = append(kept, d)
		}
	}
	return kept
}
