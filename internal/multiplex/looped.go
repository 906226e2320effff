package multiplex

import (
	"context"
	"slices"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/loop"
)

// Loop performs a Client's requests in the coroutines of a loop, which it is.
// It has connections of its own, and takes over those that the Client has
// opened and not used. A system that has no loops has none.
type Loop struct {
	*loop.Loop
	client *Client
	sites  map[keepalive.Base]*loopSite
}

// loopSite is where a loop's requests to one Base get their connections from.
type loopSite struct {
	conns   []*conn
	dialing bool
	waiting []*loop.Task // for the dial
	last    *conn        // that was opened
	fault   error        // of the last dial
}

// NewLoop returns a loop for a client's requests.
func (c *Client) NewLoop() (*Loop, error) {
	l, err := loop.New()
	if err != nil {
		return nil, err
	}
	return &Loop{Loop: l, client: c, sites: map[keepalive.Base]*loopSite{}}, nil
}

// Close closes the connections and the loop. No request may be under way.
func (l *Loop) Close() {
	for _, s := range l.sites {
		for _, k := range slices.Clone(s.conns) {
			k.fail(errLeft)
		}
	}
	l.Loop.Close()
}

// Do is the Client's Do, for a work of the loop.
func (l *Loop) Do(req *keepalive.Request, deadline time.Time) (*Answer, error) {
	return l.client.do(context.Background(), l, req, req.Host, deadline)
}

// connect implements world.
func (l *Loop) connect(_ context.Context, base keepalive.Base, deadline time.Time) (*conn, error) {
	s := l.sites[base]
	if s == nil {
		s = &loopSite{}
		l.sites[base] = s
	}
	for waited := false; ; waited = true {
		for _, k := range s.conns {
			if k.reserve() {
				return k, nil
			}
		}
		if !s.dialing {
			if waited {
				if err := s.last.stillborn(); err != nil {
					return nil, err
				}
			}
			s.dialing = true
			l.Background(func() { l.serve(base, s) })
		}
		if err := l.join(s, deadline); err != nil {
			return nil, err
		}
	}
}

// serve opens a connection and reads it to its end.
func (l *Loop) serve(base keepalive.Base, s *loopSite) {
	k, err := l.open(base)
	s.dialing, s.last, s.fault = false, k, err
	for _, t := range s.waiting {
		l.Wake(t)
	}
	s.waiting = nil
	if err != nil {
		return
	}
	s.conns = append(s.conns, k)
	k.read()
	s.conns = slices.DeleteFunc(s.conns, func(other *conn) bool { return other == k })
}

// open opens a connection, or takes over one that the client has opened.
func (l *Loop) open(base keepalive.Base) (*conn, error) {
	k := l.client.fresh(base)
	if k == nil {
		var err error
		if k, err = l.openApart(base); err != nil {
			return nil, err
		}
	}
	socket, err := l.Adopt(k.below.Conn)
	if err != nil {
		k.fail(err)
		return nil, err
	}
	k.below.Conn = socket
	k.begin(l, socket.Shutdown)
	return k, nil
}

// openApart opens a connection while others go on.
func (l *Loop) openApart(base keepalive.Base) (*conn, error) {
	type opened struct {
		conn *conn
		err  error
	}
	result := make(chan opened, 1) // whether or not somebody takes it
	closed := l.Apart(func() {
		k, err := l.client.open(base)
		result <- opened{k, err}
	})
	if closed != nil {
		go func() { // ends with the dial, which DialTimeout bounds
			if late := <-result; late.conn != nil {
				late.conn.fail(closed)
			}
		}()
		return nil, closed
	}
	got := <-result
	return got.conn, got.err
}

// join waits for the dial that is under way, if one is, and returns why the
// last failed.
func (l *Loop) join(s *loopSite, deadline time.Time) error {
	for s.dialing {
		s.waiting = append(s.waiting, l.Current())
		err := l.Pause(deadline)
		s.waiting = slices.DeleteFunc(s.waiting, func(t *loop.Task) bool { return t == l.Current() })
		if err != nil {
			return keepalive.AsDialError(err)
		}
	}
	return s.fault
}

// await implements world. Only requests of the client's own have contexts.
func (l *Loop) await(_ context.Context, a *Answer, deadline time.Time) error {
	a.task = l.Current()
	defer func() { a.task = nil }()
	for !a.done {
		if err := l.Pause(deadline); err != nil {
			return err
		}
	}
	return nil
}

// tell implements world.
func (l *Loop) tell(a *Answer) {
	if a.task != nil {
		l.Wake(a.task)
	}
}

// rest implements world.
func (l *Loop) rest(_ context.Context, length time.Duration) {
	until := time.Now().Add(length)
	for l.Pause(until) == nil {
		continue
	}
}

// apart implements world.
func (l *Loop) apart(work func()) { l.Later(work) }
