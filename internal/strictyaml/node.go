package strictyaml

import "slices"

// Kind is the kind of a value.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Text
	Int
	Float
	Bool
	List
	Map
)

// String names the kind with its article, for messages.
func (k Kind) String() string {
	return [...]string{"nothing", "text", "a number", "a number", "true or false", "a list", "a mapping"}[k]
}

// Node is one value of a document. Aliases and merge keys are already
// followed: every node stands alone and may be changed.
type Node struct {
	Kind Kind
	Pos  Pos
	// Name is the key the value stands under, or "stages[2]" in a list.
	Name string
	// Value is the text of a scalar, without quotes.
	Value string
	// Items are the values of a list.
	Items []*Node
	// Fields are the entries of a mapping, in order.
	Fields []Field

	quote byte            // ' " | or 0: how the scalar is written
	gaps  map[string]bool // keys whose values are left out for their mistakes
}

// Field is one entry of a mapping.
type Field struct {
	Key   string
	Pos   Pos // of the key
	Value *Node
}

// Field returns the value under a key of a mapping, nil if there is none.
func (n *Node) Field(key string) *Node {
	for _, f := range n.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	return nil
}

// Put sets a key of a mapping, in its old place if it has one.
func (n *Node) Put(f Field) {
	f.Value.Name = f.Key
	for i, old := range n.Fields {
		if old.Key == f.Key {
			n.Fields[i] = f
			return
		}
	}
	n.Fields = append(n.Fields, f)
}

// Clone returns a copy that can be changed without changing the original.
func (n *Node) Clone() *Node {
	c := *n
	c.Items = make([]*Node, len(n.Items))
	for i, item := range n.Items {
		c.Items[i] = item.Clone()
	}
	c.Fields = slices.Clone(n.Fields)
	for i := range c.Fields {
		c.Fields[i].Value = c.Fields[i].Value.Clone()
	}
	return &c
}

// Texts lists the texts of every scalar in the value.
func (n *Node) Texts() []string {
	if n.Scalar() {
		return []string{n.Value}
	}
	var texts []string
	for _, item := range n.Items {
		texts = append(texts, item.Texts()...)
	}
	for _, f := range n.Fields {
		texts = append(texts, f.Value.Texts()...)
	}
	return texts
}

// Label names the value in messages, by its key.
func (n *Node) Label() string {
	if n.Name == "" {
		return "the document"
	}
	return n.Name
}

// Scalar reports whether the node is a single value and not nothing.
func (n *Node) Scalar() bool { return n.Kind >= Text && n.Kind <= Bool }

// describe names the value for messages: the number 42, a list.
func (n *Node) describe() string {
	switch n.Kind {
	case Int, Float:
		return "the number " + n.Value
	case Bool:
		return n.Value
	case Text:
		return "the text " + shortQuote(n.Value)
	case List:
		if len(n.Items) == 0 {
			return "an empty list"
		}
	}
	return n.Kind.String()
}
