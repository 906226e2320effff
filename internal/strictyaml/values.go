package strictyaml

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/units"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	rawJSONType  = reflect.TypeFor[json.RawMessage]()
)

// Decode reads a node into what into points to and notes every mistake.
func (d *Decoder) Decode(n *Node, into any) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic(fmt.Sprintf("strictyaml: Decode into %T, want a pointer", into))
	}
	d.value(n, v.Elem())
}

// value decodes by the type's own methods if it has any, else by its kind.
func (d *Decoder) value(n *Node, v reflect.Value) {
	switch target := v.Addr().Interface().(type) {
	case Unmarshaler:
		target.UnmarshalNode(d, n)
		return
	case encoding.TextUnmarshaler:
		d.text(n, v, func(s string) error { return target.UnmarshalText([]byte(s)) })
		return
	}
	switch v.Type() {
	case durationType:
		d.text(n, v, func(s string) error {
			length, err := units.ParseDuration(s)
			v.SetInt(int64(length))
			return err
		})
		return
	case rawJSONType:
		d.rawJSON(n, v)
		return
	}
	if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface && n.Kind == Null {
		d.Problem(n.Pos, "", "%s has no value", n.Label())
		return
	}
	d.kind(n, v)
}

// kind decodes the plain kinds of Go types.
func (d *Decoder) kind(n *Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem())
	case reflect.Interface:
		if value := n.Any(); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case reflect.String:
		d.stringValue(n, v)
	case reflect.Bool:
		d.boolValue(n, v)
	case reflect.Slice:
		d.list(n, v)
	case reflect.Map:
		d.mapping(n, v)
	case reflect.Struct:
		d.structure(n, v)
	default:
		d.number(n, v)
	}
}

// Mismatch notes that a value is not what its key wants.
func (d *Decoder) Mismatch(n *Node, want string) { d.mismatch(n, want, "") }

// mismatch notes that a value is of the wrong kind.
func (d *Decoder) mismatch(n *Node, want, hint string) {
	d.Problem(n.Pos, hint, "%s wants %s, not %s", n.Label(), want, n.describe())
}

// text decodes a scalar with the type's own parser, whatever YAML takes the
// scalar for: 80/s is text, 80 a number, and the parser says what is missing.
func (d *Decoder) text(n *Node, v reflect.Value, parse func(string) error) {
	switch {
	case n.Kind == Null:
		d.Problem(n.Pos, "", "%s has no value", n.Label())
	case !n.Scalar():
		d.mismatch(n, "a single value", "")
	default:
		if err := parse(n.Value); err != nil {
			v.SetZero()
			d.Problem(n.Pos, "", "%s: %s", n.Label(), err)
		}
	}
}

func (d *Decoder) stringValue(n *Node, v reflect.Value) {
	if enum, ok := v.Interface().(Enum); ok && n.Scalar() {
		if choices := enum.Choices(); !slices.Contains(choices, n.Value) {
			d.Problem(n.Pos, Suggest(n.Value, choices), "%s: unknown value %s", n.Label(), shortQuote(n.Value))
			return
		}
	} else if n.Kind != Text {
		hint := ""
		if n.Scalar() {
			hint = fmt.Sprintf("put it in quotes: %q", n.Value)
		}
		d.mismatch(n, "text", hint)
		return
	}
	v.SetString(n.Value)
}

func (d *Decoder) boolValue(n *Node, v reflect.Value) {
	if n.Kind != Bool {
		d.mismatch(n, "true or false", "")
		return
	}
	v.SetBool(strings.EqualFold(n.Value, "true"))
}

// number decodes integers and floating-point numbers and checks their range.
func (d *Decoder) number(n *Node, v reflect.Value) {
	plain := strings.ReplaceAll(n.Value, "_", "")
	switch {
	case v.CanInt() && n.Kind == Int:
		i, err := strconv.ParseInt(plain, 0, 64)
		if err != nil || v.OverflowInt(i) {
			d.Problem(n.Pos, "", "%s: number %s is out of range", n.Label(), n.Value)
			return
		}
		v.SetInt(i)
	case v.CanUint() && n.Kind == Int:
		i, err := strconv.ParseUint(plain, 0, 64)
		if err != nil || v.OverflowUint(i) {
			d.Problem(n.Pos, "", "%s: number %s is out of range", n.Label(), n.Value)
			return
		}
		v.SetUint(i)
	case v.CanFloat() && (n.Kind == Int || n.Kind == Float):
		f, err := strconv.ParseFloat(plain, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			d.Problem(n.Pos, "", "%s: number %s is out of range", n.Label(), n.Value)
			return
		}
		v.SetFloat(f)
	case v.CanFloat():
		d.mismatch(n, "a number", "")
	default:
		d.mismatch(n, "a whole number", "")
	}
}

func (d *Decoder) list(n *Node, v reflect.Value) {
	if n.Kind != List {
		d.mismatch(n, "a list", "")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
	for i, item := range n.Items {
		d.value(item, list.Index(i))
	}
	v.Set(list)
}

func (d *Decoder) mapping(n *Node, v reflect.Value) {
	if n.Kind != Map {
		d.mismatch(n, "a mapping", "")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Fields)))
	for _, f := range n.Fields {
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(f.Value, value)
		v.SetMapIndex(reflect.ValueOf(f.Key).Convert(v.Type().Key()), value)
	}
}

func (d *Decoder) rawJSON(n *Node, v reflect.Value) {
	text, bad := n.JSON()
	if bad != nil {
		d.Problem(bad.Pos, "", "%s: number %s has no place in JSON", bad.Label(), bad.Value)
		return
	}
	v.SetBytes(text)
}
