package keepalive

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
)

// framing is where an answer's body ends, and whether its connection lives on.
type framing struct {
	length  int64 // announced; -1 is none
	chunked bool
	bodily  bool // there may be a body
	close   bool
	// What the headers made for the caller leave out.
	hideConnection, hideLength bool
}

// transfer is what the headers say about it.
type transfer struct {
	length           int64
	announced        []byte // the first Content-Length
	encodings        int
	chunked          bool
	close, keepAlive bool
	forbidden        string // a name that no trailer may have
}

// frame works out the framing from the head: RFC 9112 section 6.3, with
// net/http's hardening against answers that announce it in two ways.
func (a *Answer) frame() error {
	t := transfer{length: -1}
	for _, f := range a.fields {
		if err := t.note(a.name(f), a.value(f)); err != nil {
			return err
		}
	}
	modern := a.major > 1 || a.major == 1 && a.minor >= 1
	encodes := modern || a.major == 0 && a.minor == 0 // net/http takes 0.0 for untold
	if t.encodings > 0 && encodes && (t.encodings > 1 || !t.chunked) {
		return errors.New("unsupported transfer encoding")
	}
	f := framing{length: t.length, chunked: t.chunked && encodes}
	if f.chunked && t.forbidden != "" {
		return fmt.Errorf("bad trailer name %q", t.forbidden)
	}
	silent := a.Status/100 == 1 || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified
	f.bodily = !silent && a.request.method != http.MethodHead
	f.close = t.close || !modern && (a.major < 1 || !t.keepAlive)
	f.hideConnection = t.close && modern
	f.hideLength = f.chunked && f.bodily
	switch {
	case silent && a.request.method != http.MethodHead:
		f.length = 0
	case f.hideLength:
		f.length = -1
	case f.bodily && f.length < 0:
		f.close = true // the body ends with the connection
	}
	a.framing, a.left, a.chunks = f, f.length, nil
	a.keep = !f.close && a.Status > 199
	return nil
}

// note takes in one header.
func (t *transfer) note(name, value []byte) (err error) {
	switch len(name) {
	case len("content-length"):
		if equalFold(name, "content-length") {
			return t.noteLength(value)
		}
	case len("transfer-encoding"):
		if equalFold(name, "transfer-encoding") {
			t.encodings++
			t.chunked = equalFold(value, "chunked")
		}
	case len("connection"):
		if equalFold(name, "connection") {
			t.close = t.close || hasToken(value, "close")
			t.keepAlive = t.keepAlive || hasToken(value, "keep-alive")
		}
	case len("trailer"):
		if equalFold(name, "trailer") {
			t.noteTrailer(value)
		}
	}
	return nil
}

func (t *transfer) noteLength(value []byte) error {
	value = trim(value)
	n, ok := parseLength(value)
	if !ok {
		return fmt.Errorf("bad Content-Length %q", value)
	}
	if t.announced != nil && !bytes.Equal(t.announced, value) {
		return fmt.Errorf("more than one Content-Length: %q and %q", t.announced, value)
	}
	t.length, t.announced = n, value
	return nil
}

func (t *transfer) noteTrailer(value []byte) {
	for _, name := range []string{"Transfer-Encoding", "Trailer", "Content-Length"} {
		if hasToken(value, name) {
			t.forbidden = name
		}
	}
}

// parseLength reads digits that fit 63 bits.
func parseLength(text []byte) (n int64, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n > (1<<63-1-int64(c-'0'))/10 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(text) > 0
}

// hasToken reports whether a comma-separated list names the token.
func hasToken[text string | []byte](list text, token string) bool {
	start := 0
	for i := 0; i <= len(list); i++ {
		if i < len(list) && list[i] != ',' {
			continue
		}
		if equalFold(trim(list[start:i]), token) {
			return true
		}
		start = i + 1
	}
	return false
}

func anyToken(lists []string, token string) bool {
	for _, list := range lists {
		if hasToken(list, token) {
			return true
		}
	}
	return false
}

func trim[text string | []byte](value text) text {
	value = trimLeft(value)
	for len(value) > 0 && (value[len(value)-1] == ' ' || value[len(value)-1] == '\t') {
		value = value[:len(value)-1]
	}
	return value
}
