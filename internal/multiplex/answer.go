package multiplex

import (
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"time"

	"golang.org/x/net/http2/hpack"

	"wabench/internal/loop"
)

// Answer is the answer to one request, with the buffers it came in. It and all
// it gave out but Header are valid until Release.
type Answer struct {
	Status int
	Body   []byte // at most the client's BodyLimit
	// Length is that of the whole body.
	Length int64
	// Arrived is when the kernel received the answer's last byte, by the system's
	// real-time clock, which may be set; zero if it did not say.
	Arrived time.Time

	client *Client
	fields []hpack.HeaderField

	// While the exchange lasts all below is the connection's, under its lock.

	id       uint32
	bodiless bool   // of HEAD
	rest     []byte // of the request's body, that is not sent
	window   int64  // bytes of it that the server takes
	taken    int64  // bytes of the answer that the server was not given back
	heads    int    // bytes of informational headers
	begun    bool   // the headers were there
	declared int64  // the body's length by the headers, -1 if they do not say
	done     bool   // the exchange is over
	err      error  // of it

	over  chan struct{} // told so in the goroutines' world; it has room for that
	timer *time.Timer
	task  *loop.Task    // that waits for it, in the loop's
	room  [1 << 10]byte // what ordinary bodies need
}

func newAnswer(c *Client) *Answer {
	a := &Answer{client: c, over: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	a.timer.Stop()
	a.Body = a.room[:0]
	return a
}

// bufferKept is the largest buffer that is worth keeping for other answers.
const bufferKept = 64 << 10

// Release gives the buffers back. Nothing of the answer may be used after it.
func (a *Answer) Release() {
	if cap(a.Body) <= bufferKept {
		a.client.answers.Put(a)
	}
}

// begin readies the answer for an exchange.
func (a *Answer) begin(id uint32, window int64, method string, body []byte) {
	a.Status, a.Body, a.Length, a.Arrived, a.fields = 0, a.Body[:0], 0, time.Time{}, a.fields[:0]
	a.id, a.bodiless, a.rest, a.window = id, method == http.MethodHead, body, window
	a.taken, a.heads, a.begun, a.declared, a.done, a.err = 0, 0, false, -1, false, nil
	select {
	case <-a.over: // of an exchange that nobody waited for to the end
	default:
	}
}

// Header returns the answer's headers as net/http gives them. It is made anew
// by each call and is the caller's.
func (a *Answer) Header() http.Header {
	header := make(http.Header, len(a.fields))
	for _, f := range a.fields {
		if name := textproto.CanonicalMIMEHeaderKey(f.Name); name != "Trailer" {
			header[name] = append(header[name], f.Value)
		}
	}
	return header
}

// head takes the headers of an answer that is not informational.
func (a *Answer) head(status int, fields []hpack.HeaderField) {
	a.begun, a.Status = true, status
	a.fields = append(a.fields[:0], fields...)
	lengths := 0
	for _, f := range fields {
		if f.Name != "content-length" {
			continue
		}
		a.declared = -1
		if n, err := strconv.ParseUint(f.Value, 10, 63); err == nil && lengths == 0 {
			a.declared = int64(n)
		}
		lengths++
	}
}

// data takes a part of the body.
func (a *Answer) data(p []byte) {
	a.Length += int64(len(p))
	a.Body = append(a.Body, p[:min(len(p), a.client.options.BodyLimit-len(a.Body))]...)
}

// whole returns what is wrong with a body that is at its end.
func (a *Answer) whole() error {
	switch {
	case a.bodiless || a.declared < 0 || a.Length == a.declared:
		return nil
	case a.Length < a.declared:
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("a body of %d bytes where the headers declare %d", a.Length, a.declared)
}
