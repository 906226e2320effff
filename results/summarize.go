package results

import (
	"math"
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
	if !r.Run.Complete && r.Run.Ended.IsZero() {
		var last time.Duration
		for _, p := range r.Points {
			last = max(last, p.End)
		}
		r.Run.Ended = r.Run.Started.Add(last)
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

// measuredTime returns how much load time outside warm-up was run on a target:
// all of its legs, or what the points of a run that was cut reached of them.
func (r *Record) measuredTime(target string) time.Duration {
	plan := &r.Run.Plan
	var reached time.Duration
	for _, p := range r.Points {
		if p.Target == target {
			reached = max(reached, p.Load)
		}
	}
	if len(plan.Legs) == 0 {
		// Killed before its legs were known: each target runs its load time
		// from 0, whatever the order.
		return max(reached-plan.Warmup, 0)
	}
	var total time.Duration
	for _, leg := range plan.Legs {
		if leg.Target != target {
			continue
		}
		to := leg.To
		if !r.Run.Complete {
			to = min(to, reached)
		}
		total += max(to-max(leg.From, plan.Warmup), 0)
	}
	return total
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
	if target.Webhook == nil {
		target.Webhook = r.countWebhooks(name)
	}
	if target.Webhook == nil {
		return nil
	}
	for state, into := range map[whatsapp.State]**Latency{
		whatsapp.StateSent:      &target.Webhook.SentLatency,
		whatsapp.StateDelivered: &target.Webhook.DeliveredTime,
		whatsapp.StateRead:      &target.Webhook.ReadLatency,
	} {
		h, err := r.Histogram(name, OpWebhook+"."+string(state))
		if err != nil {
			return err
		}
		*into = Summary(h)
	}
	return nil
}

// countWebhooks reconstructs what the points know of a target's webhooks; nil
// if there were none. Points count the first of each state, so that Matched is
// a lower bound, and nobody knows of a cut run what would still have come:
// Lost stays 0.
func (r *Record) countWebhooks(target string) *Webhook {
	w := &Webhook{Codes: map[string]int64{}}
	var sent int64
	seen := false
	for _, p := range r.Points {
		switch {
		case p.Target != target:
		case p.Op == OpWebhook:
			seen = true
			sent += p.Statuses[string(whatsapp.StateSent)]
			w.Delivered += p.Statuses[string(whatsapp.StateDelivered)]
			w.Failed += p.Statuses[string(whatsapp.StateFailed)]
		case p.Op == string(whatsapp.OpSend) || p.Op == string(whatsapp.OpRetry):
			w.Expected += p.Outcomes[whatsapp.OK.String()]
		}
	}
	if !seen {
		return nil
	}
	w.Matched = max(sent, w.Delivered, w.Failed)
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
	var ranks []int64
	for _, quantile := range summaryQuantiles {
		ranks = append(ranks, quantileRank(quantile.q, l.Count))
		if lo, hi, ok := stat.QuantileRanks(l.Count, quantile.q, Confidence); ok {
			ranks = append(ranks, lo, hi)
		}
	}
	at := atRanks(h, ranks)
	for _, quantile := range summaryQuantiles {
		*quantile.of(l) = at[quantileRank(quantile.q, l.Count)]
		if lo, hi, ok := stat.QuantileRanks(l.Count, quantile.q, Confidence); ok {
			l.CI95[quantile.key] = [2]time.Duration{at[lo], at[hi]}
		}
	}
	return l
}

// quantileRank is the rank that hist.Histogram.Quantile looks up; a test holds
// the two together.
func quantileRank(q float64, n int64) int64 {
	return min(max(int64(math.Ceil(q*float64(n)-1e-9*float64(n))), 1), n)
}

// atRanks returns the values at several ranks in one walk over the histogram.
func atRanks(h *hist.Histogram, ranks []int64) map[int64]time.Duration {
	slices.Sort(ranks)
	at := map[int64]time.Duration{}
	var seen int64
	h.Each(func(value time.Duration, count int64) {
		for seen += count; len(ranks) > 0 && ranks[0] <= seen; ranks = ranks[1:] {
			at[ranks[0]] = value
		}
	})
	return at
}

// ClassSeries names the histogram of one class of failures: send.response +
// throttled.
func ClassSeries(series string, class whatsapp.Class) string {
	return strings.Join([]string{series, class.String()}, ".")
}
