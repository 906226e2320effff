package gate

import (
	"strings"

	"wabench/internal/whatsapp"
)

// Kind says what a rule measures, as rules spell it; a quantile is spelled by
// its number.
type Kind string

// The kinds of metric.
const (
	Quantile       Kind = "quantile"
	Max            Kind = "max"
	Mean           Kind = "mean"
	ErrorRate      Kind = "error_rate"
	ThrottleRate   Kind = "throttle_rate"
	Rate           Kind = "rate"
	DeliveredRatio Kind = "delivered_ratio"
	Availability   Kind = "availability"
	Lost           Kind = "lost"
	Duplicates     Kind = "duplicates"
	LongestOutage  Kind = "longest_outage"
	Recovery       Kind = "recovery"
)

// Unit is what a bound is counted in.
type Unit string

// The units of bounds. Change is a signed share, for rules with vs.
const (
	Duration Unit = "duration"
	Share    Unit = "share"
	PerTime  Unit = "rate"
	Count    Unit = "count"
	Change   Unit = "change"
)

// takes is what stands in a metric's parentheses.
type takes int

const (
	takesNothing takes = iota
	takesSeries
	takesOp
)

// kindFacts is what the language knows of a kind of metric.
type kindFacts struct {
	kind  Kind
	takes takes
	unit  Unit
	// exact metrics are facts of the run; the others are estimates with an
	// interval.
	exact bool
	// windows is true where the metric can be told for a part of the run.
	windows bool
}

// kinds lists every kind, in the order in which messages name them.
var kinds = []kindFacts{
	{kind: Quantile, takes: takesSeries, unit: Duration, windows: true},
	{kind: ErrorRate, takes: takesOp, unit: Share, windows: true},
	{kind: ThrottleRate, takes: takesOp, unit: Share, windows: true},
	{kind: Rate, takes: takesOp, unit: PerTime, exact: true, windows: true},
	{kind: Max, takes: takesSeries, unit: Duration, exact: true, windows: true},
	{kind: Mean, takes: takesSeries, unit: Duration, windows: true},
	{kind: DeliveredRatio, unit: Share},
	{kind: Lost, unit: Count, exact: true},
	{kind: Duplicates, unit: Count, exact: true},
	{kind: Availability, unit: Share, windows: true},
	{kind: LongestOutage, unit: Duration, exact: true},
	{kind: Recovery, unit: Duration, exact: true},
}

func factsOf(kind Kind) (kindFacts, bool) {
	for _, f := range kinds {
		if f.kind == kind {
			return f, true
		}
	}
	return kindFacts{}, false
}

// Metric is what a rule measures: a kind and, by kind, the quantile, the
// series or the operation it is taken of.
type Metric struct {
	Kind Kind
	// Q is the quantile as a share, 0.99 for p99.
	Q      float64
	Series Series
	Op     whatsapp.Op
}

// String prints the metric as rules spell it: p99(send.response).
func (m Metric) String() string {
	switch facts, _ := factsOf(m.Kind); {
	case m.Kind == Quantile:
		return "p" + percentNumber(m.Q) + "(" + string(m.Series) + ")"
	case facts.takes == takesSeries:
		return string(m.Kind) + "(" + string(m.Series) + ")"
	case facts.takes == takesOp:
		return string(m.Kind) + "(" + string(m.Op) + ")"
	}
	return string(m.Kind)
}

// quantile is where in the distribution the metric lies: a mean is taken for
// the middle, a maximum for the end.
func (m Metric) quantile() float64 {
	switch m.Kind {
	case Quantile:
		return m.Q
	case Max:
		return 1
	}
	return 0.5
}

// Unit is the unit of the metric's own values.
func (m Metric) Unit() Unit {
	facts, _ := factsOf(m.Kind)
	return facts.unit
}

// Series names a latency: an operation and its clock (send.response), or a
// webhook status (webhook.delivered).
type Series string

// Op is the operation before the point; "webhook" for a status.
func (s Series) Op() string {
	op, _, _ := strings.Cut(string(s), ".")
	return op
}

// Clock is the clock or the status after the point.
func (s Series) Clock() string {
	_, clock, _ := strings.Cut(string(s), ".")
	return clock
}

// ofWebhook is the first half of a webhook series.
const ofWebhook = "webhook"

// clocks and statuses are the second halves of series.
var (
	clocks   = []string{"response", "service", "lateness"}
	statuses = []string{string(whatsapp.StateSent), string(whatsapp.StateDelivered), string(whatsapp.StateRead)}
)

// operations lists the ops a rule may name.
func operations() []string {
	return []string{
		string(whatsapp.OpSend), string(whatsapp.OpContacts), string(whatsapp.OpMediaUpload),
		string(whatsapp.OpMarkRead), string(whatsapp.OpProfile), string(whatsapp.OpRetry),
	}
}

// seriesNames lists every series, for suggestions.
func seriesNames() []string {
	var names []string
	for _, op := range operations() {
		for _, clock := range clocks {
			names = append(names, op+"."+clock)
		}
	}
	for _, status := range statuses {
		names = append(names, ofWebhook+"."+status)
	}
	return names
}
