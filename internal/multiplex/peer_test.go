package multiplex

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	h2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"wabench/internal/keepalive"
)

// server is one that does what a test's script says, connection by
// connection, and what it saw.
type server struct {
	t        *testing.T
	listener net.Listener
	group    sync.WaitGroup
	over     chan struct{} // closed when the test has heard all
	said     chan string   // what scripts tell the test; no test has more to hear

	mu    sync.Mutex
	conns []net.Conn
	heads []string
}

// script serves the nth connection, counted from 1.
type script func(p *peer, nth int)

// serve starts a server of HTTP/2 without TLS.
func serve(t *testing.T, run script) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, listener: listener, over: make(chan struct{}), said: make(chan string, 100)}
	s.group.Go(func() {
		for nth := 1; ; nth++ {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			s.note(c)
			s.group.Go(func() {
				defer c.Close()
				run(newPeer(s, c), nth)
			})
		}
	})
	t.Cleanup(s.close)
	return s
}

// note counts a connection. One that was accepted while the server ended is
// closed here.
func (s *server) note(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
	select {
	case <-s.over:
		c.Close()
	default:
	}
}

func (s *server) close() {
	s.mu.Lock()
	select {
	case <-s.over:
	default:
		close(s.over)
	}
	s.listener.Close()
	for _, c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.group.Wait()
}

// opened is how many connections there were.
func (s *server) opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *server) base() keepalive.Base { return keepalive.Base{Host: s.listener.Addr().String()} }

// peer is the server's end of a connection.
type peer struct {
	net.Conn
	*h2.Framer
	server  *server
	encoded bytes.Buffer
	encoder *hpack.Encoder
}

func newPeer(s *server, c net.Conn) *peer {
	p := &peer{Conn: c, Framer: h2.NewFramer(c, c), server: s}
	p.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	p.encoder = hpack.NewEncoder(&p.encoded)
	return p
}

// greet reads what a client begins with and says how the server wants it.
func (p *peer) greet(settings ...h2.Setting) bool {
	preface := make([]byte, len(h2.ClientPreface))
	if _, err := io.ReadFull(p.Conn, preface); err != nil || string(preface) != h2.ClientPreface {
		return false
	}
	return p.WriteSettings(settings...) == nil
}

// request reads a request to its end and returns its stream, 0 at the
// connection's end.
func (p *peer) request() (stream uint32, body string) {
	for {
		frame, err := p.ReadFrame()
		if err != nil {
			return 0, ""
		}
		switch f := frame.(type) {
		case *h2.SettingsFrame:
			if !f.IsAck() {
				_ = p.WriteSettingsAck()
			}
		case *h2.MetaHeadersFrame:
			p.note(f)
			if f.StreamEnded() {
				return f.StreamID, ""
			}
		case *h2.DataFrame:
			body += string(f.Data())
			if n := uint32(len(f.Data())); n > 0 {
				_ = p.WriteWindowUpdate(0, n)
				if !f.StreamEnded() {
					_ = p.WriteWindowUpdate(f.StreamID, n)
				}
			}
			if f.StreamEnded() {
				return f.StreamID, body
			}
		}
	}
}

// begun reads until a request's headers and returns its stream.
func (p *peer) begun() uint32 {
	for {
		frame, err := p.ReadFrame()
		if err != nil {
			return 0
		}
		if f, ok := frame.(*h2.MetaHeadersFrame); ok {
			p.note(f)
			return f.StreamID
		}
	}
}

// ended reads until a request is at its end, or given up.
func (p *peer) ended(stream uint32) {
	for {
		frame, err := p.ReadFrame()
		if err != nil {
			return
		}
		_, reset := frame.(*h2.RSTStreamFrame)
		if frame.Header().StreamID == stream && (reset || frame.Header().Flags.Has(h2.FlagDataEndStream)) {
			return
		}
	}
}

// pong reads until a ping was answered.
func (p *peer) pong() {
	for {
		frame, err := p.ReadFrame()
		if err != nil {
			return
		}
		if f, ok := frame.(*h2.PingFrame); ok && f.IsAck() {
			return
		}
	}
}

// note keeps a request's headers, in the order of their names.
func (p *peer) note(f *h2.MetaHeadersFrame) {
	var lines []string
	for _, field := range f.Fields {
		if field.Name != ":authority" {
			lines = append(lines, field.Name+": "+strings.TrimSpace(field.Value))
		}
	}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.server.heads = append(p.server.heads, sorted(lines))
}

// head writes headers.
func (p *peer) head(stream uint32, last bool, fields ...string) {
	p.encoded.Reset()
	for i := 0; i < len(fields); i += 2 {
		_ = p.encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	_ = p.WriteHeaders(h2.HeadersFrameParam{StreamID: stream, BlockFragment: p.encoded.Bytes(), EndStream: last, EndHeaders: true})
}

// hello answers with 200 and a body.
func (p *peer) hello(stream uint32) {
	p.head(stream, false, ":status", "200", "content-type", "text/plain")
	_ = p.WriteData(stream, true, []byte("hello"))
}

// untilGone waits for the client to end the connection.
func (p *peer) untilGone() { _, _ = io.Copy(io.Discard, p.Conn) }

// heard is what came of one request.
type heard struct {
	Text   string // "200 body" or the error's class
	Header http.Header
}

func told(status int, body []byte, header http.Header) heard {
	return heard{strings.TrimSpace(fmt.Sprintf("%d %s", status, body[:min(len(body), 60)])), header}
}

// class names the kind of an error, as far as the engine cares.
func class(err error) string {
	var op *net.OpError
	var timeout net.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &op) && op.Op == "dial":
		return "dial"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case strings.Contains(err.Error(), "tls: "):
		return "tls"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "cut"
	}
	return "faulty"
}

// way is one of the ways to send a request.
type way struct {
	name string
	send func(*http.Request, time.Duration) heard
	idle func() // closes idle connections

	turns <-chan struct{} // closed where turn lets things happen; nil is where they do so by themselves
	turn  func()
}

const testHeadLimit = 8 << 10

// ways returns the ways that must agree, net/http's first.
func ways(t *testing.T, config *tls.Config) []way {
	t.Helper()
	transport := &http.Transport{
		DisableCompression: true, MaxResponseHeaderBytes: testHeadLimit, TLSClientConfig: config, Protocols: new(http.Protocols),
	}
	transport.Protocols.SetHTTP2(true)
	transport.Protocols.SetUnencryptedHTTP2(true)
	tripper, direct, looped := newTestClient(config), newTestClient(config), newTestClient(config)
	out := []way{
		{name: "net/http", send: viaTripper(transport), idle: transport.CloseIdleConnections},
		{name: "RoundTrip", send: viaTripper(tripper), idle: tripper.CloseIdleConnections},
		{name: "Do", send: viaDo(direct), idle: direct.CloseIdleConnections},
	}
	loop, err := looped.NewLoop()
	if errors.Is(err, errors.ErrUnsupported) {
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	always := make(chan struct{})
	close(always)
	return append(out, way{name: "Loop", send: viaLoop(loop), idle: loop.Close, turns: always, turn: func() { loop.Sleep(time.Millisecond) }})
}

func newTestClient(config *tls.Config) *Client {
	return New(Options{HeadLimit: testHeadLimit, TLS: config})
}

func viaTripper(rt http.RoundTripper) func(*http.Request, time.Duration) heard {
	return func(req *http.Request, timeout time.Duration) heard {
		if timeout > 0 {
			ctx, cancel := context.WithTimeout(req.Context(), timeout)
			defer cancel()
			req = req.WithContext(ctx)
		}
		answer, err := rt.RoundTrip(req)
		if err != nil {
			return heard{Text: class(err)}
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return heard{Text: class(err)}
		}
		return told(answer.StatusCode, body, answer.Header)
	}
}

// plain makes a request of net/http a plain one.
func plain(req *http.Request) (*keepalive.Request, error) {
	base, err := keepalive.ParseBase(req.URL.String())
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(req)
	return &keepalive.Request{Base: base, Method: req.Method, Path: req.URL.RequestURI(), Header: req.Header, Body: body}, err
}

func by(timeout time.Duration) time.Time {
	if timeout == 0 {
		return time.Time{}
	}
	return time.Now().Add(timeout)
}

// doer is Do of a Client or a Loop.
type doer func(*keepalive.Request, time.Time) (*Answer, error)

func (do doer) send(req *http.Request, timeout time.Duration) heard {
	r, err := plain(req)
	if err != nil {
		return heard{Text: class(err)}
	}
	answer, err := do(r, by(timeout))
	if err != nil {
		return heard{Text: class(err)}
	}
	defer answer.Release()
	return told(answer.Status, answer.Body, answer.Header())
}

func viaDo(c *Client) func(*http.Request, time.Duration) heard { return doer(c.Do).send }

func viaLoop(l *Loop) func(*http.Request, time.Duration) heard {
	return func(req *http.Request, timeout time.Duration) (h heard) {
		for !l.Sleep(0) { // what has happened since is known, as it is in a run
			continue
		}
		l.Go(func() { h = doer(l.Do).send(req, timeout) })
		for l.Busy() > 0 {
			l.Sleep(time.Second)
		}
		return h
	}
}
