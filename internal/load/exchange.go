package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/multiplex"
	"wabench/internal/whatsapp"
)

// Why a request ended without an answer, where that was our doing.
var (
	errTimeout = errors.New("no whole answer within the target's timeout")
	errCut     = errors.New("the run ended before the answer came")
)

// exchanger sends a request to its target and reads the whole answer before a
// deadline.
type exchanger interface {
	exchange(r whatsapp.Request, deadline time.Time) (reply, error)
	// counts returns how many connections were opened, and how many requests
	// found one.
	counts() (opened, reused int64)
	// interrupt ends every request under way.
	interrupt()
}

// loopable is an exchanger that can be had in the coroutines of a loop.
type loopable interface {
	exchanger
	inLoop() (exchanger, coroutines, error)
}

// coroutines are a loop, such as loop.Loop.
type coroutines interface {
	Go(work func())
	Busy() int
	Sleep(length time.Duration) (over bool)
	Doze(length time.Duration) (over bool)
	Spin(length time.Duration) (idle time.Duration, over bool)
	Close()
}

// newExchanger returns the cheapest way to use a transport.
func newExchanger(transport http.RoundTripper, address string) (exchanger, error) {
	switch client := transport.(type) {
	case *keepalive.Client:
		to, err := nativeTo(client, address)
		return direct{native: to, client: client}, err
	case *multiplex.Client:
		to, err := nativeTo(client, address)
		return multiplexed{native: to, client: client}, err
	}
	return newTransported(transport, address), nil
}

// native is what a client of ours and a target's address are good for, whatever
// the protocol.
type native struct {
	via    client
	base   keepalive.Base
	prefix string // of every path
}

// client is one of keepalive's or multiplex's.
type client interface {
	Counts() keepalive.Counts
	Interrupt(cause error)
}

func nativeTo(via client, address string) (native, error) {
	u, err := url.Parse(address)
	if err != nil {
		return native{}, err
	}
	base, err := keepalive.ParseBase(address)
	return native{via: via, base: base, prefix: u.EscapedPath()}, err
}

func (n native) request(r whatsapp.Request) *keepalive.Request {
	return &keepalive.Request{Base: n.base, Method: r.Method, Path: n.prefix + r.Path, Header: r.Header, Body: r.Body}
}

func (n native) counts() (opened, reused int64) {
	c := n.via.Counts()
	return c.Opened, c.Reused
}

func (n native) interrupt() { n.via.Interrupt(errCut) }

// headed is an answer with headers.
type headed interface {
	releaser
	Header() http.Header
}

// respond makes a client's answer the platform's; headers are made only where
// somebody looks at them.
func respond(status int, body []byte, arrived time.Time, answer headed) reply {
	response := whatsapp.Response{Status: status, Body: body}
	if status >= http.StatusMultipleChoices {
		response.Header = answer.Header()
	}
	return reply{response, arrived, answer}
}

// direct and multiplexed call their clients by name, not by an interface or a
// function: what those are called with need then not be allocated.

// direct exchanges by HTTP/1.1 without contexts, goroutines, copies or a request
// of net/http.
type direct struct {
	native
	client *keepalive.Client
	loop   *keepalive.Loop // whose coroutine it is called by; nil is none
}

func (d direct) exchange(r whatsapp.Request, deadline time.Time) (reply, error) {
	answer, err := d.do(d.request(r), deadline)
	if err != nil {
		return reply{}, err
	}
	return respond(answer.Status, answer.Body, answer.Arrived, answer), nil
}

func (d direct) do(r *keepalive.Request, deadline time.Time) (*keepalive.Answer, error) {
	if d.loop != nil {
		return d.loop.Do(r, deadline)
	}
	return d.client.Do(r, deadline)
}

func (d direct) inLoop() (exchanger, coroutines, error) {
	l, err := d.client.NewLoop()
	d.loop = l
	return d, l, err
}

// multiplexed exchanges by HTTP/2.
type multiplexed struct {
	native
	client *multiplex.Client
	loop   *multiplex.Loop // whose coroutine it is called by; nil is none
}

func (m multiplexed) exchange(r whatsapp.Request, deadline time.Time) (reply, error) {
	answer, err := m.do(m.request(r), deadline)
	if err != nil {
		return reply{}, err
	}
	return respond(answer.Status, answer.Body, answer.Arrived, answer), nil
}

func (m multiplexed) do(r *keepalive.Request, deadline time.Time) (*multiplex.Answer, error) {
	if m.loop != nil {
		return m.loop.Do(r, deadline)
	}
	return m.client.Do(r, deadline)
}

func (m multiplexed) inLoop() (exchanger, coroutines, error) {
	l, err := m.client.NewLoop()
	m.loop = l
	return m, l, err
}

// transported exchanges by any http.RoundTripper.
type transported struct {
	base           http.RoundTripper
	address        string
	trace          *httptrace.ClientTrace
	opened, reused atomic.Int64
	ctx            context.Context // of all requests; ends by interrupt
	cut            context.CancelCauseFunc
}

func newTransported(base http.RoundTripper, address string) *transported {
	t := &transported{base: base, address: address}
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

func (t *transported) exchange(r whatsapp.Request, deadline time.Time) (reply, error) {
	ctx, cancel := context.WithDeadlineCause(t.ctx, deadline, errTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, t.trace), r.Method, t.address+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return reply{}, err
	}
	req.Header = r.Header
	answer, err := t.base.RoundTrip(req)
	if err != nil {
		return reply{}, because(ctx, err)
	}
	defer answer.Body.Close()
	body, err := readBody(answer.Body)
	if err != nil {
		return reply{}, because(ctx, err)
	}
	return reply{Response: whatsapp.Response{Status: answer.StatusCode, Header: answer.Header, Body: body}}, nil
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
