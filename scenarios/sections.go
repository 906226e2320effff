package scenarios

import (
	"errors"
	"time"

	"wabench/internal/gate"
	"wabench/internal/strictyaml"
	"wabench/internal/units"
)

// AnswerSection is how the webhook receiver answers.
type AnswerSection struct {
	// Latency of the answer.
	Latency At[time.Duration] `yaml:"latency"`
	// Fail is the share of webhooks answered with 500.
	Fail At[units.Percent] `yaml:"fail"`
}

// FaultEntry is one misbehaviour of a fake. The fault is a name; those that
// need a figure are written with it, as {slow: {factor: 5}}, under fault or in
// its place.
type FaultEntry struct {
	// At is the load time at which the fault begins. Default 0s.
	At At[time.Duration] `yaml:"at"`
	// For is how long it lasts; left out, to the end.
	For At[time.Duration] `yaml:"for"`
	// On is the target; it may be left out if there is only one.
	On At[string] `yaml:"on"`
	// Fault is what goes wrong.
	Fault At[FaultText] `yaml:"fault"`

	FaultFigures `yaml:",inline"`
}

// FaultFigures are the faults that need a figure.
type FaultFigures struct {
	// Slow makes answers take several times as long.
	Slow At[SlowSection] `yaml:"slow"`
	// Errors makes a share of requests fail.
	Errors At[ErrorsSection] `yaml:"errors"`
	// ShardDown stops one shard (On-Premises API), numbered from 0.
	ShardDown At[int] `yaml:"shard_down"`
	// DeliveredAndFailed is the share of messages that report both.
	DeliveredAndFailed At[units.Percent] `yaml:"delivered_and_failed"`
	// Undelivered is the share of messages that stay at sent.
	Undelivered At[units.Percent] `yaml:"undelivered"`
	// Migrate moves the number to the other API.
	Migrate At[MigrateSection] `yaml:"migrate"`
}

// SlowSection says how slow.
type SlowSection struct {
	// Factor by which answers take longer.
	Factor At[float64] `yaml:"factor,required"`
}

// ErrorsSection says which error and how often.
type ErrorsSection struct {
	// Code of the platform's error, as 131000.
	Code At[int] `yaml:"code,required"`
	// Share of requests that fail. Default 100%.
	Share At[units.Percent] `yaml:"share"`
}

// MigrateSection says where the number moves.
type MigrateSection struct {
	// To is the API that the number moves to.
	To At[apiName] `yaml:"to,required"`
}

// FaultText is the name of a fault, or a mapping of a fault with its figures.
type FaultText struct {
	Kind FaultKind
	FaultFigures
}

// UnmarshalNode reads either form.
func (f *FaultText) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind == strictyaml.Map {
		d.Decode(n, &f.FaultFigures)
		return
	}
	d.Decode(n, &f.Kind)
}

// CompareSection names the targets to compare.
type CompareSection struct {
	// Base is the target to compare with.
	Base At[string] `yaml:"base,required"`
	// Head is the target to judge.
	Head At[string] `yaml:"head,required"`
	// Order in which they take turns. Default interleaved.
	Order At[Order] `yaml:"order"`
	// Block is how long a turn takes, and the unit that figures are paired by. Default 5s.
	Block At[time.Duration] `yaml:"block"`
}

// Choices lists the orders of a comparison.
func (Order) Choices() []string {
	return []string{string(Interleaved), string(Sequential), string(Parallel)}
}

// GateEntry is a rule, or {rule, abort, confidence}.
type GateEntry struct {
	// Rule, as p99(send.response) < 800ms.
	Rule At[GateRule] `yaml:"rule,required"`
	// Abort ends the run as soon as the rule is known to fail.
	Abort At[bool] `yaml:"abort"`
	// Confidence of the verdict. Default 95%.
	Confidence At[units.Percent] `yaml:"confidence"`
}

// UnmarshalNode reads either form.
func (g *GateEntry) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind != strictyaml.Map {
		d.Decode(n, &g.Rule)
		return
	}
	type mapping GateEntry
	d.Decode(n, (*mapping)(g))
}

// GateRule is the text of a rule with what it means.
type GateRule struct {
	Text string
	Rule gate.Rule
}

// UnmarshalNode reads a rule; mistakes point into its text.
func (g *GateRule) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	before := d.Count()
	if d.Decode(n, &g.Text); d.Count() > before {
		return
	}
	rule, err := gate.Parse(g.Text)
	if err != nil {
		ruleProblem(d, n, err)
		return
	}
	g.Rule = rule
}

// ruleProblem notes a mistake in a rule at its place in the rule.
func ruleProblem(d *strictyaml.Decoder, n *strictyaml.Node, err error) {
	if mistake, ok := errors.AsType[*gate.SyntaxError](err); ok {
		d.Problem(n.At(mistake.Offset), mistake.Hint, "%s", mistake.Text)
		return
	}
	d.Problem(n.Pos, "", "%s", err)
}

// LimitsSection refuses or ends a run that goes too far.
type LimitsSection struct {
	// MaxMessages is the most messages a run may send.
	MaxMessages At[int64] `yaml:"max_messages"`
	// MaxCost is the most a run may cost, as 5 USD.
	MaxCost At[units.Money] `yaml:"max_cost"`
	// MaxDuration is the longest a run may take.
	MaxDuration At[time.Duration] `yaml:"max_duration"`
}

// RealSection says to whom real messages may go.
type RealSection struct {
	// AllowedRecipients are numbers and ranges of numbers.
	AllowedRecipients At[[]At[Range]] `yaml:"allowed_recipients"`
	// LoadTestNumber says that the sender is a load-test number whose messages the platform does not deliver.
	LoadTestNumber At[bool] `yaml:"load_test_number"`
}
