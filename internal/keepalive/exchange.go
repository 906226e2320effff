package keepalive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"time"
)

// exchange sends a's request and reads the answer's head. On success a has the
// connection; on failure it has none.
//
// A request that was sent on a connection from the pool and met its end there
// is sent again as net/http would: always if nothing of it had left, and
// otherwise only if it may be repeated and not a byte of the answer was read.
func (c *Client) exchange(ctx context.Context, a *Answer, deadline time.Time) error {
	for {
		k, err := a.pool.connect(ctx, a.request.base, deadline)
		if err != nil {
			a.closeBody()
			return c.explain(ctx, err)
		}
		err = a.attempt(ctx, k, deadline)
		if err == nil {
			c.countReuse(k)
			return nil
		}
		if fault := c.abandon(a); isBody(fault) {
			err = fault
		}
		if !a.repeatable(k, err) || c.interrupted.Load() != nil || ctx.Err() != nil {
			c.countReuse(k)
			a.closeBody()
			return c.explain(ctx, err)
		}
		if err := a.rewind(); err != nil {
			return err
		}
		c.retried.Add(1)
	}
}

// abandon closes the connection of a request that failed or was answered
// before it was sent, and returns why it could not be sent, if that is known.
func (c *Client) abandon(a *Answer) error {
	k := a.conn
	a.conn = nil
	a.unwatch()
	if a.request.started {
		_ = a.request.body.Close() // else its writer may wait for it
	}
	return c.retire(k)
}

func (c *Client) countReuse(k *conn) {
	if k.reused {
		c.reused.Add(1)
	}
}

// attempt is one try at an exchange on a connection.
func (a *Answer) attempt(ctx context.Context, k *conn, deadline time.Time) error {
	a.conn = k
	if err := k.begin(deadline); err != nil {
		return err
	}
	a.watch(ctx)
	a.buffer.Reset(k)
	if err := a.send(k); err != nil {
		return err
	}
	err := a.readHead()
	if errors.Is(err, io.EOF) && k.begun {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}

// watch ends the connection with the context, if that can end.
func (a *Answer) watch(ctx context.Context) {
	if ctx.Done() != nil {
		a.stop = context.AfterFunc(ctx, a.conn.close)
	}
}

// unwatch reports whether the context left the connection alone.
func (a *Answer) unwatch() bool {
	if a.stop == nil {
		return true
	}
	stopped := a.stop()
	a.stop = nil
	return stopped
}

// send sends the request: small ones with the first read of the answer, others
// beside it.
func (a *Answer) send(k *conn) error {
	r := &a.request
	if r.body == nil {
		return k.send(a.out)
	}
	if k.reused && !k.wire.silent() {
		return errStale
	}
	r.started = true
	body := r.body
	k.wire.start(func() error {
		err := a.stream(k.rw, body)
		if isBody(err) {
			_ = k.wire.Close() // else the server would wait for the rest
		}
		return err
	})
	return nil
}

// stream writes the first bytes and the body.
func (a *Answer) stream(to io.Writer, body io.ReadCloser) error {
	defer body.Close()
	w := bufio.NewWriterSize(to, smallBody)
	_, _ = w.Write(a.out) // bufio keeps the error for Flush
	if err := a.copyBody(w, body); err != nil {
		return err
	}
	return w.Flush()
}

func (a *Answer) copyBody(w *bufio.Writer, body io.Reader) error {
	from := &bodyReader{from: body}
	if a.request.length < 0 {
		chunks := httputil.NewChunkedWriter(w)
		if _, err := io.Copy(chunks, from); err != nil {
			return err
		}
		_ = chunks.Close()
		_, err := w.WriteString("\r\n")
		return err
	}
	n, err := io.CopyN(w, from, a.request.length)
	if errors.Is(err, io.EOF) {
		return lengthError(a.request.length, n)
	}
	if err != nil {
		return err
	}
	return atEnd(body, a.request.length)
}

// bodyReader marks the errors of a request's body, to tell them from the
// connection's.
type bodyReader struct{ from io.Reader }

func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if err != nil && err != io.EOF {
		err = &bodyError{err}
	}
	return n, err
}

func isBody(err error) bool {
	var body *bodyError
	return errors.As(err, &body)
}

// repeatable reports whether the request may be sent again after err.
func (a *Answer) repeatable(k *conn, err error) bool {
	r := &a.request
	switch {
	case !k.reused || k.begun || isTimeout(err) || isBody(err):
		return false
	case r.started && !r.replayable:
		return false
	case k.untouched():
		return true
	}
	return r.replayable && r.idempotent()
}

// idempotent reports whether sending twice is as good as once, in the words of
// the method or of the sender.
func (r *outgoing) idempotent() bool {
	switch r.method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	_, key := r.header["Idempotency-Key"]
	_, extension := r.header["X-Idempotency-Key"]
	return key || extension
}

// rewind readies the request to be sent again. Its first bytes are still there.
func (a *Answer) rewind() (err error) {
	r := &a.request
	if r.body == nil || !r.started {
		return nil
	}
	r.started = false
	r.body, err = r.rewind()
	return err
}

// closeBody closes a body that is not streamed any more.
func (a *Answer) closeBody() {
	if r := &a.request; r.body != nil && !r.started {
		_ = r.body.Close()
	}
}

// explain returns why a request failed: the reason it was ended for, if it was.
func (c *Client) explain(ctx context.Context, err error) error {
	if cause := c.interrupted.Load(); cause != nil {
		return *cause
	}
	if ctx.Done() == nil {
		return err
	}
	if at, ok := ctx.Deadline(); ok && isTimeout(err) && !time.Now().Before(at) {
		<-ctx.Done() // the connection's timer was a moment ahead of the context's
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// finish gives the connection of an answered request back, or closes it.
func (c *Client) finish(a *Answer, whole bool) {
	k := a.conn
	if k == nil {
		return
	}
	settled := whole && k.wire.settle()
	if a.unwatch() && settled && a.keep && !a.request.close && a.buffer.Buffered() == 0 {
		a.conn = nil
		a.pool.put(k)
		return
	}
	_ = c.abandon(a) // the request was answered
}
