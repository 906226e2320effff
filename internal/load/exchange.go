package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/whatsapp"
)

// Why a request ended without an answer, where that was our doing.
var (
	errTimeout = errors.New("no whole answer within the target's timeout")
	errCut     = errors.New("the run ended before the answer came")
)

// exchanger sends a request and reads the whole answer before a deadline. The
// answer's body is valid until release is called.
type exchanger interface {
	exchange(req *http.Request, deadline time.Time) (r whatsapp.Response, release func(), err error)
	// counts returns how many connections were opened, and how many requests
	// found one.
	counts() (opened, reused int64)
	// interrupt ends every request under way.
	interrupt()
}

// newExchanger returns the cheapest way to use a transport.
func newExchanger(transport http.RoundTripper) exchanger {
	if client, ok := transport.(*keepalive.Client); ok {
		return direct{client}
	}
	return newTransported(transport)
}

// direct exchanges without contexts, goroutines or copies.
type direct struct{ client *keepalive.Client }

func (d direct) exchange(req *http.Request, deadline time.Time) (whatsapp.Response, func(), error) {
	answer, err := d.client.Send(req, deadline)
	if err != nil {
		return whatsapp.Response{}, nil, err
	}
	r := whatsapp.Response{Status: answer.Status, Body: answer.Body}
	if answer.Status >= http.StatusMultipleChoices {
		r.Header = answer.Header()
	}
	return r, answer.Release, nil
}

func (d direct) counts() (opened, reused int64) {
	c := d.client.Counts()
	return c.Opened, c.Reused
}

func (d direct) interrupt() { d.client.Interrupt(errCut) }

// transported exchanges by any http.RoundTripper.
type transported struct {
	base           http.RoundTripper
	trace          *httptrace.ClientTrace
	opened, reused atomic.Int64
	ctx            context.Context // of all requests; ends by interrupt
	cut            context.CancelCauseFunc
}

func newTransported(base http.RoundTripper) *transported {
	t := &transported{base: base}
	t.ctx, t.cut = context.WithCancelCause(context.Background())
	t.trace = &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if got.Reused {
			t.reused.Add(1)
		} else {
			t.opened.Add(1)
		}
	}}
	return t
}

func (t *transported) exchange(req *http.Request, deadline time.Time) (whatsapp.Response, func(), error) {
	ctx, cancel := context.WithDeadlineCause(t.ctx, deadline, errTimeout)
	defer cancel()
	answer, err := t.base.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, t.trace)))
	if err != nil {
		return whatsapp.Response{}, nil, because(ctx, err)
	}
	defer answer.Body.Close()
	body, err := readBody(answer.Body)
	if err != nil {
		return whatsapp.Response{}, nil, because(ctx, err)
	}
	return whatsapp.Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, func() {}, nil
}

// because adds to an error why its context ended, if it did.
func because(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return errors.Join(cause, err)
}

func (t *transported) counts() (opened, reused int64) { return t.opened.Load(), t.reused.Load() }

func (t *transported) interrupt() { t.cut(errCut) }

// bodyLimit bounds what is kept of an answer: the platforms' are far smaller.
const bodyLimit = 1 << 20

// readBody reads an answer to its end, so that its connection can be reused,
// and keeps its first bodyLimit bytes.
func readBody(r io.Reader) ([]byte, error) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	if _, err := io.Copy(buffer, io.LimitReader(r, bodyLimit)); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	return bytes.Clone(buffer.Bytes()), nil
}

// buffers are reused between answers.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
