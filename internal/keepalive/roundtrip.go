package keepalive

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// RoundTrip implements http.RoundTripper. The answer's body is read as the
// caller reads it and must be closed; closed before its end, it costs the
// connection.
//
// The context's deadline is kept by the connection. Its cancellation is watched
// only if it can be cancelled; Send costs less.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if ctx.Err() != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, context.Cause(ctx)
	}
	a := c.answer()
	if err := a.adopt(req); err != nil {
		a.Release()
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := c.exchange(ctx, a, deadline); err != nil {
		a.Release()
		return nil, err
	}
	return a.response(ctx, req), nil
}

// response makes the answer net/http's.
func (a *Answer) response(ctx context.Context, req *http.Request) *http.Response {
	r := &struct {
		http.Response
		body body
	}{}
	f := &a.framing
	head := string(a.head)
	protocol, status := a.statusLine(head)
	r.Response = http.Response{
		Status: status, StatusCode: a.Status,
		Proto: protocol, ProtoMajor: a.major, ProtoMinor: a.minor,
		Header: a.header(head), ContentLength: f.length, Close: f.close,
		Trailer: a.announced(), Request: req, TLS: a.conn.state, Body: http.NoBody,
	}
	if f.chunked {
		r.TransferEncoding = []string{"chunked"}
	}
	if !f.bodily || f.length == 0 {
		a.client.finish(a, true)
		a.Release()
		return &r.Response
	}
	r.body = body{answer: a, ctx: ctx, response: &r.Response}
	r.Body = &r.body
	return &r.Response
}

// body is an answer's body that is read as the caller likes. It may be closed
// while it is read.
type body struct {
	mu       sync.Mutex
	answer   *Answer // nil when the connection is given back
	ctx      context.Context
	response *http.Response
	reading  bool
	closed   bool
	end      error // what every further read returns
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	switch {
	case b.closed:
		b.mu.Unlock()
		return 0, http.ErrBodyReadAfterClose
	case b.end != nil:
		b.mu.Unlock()
		return 0, b.end
	}
	b.reading = true
	b.mu.Unlock()
	n, err := b.answer.read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = false
	if err != nil || b.closed {
		err = b.finish(err)
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
	case b.reading:
		b.answer.conn.close() // the reader gives it back
	case b.answer != nil:
		_ = b.finish(errors.New("closed early"))
	}
	b.closed = true
	return nil
}

// finish gives the connection and the buffers back.
func (b *body) finish(err error) error {
	a, client := b.answer, b.answer.client
	b.answer = nil
	if trailer := a.Trailer(); trailer != nil && errors.Is(err, io.EOF) {
		b.addTrailer(trailer)
	}
	client.finish(a, errors.Is(err, io.EOF))
	a.Release()
	if err != nil && !errors.Is(err, io.EOF) {
		err = client.explain(b.ctx, err)
	}
	b.end = err
	return err
}

func (b *body) addTrailer(trailer http.Header) {
	if b.response.Trailer == nil {
		b.response.Trailer = trailer
		return
	}
	for name, values := range trailer {
		b.response.Trailer[name] = values
	}
}
