package live

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wabench/internal/load"
)

// serveMetrics writes the last snapshot in the text format of Prometheus.
// https://prometheus.io/docs/instrumenting/exposition_formats/
func (p *Page) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	s, _ := p.now()
	var m metrics
	m.family("bench_run", "gauge", "The run under way, always 1.")
	m.sample("bench_run", 1, "scenario", p.title, "run", p.run)
	m.run(s)
	m.targets(s)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(m.Bytes())
}

// metrics is a text of metric families.
type metrics struct{ bytes.Buffer }

func (m *metrics) run(s load.Snapshot) {
	m.family("bench_run_seconds", "gauge", "How long the run has been going.")
	m.sample("bench_run_seconds", s.At.Seconds())
	m.family("bench_run_planned_seconds", "gauge", "How long the run is planned to take, without waits for webhooks.")
	m.sample("bench_run_planned_seconds", s.Total.Seconds())
	m.family("bench_run_phase", "gauge", "1 for the phase that the run is in.")
	for _, phase := range []string{load.PhaseWarmup, load.PhaseLoad, load.PhaseDrain, load.PhaseDone} {
		in := 0.0
		if phase == s.Phase {
			in = 1
		}
		m.sample("bench_run_phase", in, "phase", phase)
	}
}

// targets writes the families that have a sample for each target.
func (m *metrics) targets(s load.Snapshot) {
	for _, f := range []struct {
		name, kind, help string
		of               func(load.TargetSnapshot) float64
	}{
		{"bench_planned_rate", "gauge", "Arrivals per second that fell due in the last interval.", func(t load.TargetSnapshot) float64 { return float64(t.Planned) }},
		{"bench_achieved_rate", "gauge", "Requests per second accepted in the last interval.", func(t load.TargetSnapshot) float64 { return float64(t.Achieved) }},
		{"bench_in_flight", "gauge", "Requests without an answer yet.", func(t load.TargetSnapshot) float64 { return float64(t.InFlight) }},
		{"bench_sent_total", "counter", "Requests sent.", func(t load.TargetSnapshot) float64 { return float64(t.Sent) }},
		{"bench_dropped_total", "counter", "Arrivals that were not sent.", func(t load.TargetSnapshot) float64 { return float64(t.Dropped) }},
		{"bench_delivered_total", "counter", "Messages whose delivered webhook came.", func(t load.TargetSnapshot) float64 { return float64(t.Delivered) }},
		{"bench_webhooks_pending", "gauge", "Messages whose webhooks are still to come.", func(t load.TargetSnapshot) float64 { return float64(t.Pending) }},
	} {
		m.family(f.name, f.kind, f.help)
		for _, t := range s.Targets {
			m.sample(f.name, f.of(t), "target", t.Name)
		}
	}
	m.family("bench_response_seconds", "gauge", "Quantiles of the response clock in the last interval.")
	for _, t := range s.Targets {
		m.sample("bench_response_seconds", t.P50.Seconds(), "target", t.Name, "quantile", "0.5")
		m.sample("bench_response_seconds", t.P99.Seconds(), "target", t.Name, "quantile", "0.99")
	}
	m.counts("bench_outcomes_total", "Requests by what became of them.", "outcome", s, func(t load.TargetSnapshot) map[string]int64 { return t.Outcomes })
	m.counts("bench_codes_total", "Answers by the platform's code.", "code", s, func(t load.TargetSnapshot) map[string]int64 { return t.Codes })
}

// counts writes a family of counters with one more label.
func (m *metrics) counts(name, help, label string, s load.Snapshot, of func(load.TargetSnapshot) map[string]int64) {
	m.family(name, "counter", help)
	for _, t := range s.Targets {
		counts := of(t)
		for _, key := range slices.Sorted(maps.Keys(counts)) {
			m.sample(name, float64(counts[key]), "target", t.Name, label, key)
		}
	}
}

func (m *metrics) family(name, kind, help string) {
	fmt.Fprintf(m, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// quoted escapes what the format wants escaped in a label's value.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// sample writes one value; labels are names and values in turn.
func (m *metrics) sample(name string, value float64, labels ...string) {
	m.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		open := ","
		if i == 0 {
			open = "{"
		}
		fmt.Fprintf(m, `%s%s="%s"`, open, labels[i], quoted.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		m.WriteByte('}')
	}
	m.WriteByte(' ')
	m.WriteString(strconv.FormatFloat(value, 'f', -1, 64))
	m.WriteByte('\n')
}
