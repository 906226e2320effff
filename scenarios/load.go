package scenarios

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/pace"
	"wabench/internal/strictyaml"
	"wabench/internal/units"
)

// LoadSection says how much is sent when.
type LoadSection struct {
	// Arrivals are spread evenly (uniform) or independently of each other (poisson). Default uniform.
	Arrivals At[arrivalsName] `yaml:"arrivals"`
	// Warmup is the load time at the start that is excluded from every figure, or auto. Default 0s.
	Warmup At[WarmupText] `yaml:"warmup"`
	// Until goes on until an interval is narrow enough, or the gates are decided, within limits.max_duration.
	Until At[UntilSection] `yaml:"until"`
	// Stages run one after another.
	Stages At[[]At[StageEntry]] `yaml:"stages,required"`
}

// arrivalsName is a pace.Arrivals in a scenario.
type arrivalsName string

// Choices lists the arrival processes.
func (arrivalsName) Choices() []string { return []string{string(pace.Uniform), string(pace.Poisson)} }

// WarmupText is a duration, or auto.
type WarmupText struct {
	For  time.Duration
	Auto bool
}

// UnmarshalText reads either.
func (w *WarmupText) UnmarshalText(text []byte) (err error) {
	if string(text) == "auto" {
		w.Auto = true
		return nil
	}
	w.For, err = units.ParseDuration(string(text))
	return err
}

// UntilSection is the precision to reach: a quantile and the width of its
// interval, as {p99: ±5%}; or the word gates.
type UntilSection struct{ Until }

// untilGates is how a scenario asks for its gates to be decided.
const untilGates = "gates"

// UnmarshalNode reads a mapping of one quantile, or the word gates.
func (u *UntilSection) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Scalar() && n.Value == untilGates {
		u.Gates = true
		return
	}
	if n.Kind != strictyaml.Map || len(n.Fields) != 1 {
		d.Mismatch(n, "one quantile and its precision, as {p99: ±5%}, or the word "+untilGates)
		return
	}
	f := n.Fields[0]
	q, err := parseQuantile(f.Key)
	if err != nil {
		d.Problem(f.Pos, "", "until: %s", err)
	}
	var width precision
	d.Decode(f.Value, &width)
	u.Q, u.Within = q, units.Percent(width)
}

// parseQuantile reads p50, p99 or p99.9.
func parseQuantile(s string) (float64, error) {
	var percent float64
	if _, err := fmt.Sscanf(s, "p%g", &percent); err != nil || percent <= 0 || percent >= 100 {
		return 0, fmt.Errorf("%q is not a quantile; write it as p50, p99 or p99.9", s)
	}
	return percent / 100, nil
}

// precision is a share with a plus-minus sign.
type precision units.Percent

// UnmarshalText reads ±5%.
func (p *precision) UnmarshalText(text []byte) error {
	share, err := units.ParsePercent(strings.TrimPrefix(string(text), "±"))
	if err != nil || share <= 0 || share >= 1 {
		return fmt.Errorf("%q is not a precision; write it as ±5%%", text)
	}
	*p = precision(share)
	return nil
}

// StageEntry is one stage: exactly one of hold, ramp, steps, sine, replay and
// closed, with what belongs to it.
type StageEntry struct {
	// Hold is a constant rate, as 50/s.
	Hold At[units.Rate] `yaml:"hold"`
	// Ramp is a rate that changes evenly, as 10/s..80/s.
	Ramp At[Rates] `yaml:"ramp"`
	// Steps is a staircase of rates, as 20/s..100/s, with by and each.
	Steps At[Rates] `yaml:"steps"`
	// Sine is a rate that swings around a mean.
	Sine At[SineSection] `yaml:"sine"`
	// Replay is a file of arrivals: one column, seconds since the stage's start.
	Replay At[string] `yaml:"replay"`
	// Closed are users who each wait for their answer: labelled as such, without a response clock.
	Closed At[ClosedSection] `yaml:"closed"`
	// By is the height of a step.
	By At[units.Rate] `yaml:"by"`
	// Each is how long a step lasts.
	Each At[time.Duration] `yaml:"each"`
	// For is how long the stage lasts.
	For At[time.Duration] `yaml:"for"`
}

// SineSection is a rate that swings: it starts at the mean and rises.
type SineSection struct {
	// Mean rate.
	Mean At[units.Rate] `yaml:"mean,required"`
	// Amplitude of the swing, at most the mean.
	Amplitude At[units.Rate] `yaml:"amplitude,required"`
	// Period of the swing.
	Period At[time.Duration] `yaml:"period,required"`
}

// ClosedSection is a number of users who send, wait for the answer, think and
// send again.
type ClosedSection struct {
	// Users at the same time.
	Users At[int] `yaml:"users,required"`
	// Think is the pause after each answer. Default 0s.
	Think At[time.Duration] `yaml:"think"`
}

// Rates is a first and a last rate.
type Rates struct{ From, To units.Rate }

// UnmarshalText reads 10/s..80/s.
func (r *Rates) UnmarshalText(text []byte) error {
	first, last, found := strings.Cut(string(text), "..")
	if !found {
		return fmt.Errorf("%q is not a range of rates; write it as 10/s..80/s", text)
	}
	var err error
	if r.From, err = units.ParseRate(first); err != nil {
		return err
	}
	r.To, err = units.ParseRate(last)
	return err
}
