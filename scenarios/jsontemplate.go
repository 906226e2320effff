package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// jsonTemplate compiles a JSON text whose strings may have fields. What fills
// them is escaped, so that the result is JSON whatever a CSV file holds.
func jsonTemplate(text json.RawMessage) (*template, error) {
	t := &template{static: string(text)}
	if !bytes.Contains(text, []byte("{{")) {
		return t, nil
	}
	rest := text
	for {
		open := bytes.IndexByte(rest, '"')
		if open < 0 {
			t.literal(string(rest))
			return t, nil
		}
		length := stringLength(rest[open:])
		t.literal(string(rest[:open]))
		if err := t.jsonString(rest[open : open+length]); err != nil {
			return nil, err
		}
		rest = rest[open+length:]
	}
}

// stringLength returns the length of the JSON string that text begins with,
// quotes included.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// jsonString adds a string literal with its fields.
func (t *template) jsonString(quoted []byte) error {
	if !bytes.Contains(quoted, []byte("{{")) {
		t.literal(string(quoted))
		return nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return fmt.Errorf("string %s: %w", quoted, err)
	}
	inner, mistake := parseTemplate(text)
	if mistake != nil {
		return fmt.Errorf("string %s: %w", quoted, mistake)
	}
	t.literal(`"`)
	for _, p := range inner.pieces {
		if p.field == literal {
			p.text = jsonEscape(p.text)
		}
		t.pieces = append(t.pieces, p)
	}
	t.literal(`"`)
	return nil
}

// jsonEscape returns a text as it stands between the quotes of a JSON string.
func jsonEscape(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(fmt.Sprintf("scenarios: text is not JSON: %v", err)) // every text is
	}
	quoted := b.Bytes()
	return string(quoted[1 : len(quoted)-2]) // between the quotes, before the newline
}

// plainJSON undoes what json.Marshal does to the raw parts of a plan: it writes
// <, > and & as \u003c, \u003e and \u0026. A plan that was written and read
// sends the same bytes as before.
func plainJSON(text json.RawMessage) json.RawMessage {
	if !bytes.Contains(text, []byte(`\u00`)) {
		return text
	}
	plain := make(json.RawMessage, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			plain = append(plain, text[i])
			continue
		}
		if i+6 <= len(text) {
			if c, found := markup[string(text[i:i+6])]; found {
				plain = append(plain, c)
				i += 5
				continue
			}
		}
		plain = append(plain, text[i], text[i+1])
		i++
	}
	return plain
}

// markup are the characters that json.Marshal escapes for the sake of HTML.
var markup = map[string]byte{`\u003c`: '<', `\u003e`: '>', `\u0026`: '&'}
