package scenarios

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"wabench/internal/strictyaml"
)

// override is one KEY=VALUE from the command line. The key is a path:
//
//	path = name { "." name | "[" number "]" } ;
//
// Keys that are not there are added, and the number after a list's last adds
// to the list; the value is YAML, or a text if it begins with a field in braces.
// Mistakes have their places in the override.
type override struct {
	*strictyaml.Decoder
	source *strictyaml.Source
}

// pathStep is one name or number of a path, and where it stands.
type pathStep struct {
	name  string
	index int // -1 for a name
	pos   strictyaml.Pos
}

var pathPattern = regexp.MustCompile(`^[^.\[\]=]+(\.[^.\[\]=]+|\[[0-9]{1,6}\])*$`)

// stepPattern matches one step of a path.
var stepPattern = regexp.MustCompile(`[^.\[\]]+`)

// apply changes the tree as the override says.
func (o override) apply(root *strictyaml.Node, set string) {
	key, _, found := strings.Cut(set, "=")
	if !found || !pathPattern.MatchString(key) {
		o.Problem(o.at(0), "write it as load.stages[0].hold=50/s", "%q is not KEY=VALUE", set)
		return
	}
	value := o.value(set, len(key)+1)
	if value == nil {
		return
	}
	steps := o.steps(key)
	node := root
	for _, step := range steps[:len(steps)-1] {
		if node = o.child(node, step); node == nil {
			return
		}
	}
	o.put(node, steps[len(steps)-1], value)
}

// value reads what stands after the equals sign.
func (o override) value(set string, from int) *strictyaml.Node {
	if text := set[from:]; strings.HasPrefix(text, "{{") {
		return &strictyaml.Node{Kind: strictyaml.Text, Value: text, Pos: o.at(utf8.RuneCountInString(set[:from]))}
	}
	return o.ParseTail(o.source, from)
}

// at returns the place of a byte of the override.
func (o override) at(offset int) strictyaml.Pos {
	return strictyaml.Pos{Source: o.source, Line: 1, Col: offset + 1}
}

func (o override) steps(key string) []pathStep {
	var steps []pathStep
	for _, span := range stepPattern.FindAllStringIndex(key, -1) {
		step := pathStep{name: key[span[0]:span[1]], index: -1, pos: o.at(utf8.RuneCountInString(key[:span[0]]))}
		if span[0] > 0 && key[span[0]-1] == '[' {
			step.index, _ = strconv.Atoi(step.name) // the pattern allows digits only
		}
		steps = append(steps, step)
	}
	return steps
}

// child returns the value that a step leads to; a key that is not there
// becomes an empty mapping.
func (o override) child(n *strictyaml.Node, step pathStep) *strictyaml.Node {
	if !o.fits(n, step) {
		return nil
	}
	if step.index >= 0 {
		if step.index == len(n.Items) {
			o.outOfRange(n, step)
			return nil
		}
		return n.Items[step.index]
	}
	if n.Field(step.name) == nil {
		empty := &strictyaml.Node{Kind: strictyaml.Map, Pos: step.pos}
		n.Put(strictyaml.Field{Key: step.name, Pos: step.pos, Value: empty})
	}
	return n.Field(step.name)
}

// put sets what the last step names.
func (o override) put(n *strictyaml.Node, step pathStep, value *strictyaml.Node) {
	switch {
	case !o.fits(n, step):
	case step.index < 0:
		for _, item := range value.Items {
			item.Name = step.name + item.Name
		}
		n.Put(strictyaml.Field{Key: step.name, Pos: step.pos, Value: value})
	default:
		value.Name = fmt.Sprintf("%s[%d]", n.Name, step.index)
		if step.index == len(n.Items) {
			n.Items = append(n.Items, value)
			return
		}
		n.Items[step.index] = value
	}
}

// fits notes a step that the value does not have.
func (o override) fits(n *strictyaml.Node, step pathStep) bool {
	switch {
	case step.index < 0 && n.Kind != strictyaml.Map:
		o.Problem(step.pos, "", "%s is %s and has no keys", n.Label(), n.Kind)
	case step.index >= 0 && n.Kind != strictyaml.List:
		o.Problem(step.pos, "", "%s is %s and has no numbered values", n.Label(), n.Kind)
	case step.index > len(n.Items):
		o.outOfRange(n, step)
	default:
		return true
	}
	return false
}

func (o override) outOfRange(n *strictyaml.Node, step pathStep) {
	o.Problem(step.pos, "count from 0", "%s has %s", n.Label(), plural(len(n.Items), "value"))
}

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
