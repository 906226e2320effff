package strictyaml

import (
	"reflect"
	"strings"
)

// structField is a field of a struct that a key can fill.
type structField struct {
	key      string
	index    []int
	required bool
}

// structFields lists the keys of a struct type, those of inlined structs
// included, in order.
func structFields(t reflect.Type) []structField {
	var fields []structField
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			for _, inner := range structFields(field.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
		case name != "" && name != "-":
			fields = append(fields, structField{key: name, index: []int{i}, required: options == "required"})
		}
	}
	return fields
}

// Keys lists the keys a struct type accepts, in order.
func Keys(t reflect.Type) []string {
	fields := structFields(t)
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

func (d *Decoder) structure(n *Node, v reflect.Value) {
	if n.Kind != Map {
		d.mismatch(n, "a mapping", "")
		return
	}
	fields := structFields(v.Type())
	byKey := make(map[string]structField, len(fields))
	for _, f := range fields {
		byKey[f.key] = f
	}
	for _, entry := range n.Fields {
		field, known := byKey[entry.Key]
		if !known {
			d.unknownKey(n, entry, Keys(v.Type()))
			continue
		}
		d.value(entry.Value, v.FieldByIndex(field.index))
	}
	for _, f := range fields {
		if f.required && !n.mentions(f.key) {
			d.Problem(n.Pos, "", "%s has no %q", n.Label(), f.key)
		}
	}
}

// mentions reports whether the mapping has the key, right or wrong.
func (n *Node) mentions(key string) bool { return n.Field(key) != nil || n.gaps[key] }

func (d *Decoder) unknownKey(n *Node, entry Field, known []string) {
	where := ""
	if n.Name != "" {
		where = " in " + n.Name
	}
	d.Problem(entry.Pos, Suggest(entry.Key, known), "unknown key %s%s", shortQuote(entry.Key), where)
}
