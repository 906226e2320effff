package reports

import "wabench/results"

// funnelSteps are what can be said of an accepted message, in order.
var funnelSteps = []struct {
	name string
	of   func(*results.Record, string, *results.Webhook) int64
}{
	{"accepted", func(_ *results.Record, _ string, w *results.Webhook) int64 { return w.Expected }},
	{"sent", func(r *results.Record, t string, w *results.Webhook) int64 {
		return min(statusCount(r.Points, t, "sent"), w.Expected)
	}},
	{"delivered", func(_ *results.Record, _ string, w *results.Webhook) int64 { return w.Delivered }},
	{"read", func(r *results.Record, t string, w *results.Webhook) int64 {
		return min(statusCount(r.Points, t, "read"), w.Expected)
	}},
	{"failed", func(_ *results.Record, _ string, w *results.Webhook) int64 { return w.Failed }},
	{"lost", func(_ *results.Record, _ string, w *results.Webhook) int64 { return w.Lost }},
	{"duplicates", func(_ *results.Record, _ string, w *results.Webhook) int64 { return w.Duplicates }},
}

// funnel is the figure of what became of accepted messages.
func funnel(rec *results.Record, targets []string) (Figure, bool) {
	f := Figure{
		Name: "webhooks", Title: "From accepted to read, as the webhooks told it",
		Subtitle: "messages over the whole run, warm-up included; lost means no status at all when the wait ended",
		Alt:      "Number of messages accepted, sent, delivered, read, failed, lost and duplicated for each target; the table holds the same numbers.",
		X:        Axis{Label: "messages", Unit: Count, Scale: Linear},
	}
	panel := Panel{Y: Axis{Scale: Category}, Height: 230}
	for _, step := range funnelSteps {
		panel.Y.Names = append(panel.Y.Names, step.name)
	}
	for i, name := range targets {
		w := rec.Run.Targets[name].Webhook
		if w == nil || w.Expected == 0 {
			continue
		}
		s := Series{Name: label(name), Kind: Bars, Tone: lookOf(i).tone}
		for place, step := range funnelSteps {
			s.X, s.Y = append(s.X, float64(step.of(rec, name, w))), append(s.Y, float64(place))
		}
		panel.Series = append(panel.Series, s)
	}
	f.Panels = []Panel{panel}
	return f, len(panel.Series) > 0
}
