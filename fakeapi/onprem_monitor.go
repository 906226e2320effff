package fakeapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/whatsapp/onprem"
)

// onPremGauge is a metric as the monitoring endpoints show it.
type onPremGauge struct {
	Data []onPremReading `json:"data"`
	Help string          `json:"help"`
	Type string          `json:"type"` // onPremGauge or counter
}

// onPremReading is one value of a metric.
type onPremReading struct {
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

func oneReading(help string, value float64) onPremGauge {
	return onPremGauge{Help: help, Type: "gauge", Data: []onPremReading{{Labels: map[string]string{}, Value: value}}}
}

// readHealth is GET /v1/health: one status for a single node, a list by node for
// several.
func (o *onPremSide) readHealth(c *onPremCall) {
	up := "connected"
	if !o.registered() {
		up = "unregistered"
	}
	states := o.shards.states()
	if len(states) == 1 {
		o.ok(c.exchange, http.StatusOK, onprem.Answer{Health: onPremJSON(map[string]string{"gateway_status": gatewayStatus(states[0], up)})})
		return
	}
	nodes := map[string]map[string]string{
		"master-1:master-1": {"gateway_status": up, "role": "primary_master"},
		"master-2:master-2": {"gateway_status": up, "role": "secondary_master"},
	}
	for i, state := range states {
		name := fmt.Sprintf("coreapp-%d:coreapp-%d", i+1, i+1)
		nodes[name] = map[string]string{"gateway_status": gatewayStatus(state, up), "role": "coreapp"}
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Health: onPremJSON(nodes)})
}

func gatewayStatus(s shardState, up string) string {
	if s.down {
		return "disconnected"
	}
	return up
}

// readAppStats is GET /v1/stats/app.
func (o *onPremSide) readAppStats(c *onPremCall) {
	tally := &o.hook.tally
	o.showStats(c, "app", map[string]onPremGauge{
		"callback_queue_size": oneReading("Callbacks that wait", float64(o.hook.backlog())),
		"callback_requests": {Help: "Callbacks by result", Type: "counter", Data: []onPremReading{
			{Labels: map[string]string{"result": "ok"}, Value: float64(tally.attempts.Load() - tally.refused.Load())},
			{Labels: map[string]string{"result": "error"}, Value: float64(tally.refused.Load())},
		}},
		"endpoint_requests": o.endpointRequests(),
		"pending_jobs":      oneReading("Accepted messages that wait for their shard", float64(o.shards.depth())),
		"pending_messages":  o.pendingByShard(),
	})
}

func (o *onPremSide) endpointRequests() onPremGauge {
	g := onPremGauge{Help: "Answers by endpoint", Type: "counter", Data: []onPremReading{}}
	for _, a := range o.stats.all() {
		g.Data = append(g.Data, onPremReading{Labels: map[string]string{"method": a.name(), "result": a.result}, Value: float64(a.n)})
	}
	return g
}

func (o *onPremSide) pendingByShard() onPremGauge {
	g := onPremGauge{Help: "Messages that wait, by shard", Type: "gauge"}
	for i, state := range o.shards.states() {
		g.Data = append(g.Data, onPremReading{Labels: map[string]string{"shard": strconv.Itoa(i + 1)}, Value: float64(state.waiting)})
	}
	return g
}

// readStoreStats is GET /v1/stats/db.
func (o *onPremSide) readStoreStats(c *onPremCall) {
	counts, left := o.ledger.tally()
	o.showStats(c, "db", map[string]onPremGauge{
		"messages_table_rows": oneReading("Messages in the store", float64(counts[stepAccepted]-min(left, counts[stepAccepted]))),
		"contacts_table_rows": oneReading("Contacts in the store", float64(o.contacts.size())),
	})
}

// showStats answers with metrics as JSON or, if asked to, in Prometheus' words.
func (o *onPremSide) showStats(c *onPremCall, part string, metrics map[string]onPremGauge) {
	if c.r.URL.Query().Get("format") == "prometheus" {
		o.stats.answered(c.exchange, true)
		c.answer(http.StatusOK, "text/plain; version=0.0.4", onPremMetricsText(metrics))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Stats: onPremJSON(map[string]any{part: metrics})})
}

// readMetrics is GET /v1/metrics: how the Webapps are doing. A request is
// answered without a queue or a process of its own here, so the gauges of those
// show an idle node.
func (o *onPremSide) readMetrics(c *onPremCall) {
	metrics := map[string]onPremGauge{
		"web_uptime":                   oneReading("Seconds since the start", time.Since(o.server.start).Seconds()),
		"web_connections":              oneReading("Requests under way", float64(o.busy.Load())),
		"web_pending_connections":      oneReading("Connections that wait", 0),
		"web_max_pending_connections":  oneReading("Connections that may wait", 1024),
		"web_queue_len":                oneReading("Requests that wait", 0),
		"web_idle_processes":           oneReading("Nodes that are up", float64(max(1, o.profile().Webapps))),
		"web_total_processes":          oneReading("Nodes", float64(max(1, o.profile().Webapps))),
		"web_requests":                 o.requestStates(),
		"api_requests_duration_ms_sum": o.durations(func(a answerCount) float64 { return float64(a.took.Milliseconds()) }),
		"api_requests_duration_ms_count": o.durations(func(a answerCount) float64 {
			return float64(a.n)
		}),
	}
	if c.r.URL.Query().Get("format") == "prometheus" {
		o.stats.answered(c.exchange, true)
		c.answer(http.StatusOK, "text/plain; version=0.0.4", onPremMetricsText(metrics))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Metrics: onPremJSON(metrics)})
}

const webNode = "webapp"

func (o *onPremSide) requestStates() onPremGauge {
	return onPremGauge{Help: "Requests by what is being done with them", Type: "gauge", Data: []onPremReading{
		{Labels: map[string]string{"node": webNode, "state": "handle-request"}, Value: float64(o.busy.Load())},
		{Labels: map[string]string{"node": webNode, "state": "idle"}, Value: 0},
	}}
}

func (o *onPremSide) durations(value func(answerCount) float64) onPremGauge {
	g := onPremGauge{Help: "Time of answers in milliseconds", Type: "counter", Data: []onPremReading{}}
	for _, a := range o.stats.all() {
		labels := map[string]string{"node": webNode, "method": a.name(), "result": a.result}
		g.Data = append(g.Data, onPremReading{Labels: labels, Value: value(a.answerCount)})
	}
	return g
}

// onPremMetricsText writes metrics in Prometheus' text format.
func onPremMetricsText(metrics map[string]onPremGauge) []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		m := metrics[name]
		fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s %s\n", name, m.Help, name, m.Type)
		for _, r := range m.Data {
			fmt.Fprintf(&text, "%s%s %v\n", name, onPremLabels(r.Labels), r.Value)
		}
	}
	return []byte(text.String())
}

// onPremLabels is {a="1",b="2"}; the values are words of ours, which Go quotes as
// Prometheus does.
func onPremLabels(labels map[string]string) string {
	if len(labels) == 0 {
		return ""
	}
	parts := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, fmt.Sprintf("%s=%q", key, labels[key]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
