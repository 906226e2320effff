// Package strictyaml decodes YAML into Go values and reports every mistake at
// its line and column: unknown and repeated keys, wrong types, bad units,
// texts that are not YAML.
//
//	var profile Profile
//	err := strictyaml.Decode("profile.yaml", src, &profile)
//
// Struct fields are named by yaml tags (`yaml:"name,required"`). Values that
// implement encoding.TextUnmarshaler or Enum are read from a scalar,
// time.Duration is written as 250ms, json.RawMessage takes any value. Types of
// several shapes implement Unmarshaler. A field of type At[T] remembers where
// it was written.
package strictyaml

import (
	"fmt"
)

// Decode reads a YAML document into what into points to. The error is of type
// Problems and holds every mistake.
func Decode(name string, src []byte, into any) error {
	var d Decoder
	if root := d.Parse(name, src); root != nil {
		d.Decode(root, into)
	}
	return d.Err()
}

// Unmarshaler is implemented by types that read themselves from a node. They
// note mistakes with the decoder.
type Unmarshaler interface {
	UnmarshalNode(d *Decoder, n *Node)
}

// Enum is implemented by string types that have a fixed set of values.
type Enum interface {
	Choices() []string
}

// Decoder collects the mistakes of one or more texts. The zero Decoder is
// ready for use.
type Decoder struct {
	mistakes []mistake
	included Problems
}

// Problem notes a mistake.
func (d *Decoder) Problem(pos Pos, hint, format string, args ...any) {
	d.mistakes = append(d.mistakes, mistake{pos: pos, what: fmt.Sprintf(format, args...), hint: hint})
}

// Count returns the number of mistakes so far.
func (d *Decoder) Count() int { return len(d.mistakes) + len(d.included) }

// Include adds the mistakes of another file.
func (d *Decoder) Include(problems Problems) { d.included = append(d.included, problems...) }

// Err returns all mistakes as Problems, nil if there are none.
func (d *Decoder) Err() error {
	if d.Count() == 0 {
		return nil
	}
	problems := append(first(d.mistakes), d.included...)
	return problems[:min(len(problems), maxProblems)]
}

// At is a value that knows where it was written.
type At[T any] struct {
	Value T
	// Pos is where the value stands; unknown if it is not written at all.
	Pos Pos
	// OK is true if the value is written and has no mistake.
	OK bool
	// Node is the value as written.
	Node *Node
}

// UnmarshalNode reads the value and notes its place.
func (a *At[T]) UnmarshalNode(d *Decoder, n *Node) {
	before := d.Count()
	a.Pos, a.Node = n.Pos, n
	d.Decode(n, &a.Value)
	a.OK = d.Count() == before
}

// Written reports whether the value is in the file, right or wrong.
func (a At[T]) Written() bool { return a.Pos.Known() }

// Or returns the value if it is written, else what is given.
func (a At[T]) Or(otherwise T) T {
	if a.OK {
		return a.Value
	}
	return otherwise
}
