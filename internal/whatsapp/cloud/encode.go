package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"wabench/internal/whatsapp"
)

// EncodeMessage writes m as the body of POST /{number}/messages.
func EncodeMessage(m whatsapp.Message) ([]byte, error) { return appendMessage(nil, m) }

// appendMessage writes m behind dst.
func appendMessage(dst []byte, m whatsapp.Message) ([]byte, error) {
	if m.Raw != nil || m.Type == whatsapp.TypeRaw {
		return encodeRaw(m)
	}
	if dst == nil {
		dst = make([]byte, 0, sizeOf(m))
	}
	dst = append(dst, `{"messaging_product":"whatsapp","recipient_type":"individual","to":`...)
	dst = AppendString(dst, m.To)
	dst = append(dst, `,"type":`...)
	dst = AppendString(dst, string(m.Type))
	dst = append(dst, ',')
	dst = AppendString(dst, string(m.Type))
	dst = append(dst, ':')
	dst, err := appendObject(dst, m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.Type, err)
	}
	return append(dst, '}'), nil
}

// sizeOf is room enough for most bodies, so that a text takes one allocation.
func sizeOf(m whatsapp.Message) int {
	n := 144 + len(m.To) + 2*len(m.Type) + len(m.Contacts) + len(m.Interactive)
	if m.Text != nil {
		n += len(m.Text.Body)
	}
	return n
}

// appendObject writes the object that belongs to the message's type.
func appendObject(dst []byte, m whatsapp.Message) ([]byte, error) {
	switch m.Type {
	case whatsapp.TypeText:
		return appendText(dst, m.Text)
	case whatsapp.TypeTemplate:
		return appendTemplate(dst, m.Template)
	case whatsapp.TypeImage, whatsapp.TypeAudio, whatsapp.TypeVideo, whatsapp.TypeDocument, whatsapp.TypeSticker:
		return appendValue(dst, m.Media)
	case whatsapp.TypeLocation:
		return appendValue(dst, m.Location)
	case whatsapp.TypeReaction:
		return appendValue(dst, m.Reaction)
	case whatsapp.TypeContacts:
		return appendRaw(dst, m.Contacts)
	case whatsapp.TypeInteractive:
		return appendRaw(dst, m.Interactive)
	}
	return nil, errors.New("the Cloud API has no such type")
}

var errEmpty = errors.New("the message has no content of its type")

func appendText(dst []byte, t *whatsapp.Text) ([]byte, error) {
	if t == nil {
		return nil, errEmpty
	}
	dst = append(dst, `{"body":`...)
	dst = AppendString(dst, t.Body)
	if t.PreviewURL {
		dst = append(dst, `,"preview_url":`...)
		dst = strconv.AppendBool(dst, true)
	}
	return append(dst, '}'), nil
}

// appendTemplate writes the name, the language and either the components as
// given or one body component with the parameters in order.
func appendTemplate(dst []byte, t *whatsapp.Template) ([]byte, error) {
	if t == nil {
		return nil, errEmpty
	}
	dst = append(dst, `{"name":`...)
	dst = AppendString(dst, t.Name)
	dst = append(dst, `,"language":{"code":`...)
	dst = AppendString(dst, t.Language)
	dst = append(dst, '}')
	switch {
	case t.Components != nil:
		dst = append(dst, `,"components":`...)
		dst = append(dst, t.Components...)
	case len(t.Body) > 0:
		dst = append(dst, `,"components":[{"type":"body","parameters":[`...)
		for i, text := range t.Body {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"type":"text","text":`...)
			dst = append(AppendString(dst, text), '}')
		}
		dst = append(dst, `]}]`...)
	}
	return append(dst, '}'), nil
}

func appendValue[T any](dst []byte, v *T) ([]byte, error) {
	if v == nil {
		return nil, errEmpty
	}
	text, err := json.Marshal(v)
	return append(dst, text...), err
}

func appendRaw(dst []byte, raw json.RawMessage) ([]byte, error) {
	if len(raw) == 0 {
		return nil, errEmpty
	}
	return append(dst, raw...), nil
}

// encodeRaw sets the recipient in a payload that is otherwise sent as written.
func encodeRaw(m whatsapp.Message) ([]byte, error) {
	var payload map[string]json.RawMessage
	if err := json.Unmarshal(m.Raw, &payload); err != nil {
		return nil, fmt.Errorf("encode raw message: %w", err)
	}
	if payload == nil {
		return nil, errors.New("encode raw message: the payload is not an object")
	}
	if m.To != "" {
		payload["to"] = AppendString(nil, m.To)
	}
	return json.Marshal(payload)
}

func encodeRead(messageID string) []byte {
	dst := append([]byte(nil), `{"messaging_product":"whatsapp","status":"read","message_id":`...)
	return append(AppendString(dst, messageID), '}')
}
