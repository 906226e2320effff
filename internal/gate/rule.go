package gate

import (
	"encoding/json"
	"time"

	"wabench/internal/whatsapp"
)

// Comparator is the relation a rule demands between metric and bound.
type Comparator string

// The comparators.
const (
	Less      Comparator = "<"
	AtMost    Comparator = "<="
	More      Comparator = ">"
	AtLeast   Comparator = ">="
	Precisely Comparator = "=="
)

// Baseline is what a rule compares with when it names no target: the stored
// numbers of an earlier run.
const Baseline = "baseline"

// DefaultConfidence is the confidence of a rule that names none.
const DefaultConfidence = 0.95

// Options are the long form's fields.
type Options struct {
	// Abort ends the run as soon as the rule is known to fail.
	Abort bool
	// Confidence of the verdict, as a share; 0 means DefaultConfidence.
	Confidence float64
}

// Rule is one parsed gate.
type Rule struct {
	Metric Metric
	// Of is the target the rule applies to; empty for every target.
	Of string
	// Vs is the target, or Baseline, to compare with; empty for none.
	Vs         string
	Comparator Comparator
	Bound      Bound
	// Over is the length of the windows the rule applies to; 0 for the whole run.
	Over    time.Duration
	Options Options
}

// String prints the rule in its canonical form, which Parse reads back as the
// same rule. Options are not part of it.
func (r Rule) String() string {
	text := r.Metric.String()
	if r.Of != "" {
		text += " of " + r.Of
	}
	if r.Vs != "" {
		text += " vs " + r.Vs
	}
	text += " " + string(r.Comparator) + " " + r.Bound.String()
	if r.Over != 0 {
		text += " over " + exactDuration(r.Over)
	}
	return text
}

// Targets lists the targets that the rule names.
func (r Rule) Targets() []string {
	var names []string
	for _, name := range []string{r.Of, r.Vs} {
		if name != "" && name != Baseline {
			names = append(names, name)
		}
	}
	return names
}

// Series is the latency the rule needs, empty if it needs none.
func (r Rule) Series() Series { return r.Metric.Series }

// Op is the operation whose requests the rule needs, empty if any will do.
func (r Rule) Op() whatsapp.Op {
	if r.Metric.Series != "" && r.Metric.Series.Op() != ofWebhook {
		return whatsapp.Op(r.Metric.Series.Op())
	}
	return r.Metric.Op
}

// NeedsBaseline reports whether the rule compares with a stored baseline.
func (r Rule) NeedsBaseline() bool { return r.Vs == Baseline }

// NeedsWebhooks reports whether the rule can be judged only if status webhooks
// are received.
func (r Rule) NeedsWebhooks() bool {
	switch r.Metric.Kind {
	case DeliveredRatio, Lost, Duplicates:
		return true
	}
	return r.Metric.Series.Op() == ofWebhook
}

// NeedsFaults reports whether the rule says something only of a run with a
// fault in it.
func (r Rule) NeedsFaults() bool { return r.Metric.Kind == Recovery }

// Gathers reports whether evidence for the rule gathers while a run is under
// way, until it is decided: a quantile, mean or share of requests over the whole
// run. Facts such as max and rate, windows, webhooks that are still to come
// and baselines are judged when the run is over.
func (r Rule) Gathers() bool {
	switch r.Metric.Kind {
	case Quantile, Mean, ErrorRate, ThrottleRate, Availability:
		return r.Over == 0 && !r.NeedsWebhooks() && !r.NeedsBaseline()
	}
	return false
}

// Confidence is the confidence of the rule's verdict, as a share.
func (r Rule) Confidence() float64 {
	if r.Options.Confidence == 0 {
		return DefaultConfidence
	}
	return r.Options.Confidence
}

// ruleJSON is a rule as plans and files keep it.
type ruleJSON struct {
	Rule       string  `json:"rule"`
	Abort      bool    `json:"abort,omitempty"`
	Confidence float64 `json:"confidence"`
}

// MarshalJSON writes the rule's canonical text and its options.
func (r Rule) MarshalJSON() ([]byte, error) {
	return json.Marshal(ruleJSON{r.String(), r.Options.Abort, r.Confidence()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rule) UnmarshalJSON(text []byte) error {
	var raw ruleJSON
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	rule, err := Parse(raw.Rule)
	if err != nil {
		return err
	}
	*r = rule
	r.Options = Options{Abort: raw.Abort, Confidence: raw.Confidence}
	return nil
}
