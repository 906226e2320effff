package strictyaml

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Any returns the value as Go's map[string]any, []any, string, int64, float64,
// bool or nil.
func (n *Node) Any() any {
	plain := strings.ReplaceAll(n.Value, "_", "")
	switch n.Kind {
	case Map:
		m := make(map[string]any, len(n.Fields))
		for _, f := range n.Fields {
			m[f.Key] = f.Value.Any()
		}
		return m
	case List:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = item.Any()
		}
		return list
	case Bool:
		return strings.EqualFold(n.Value, "true")
	case Int:
		if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
			return i
		}
		return n.Value
	case Float:
		if f, err := strconv.ParseFloat(plain, 64); err == nil {
			return f
		}
		return n.Value
	case Text:
		return n.Value
	default:
		return nil
	}
}

// JSON returns the value as JSON with the keys in their order, or the node
// that JSON cannot hold.
func (n *Node) JSON() (text json.RawMessage, bad *Node) {
	var b bytes.Buffer
	if bad := n.writeJSON(&b); bad != nil {
		return nil, bad
	}
	return b.Bytes(), nil
}

func (n *Node) writeJSON(b *bytes.Buffer) (bad *Node) {
	switch n.Kind {
	case Map:
		return n.writeObject(b)
	case List:
		return n.writeArray(b)
	}
	value := n.Any()
	if _, isText := value.(string); isText && n.Kind != Text {
		return n
	}
	if f, isFloat := value.(float64); isFloat && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return n
	}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return n
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	return nil
}

func (n *Node) writeObject(b *bytes.Buffer) (bad *Node) {
	b.WriteByte('{')
	for i, f := range n.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		key := Node{Kind: Text, Value: f.Key}
		key.writeJSON(b)
		b.WriteByte(':')
		if bad := f.Value.writeJSON(b); bad != nil {
			return bad
		}
	}
	b.WriteByte('}')
	return nil
}

func (n *Node) writeArray(b *bytes.Buffer) (bad *Node) {
	b.WriteByte('[')
	for i, item := range n.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		if bad := item.writeJSON(b); bad != nil {
			return bad
		}
	}
	b.WriteByte(']')
	return nil
}
