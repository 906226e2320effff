package keepalive

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// sessionsKept bounds the TLS sessions kept for resumption.
const sessionsKept = 64

// ClientTLS completes a TLS configuration; nil is one that asks for nothing.
func ClientTLS(config *tls.Config, protocol string) *tls.Config {
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config = config.Clone()
	if config.NextProtos == nil {
		config.NextProtos = []string{protocol}
	}
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(sessionsKept)
	}
	return config
}

// connect returns an idle connection, or a new one.
func (c *Client) connect(ctx context.Context, base Base, deadline time.Time) (*conn, error) {
	if k := c.idleConn(base); k != nil {
		return k, nil
	}
	return c.open(ctx, base, deadline)
}

// idleConn returns a connection that was not idle for too long, nil if there
// is none.
func (c *Client) idleConn(base Base) *conn {
	for k := c.take(base); k != nil; k = c.take(base) {
		if c.options.IdleTimeout == 0 || !c.expired(k, time.Now()) {
			return k
		}
		c.farewell(k)
	}
	return nil
}

// open dials a connection.
func (c *Client) open(ctx context.Context, base Base, deadline time.Time) (*conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !deadline.IsZero() {
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	if c.options.DialTimeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.options.DialTimeout)
		defer cancel()
	}
	k := &conn{base: base}
	if !c.enlist(k, cancel) {
		c.strike(k)
		return nil, *c.interrupted.Load()
	}
	if err := c.dial(ctx, k); err != nil {
		c.strike(k)
		return nil, err
	}
	c.opened.Add(1)
	return k, nil
}

// dial connects k, and shakes hands if it is to be secure.
func (c *Client) dial(ctx context.Context, k *conn) error {
	socket, err := Connect(ctx, c.options.Dial, k.base)
	if err != nil {
		return err
	}
	k.wire = newWire(socket)
	k.rw, k.close, k.since = k.wire, func() { _ = socket.Close() }, time.Now()
	if !c.enlist(k, k.close) {
		k.close()
		return *c.interrupted.Load()
	}
	if !k.base.Secure {
		return nil
	}
	if err := k.secure(ctx, c.options.TLS); err != nil {
		k.close()
		return err
	}
	return nil
}

// Connect dials the server of a base. Every failure is a *net.OpError with Op
// dial, as the standard dialer's are.
func Connect(ctx context.Context, dial func(ctx context.Context, network, address string) (net.Conn, error), base Base) (net.Conn, error) {
	socket, err := dial(ctx, "tcp", base.address())
	if err != nil {
		return nil, AsDialError(err)
	}
	return socket, nil
}

// AsDialError returns an error that is one of a dial's, as Connect's are.
func AsDialError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return err
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: err}
}

// Secure puts TLS over a connection to the server of a base. The
// configuration is only read.
func Secure(ctx context.Context, socket net.Conn, config *tls.Config, base Base) (*tls.Conn, error) {
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName, _, _ = net.SplitHostPort(base.address())
	}
	client := tls.Client(socket, config)
	if err := client.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("tls handshake: %w", err)
	}
	return client, nil
}

// secure puts TLS over the wire.
func (k *conn) secure(ctx context.Context, config *tls.Config) error {
	client, err := Secure(ctx, k.wire, config, k.base)
	if err != nil {
		return err
	}
	state := client.ConnectionState()
	if p := state.NegotiatedProtocol; p != "" && p != "http/1.1" {
		return fmt.Errorf("tls handshake: server chose protocol %q, not http/1.1", p)
	}
	k.rw, k.state = client, &state
	return nil
}

// warmAtOnce bounds the dials of Warm under way: a listener's backlog is short.
const warmAtOnce = 32

// Warm opens connections to a base address ahead of need, until n are idle or
// MaxIdle forbids more. It returns the dials' errors, those that succeeded stay.
func (c *Client) Warm(ctx context.Context, address string, n int) error {
	base, err := ParseBase(address)
	if err != nil {
		return err
	}
	missing := min(n, c.options.MaxIdle) - c.idleTo(base)
	var dials sync.WaitGroup
	slots := make(chan struct{}, warmAtOnce)
	faults := make(chan error, max(missing, 0)) // one for every dial
	for range missing {
		slots <- struct{}{}
		dials.Go(func() {
			defer func() { <-slots }()
			k, err := c.open(ctx, base, time.Time{})
			if err != nil {
				faults <- c.explain(ctx, err)
				return
			}
			c.put(k)
		})
	}
	dials.Wait()
	close(faults)
	return firstOf(faults, missing)
}

// firstOf returns the first error with their number.
func firstOf(faults <-chan error, dials int) error {
	failed := len(faults)
	if first := <-faults; first != nil {
		return fmt.Errorf("%d of %d connections: %w", failed, dials, first)
	}
	return nil
}

func (c *Client) idleTo(base Base) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.idle[base]; s != nil {
		return len(s.conns)
	}
	return 0
}

// Protocol asks a server by TLS which protocol it would speak with a client
// that knows HTTP/2 too: h2 means that internal/multiplex should be used for it. Without
// TLS the answer is http/1.1, unasked.
func (c *Client) Protocol(ctx context.Context, address string) (string, error) {
	base, err := ParseBase(address)
	if err != nil || !base.Secure {
		return "http/1.1", err
	}
	socket, err := Connect(ctx, c.options.Dial, base)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	config := c.options.TLS.Clone()
	config.NextProtos = slices.Concat([]string{"h2"}, config.NextProtos)
	client, err := Secure(ctx, socket, config, base)
	if err != nil {
		return "", err
	}
	if p := client.ConnectionState().NegotiatedProtocol; p != "" {
		return p, nil
	}
	return "http/1.1", nil
}
