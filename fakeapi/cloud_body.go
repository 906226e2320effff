package fakeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"wabench/internal/whatsapp/cloud"
)

// largestJSON is how long a body that is not an upload may be.
const largestJSON = 4 << 20

// buffers are reused between requests: a body is read whole before it is
// decoded, and what is kept of it is copied.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// decode reads the body of g as JSON, or as a form whose values may be JSON,
// into what v points to. Keys that v does not have are refused. The text is
// returned too; it is valid until release is called.
func (g *call) decode(v any) (text []byte, release func(), r *refusal) {
	text, release, r = g.read()
	if r != nil {
		return text, release, r
	}
	if p, ok := v.(*cloud.Payload); ok && quickText(text, p) {
		return text, release, nil
	}
	return text, release, decodeKnown(text, v)
}

// decodeLoose is decode for objects of which the fake does not know every key.
// What is not in the body may be in the query, as everywhere in Graph.
func (g *call) decodeLoose(v any) *refusal {
	text, release, r := g.read()
	defer release()
	if r == nil && g.r.URL.RawQuery != "" {
		query, bad := formAsJSON(g.r.URL.RawQuery)
		if bad != nil || json.Unmarshal(query, v) != nil {
			return refuse(100, "The query is not valid, or a value in it has the wrong type.")
		}
	}
	if r == nil && len(text) > 0 && json.Unmarshal(text, v) != nil {
		r = refuse(100, "The body is not valid JSON, or a value in it has the wrong type.")
	}
	return r
}

// read reads the whole body as JSON.
func (g *call) read() (text []byte, release func(), r *refusal) {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	release = func() { buffers.Put(buffer) }
	g.body.limit = largestJSON
	if _, err := buffer.ReadFrom(g.r.Body); err != nil {
		return nil, release, unread(err)
	}
	if buffer.Len() == 0 && g.r.URL.RawQuery != "" {
		text, r = formAsJSON(g.r.URL.RawQuery) // Graph takes the parameters of a POST in the query too
		return text, release, r
	}
	text, r = asJSON(g.r.Header.Get("Content-Type"), buffer.Bytes())
	return text, release, r
}

// unread is the refusal of a body that could not be read.
func unread(err error) *refusal {
	r := &refusal{code: 100, status: statusOfRead(err), details: "The body could not be read."}
	switch r.status {
	case http.StatusRequestEntityTooLarge:
		r.details = "The body is too large."
	case http.StatusRequestTimeout:
		r.details = "The body took too long to come."
	}
	return r
}

// asJSON returns the body as JSON, whatever it came as.
func asJSON(contentType string, body []byte) ([]byte, *refusal) {
	if contentType == "application/json" || contentType == "" {
		return body, nil
	}
	media, _, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return nil, refuse(100, "The content type is not valid.")
	case media == "application/json":
		return body, nil
	case media == "application/x-www-form-urlencoded":
		return formAsJSON(string(body))
	}
	return nil, refuse(100, "The content type "+quoted(media)+" is not supported here; use application/json.")
}

// formAsJSON writes a form as an object; values that are objects, arrays,
// numbers or truth values in JSON stand as such.
func formAsJSON(body string) ([]byte, *refusal) {
	form, err := url.ParseQuery(body)
	if err != nil {
		return nil, refuse(100, "The form is not valid.")
	}
	object := map[string]json.RawMessage{}
	for key, values := range form {
		if key == "access_token" {
			continue
		}
		object[key] = asValue(values[0])
	}
	text, err := json.Marshal(object)
	if err != nil {
		return nil, refuse(100, "The form is not valid.")
	}
	return text, nil
}

// asValue is a text as JSON: as it stands if it is JSON, else as a string.
func asValue(text string) json.RawMessage {
	value := []byte(text)
	if !json.Valid(value) || bytes.HasPrefix(value, []byte(`"`)) {
		value = cloud.AppendString(nil, text)
	}
	return value
}

// decodeKnown decodes one JSON object and words what is wrong with it as the
// platform does. Graph takes an object or a list as a text that holds its JSON
// too, and clients rely on that.
func decodeKnown(text []byte, v any) *refusal {
	err := decodeOnce(text, v)
	for range mostWrapped {
		plain, ok := unwrap(text, err)
		if !ok {
			break
		}
		text, err = plain, decodeOnce(plain, v)
	}
	if err == nil {
		return nil
	}
	if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return refuse(100, "Parameter "+quoted(mistyped.Field)+" must not be a "+mistyped.Value+".")
	}
	if key, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return refuse(100, "Unexpected key "+key+".")
	}
	return refuse(100, "The body is not valid JSON.")
}

// decodeOnce decodes one JSON object without other keys than v's.
func decodeOnce(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && d.InputOffset() < int64(len(text)) && len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
		err = errors.New("more than one value")
	}
	return err
}

// mostWrapped is how many values of one body may be written as texts: those of a
// message are its object and its context.
const mostWrapped = 4

// unwrap replaces the value that err complains of by what it holds, if it is a
// text that holds an object or a list.
func unwrap(text []byte, err error) ([]byte, bool) {
	mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err)
	var object map[string]json.RawMessage
	if !ok || mistyped.Value != "string" || json.Unmarshal(text, &object) != nil {
		return nil, false
	}
	var held string
	if json.Unmarshal(object[mistyped.Field], &held) != nil || !strings.HasPrefix(held, "{") && !strings.HasPrefix(held, "[") || !json.Valid([]byte(held)) {
		return nil, false
	}
	object[mistyped.Field] = json.RawMessage(held)
	plain, err := json.Marshal(object)
	return plain, err == nil
}
