package compare

import (
	"time"

	"wabench/internal/stat"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Targets compares two targets of one run.
func Targets(rec *results.Record, base, head string, o Options) (results.Comparison, error) {
	return Runs(Side{Record: rec, Target: base}, Side{Record: rec, Target: head}, o)
}

// Runs compares two targets, of one run or of two. Whatever makes them hard to
// compare is in the Notes; a caller that refuses runs of different plans asks
// Differs.
func Runs(base, head Side, o Options) (results.Comparison, error) {
	o = o.filled()
	for _, s := range []Side{base, head} {
		if _, err := s.target(); err != nil {
			return results.Comparison{}, err
		}
	}
	rows, err := compareAll(base, head, o)
	if err != nil {
		return results.Comparison{}, err
	}
	c := results.Comparison{Notes: planNotes(base, head)}
	c.Base, c.Head = names(base, head)
	rows.adjust(o)
	c.Notes = append(c.Notes, rows.errorsFirst()...)
	c.Notes = append(c.Notes, rows.notes(o)...)
	c.Pairs, c.Method = rows.method(o)
	for _, r := range rows {
		c.Deltas = append(c.Deltas, r.delta())
	}
	return c, nil
}

// names are what the comparison calls its sides.
func names(base, head Side) (b, h string) {
	b, h = base.Target, head.Target
	if base.Record != head.Record {
		b, h = base.Record.Run.ID+"#"+b, head.Record.Run.ID+"#"+h
	}
	if base.Name != "" {
		b = base.Name
	}
	if head.Name != "" {
		h = head.Name
	}
	return b, h
}

// tableQuantiles are the quantiles of a comparison's table.
func tableQuantiles() []float64 { return []float64{0.5, 0.9, 0.95, 0.99, 0.999} }

// compareAll compares every metric that both sides have.
func compareAll(base, head Side, o Options) (rows, error) {
	var table rows
	for _, op := range commonOps(base, head) {
		latencies, err := compareSeries(base, head, headline(base, head, op), o)
		if err != nil {
			return nil, err
		}
		outcomes, err := compareOutcomes(base, head, op, o)
		if err != nil {
			return nil, err
		}
		table = append(append(table, latencies...), outcomes...)
	}
	for _, state := range []whatsapp.State{whatsapp.StateSent, whatsapp.StateDelivered} {
		latencies, err := compareSeries(base, head, results.OpWebhook+"."+string(state), o)
		if err != nil {
			return nil, err
		}
		table = append(table, latencies...)
	}
	for _, r := range table {
		r.judge()
	}
	return table, nil
}

// commonOps are the operations that both sides performed, sends first.
// Retries are not compared: each follows a failure.
func commonOps(base, head Side) []string {
	var ops []string
	for _, op := range []whatsapp.Op{
		whatsapp.OpSend, whatsapp.OpContacts, whatsapp.OpMediaUpload, whatsapp.OpMarkRead, whatsapp.OpProfile,
	} {
		if base.op(string(op)) != nil && head.op(string(op)) != nil {
			ops = append(ops, string(op))
		}
	}
	return ops
}

// headline is the response series of an operation, or the service series where
// a side has no response clock.
func headline(base, head Side, op string) string {
	for _, s := range []Side{base, head} {
		if has, err := s.has(op + ".response"); !has || err != nil {
			return op + ".service"
		}
	}
	return op + ".response"
}

// compareSeries compares the table's quantiles of a series; nothing where a
// side has no samples of it.
func compareSeries(base, head Side, series string, o Options) (rows, error) {
	for _, s := range []Side{base, head} {
		if has, err := s.has(series); !has || err != nil {
			return nil, err
		}
	}
	qs := tableQuantiles()
	changes, err := quantiles(base, head, series, qs, o)
	if err != nil {
		return nil, err
	}
	var table rows
	for i, c := range changes {
		table = append(table, &row{
			metric: quantileName(qs[i]) + "(" + series + ")", change: c, latency: true, lessIsBetter: true,
			effect: leastEffect(c.Base, c.Head, o.LeastLatency, o),
		})
		table[i].doubt(NoiseOf(base, head, series, qs[i]), o)
	}
	return table, nil
}

// compareOutcomes compares how an operation's requests ended.
func compareOutcomes(base, head Side, op string, o Options) (rows, error) {
	var table rows
	for _, r := range []struct {
		share Share
		how   refusal
	}{{ErrorRate(op), failed}, {ThrottleRate(op), throttled}} {
		c, err := Shares(base, head, r.share, o)
		if err != nil {
			return nil, err
		}
		table = append(table, &row{metric: r.share.Name, change: c, lessIsBetter: true, refuses: r.how, effect: o.LeastShare})
	}
	c, err := Rate(base, head, op, o)
	if err != nil {
		return nil, err
	}
	return append(table, &row{metric: "rate(" + op + ")", change: c, effect: o.LeastChange}), nil
}

// leastEffect is the least relative change of a latency that matters: the
// relative one, or the absolute floor where that is more. The floor is taken
// of the smaller value, so that base and head may change places.
func leastEffect(baseValue, headValue float64, floor time.Duration, o Options) float64 {
	return stat.LeastEffect(o.LeastChange, float64(floor), min(baseValue, headValue))
}

// Overall is the verdict of a whole table: worse if anything is worse, better
// if something is and nothing is worse, same if everything is the same, else
// unsure.
func Overall(c results.Comparison) string {
	count := map[string]int{}
	for _, d := range c.Deltas {
		count[d.Verdict]++
	}
	switch {
	case count[results.Worse] > 0:
		return results.Worse
	case count[results.Better] > 0:
		return results.Better
	case len(c.Deltas) > 0 && count[results.Same] == len(c.Deltas):
		return results.Same
	}
	return results.Unsure
}
