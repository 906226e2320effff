package reports

import "wabench/results"

// webhookClocks are the statuses whose latency is kept.
var webhookClocks = []struct {
	name string
	of   func(*results.Webhook) *results.Latency
}{
	{"sent", func(w *results.Webhook) *results.Latency { return w.SentLatency }},
	{"delivered", func(w *results.Webhook) *results.Latency { return w.DeliveredTime }},
	{"read", func(w *results.Webhook) *results.Latency { return w.ReadLatency }},
}

// webhooksSection follows accepted messages to their last status.
func webhooksSection(run *results.Run, targets []string) (Section, bool) {
	fate := Table{
		Caption: "What the status webhooks said of accepted messages",
		Columns: columns("target", ">accepted", ">with a status", ">delivered", ">failed", ">lost", ">duplicates", ">out of order", ">conflicts", ">unknown", ">bad signature", ">malformed"),
	}
	times := Table{
		Caption: "Time from due to the status webhook; " + hearsay,
		Columns: columns("target", "status", ">samples", ">min", ">mean", ">p50", ">p90", ">p95", ">p99", ">p99.9", ">max"),
	}
	for _, name := range targets {
		w := run.Targets[name].Webhook
		if w == nil {
			continue
		}
		fate.add(fateRow(name, w)...)
		for _, clock := range webhookClocks {
			if l := clock.of(w); l != nil && l.Count > 0 {
				times.add(append(row(tidy(name), clock.name), latencyCells(l)...)...)
			}
		}
	}
	if len(fate.Rows) == 0 {
		return Section{}, false
	}
	s := Section{ID: "webhooks", Title: "Delivery, as the webhooks told it", Figures: []string{"webhooks", "delivered"}, Tables: []Table{fate}}
	s.Text = []string{"Lost means that no status had come when the wait ended; a message can still have been delivered. A conflict is a message reported both delivered and failed."}
	if len(times.Rows) > 0 {
		s.Tables = append(s.Tables, times)
	}
	return s, true
}

func fateRow(target string, w *results.Webhook) []Cell {
	cells := row(tidy(target), count(w.Expected), count(w.Matched), count(w.Delivered), count(w.Failed), count(w.Lost),
		count(w.Duplicates), count(w.OutOfOrder), count(w.Conflicts), count(w.Unknown), count(w.BadSignature), count(w.Malformed))
	cells[3].Sub = share(w.Delivered, w.Expected)
	for i, n := range map[int]int64{4: w.Failed, 5: w.Lost, 8: w.Conflicts, 10: w.BadSignature, 11: w.Malformed} {
		cells[i].Mood = moodIf(n > 0, Bad)
	}
	for i, n := range map[int]int64{6: w.Duplicates, 7: w.OutOfOrder, 9: w.Unknown} {
		cells[i].Mood = moodIf(n > 0, Warn)
	}
	return cells
}
