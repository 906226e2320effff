package scenarios

import (
	"bytes"

	"wabench/internal/strictyaml"
)

// Problem is one mistake in a scenario, at its place in the file or in an
// override.
type Problem = strictyaml.Problem

// Problems are all the mistakes of a scenario. They are an error.
type Problems = strictyaml.Problems

// At is a field of a scenario that knows where it is written.
type At[T any] = strictyaml.At[T]

// Scenario is a scenario file as its author wrote it.
type Scenario struct {
	// Version of the scenario language; this is version 1.
	Version At[int] `yaml:"version,required"`
	// Name of the scenario: lower-case letters, digits and dashes.
	Name At[string] `yaml:"name,required"`
	// Description says in a sentence what the scenario shows.
	Description At[string] `yaml:"description"`
	// Seed keys everything random; the same seed sends the same requests. Default 1.
	Seed At[uint64] `yaml:"seed"`
	// Targets are the endpoints under test, by name.
	Targets At[Targets] `yaml:"targets,required"`
	// Recipients are the numbers that messages go to, round-robin.
	Recipients At[RecipientsSection] `yaml:"recipients"`
	// Messages is the mix of what is sent; weights are relative.
	Messages At[[]At[MessageEntry]] `yaml:"messages,required"`
	// Load says how much is sent when.
	Load At[LoadSection] `yaml:"load,required"`
	// Webhooks receives the status of each message.
	Webhooks At[WebhooksSection] `yaml:"webhooks"`
	// Faults is a timeline of misbehaviour, for fakes only.
	Faults At[[]At[FaultEntry]] `yaml:"faults"`
	// Compare sets two targets against each other.
	Compare At[CompareSection] `yaml:"compare"`
	// Gates are the rules that decide the exit code.
	Gates At[[]At[GateEntry]] `yaml:"gates"`
	// Limits refuse or end a run that goes too far.
	Limits At[LimitsSection] `yaml:"limits"`
	// Real allows a run against the real platform, together with --real.
	Real At[RealSection] `yaml:"real"`

	src  []byte
	root *strictyaml.Node
}

// Parse reads a scenario. The error is of type Problems and holds every
// mistake that can be seen in the file alone.
func Parse(name string, src []byte) (*Scenario, error) {
	var d strictyaml.Decoder
	root := d.Parse(name, src)
	if root == nil {
		return nil, d.Err()
	}
	s := read(&d, root)
	s.src = bytes.Clone(src)
	if err := d.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// read decodes and checks a scenario's tree.
func read(d *strictyaml.Decoder, root *strictyaml.Node) *Scenario {
	s := &Scenario{root: root}
	d.Decode(root, s)
	c := &checker{Decoder: d, scenario: s}
	c.all()
	return s
}

// Source returns the file as it was given.
func (s *Scenario) Source() []byte { return bytes.Clone(s.src) }
