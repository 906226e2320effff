package main

import (
	"fmt"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// historyMetric is a figure of run.json that history follows.
type historyMetric struct {
	name string
	unit string // ns, share or /s
	of   func(*results.Target) (float64, bool)
}

// historyMetrics are the figures that history follows, as rules spell them.
var historyMetrics = []historyMetric{
	{"p50(send.response)", "ns", sendLatency(func(l *results.Latency) time.Duration { return l.P50 })},
	{"p95(send.response)", "ns", sendLatency(func(l *results.Latency) time.Duration { return l.P95 })},
	{"p99(send.response)", "ns", sendLatency(func(l *results.Latency) time.Duration { return l.P99 })},
	{"error_rate(send)", "share", errorRate},
	{"rate(send)", "/s", func(t *results.Target) (float64, bool) {
		op := t.Ops[string(whatsapp.OpSend)]
		if op == nil {
			return 0, false
		}
		return op.Rate, true
	}},
	{"p95(webhook.delivered)", "ns", func(t *results.Target) (float64, bool) {
		if t.Webhook == nil || t.Webhook.DeliveredTime == nil {
			return 0, false
		}
		return float64(t.Webhook.DeliveredTime.P95), true
	}},
}

// sendLatency is a quantile of the response clock.
func sendLatency(of func(*results.Latency) time.Duration) func(*results.Target) (float64, bool) {
	return func(t *results.Target) (float64, bool) {
		op := t.Ops[string(whatsapp.OpSend)]
		if op == nil || op.Response == nil {
			return 0, false
		}
		return float64(of(op.Response)), true
	}
}

// errorRate is the share of measured sends that failed, refusals by a rate
// limit aside.
func errorRate(t *results.Target) (float64, bool) {
	op := t.Ops[string(whatsapp.OpSend)]
	if op == nil {
		return 0, false
	}
	var failed, all int64
	for _, class := range whatsapp.Classes() {
		n := op.Measured[class.String()]
		if all += n; class.Failed() {
			failed += n
		}
	}
	if all == 0 {
		return 0, false
	}
	return float64(failed) / float64(all), true
}

// print prints a value of the course in its unit.
func (c course) print(value float64) string {
	switch c.Unit {
	case "ns":
		return units.FormatDuration(time.Duration(value))
	case "share":
		return fmt.Sprintf("%.3g %%", 100*value)
	}
	return fmt.Sprintf("%.3g/s", value)
}
