package keepalive

import (
	"context"
	"slices"
	"time"
)

// pool is where requests get their connections from: a Client or a Loop.
type pool interface {
	// connect returns an idle connection, or a new one.
	connect(ctx context.Context, base Base, deadline time.Time) (*conn, error)
	// put keeps a connection for the next request.
	put(k *conn)
}

// stack is the idle connections to one Base, the last used on top: the others
// may then grow old and be closed.
type stack struct {
	conns []*conn
}

// stackOf returns the stack of a base, made if need be.
func stackOf(idle map[Base]*stack, base Base) *stack {
	s := idle[base]
	if s == nil {
		s = &stack{}
		idle[base] = s
	}
	return s
}

// take returns an idle connection, nil if there is none.
func (c *Client) take(base Base) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.idle[base].pop()
}

// pop takes the connection on top, nil if there is none.
func (s *stack) pop() *conn {
	if s == nil || len(s.conns) == 0 {
		return nil
	}
	top := len(s.conns) - 1
	k := s.conns[top]
	s.conns[top] = nil
	s.conns = s.conns[:top]
	k.reused = true
	return k
}

// remove takes a connection out, wherever it is.
func (s *stack) remove(k *conn) {
	s.conns = slices.DeleteFunc(s.conns, func(other *conn) bool { return other == k })
}

// put keeps a connection for the next request. What it displaces is closed:
// one that nobody used for too long, or itself.
func (c *Client) put(k *conn) {
	if old := c.push(k); old != nil {
		c.farewell(old)
	}
}

// push adds a connection to its stack and returns the one to close, if any.
func (c *Client) push(k *conn) (old *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := stackOf(c.idle, k.base)
	if len(s.conns) > 0 && c.expired(s.conns[0], k.since) {
		old = s.conns[0]
		s.conns = append(s.conns[:0], s.conns[1:]...)
	}
	if len(s.conns) >= c.options.MaxIdle {
		return k
	}
	s.conns = append(s.conns, k)
	return old
}

// expired reports whether a connection was idle for too long.
func (c *Client) expired(k *conn, now time.Time) bool {
	return c.options.IdleTimeout > 0 && now.Sub(k.since) >= c.options.IdleTimeout
}

// enlist makes end the way to end a connection, from its dial on; it returns
// false if the client was interrupted.
func (c *Client) enlist(k *conn, end func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends[k] = end
	return c.interrupted.Load() == nil
}

// strike forgets a connection that ended.
func (c *Client) strike(k *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ends, k)
}

// retire closes a connection and returns why its request could not be sent, if
// that is known.
func (c *Client) retire(k *conn) error {
	c.strike(k)
	return k.wire.end()
}

// farewell closes an idle connection as its protocol wants it.
func (c *Client) farewell(k *conn) {
	c.strike(k)
	k.wire.holding = false
	_ = k.rw.Close() // nothing is lost with it
}
