// Package multiplex is an HTTP/2 client made for load generation: many
// requests share a connection, each is written in the caller's own goroutine,
// and one goroutine for each connection reads the answers.
//
//	client := multiplex.New(multiplex.Options{})
//	answer, err := client.Do(&keepalive.Request{Base: base, Method: "POST", Path: "/", Body: body}, time.Now().Add(timeout))
//	if err != nil {
//		return err
//	}
//	defer answer.Release()
//
// A Client is an http.RoundTripper too, with the manners of http.Transport:
// when to open another connection, what to repeat, what to make of a server
// that breaks the protocol (RFC 9113). It uses no proxy, follows no redirect,
// knows no server push and no trailers of requests, and neither asks for
// compression nor undoes it. Without TLS it counts on the server to know
// HTTP/2.
package multiplex

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/keepalive"
)

// Options are a Client's settings; the zero value is usable.
type Options struct {
	// Dial opens connections; nil is a net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// DialTimeout bounds a dial with its TLS handshake; 0 is 30 s.
	DialTimeout time.Duration
	// TLS is cloned. The server's name follows from the address, the protocol
	// is h2, and sessions are resumed, unless it says otherwise.
	TLS *tls.Config
	// HeadLimit bounds an answer's headers, as HTTP/2 counts them; 0 is 1 MiB.
	HeadLimit int
	// BodyLimit bounds what Do keeps of a body; the rest is read and dropped.
	// 0 is 1 MiB.
	BodyLimit int
}

// Client sends requests over connections that they share. It may be used by
// many goroutines at once.
type Client struct {
	options Options
	answers sync.Pool

	dialled, reused, retried atomic.Int64

	mu    sync.Mutex // locked before any connection's
	sites map[keepalive.Base]*site

	ctx    context.Context // of dials; ends by Interrupt
	cut    context.CancelCauseFunc
	ending sync.Mutex // locked after any connection's
	cuts   map[*conn]func()
}

// New returns a Client.
func New(options Options) *Client {
	if options.Dial == nil {
		options.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	if options.DialTimeout <= 0 {
		options.DialTimeout = 30 * time.Second
	}
	if options.HeadLimit <= 0 {
		options.HeadLimit = 1 << 20
	}
	if options.BodyLimit <= 0 {
		options.BodyLimit = 1 << 20
	}
	options.TLS = keepalive.ClientTLS(options.TLS, "h2")
	c := &Client{options: options, sites: map[keepalive.Base]*site{}, cuts: map[*conn]func(){}}
	c.ctx, c.cut = context.WithCancelCause(context.Background())
	return c
}

// Do sends a request and reads the answer whole, both before the deadline; a
// zero deadline is none. The request is only read, and not after Do returns.
// The answer is valid until it is released.
func (c *Client) Do(req *keepalive.Request, deadline time.Time) (*Answer, error) {
	return c.do(context.Background(), c, req, req.Host, deadline)
}

// retries is how often a request is sent again that the server has not looked
// at: once without delay, then after 1 s, 2 s and so on. It is net/http's rule.
const retries = 7

// do is Do with a context, in one of the worlds, and with an authority of its
// own.
func (c *Client) do(ctx context.Context, in world, req *keepalive.Request, authority string, deadline time.Time) (*Answer, error) {
	if err := check(req, authority); err != nil {
		return nil, err
	}
	a := c.answer()
	for again := 0; ; again++ {
		k, err := in.connect(ctx, req.Base, deadline)
		if err == nil {
			err = k.exchange(ctx, a, req, authority, deadline)
		}
		if err == nil {
			return a, nil
		}
		if !isUnprocessed(err) || !c.again(ctx, in, again, deadline) {
			a.Release()
			return nil, c.explain(ctx, err)
		}
		c.retried.Add(1)
	}
}

// again waits before a request is sent again, and reports whether it may be.
func (c *Client) again(ctx context.Context, in world, again int, deadline time.Time) bool {
	if again == retries || ctx.Err() != nil || c.ctx.Err() != nil {
		return false
	}
	if again == 0 {
		return true
	}
	wait := time.Second << (again - 1)
	if !deadline.IsZero() && time.Until(deadline) <= wait {
		return false
	}
	in.rest(ctx, wait)
	return true
}

// explain returns why a request failed: the reason it was ended for, if it was.
func (c *Client) explain(ctx context.Context, err error) error {
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// answer returns an Answer with its buffers.
func (c *Client) answer() *Answer {
	if a, ok := c.answers.Get().(*Answer); ok {
		return a
	}
	return newAnswer(c)
}

// Counts returns the counts so far: a connection that others share counts as
// used again, and what is retried the server had not looked at.
func (c *Client) Counts() keepalive.Counts {
	return keepalive.Counts{Opened: c.dialled.Load(), Reused: c.reused.Load(), Retried: c.retried.Load()}
}

// Interrupt ends every request under way, and each later one, with cause.
func (c *Client) Interrupt(cause error) {
	c.cut(cause)
	c.ending.Lock()
	defer c.ending.Unlock()
	for _, cut := range c.cuts {
		cut()
	}
}

// CloseIdleConnections closes the connections that no request uses.
func (c *Client) CloseIdleConnections() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sites {
		for _, k := range slices.Concat(s.conns, s.fresh) {
			k.closeIfIdle()
		}
		s.fresh = nil
	}
}
