// Package keepalive is an HTTP/1.1 client made for load generation: it sends a
// request and reads the answer in the caller's own goroutine, over persistent
// connections that have none of their own.
//
// A Client is an http.RoundTripper with the manners of http.Transport, and it
// can be had for less: Do and Send take a deadline instead of a context and
// return the answer, read whole, in buffers that Release gives back.
//
//	client := keepalive.New(keepalive.Options{MaxIdle: 1000})
//	answer, err := client.Send(req, time.Now().Add(timeout))
//	if err != nil {
//		return err
//	}
//	defer answer.Release()
//
// It speaks no HTTP/2, uses no proxy, follows no redirect and neither asks for
// compression nor undoes it. Protocol tells which targets want HTTP/2.
package keepalive

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options are a Client's settings; the zero value is usable.
type Options struct {
	// Dial opens connections; nil is a net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// DialTimeout bounds a dial with its TLS handshake; 0 leaves that to the
	// request's deadline.
	DialTimeout time.Duration
	// TLS is cloned. The server's name follows from the address, the protocol
	// is HTTP/1.1, and sessions are resumed, unless it says otherwise.
	TLS *tls.Config
	// MaxIdle bounds the idle connections to one Base; 0 is 100.
	MaxIdle int
	// IdleTimeout is how long a connection is kept unused; 0 is for ever.
	IdleTimeout time.Duration
	// HeadLimit bounds an answer's status line and headers, together with the
	// informational answers before it; 0 is 1 MiB.
	HeadLimit int
	// BodyLimit bounds what Do and Send keep of a body; the rest is read and
	// dropped. 0 is 1 MiB.
	BodyLimit int
}

// Counts are how requests got their connections.
type Counts struct {
	Opened  int64 // connections dialled, also by Warm
	Reused  int64 // requests sent on a connection that was there
	Retried int64 // requests that found theirs closed and took another
}

// Client sends requests over persistent connections. It may be used by many
// goroutines at once.
type Client struct {
	options Options
	answers sync.Pool

	opened, reused, retried atomic.Int64
	interrupted             atomic.Pointer[error]

	mu   sync.Mutex
	idle map[Base]*stack
	// ends holds what ends a connection: its dial, then itself.
	ends map[*conn]func()
}

// New returns a Client.
func New(options Options) *Client {
	options.MaxIdle = orDefault(options.MaxIdle, 100)
	options.HeadLimit = orDefault(options.HeadLimit, 1<<20)
	options.BodyLimit = orDefault(options.BodyLimit, 1<<20)
	if options.Dial == nil {
		options.Dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	options.TLS = ClientTLS(options.TLS, "http/1.1")
	return &Client{options: options, idle: map[Base]*stack{}, ends: map[*conn]func(){}}
}

func orDefault(n, value int) int {
	if n <= 0 {
		return value
	}
	return n
}

// Do sends a request and reads the answer whole, both before the deadline; a
// zero deadline is none. The answer is valid until it is released.
func (c *Client) Do(req *Request, deadline time.Time) (*Answer, error) {
	return c.do(c, req, deadline)
}

// do is Do with a connection of a pool.
func (c *Client) do(from pool, req *Request, deadline time.Time) (*Answer, error) {
	a := c.answer()
	a.pool = from
	if err := a.prepare(req); err != nil {
		a.Release()
		return nil, err
	}
	return c.whole(a, deadline)
}

// Send is Do for a request of net/http. It looks at no context but the
// request's own fields, and closes its body.
func (c *Client) Send(req *http.Request, deadline time.Time) (*Answer, error) {
	a := c.answer()
	if err := a.adopt(req); err != nil {
		a.Release()
		return nil, err
	}
	return c.whole(a, deadline)
}

// whole performs a prepared request and reads the answer's body.
func (c *Client) whole(a *Answer, deadline time.Time) (*Answer, error) {
	ctx := context.Background() // never done, so never watched: the deadline is enough
	if err := c.exchange(ctx, a, deadline); err != nil {
		a.Release()
		return nil, err
	}
	err := a.readBody(c.options.BodyLimit)
	a.Arrived = a.conn.wire.arrived()
	c.finish(a, err == nil)
	if err != nil {
		a.Release()
		return nil, c.explain(ctx, err)
	}
	return a, nil
}

// answer returns an Answer with its buffers.
func (c *Client) answer() *Answer {
	if a, ok := c.answers.Get().(*Answer); ok {
		return a
	}
	return newAnswer(c)
}

// Counts returns the counts so far.
func (c *Client) Counts() Counts {
	return Counts{Opened: c.opened.Load(), Reused: c.reused.Load(), Retried: c.retried.Load()}
}

// Interrupt ends every request under way, and each later one, with cause.
func (c *Client) Interrupt(cause error) {
	c.interrupted.CompareAndSwap(nil, &cause)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range c.ends {
		end()
	}
}

// CloseIdleConnections closes the connections that no request uses.
func (c *Client) CloseIdleConnections() {
	c.mu.Lock()
	var unused []*conn
	for base, s := range c.idle {
		unused = append(unused, s.conns...)
		delete(c.idle, base)
	}
	c.mu.Unlock()
	for _, k := range unused {
		c.retire(k)
	}
}
