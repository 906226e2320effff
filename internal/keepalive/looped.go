package keepalive

import (
	"context"
	"time"

	"wabench/internal/loop"
)

// Loop performs a Client's requests in the coroutines of a loop, which it is.
// It takes over the Client's connections one by one. A system that has no loops
// has none.
type Loop struct {
	*loop.Loop
	client *Client
	idle   map[Base]*stack
}

// NewLoop returns a loop for a client's requests.
func (c *Client) NewLoop() (*Loop, error) {
	l, err := loop.New()
	if err != nil {
		return nil, err
	}
	return &Loop{Loop: l, client: c, idle: map[Base]*stack{}}, nil
}

// Close closes the connections and the loop. No request may be under way.
func (l *Loop) Close() {
	for _, s := range l.idle {
		for _, k := range s.conns {
			l.client.farewell(k)
		}
	}
	l.Loop.Close()
}

// Do is the Client's Do, for a work of the loop.
func (l *Loop) Do(req *Request, deadline time.Time) (answer *Answer, err error) {
	if len(req.Body) > smallBody { // written by a goroutine
		large := *req
		_ = l.Apart(func() { answer, err = l.client.Do(&large, deadline) }) // no loop is closed with a request under way
		return answer, err
	}
	return l.client.do(l, req, deadline)
}

// connect implements pool. The client's connections are there for the loop too.
func (l *Loop) connect(ctx context.Context, base Base, deadline time.Time) (k *conn, err error) {
	if k = l.idle[base].pop(); k != nil {
		k.socket().Rise()
		return k, nil
	}
	if k = l.client.idleConn(base); k == nil {
		_ = l.Apart(func() { k, err = l.client.open(ctx, base, deadline) }) // the same
		if err != nil {
			return nil, err
		}
	}
	if err := l.adopt(k); err != nil {
		_ = l.client.retire(k) // it is of no use
		return nil, err
	}
	return k, nil
}

// adopt makes a connection the loop's.
func (l *Loop) adopt(k *conn) error {
	s, err := l.Adopt(k.wire.Conn)
	if err != nil {
		return err
	}
	k.wire.Conn, k.wire.raw = s, nil
	k.close, k.left = s.Shutdown, func() { l.drop(k) }
	if !l.client.enlist(k, k.close) {
		return *l.client.interrupted.Load()
	}
	return nil
}

// socket returns the connection of a loop's.
func (k *conn) socket() *loop.Socket { return k.wire.Conn.(*loop.Socket) }

// put implements pool.
func (l *Loop) put(k *conn) {
	if !k.socket().Rest(k.state == nil, k.left) {
		_ = l.client.retire(k) // something came after the answer
		return
	}
	s := stackOf(l.idle, k.base)
	s.conns = append(s.conns, k)
}

// drop closes an idle connection.
func (l *Loop) drop(k *conn) {
	l.idle[k.base].remove(k)
	_ = l.client.retire(k) // the server had closed it
}
