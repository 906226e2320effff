package strictyaml

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// kinds are the tags a value may have.
var kinds = map[string]Kind{
	"!!str": Text, "!!timestamp": Text, "!!merge": Text,
	"!!int": Int, "!!float": Float, "!!bool": Bool, "!!null": Null,
	"!!seq": List, "!!map": Map,
}

// converter turns the parser's nodes into ours and follows aliases.
type converter struct {
	decoder  *Decoder
	source   *Source
	open     map[*yaml.Node]bool // anchored values being followed
	aliases  int                 // how many aliases we are inside of
	expanded int                 // values made inside aliases
	gaveUp   bool
}

func (c *converter) problem(y *yaml.Node, hint, format string, args ...any) *Node {
	c.decoder.Problem(c.pos(y), hint, format, args...)
	return nil
}

func (c *converter) pos(y *yaml.Node) Pos { return c.source.clamp(y.Line, y.Column) }

// node converts one value; nil where a problem was noted instead.
func (c *converter) node(y *yaml.Node, depth int) *Node {
	if c.gaveUp {
		return nil
	}
	if depth > maxDepth {
		c.gaveUp = true
		return c.problem(y, "", "values are nested more than %d deep", maxDepth)
	}
	if y.Kind == yaml.AliasNode {
		return c.alias(y, depth)
	}
	if c.aliases > 0 {
		c.expanded++
	}
	kind, known := kinds[y.Tag]
	if !known {
		return c.problem(y, "", "tag %s is not supported", y.Tag)
	}
	n := &Node{Kind: kind, Pos: c.pos(y), Value: y.Value, quote: quoteOf(y)}
	switch {
	case (kind == Map) != (y.Kind == yaml.MappingNode) || (kind == List) != (y.Kind == yaml.SequenceNode):
		return c.problem(y, "", "tag %s does not fit this value", y.Tag)
	case kind == Map:
		n.Fields, n.gaps = c.fields(y, depth)
	case kind == List:
		n.Items = c.items(y, depth)
	}
	return n
}

func quoteOf(y *yaml.Node) byte {
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return '"'
	case y.Style&yaml.SingleQuotedStyle != 0:
		return '\''
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return '|'
	default:
		return 0
	}
}

// alias converts the value an alias stands for.
func (c *converter) alias(y *yaml.Node, depth int) *Node {
	switch {
	case c.open[y.Alias]:
		return c.problem(y, "", "alias *%s stands inside the value it names", y.Value)
	case c.expanded > maxExpanded:
		c.gaveUp = true
		return c.problem(y, "", "aliases expand to more than %d values", maxExpanded)
	}
	c.open[y.Alias] = true
	c.aliases++
	n := c.node(y.Alias, depth)
	c.aliases--
	delete(c.open, y.Alias)
	return n
}

func (c *converter) items(y *yaml.Node, depth int) []*Node {
	if y.Anchor != "" {
		c.open[y] = true
		defer delete(c.open, y)
	}
	items := make([]*Node, 0, len(y.Content))
	for i, content := range y.Content {
		if item := c.node(content, depth+1); item != nil {
			item.Name = fmt.Sprintf("[%d]", i)
			items = append(items, item)
		}
	}
	return items
}

// fields converts a mapping's entries: its own first, then those merged in.
func (c *converter) fields(y *yaml.Node, depth int) (fields []Field, gaps map[string]bool) {
	if y.Anchor != "" {
		c.open[y] = true
		defer delete(c.open, y)
	}
	gaps = map[string]bool{}
	first := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" {
			continue
		}
		name, ok := c.key(key)
		if !ok {
			continue
		}
		if line, twice := first[name]; twice {
			c.problem(key, "keep one of them", "key %q is written twice; the first is on line %d", name, line)
			continue
		}
		first[name] = key.Line
		v := c.node(value, depth+1)
		if v == nil {
			gaps[name] = true
			continue
		}
		fields = append(fields, named(Field{Key: name, Pos: c.pos(key), Value: v}))
	}
	return c.merge(y, fields, first, depth), gaps
}

// named tells a field's value, and the items of a list, what they are called.
func named(f Field) Field {
	f.Value.Name = f.Key
	for _, item := range f.Value.Items {
		item.Name = f.Key + item.Name[strings.IndexByte(item.Name, '['):]
	}
	return f
}

// key returns the name of an entry, which may be an alias of a text.
func (c *converter) key(y *yaml.Node) (name string, ok bool) {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	if y.Kind != yaml.ScalarNode || y.Tag == "!!null" {
		c.problem(y, "", "a key must be text")
		return "", false
	}
	return y.Value, true
}

// merge adds the entries of "<<" keys that the mapping does not have itself;
// of several sources the first wins.
func (c *converter) merge(y *yaml.Node, fields []Field, have map[string]int, depth int) []Field {
	for i := 0; i+1 < len(y.Content); i += 2 {
		if y.Content[i].Tag != "!!merge" {
			continue
		}
		merged := c.node(y.Content[i+1], depth+1)
		if merged == nil {
			continue
		}
		sources := []*Node{merged}
		if merged.Kind == List {
			sources = merged.Items
		}
		for _, source := range sources {
			if source.Kind != Map {
				c.problem(y.Content[i], "", "<< wants a mapping or a list of mappings, not %s", source.describe())
				continue
			}
			for _, f := range source.Fields {
				if _, own := have[f.Key]; !own {
					have[f.Key] = f.Pos.Line
					fields = append(fields, f)
				}
			}
		}
	}
	return fields
}
