package multiplex

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/loop"
)

// site is where requests to one Base get their connections from.
type site struct {
	conns []*conn
	fresh []*conn // opened by Warm; nobody reads them yet
	dial  *dial   // under way; nil is none
}

// dial is a connection that is being opened, for whoever waits for it.
type dial struct {
	done chan struct{} // closed when conn, or err, is known
	conn *conn
	err  error
}

// connect implements world. Only where no connection has room is another
// opened, one at a time.
func (c *Client) connect(ctx context.Context, base keepalive.Base, deadline time.Time) (*conn, error) {
	var d *dial
	for {
		k, next, err := c.reserve(base, d)
		if k != nil || err != nil {
			return k, err
		}
		d = next
		if err := d.wait(ctx, deadline); err != nil {
			return nil, err
		}
	}
}

// reserve returns a connection with a place on it, or else the dial to wait
// for; an error if the last one waited for brought nothing that would live.
func (c *Client) reserve(base keepalive.Base, last *dial) (*conn, *dial, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.site(base).conns {
		if k.reserve() {
			return k, nil, nil
		}
	}
	if last != nil {
		if err := last.conn.stillborn(); err != nil {
			return nil, nil, err
		}
	}
	return nil, c.dial(base), nil
}

// site returns the site of a base, made if need be. c.mu is held.
func (c *Client) site(base keepalive.Base) *site {
	s := c.sites[base]
	if s == nil {
		s = &site{}
		c.sites[base] = s
	}
	return s
}

// dial opens a connection unless that is under way. c.mu is held.
func (c *Client) dial(base keepalive.Base) *dial {
	s := c.site(base)
	if s.dial != nil {
		return s.dial
	}
	d := &dial{done: make(chan struct{})}
	s.dial = d
	go c.serve(base, d) // ends with the connection, or its dial, which DialTimeout and Interrupt bound
	return d
}

// serve opens a connection and reads it to its end.
func (c *Client) serve(base keepalive.Base, d *dial) {
	d.conn, d.err = c.opened(base)
	c.mu.Lock()
	s := c.site(base)
	s.dial = nil
	if d.err == nil {
		s.conns = append(s.conns, d.conn)
	}
	c.mu.Unlock()
	close(d.done)
	if d.err != nil {
		return
	}
	d.conn.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	s.conns = slices.DeleteFunc(s.conns, func(other *conn) bool { return other == d.conn })
}

// opened returns a new connection, or one that Warm opened.
func (c *Client) opened(base keepalive.Base) (k *conn, err error) {
	if k = c.fresh(base); k == nil {
		if k, err = c.open(base); err != nil {
			return nil, err
		}
	}
	k.begin(c, func() { _ = k.below.Conn.Close() })
	return k, nil
}

// fresh returns a connection that Warm opened lately, nil if there is none.
func (c *Client) fresh(base keepalive.Base) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.site(base)
	for len(s.fresh) > 0 {
		k := s.fresh[0]
		s.fresh = s.fresh[1:]
		if time.Since(k.opened) < freshFor {
			return k
		}
		k.fail(errLeft)
	}
	return nil
}

// wait waits until the connection is there, and returns why it is not.
func (d *dial) wait(ctx context.Context, deadline time.Time) error {
	if !deadline.IsZero() {
		var cancel func()
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	select {
	case <-d.done:
		return d.err
	case <-ctx.Done():
		return keepalive.AsDialError(ctx.Err())
	}
}

// open opens a connection.
func (c *Client) open(base keepalive.Base) (*conn, error) {
	ctx, cancel := context.WithTimeout(c.ctx, c.options.DialTimeout)
	defer cancel()
	socket, err := keepalive.Connect(ctx, c.options.Dial, base)
	if err != nil {
		return nil, err
	}
	below := &stash{Conn: loop.Stamped(socket)}
	rw := net.Conn(below)
	if base.Secure {
		if rw, err = secured(ctx, below, c.options, base); err != nil {
			_ = socket.Close() // it was of no use
			return nil, err
		}
		below.holds = true
	}
	c.dialled.Add(1)
	return newConn(c, base, below, rw), nil
}

// secured puts TLS over a connection.
func secured(ctx context.Context, socket net.Conn, options Options, base keepalive.Base) (net.Conn, error) {
	secure, err := keepalive.Secure(ctx, socket, options.TLS, base)
	if err != nil {
		return nil, err
	}
	if p := secure.ConnectionState().NegotiatedProtocol; p != "h2" {
		return nil, keepalive.AsDialError(fmt.Errorf("server chose protocol %q, not h2", p))
	}
	return secure, nil
}

// Warm opens connections to a base address ahead of need, as many as have room
// for n requests at once if their server allows what is usual.
func (c *Client) Warm(ctx context.Context, address string, n int) error {
	base, err := keepalive.ParseBase(address)
	if err != nil {
		return err
	}
	for c.roomAt(base) < n && ctx.Err() == nil {
		k, err := c.open(base)
		if err != nil {
			return c.explain(ctx, err)
		}
		c.mu.Lock()
		s := c.site(base)
		s.fresh = append(s.fresh, k)
		c.mu.Unlock()
	}
	return ctx.Err()
}

// roomAt returns how many requests the connections to a base can be expected to
// take.
func (c *Client) roomAt(base keepalive.Base) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.site(base)
	return firstStreams * (len(s.conns) + len(s.fresh))
}

// enlist makes cut the way to end a connection at once; it returns false if
// the client was interrupted.
func (c *Client) enlist(k *conn, cut func()) bool {
	c.ending.Lock()
	defer c.ending.Unlock()
	c.cuts[k] = cut
	return c.ctx.Err() == nil
}

// strike forgets a connection that ended.
func (c *Client) strike(k *conn) {
	c.ending.Lock()
	defer c.ending.Unlock()
	delete(c.cuts, k)
}
