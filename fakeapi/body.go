package fakeapi

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// body is the body of a request, bounded in length and in time, so that no
// client can hold a place by sending slowly or without end.
type body struct {
	from     io.ReadCloser
	exchange *exchange
	limit    int64 // what may be read in all
	read     int64
	begun    bool
	whole    bool // there is no more to come
}

// How long a body may take to come: one that could be a message, and a file.
const (
	messageWithin = 30 * time.Second
	fileWithin    = 5 * time.Minute
)

// largestBody is the largest upload that either API takes: a document of 100 MB
// and what multipart adds to it.
const largestBody = 101 << 20

// bind bounds the body of x.
func (x *exchange) bind() {
	x.body = body{from: x.r.Body, exchange: x, limit: largestBody, whole: x.r.ContentLength == 0}
	x.r.Body = &x.body
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		b.exchange.readBefore(time.Now().Add(b.within()))
	}
	if room := b.limit - b.read + 1; int64(len(p)) > room { // one more would show that it is too long
		p = p[:room]
	}
	n, err := b.from.Read(p)
	b.read += int64(n)
	if b.read > b.limit {
		b.read, n = b.limit, n-1
		return n, &http.MaxBytesError{Limit: b.limit}
	}
	if err == io.EOF && !b.whole {
		b.whole = true
		b.exchange.readBefore(time.Time{}) // or it would end the wait for the answer
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error { return b.from.Close() }

func (b *body) within() time.Duration {
	if n := b.exchange.r.ContentLength; n < 0 || n > largestJSON {
		return fileWithin
	}
	return messageWithin
}

// release gives net/http its own body back, which it goes through for what a
// handler has left in it; that is bounded in time as well.
func (b *body) release() {
	b.exchange.r.Body = b.from
	if !b.whole && !b.begun {
		b.exchange.readBefore(time.Now().Add(messageWithin))
	}
}

// readBefore bounds the time in which a connection has to bring more; zero is
// for ever. What has no connection has no bound.
func (x *exchange) readBefore(at time.Time) {
	if x.wire != nil {
		_ = x.wire.SetReadDeadline(at) // fails when it is closed, which the next read tells
		return
	}
	_ = http.NewResponseController(x.w).SetReadDeadline(at)
}

// statusOfRead is the HTTP status for a body that could not be read.
func statusOfRead(err error) int {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}
