package results

import (
	"slices"
	"strings"
	"time"

	"wabench/internal/hist"
	"wabench/internal/stat"
	"wabench/internal/whatsapp"
)

// Confidence of every interval in run.json.
const Confidence = 0.95

// Summarize computes the figures of run.json from the logs: per target and
// operation the counts, outcomes, rate and latencies, and availability. It is
// the only place where they come from, whether the run ended well or was cut.
func (r *Record) Summarize() error {
	for name, target := range r.Run.Targets {
		target.Ops = map[string]*Op{}
		measured := r.measuredTime(name)
		for _, op := range r.opNames(name) {
			summary, err := r.summarizeOp(name, op, measured)
			if err != nil {
				return err
			}
			target.Ops[op] = summary
		}
		if err := r.summarizeWebhook(name, target); err != nil {
			return err
		}
		target.Availability = r.availability(name)
	}
	if !r.Run.Complete && r.Run.Ended.IsZero() && len(r.Points) > 0 {
		r.Run.Ended = r.Run.Started.Add(r.Points[len(r.Points)-1].End)
	}
	return nil
}

// opNames returns the operations that a target's points speak of.
func (r *Record) opNames(target string) []string {
	seen := map[string]bool{}
	for _, p := range r.Points {
		if p.Target == target && p.Op != OpWebhook {
			seen[p.Op] = true
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// measuredTime returns how much load time outside warm-up was run on a target.
func (r *Record) measuredTime(target string) time.Duration {
	warmup := r.Run.Plan.Warmup
	var total time.Duration
	for _, leg := range r.Run.Plan.Legs {
		if leg.Target == target {
			total += max(r.reached(leg)-max(leg.From, warmup), 0)
		}
	}
	return total
}

// reached returns the load time up to which a leg was run: all of it, or what
// the last point of a run that was cut says.
func (r *Record) reached(leg Leg) time.Duration {
	if r.Run.Complete {
		return leg.To
	}
	reached := leg.From
	for _, p := range r.Points {
		if p.Target == leg.Target && p.Load > reached && p.Load <= leg.To {
			reached = p.Load
		}
	}
	return reached
}

func (r *Record) summarizeOp(target, name string, measured time.Duration) (*Op, error) {
	op := &Op{Outcomes: map[string]int64{}, Codes: map[string]int64{}, Measured: map[string]int64{}}
	for _, p := range r.Points {
		if p.Target != target || p.Op != name {
			continue
		}
		op.Planned += p.Planned
		op.Sent += p.Sent
		op.Dropped += p.Dropped
		addCounts(op.Outcomes, p.Outcomes)
		addCounts(op.Codes, p.Codes)
		if p.Block == WarmupBlock {
			op.Warmup += p.Sent
		} else {
			addCounts(op.Measured, p.Outcomes)
		}
	}
	if measured > 0 {
		op.Rate = float64(op.Measured[whatsapp.OK.String()]) / measured.Seconds()
	}
	for clock, into := range map[string]**Latency{"response": &op.Response, "service": &op.Service, "lateness": &op.Lateness} {
		h, err := r.Histogram(target, name+"."+clock)
		if err != nil {
			return nil, err
		}
		*into = Summary(h)
	}
	return op, nil
}

func addCounts(into, from map[string]int64) {
	for key, n := range from {
		into[key] += n
	}
}

// summarizeWebhook fills the latencies of a target's webhooks. The counts come
// from the correlator; of a run that was cut, from the points.
func (r *Record) summarizeWebhook(name string, target *Target) error {
	for state, into := range map[string]func(*Webhook) **Latency{
		"sent":      func(w *Webhook) **Latency { return &w.SentLatency },
		"delivered": func(w *Webhook) **Latency { return &w.DeliveredTime },
		"read":      func(w *Webhook) **Latency { return &w.ReadLatency },
	} {
		h, err := r.Histogram(name, "webhook."+state)
		if err != nil {
			return err
		}
		if h == nil {
			continue
		}
		if target.Webhook == nil {
			target.Webhook = r.countWebhooks(name)
		}
		*into(target.Webhook) = Summary(h)
	}
	return nil
}

// countWebhooks reconstructs what the points know of a target's webhooks.
func (r *Record) countWebhooks(target string) *Webhook {
	w := &Webhook{Codes: map[string]int64{}}
	for _, p := range r.Points {
		if p.Target != target {
			continue
		}
		if p.Op == OpWebhook {
			w.Delivered += p.Statuses[string(whatsapp.StateDelivered)]
			w.Failed += p.Statuses[string(whatsapp.StateFailed)]
			w.Matched += p.Statuses[string(whatsapp.StateSent)]
		} else if p.Op == string(whatsapp.OpSend) || p.Op == string(whatsapp.OpRetry) {
			w.Expected += p.Outcomes[whatsapp.OK.String()]
		}
	}
	return w
}

// summaryQuantiles are the quantiles of run.json with their keys.
var summaryQuantiles = []struct {
	key string
	q   float64
	of  func(*Latency) *time.Duration
}{
	{"p50_ns", 0.50, func(l *Latency) *time.Duration { return &l.P50 }},
	{"p90_ns", 0.90, func(l *Latency) *time.Duration { return &l.P90 }},
	{"p95_ns", 0.95, func(l *Latency) *time.Duration { return &l.P95 }},
	{"p99_ns", 0.99, func(l *Latency) *time.Duration { return &l.P99 }},
	{"p99_9_ns", 0.999, func(l *Latency) *time.Duration { return &l.P999 }},
}

// Summary returns the figures of a histogram, nil for none or an empty one.
func Summary(h *hist.Histogram) *Latency {
	if h == nil || h.Count() == 0 {
		return nil
	}
	l := &Latency{Count: h.Count(), Min: h.Min(), Mean: h.Mean(), Max: h.Max(), CI95: map[string][2]time.Duration{}}
	for _, quantile := range summaryQuantiles {
		*quantile.of(l) = h.Quantile(quantile.q)
		if lo, hi, ok := stat.QuantileRanks(h.Count(), quantile.q, Confidence); ok {
			l.CI95[quantile.key] = [2]time.Duration{h.AtRank(lo), h.AtRank(hi)}
		}
	}
	return l
}

// ClassSeries names the histogram of one class of failures: send.response +
// throttled.
func ClassSeries(series string, class whatsapp.Class) string {
	return strings.Join([]string{series, class.String()}, ".")
}
