package keepalive

import (
	"bufio"
	"io"
	"net/http"
	"net/textproto"
	"strings"
	"time"
)

// Answer is the answer to one request, with the buffers it came in. It and all
// it gave out but Header are valid until Release.
type Answer struct {
	Status int
	Body   []byte // at most the client's BodyLimit
	// Length is that of the whole body.
	Length int64
	// Arrived is when the kernel received the answer's last byte, by the system's
	// real-time clock, which may be set; zero if it did not say. Of answers to Do and Send.
	Arrived time.Time

	client  *Client
	pool    pool
	request outgoing
	out     []byte // the request's first bytes
	buffer  *bufio.Reader
	conn    *conn       // while the exchange lasts
	stop    func() bool // ends the watch over the context; nil is no watch

	head    []byte // status line and headers, cut at their ends, without line ends
	fields  []field
	trailer int // the first field that came after the body
	minor   int // HTTP/1.minor
	major   int
	budget  int // what the head may still have

	framing framing
	left    int64     // of a body of known length
	chunks  io.Reader // of a chunked body
	keep    bool      // the connection may be used again

	room struct { // what ordinary messages need, in the answer's own allocation
		out, head, body [1 << 10]byte
		fields          [24]field
	}
}

// readSize is what is read at a time; small answers come in one.
const readSize = 4 << 10

func newAnswer(c *Client) *Answer {
	a := &Answer{client: c, pool: c, buffer: bufio.NewReaderSize(nil, readSize)}
	a.out, a.head, a.Body, a.fields = a.room.out[:0], a.room.head[:0], a.room.body[:0], a.room.fields[:0]
	return a
}

// bufferKept is the largest buffer that is worth keeping for other answers.
const bufferKept = 64 << 10

// Release gives the buffers back. Nothing of the answer may be used after it.
func (a *Answer) Release() {
	a.buffer.Reset(nil)
	a.request, a.chunks, a.stop, a.conn, a.pool, a.Arrived = outgoing{}, nil, nil, nil, a.client, time.Time{}
	if max(cap(a.out), cap(a.head), cap(a.Body)) > bufferKept {
		return
	}
	a.out, a.head, a.fields, a.Body = a.out[:0], a.head[:0], a.fields[:0], a.Body[:0]
	a.client.answers.Put(a)
}

// Get returns the first value of a header, which is valid until Release; nil
// if there is none. The name's case does not matter.
func (a *Answer) Get(name string) []byte {
	for _, f := range a.fields[:a.trailer] {
		if equalFold(a.name(f), name) {
			return a.value(f)
		}
	}
	return nil
}

// Header returns the answer's headers as net/http gives them: without those
// that only concern the transfer. It is made anew by each call and is the
// caller's.
func (a *Answer) Header() http.Header { return a.header(string(a.head)) }

func (a *Answer) header(text string) http.Header {
	header := make(http.Header, a.trailer)
	values := make([]string, 0, a.trailer)
	for _, f := range a.fields[:a.trailer] {
		name := textproto.CanonicalMIMEHeaderKey(text[f.start:f.colon])
		if a.hides(name) {
			continue
		}
		value := trimLeft(text[f.colon+1 : f.end])
		if had := header[name]; had != nil {
			header[name] = appendValue(name, had, value)
			continue
		}
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if pragma := header["Pragma"]; len(pragma) > 0 && pragma[0] == "no-cache" && header["Cache-Control"] == nil {
		header["Cache-Control"] = []string{"no-cache"}
	}
	return header
}

// appendValue adds a further value of one name; the same length said twice is
// said once.
func appendValue(name string, had []string, value string) []string {
	if name == "Content-Length" {
		return []string{trim(had[0])}
	}
	return append(had, value)
}

// hides reports whether a header concerns the transfer alone.
func (a *Answer) hides(name string) bool {
	switch name {
	case "Transfer-Encoding":
		return true
	case "Connection":
		return a.framing.hideConnection
	case "Content-Length":
		return a.framing.hideLength
	case "Trailer":
		return a.framing.chunked
	}
	return false
}

// Trailer returns the headers that came after a chunked body, nil if there are
// none.
func (a *Answer) Trailer() http.Header {
	if a.trailer == len(a.fields) {
		return nil
	}
	trailer := http.Header{}
	for _, f := range a.fields[a.trailer:] {
		name := textproto.CanonicalMIMEHeaderKey(string(a.name(f)))
		trailer[name] = append(trailer[name], string(a.value(f)))
	}
	return trailer
}

// announced returns the names that a chunked answer's trailer is to have.
func (a *Answer) announced() http.Header {
	if !a.framing.chunked {
		return nil
	}
	var trailer http.Header
	for _, f := range a.fields[:a.trailer] {
		if !equalFold(a.name(f), "Trailer") {
			continue
		}
		for name := range strings.SplitSeq(string(a.value(f)), ",") {
			if name = trim(name); name == "" {
				continue
			}
			if trailer == nil {
				trailer = http.Header{}
			}
			trailer[textproto.CanonicalMIMEHeaderKey(name)] = nil
		}
	}
	return trailer
}
