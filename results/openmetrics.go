package results

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// ExportOpenMetrics writes the run's final figures as OpenMetrics text, for
// those who push them into a store of metrics. Times are in seconds.
// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
func (r *Record) ExportOpenMetrics(w io.Writer) error {
	out := bufio.NewWriter(w)
	families := runFamilies(r.Run)
	for _, name := range slices.Sorted(maps.Keys(r.Run.Targets)) {
		families.target(name, r.Run.Targets[name])
	}
	for _, f := range families.ordered {
		f.print(out)
	}
	out.WriteString("# EOF\n")
	return out.Flush()
}

// family is one metric with its samples: lines without the name.
type family struct {
	name, kind, unit, help string
	samples                []string
}

// print writes a family that has samples.
func (f *family) print(out *bufio.Writer) {
	if len(f.samples) == 0 {
		return
	}
	out.WriteString("# TYPE " + f.name + " " + f.kind + "\n")
	if f.unit != "" {
		out.WriteString("# UNIT " + f.name + " " + f.unit + "\n")
	}
	out.WriteString("# HELP " + f.name + " " + f.help + "\n")
	for _, s := range f.samples {
		out.WriteString(f.name + s + "\n")
	}
}

// add appends a sample. Labels are pairs of name and value; those with an
// empty value are left out, which means the same.
func (f *family) add(suffix string, value float64, labels ...string) {
	var pairs []string
	for i := 0; i+1 < len(labels); i += 2 {
		if labels[i+1] != "" {
			pairs = append(pairs, labels[i]+`="`+escapeLabel(labels[i+1])+`"`)
		}
	}
	text := suffix
	if len(pairs) > 0 {
		text += "{" + strings.Join(pairs, ",") + "}"
	}
	f.samples = append(f.samples, text+" "+decimal(value))
}

// escapeLabel writes a label's value by the rules of the format.
func escapeLabel(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(s, "\uFFFD"))
}

// families are the metrics of a run, by name and in the order of printing.
type families struct {
	ordered []*family
	byName  map[string]*family
}

// metrics lists the families; the unit is the end of the name.
var metrics = []family{
	{name: "wabench_run", kind: "info", help: "The run and where it was made."},
	{name: "wabench_run_duration_seconds", kind: "gauge", unit: "seconds", help: "From the start to the end of the run."},
	{name: "wabench_run_complete", kind: "gauge", help: "1 if the run was not cut."},
	{name: "wabench_generator", kind: "stateset", help: "The generator's verdict on its own work."},
	{name: "wabench_gate", kind: "stateset", help: "The verdict on each rule."},
	{name: "wabench_planned_requests", kind: "counter", help: "Requests that fell due."},
	{name: "wabench_sent_requests", kind: "counter", help: "Requests that were sent."},
	{name: "wabench_dropped_requests", kind: "counter", help: "Requests that fell due and were not sent."},
	{name: "wabench_requests", kind: "counter", help: "Finished requests by outcome, with warm-up."},
	{name: "wabench_measured_requests", kind: "counter", help: "Finished requests by outcome, without warm-up."},
	{name: "wabench_error_codes", kind: "counter", help: "Error codes of the platform."},
	{name: "wabench_accepted_per_second", kind: "gauge", help: "Accepted requests per second, without warm-up."},
	{name: "wabench_latency_seconds", kind: "summary", unit: "seconds", help: "Latencies by clock, without warm-up; of webhooks, from due to the status."},
	{name: "wabench_latency_min_seconds", kind: "gauge", unit: "seconds", help: "The smallest latency."},
	{name: "wabench_latency_max_seconds", kind: "gauge", unit: "seconds", help: "The largest latency."},
	{name: "wabench_latency_bound_seconds", kind: "gauge", unit: "seconds", help: "95 % interval of each quantile."},
	{name: "wabench_webhook_messages", kind: "counter", help: "What the status webhooks said of accepted messages."},
	{name: "wabench_webhook_error_codes", kind: "counter", help: "Error codes of failed messages."},
	{name: "wabench_availability_ratio", kind: "gauge", unit: "ratio", help: "ok / (ok + target_* + network), without warm-up."},
	{name: "wabench_availability_bound_ratio", kind: "gauge", unit: "ratio", help: "95 % interval of the availability."},
	{name: "wabench_outages", kind: "gauge", help: "Outages of the run."},
	{name: "wabench_down_seconds", kind: "gauge", unit: "seconds", help: "Time in outages."},
}

// runFamilies returns all families, with what concerns the run as a whole.
func runFamilies(run Run) *families {
	all := &families{byName: map[string]*family{}}
	for _, f := range metrics {
		all.ordered = append(all.ordered, &f)
		all.byName[f.name] = &f
	}
	all.add("wabench_run", "_info", 1, "id", run.ID, "scenario", run.Scenario.Name, "scenario_sha256", run.Scenario.SHA256,
		"plan_sha256", run.Plan.SHA256, "version", run.Environment.Version, "host", run.Environment.Host)
	all.add("wabench_run_duration_seconds", "", max(run.Ended.Sub(run.Started), 0).Seconds())
	all.add("wabench_run_complete", "", oneIf(run.Complete))
	for _, verdict := range []string{Valid, Degraded, Invalid} {
		all.add("wabench_generator", "", oneIf(run.Generator.Verdict == verdict), "wabench_generator", verdict)
	}
	seen := map[[2]string]bool{} // a metric has each set of labels once
	for _, gate := range run.Gates {
		key := [2]string{gate.Rule, gate.Target}
		if seen[key] {
			continue
		}
		seen[key] = true
		for _, verdict := range []string{Pass, Fail, Inconclusive, Invalid} {
			all.add("wabench_gate", "", oneIf(gate.Verdict == verdict), "rule", gate.Rule, "target", gate.Target, "wabench_gate", verdict)
		}
	}
	return all
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (all *families) add(name, suffix string, value float64, labels ...string) {
	all.byName[name].add(suffix, value, labels...)
}

// count adds a sample to a counter.
func (all *families) count(name string, n int64, labels ...string) {
	all.add(name, "_total", float64(n), labels...)
}

// counts adds a sample to a counter for each key.
func (all *families) counts(name string, counts map[string]int64, key string, labels ...string) {
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		all.count(name, counts[k], append(slices.Clone(labels), key, k)...)
	}
}

// target adds the samples of one target.
func (all *families) target(name string, t *Target) {
	for _, op := range slices.Sorted(maps.Keys(t.Ops)) {
		all.op(t.Ops[op], "target", name, "op", op)
	}
	if t.Webhook != nil {
		all.webhook(t.Webhook, name)
	}
	a := t.Availability
	if a == nil {
		return
	}
	all.add("wabench_availability_ratio", "", a.Ratio, "target", name)
	all.add("wabench_availability_bound_ratio", "", a.CI95[0], "target", name, "bound", "lower")
	all.add("wabench_availability_bound_ratio", "", a.CI95[1], "target", name, "bound", "upper")
	all.add("wabench_outages", "", float64(len(a.Outages)), "target", name)
	var down time.Duration
	for _, o := range a.Outages {
		down += o.End - o.Start
	}
	all.add("wabench_down_seconds", "", down.Seconds(), "target", name)
}

func (all *families) op(op *Op, labels ...string) {
	all.count("wabench_planned_requests", op.Planned, labels...)
	all.count("wabench_sent_requests", op.Sent, labels...)
	all.count("wabench_dropped_requests", op.Dropped, labels...)
	all.counts("wabench_requests", op.Outcomes, "outcome", labels...)
	all.counts("wabench_measured_requests", op.Measured, "outcome", labels...)
	all.counts("wabench_error_codes", op.Codes, "code", labels...)
	all.add("wabench_accepted_per_second", "", op.Rate, labels...)
	all.latency(op.Response, append(labels, "clock", "response")...)
	all.latency(op.Service, append(labels, "clock", "service")...)
	all.latency(op.Lateness, append(labels, "clock", "lateness")...)
}

func (all *families) webhook(w *Webhook, target string) {
	for _, of := range []struct {
		what string
		n    int64
	}{
		{"expected", w.Expected},
		{"matched", w.Matched},
		{"lost", w.Lost},
		{"delivered", w.Delivered},
		{"failed", w.Failed},
		{"duplicate", w.Duplicates},
		{"out_of_order", w.OutOfOrder},
		{"conflict", w.Conflicts},
		{"unknown", w.Unknown},
		{"bad_signature", w.BadSignature},
		{"malformed", w.Malformed},
	} {
		all.count("wabench_webhook_messages", of.n, "target", target, "what", of.what)
	}
	all.counts("wabench_webhook_error_codes", w.Codes, "code", "target", target)
	all.latency(w.SentLatency, "target", target, "op", OpWebhook, "clock", string(whatsapp.StateSent))
	all.latency(w.DeliveredTime, "target", target, "op", OpWebhook, "clock", string(whatsapp.StateDelivered))
	all.latency(w.ReadLatency, "target", target, "op", OpWebhook, "clock", string(whatsapp.StateRead))
}

// latency adds the samples of one histogram, which may be nil.
func (all *families) latency(l *Latency, labels ...string) {
	if l == nil {
		return
	}
	with := func(more ...string) []string { return append(slices.Clone(labels), more...) }
	for _, quantile := range summaryQuantiles {
		q := decimal(quantile.q)
		all.add("wabench_latency_seconds", "", quantile.of(l).Seconds(), with("quantile", q)...)
		if bounds, ok := l.CI95[quantile.key]; ok {
			all.add("wabench_latency_bound_seconds", "", bounds[0].Seconds(), with("quantile", q, "bound", "lower")...)
			all.add("wabench_latency_bound_seconds", "", bounds[1].Seconds(), with("quantile", q, "bound", "upper")...)
		}
	}
	all.add("wabench_latency_seconds", "_count", float64(l.Count), labels...)
	all.add("wabench_latency_seconds", "_sum", l.Mean.Seconds()*float64(l.Count), labels...)
	all.add("wabench_latency_min_seconds", "", l.Min.Seconds(), labels...)
	all.add("wabench_latency_max_seconds", "", l.Max.Seconds(), labels...)
}
