package fakeapi

import (
	"unicode/utf8"

	"wabench/internal/whatsapp/cloud"
)

// quickText reads the body of a text message as nearly every client writes it,
// in a tenth of the time that encoding/json takes: decoding was the largest part
// of an accepted message's cost. It reports false, and leaves p empty, for
// anything else (escapes, numbers, other keys, mistakes), which is then decoded
// in full. What it accepts is read exactly as encoding/json would read it.
func quickText(text []byte, p *cloud.Payload) bool {
	q := quick{text: text}
	if q.message(p) {
		return true
	}
	*p = cloud.Payload{}
	return false
}

// quick is a place in a JSON text.
type quick struct {
	text []byte
	at   int
}

// message reads one object and the end of the text.
func (q *quick) message(p *cloud.Payload) bool {
	ok := q.object(func(key []byte) bool {
		switch string(key) {
		case "messaging_product":
			return q.str(&p.MessagingProduct)
		case "recipient_type":
			return q.str(&p.RecipientType)
		case "to":
			return q.str((*string)(&p.To))
		case "type":
			return q.str(&p.Type)
		case "biz_opaque_callback_data":
			return q.str(&p.Callback)
		case "text":
			return p.Text == nil && q.body(p)
		}
		return false
	})
	q.space()
	return ok && q.at == len(q.text)
}

func (q *quick) body(p *cloud.Payload) bool {
	p.Text = &cloud.TextPayload{}
	return q.object(func(key []byte) bool {
		switch string(key) {
		case "body":
			return q.str(&p.Text.Body)
		case "preview_url":
			return q.boolean(&p.Text.PreviewURL)
		}
		return false
	})
}

// object reads an object that is not empty; value reads the value of each key.
func (q *quick) object(value func(key []byte) bool) bool {
	if !q.token('{') {
		return false
	}
	for {
		key, ok := q.raw()
		if !ok || !q.token(':') || !value(key) {
			return false
		}
		if !q.token(',') {
			return q.token('}')
		}
	}
}

func (q *quick) space() {
	for q.at < len(q.text) {
		switch q.text[q.at] {
		case ' ', '\t', '\n', '\r':
			q.at++
		default:
			return
		}
	}
}

// token reads one character after white space.
func (q *quick) token(c byte) bool {
	q.space()
	if q.at == len(q.text) || q.text[q.at] != c {
		return false
	}
	q.at++
	return true
}

// raw reads a string without escapes.
func (q *quick) raw() ([]byte, bool) {
	if !q.token('"') {
		return nil, false
	}
	ascii := true
	for from := q.at; q.at < len(q.text); q.at++ {
		switch c := q.text[q.at]; {
		case c == '"':
			value := q.text[from:q.at]
			q.at++
			return value, ascii || utf8.Valid(value)
		case c == '\\' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

func (q *quick) str(into *string) bool {
	value, ok := q.raw()
	if ok {
		*into = common(value)
	}
	return ok
}

// common returns a value as a string; those that are in nearly every message
// without a copy.
func common(value []byte) string {
	switch string(value) {
	case "whatsapp":
		return "whatsapp"
	case "individual":
		return "individual"
	case "text":
		return "text"
	}
	return string(value)
}

func (q *quick) boolean(into *bool) bool {
	q.space()
	for _, word := range []string{"true", "false"} {
		if end := q.at + len(word); end <= len(q.text) && string(q.text[q.at:end]) == word {
			q.at, *into = end, word == "true"
			return true
		}
	}
	return false
}
