package keepalive

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// world is a server that does what a test's script says, connection by
// connection, and what it saw.
type world struct {
	t        *testing.T
	listener net.Listener
	group    sync.WaitGroup
	ended    sync.Once
	// said carries what scripts tell the test; no test has more to hear.
	said chan string
	over chan struct{} // closed when the test has heard all

	mu    sync.Mutex
	conns []net.Conn
	heads []string
}

// script serves the nth connection, counted from 1.
type script func(p *peer, nth int)

func newWorld(t *testing.T, listener net.Listener, serve script) *world {
	w := &world{t: t, listener: listener, said: make(chan string, 100), over: make(chan struct{})}
	w.group.Go(func() {
		for nth := 1; ; nth++ {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			w.note(c)
			w.group.Go(func() {
				defer c.Close()
				serve(&peer{Conn: c, world: w, requests: bufio.NewReader(c)}, nth)
			})
		}
	})
	t.Cleanup(w.close)
	return w
}

// note counts a connection. One that was accepted while the world ended is
// closed here.
func (w *world) note(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, c)
	select {
	case <-w.over:
		c.Close()
	default:
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func (w *world) close() {
	w.ended.Do(func() { close(w.over) })
	w.listener.Close()
	w.mu.Lock()
	for _, c := range w.conns {
		c.Close()
	}
	w.mu.Unlock()
	w.group.Wait()
}

// opened is how many connections there were.
func (w *world) opened() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.conns)
}

// conn is the nth connection, counted from 0.
func (w *world) conn(n int) net.Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.conns[n]
}

// peer is the server's end of a connection.
type peer struct {
	net.Conn
	world    *world
	requests *bufio.Reader
}

// request reads a request and returns its body; ok is false at the end.
func (p *peer) request() (body string, ok bool) {
	head, ok := p.head()
	if !ok {
		return "", false
	}
	if strings.Contains(head, "Transfer-Encoding: chunked") {
		return p.chunks()
	}
	_, after, _ := strings.Cut(head, "Content-Length: ")
	digits, _, _ := strings.Cut(after, "\r\n")
	length, _ := strconv.Atoi(digits)
	text := make([]byte, length)
	_, err := io.ReadFull(p.requests, text)
	return string(text), err == nil
}

// head reads a request's head.
func (p *peer) head() (string, bool) {
	var head strings.Builder
	for !strings.HasSuffix(head.String(), "\r\n\r\n") {
		line, err := p.requests.ReadString('\n')
		if err != nil {
			return "", false
		}
		head.WriteString(line)
	}
	p.world.mu.Lock()
	p.world.heads = append(p.world.heads, head.String())
	p.world.mu.Unlock()
	return head.String(), true
}

func (p *peer) chunks() (body string, ok bool) {
	for {
		size, err := p.requests.ReadString('\n')
		if err != nil {
			return "", false
		}
		n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 32)
		text := make([]byte, n+2)
		if _, fault := io.ReadFull(p.requests, text); err != nil || fault != nil {
			return "", false
		}
		if n == 0 {
			return body, true
		}
		body += string(text[:n])
	}
}

func (p *peer) say(text string) { _, _ = io.WriteString(p, text) }

// reset ends the connection without a farewell.
func (p *peer) reset() {
	_ = p.Conn.(*net.TCPConn).SetLinger(0)
	p.Close()
}

// untilGone waits for the client to end the connection.
func (p *peer) untilGone() { _, _ = io.Copy(io.Discard, p.requests) }

// always answers every request alike.
func always(answer string) script {
	return func(p *peer, _ int) {
		for _, ok := p.request(); ok; _, ok = p.request() {
			p.say(answer)
		}
	}
}

// once answers one request and ends the connection.
func once(answer string) script {
	return func(p *peer, _ int) {
		p.request()
		p.say(answer)
	}
}

// class names the kind of an error, as far as the engine cares.
func class(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &op) && op.Op == "dial":
		return "dial"
	case isHandshake(err):
		return "tls"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "unexpected EOF reading trailer"):
		return "cut"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		strings.Contains(err.Error(), "server closed idle connection"):
		return "closed"
	}
	return "not HTTP"
}

func isHandshake(err error) bool {
	var header tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var alert tls.AlertError
	return errors.As(err, &header) || errors.As(err, &verify) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "tls: ") // most have no type
}

// heard is what came of one request.
type heard struct {
	Text   string // "200 body" or the error's class
	Header http.Header
}

// way is one of the ways to send a request.
type way struct {
	name string
	send func(*http.Request, time.Duration) heard
	idle func() // closes idle connections
}

const testHeadLimit = 8 << 10

// ways returns the ways that must agree, net/http's first.
func ways(t *testing.T, config *tls.Config) []way {
	t.Helper()
	transport := &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: 100, MaxResponseHeaderBytes: testHeadLimit, TLSClientConfig: config,
	}
	tripper := New(Options{HeadLimit: testHeadLimit, TLS: config})
	direct := New(Options{HeadLimit: testHeadLimit, TLS: config})
	out := []way{
		{"net/http", viaTripper(transport), transport.CloseIdleConnections},
		{"RoundTrip", viaTripper(tripper), tripper.CloseIdleConnections},
		{"Send", viaSend(direct), direct.CloseIdleConnections},
	}
	looped := New(Options{HeadLimit: testHeadLimit, TLS: config})
	loop, err := looped.NewLoop()
	if errors.Is(err, errors.ErrUnsupported) {
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(out, way{"Loop", viaLoop(looped, loop), func() { loop.Close(); looped.CloseIdleConnections() }})
}

// viaLoop sends by a loop, and around it what that does so itself.
func viaLoop(c *Client, l *Loop) func(*http.Request, time.Duration) heard {
	return func(req *http.Request, timeout time.Duration) (h heard) {
		if req.Body != nil && (req.ContentLength <= 0 || req.ContentLength > smallBody) {
			return viaSend(c)(req, timeout)
		}
		var deadline time.Time
		if timeout > 0 {
			deadline = time.Now().Add(timeout)
		}
		for !l.Sleep(0) { // what has happened since is known, as it is in a run
			continue
		}
		l.Go(func() {
			answer := c.answer() // as Do, but for a request of net/http
			answer.pool = l
			err := answer.adopt(req)
			if err == nil {
				answer, err = c.whole(answer, deadline)
			}
			if err != nil {
				h = heard{Text: class(err)}
				return
			}
			defer answer.Release()
			h = told(answer.Status, answer.Body, answer.Trailer(), answer.Header())
		})
		for l.Busy() > 0 {
			l.Sleep(time.Second)
		}
		return h
	}
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
		return told(answer.StatusCode, body, answer.Trailer, answer.Header)
	}
}

func viaSend(c *Client) func(*http.Request, time.Duration) heard {
	return func(req *http.Request, timeout time.Duration) heard {
		var deadline time.Time
		if timeout > 0 {
			deadline = time.Now().Add(timeout)
		}
		answer, err := c.Send(req, deadline)
		if err != nil {
			return heard{Text: class(err)}
		}
		defer answer.Release()
		return told(answer.Status, answer.Body, answer.Trailer(), answer.Header())
	}
}

func told(status int, body []byte, trailer, header http.Header) heard {
	const shown = 60
	text := fmt.Sprintf("%d %s", status, body[:min(len(body), shown)])
	for _, name := range slices.Sorted(maps.Keys(trailer)) {
		text += fmt.Sprintf(" +%s=%s", name, trailer.Get(name))
	}
	return heard{strings.TrimSpace(text), header}
}
