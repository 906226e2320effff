package keepalive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newClient returns a client whose connections are closed with the test, after
// which none of its goroutines may be left.
func newClient(t *testing.T, options Options) *Client {
	t.Helper()
	c := New(options)
	t.Cleanup(func() {
		c.CloseIdleConnections()
		c.mu.Lock()
		defer c.mu.Unlock()
		if len(c.ends) > 0 {
			t.Errorf("%d connections were neither kept nor closed", len(c.ends))
		}
	})
	return c
}

// noWriters checks that no goroutine of a client is left.
func noWriters(t *testing.T) {
	t.Helper()
	var stacks strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&stacks, 1); err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{"keepalive.(*wire).start", "keepalive.(*Client).Warm"} {
		if strings.Contains(stacks.String(), own) {
			t.Errorf("a goroutine of %s is left:\n%s", own, stacks.String())
		}
	}
}

// plainTo returns a request to a world.
func plainTo(t *testing.T, w *world, method, body string) *Request {
	t.Helper()
	base, err := ParseBase("http://" + w.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return &Request{Base: base, Method: method, Path: "/x", Body: []byte(body)}
}

// mustDo performs a request that is to succeed and returns its body.
func mustDo(t *testing.T, c *Client, req *Request) string {
	t.Helper()
	answer, err := c.Do(req, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Release()
	return string(answer.Body)
}

// awaitClosed waits until every idle connection has heard from its server.
func awaitClosed(t *testing.T, c *Client) {
	t.Helper()
	for _, s := range c.idle {
		for _, k := range s.conns {
			err := k.wire.raw.Read(func(fd uintptr) bool {
				var one [1]byte
				_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
				return err != syscall.EAGAIN
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAPostIsSentOnlyOnceToAConnectionThatWasClosed(t *testing.T) {
	for name, end := range map[string]func(*peer){
		"closed":      func(p *peer) { p.Close() },
		"reset":       (*peer).reset,
		"farewell":    func(p *peer) { p.say(farwell) },
		"unsolicited": func(p *peer) { p.say(hello) },
	} {
		for _, body := range []string{"small", strings.Repeat("large ", 1<<16)} {
			t.Run(fmt.Sprint(name, len(body)), func(t *testing.T) {
				proceed := make(chan struct{})
				w := newWorld(t, listen(t), func(p *peer, nth int) {
					if nth > 1 {
						always(hello)(p, nth)
						return
					}
					p.request()
					p.say(hello)
					<-proceed
					end(p)
					p.untilGone()
				})
				c := newClient(t, Options{})
				mustDo(t, c, plainTo(t, w, post, body))
				close(proceed)
				awaitClosed(t, c)
				if got := mustDo(t, c, plainTo(t, w, post, body)); got != "hello" {
					t.Errorf("got %q", got)
				}
				want := Counts{Opened: 2, Retried: 1}
				if diff := cmp.Diff(want, c.Counts()); diff != "" {
					t.Errorf("counts (-want +got):\n%s", diff)
				}
				c.CloseIdleConnections()
				w.close()
				if len(w.heads) != 2 {
					t.Errorf("the server saw %d requests, want 2", len(w.heads))
				}
				noWriters(t)
			})
		}
	}
}

func TestDialErrorsKeepTheirCause(t *testing.T) {
	gone := listen(t)
	address := "http://" + gone.Addr().String()
	gone.Close()
	failing := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	wrapped := func(errno syscall.Errno) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", errno)}
	}
	offline := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: failing(errors.New("no network in tests"))}}
	for _, c := range []struct {
		name    string
		address string
		dial    func(context.Context, string, string) (net.Conn, error)
		want    error
		class   string
	}{
		{"refused", address, nil, syscall.ECONNREFUSED, "dial"},
		{"no descriptors", address, failing(wrapped(syscall.EMFILE)), syscall.EMFILE, "dial"},
		{"no ports", address, failing(wrapped(syscall.EADDRNOTAVAIL)), syscall.EADDRNOTAVAIL, "dial"},
		{"a dialer with errors of its own", address, failing(io.ErrClosedPipe), io.ErrClosedPipe, "dial"},
		{"no such host", "http://host.invalid", offline.DialContext, nil, "dns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(t, Options{Dial: c.dial})
			req, err := http.NewRequest(get, c.address, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, tripped := client.RoundTrip(req)
			_, sent := client.Send(req, time.Now().Add(time.Minute))
			for _, err := range []error{tripped, sent} {
				var op *net.OpError
				if class(err) != c.class || !errors.As(err, &op) || op.Op != "dial" || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("got %v (%s), want %v (%s) from dial", err, class(err), c.want, c.class)
				}
			}
			if got := client.Counts(); got != (Counts{}) {
				t.Errorf("counts %+v, want none", got)
			}
		})
	}
}

func TestAddressesAreDialledWithTheirPort(t *testing.T) {
	for address, want := range map[string]string{
		"http://a.example":            "a.example:80",
		"https://a.example":           "a.example:443",
		"https://a.example:8443/path": "a.example:8443",
		"http://127.0.0.1:1":          "127.0.0.1:1",
		"http://[::1]":                "[::1]:80",
		"https://[fe80::1%25eth0]:99": "[fe80::1%eth0]:99",
	} {
		base, err := ParseBase(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if got := base.address(); got != want {
			t.Errorf("%s dials %s, want %s", address, got, want)
		}
	}
	for _, address := range []string{"ftp://a", "a.example", "http://", "http://a b"} {
		if _, err := ParseBase(address); err == nil {
			t.Errorf("%q is taken for a base address", address)
		}
	}
}

func TestWhatCannotBeSentIsRefusedAndItsBodyClosed(t *testing.T) {
	w := newWorld(t, listen(t), always(hello))
	url := "http://" + w.listener.Addr().String()
	for name, spoil := range map[string]func(*http.Request){
		"a line break in a header": func(r *http.Request) { r.Header.Set("X", "a\r\nY: b") },
		"a blank in a name":        func(r *http.Request) { r.Header["a b"] = []string{"c"} },
		"a method of two words":    func(r *http.Request) { r.Method = "GET /x" },
		"a tunnel":                 func(r *http.Request) { r.Method = "CONNECT" },
		"a host of two lines":      func(r *http.Request) { r.Host = "a\r\nb" },
		"a path with a blank":      func(r *http.Request) { r.URL.Opaque = "//a /b" },
		"another scheme":           func(r *http.Request) { r.URL.Scheme = "ftp" },
		"no host":                  func(r *http.Request) { r.URL.Host = "" },
		"no address":               func(r *http.Request) { r.URL = nil },
		"a trailer":                func(r *http.Request) { r.Trailer = http.Header{"X": nil} },
		"a body too short":         func(r *http.Request) { r.ContentLength++ },
		"a body too long":          func(r *http.Request) { r.ContentLength-- },
		"a large body too short":   func(r *http.Request) { r.ContentLength = 1 << 20 },
		"a body that fails":        func(r *http.Request) { r.Body.(*closing).Reader = broken{} },
		"a large body that fails":  func(r *http.Request) { r.Body.(*closing).Reader, r.ContentLength = broken{}, 1<<20 },
		"a body that fails at once": func(r *http.Request) {
			r.Body.(*closing).Reader, r.ContentLength, r.Method = broken{}, 0, get
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, Options{})
			for _, send := range []func(*http.Request) error{
				func(r *http.Request) error { _, err := c.Send(r, time.Time{}); return err },
				func(r *http.Request) error { _, err := c.RoundTrip(r); return err },
			} {
				req, err := http.NewRequest(post, url, nil)
				if err != nil {
					t.Fatal(err)
				}
				body := &closing{Reader: strings.NewReader("body")}
				req.Body, req.ContentLength = body, 4
				spoil(req)
				if err := send(req); err == nil || class(err) != "not HTTP" {
					t.Errorf("got %v, want a refusal", err)
				}
				if !body.closed {
					t.Error("its body is left open")
				}
			}
			noWriters(t)
		})
	}
}

// closing is a body that remembers its end.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// broken is a body that cannot be read.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestTheBeginningOfALongBodyIsKept(t *testing.T) {
	for name, answer := range map[string]string{
		"length": "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz",
		"chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, listen(t), always(answer))
			c := newClient(t, Options{BodyLimit: 5})
			for range 2 {
				got, err := c.Do(plainTo(t, w, get, ""), time.Time{})
				if err != nil {
					t.Fatal(err)
				}
				if string(got.Body) != "abcde" || got.Length != 26 {
					t.Errorf("got %q of %d bytes, want abcde of 26", got.Body, got.Length)
				}
				got.Release()
			}
			if want := (Counts{Opened: 1, Reused: 1}); c.Counts() != want {
				t.Errorf("counts %+v, want %+v", c.Counts(), want)
			}
		})
	}
}

func TestAZoneIsNobodysBusinessButOurs(t *testing.T) {
	for host, want := range map[string]string{
		"[fe80::1%eth0]:99": "[fe80::1]:99", "[fe80::1]": "[fe80::1]", "a%b": "a%b", "a.example:1": "a.example:1",
	} {
		a := newAnswer(New(Options{}))
		if err := a.prepare(&Request{Base: Base{Host: host}, Header: http.Header{"User-Agent": {""}}}); err != nil {
			t.Error(err)
		}
		if got := string(a.out); got != "GET / HTTP/1.1\r\nHost: "+want+"\r\n\r\n" {
			t.Errorf("%s is asked by %q", host, got)
		}
	}
}

func TestAServerMayAnswerBeforeItIsAsked(t *testing.T) {
	w := newWorld(t, listen(t), func(p *peer, _ int) {
		p.say(hello)
		p.world.said <- "hello"
		body, _ := p.request()
		p.world.said <- body
	})
	c := newClient(t, Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		socket, err := new(net.Dialer).DialContext(ctx, network, address)
		<-w.said
		return socket, err
	}})
	if got := mustDo(t, c, plainTo(t, w, post, "x")); got != "hello" {
		t.Errorf("got %q", got)
	}
	if got := <-w.said; got != "x" {
		t.Errorf("the server was sent %q, want the request all the same", got)
	}
}

func TestWhatFollowsAnAnswerIsNotTheNext(t *testing.T) {
	w := newWorld(t, listen(t), always(hello+hello))
	c := newClient(t, Options{})
	for range 3 {
		mustDo(t, c, plainTo(t, w, get, ""))
	}
	if want := (Counts{Opened: 3}); c.Counts() != want {
		t.Errorf("counts %+v, want %+v", c.Counts(), want)
	}
}

func TestHeadersAreFoundWithoutAMap(t *testing.T) {
	w := newWorld(t, listen(t), always("HTTP/1.1 429 Slow Down\r\nretry-after:  7 \r\nRetry-After: 8\r\nContent-Length: 0\r\n\r\n"))
	c := newClient(t, Options{})
	got, err := c.Do(plainTo(t, w, get, ""), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Release()
	if string(got.Get("Retry-After")) != "7" || got.Get("Retry") != nil || got.Status != 429 {
		t.Errorf("got %d, Retry-After %q, Retry %q", got.Status, got.Get("Retry-After"), got.Get("Retry"))
	}
}

func TestConnectionsAreOpenedAhead(t *testing.T) {
	w := newWorld(t, listen(t), always(hello))
	c := newClient(t, Options{MaxIdle: 40})
	url := "http://" + w.listener.Addr().String()
	for _, n := range []int{10, 5, 60} { // what is there is counted in; MaxIdle is not exceeded
		if err := c.Warm(t.Context(), url, n); err != nil {
			t.Fatal(err)
		}
	}
	mustDo(t, c, plainTo(t, w, post, "x"))
	if want := (Counts{Opened: 40, Reused: 1}); c.Counts() != want {
		t.Errorf("counts %+v, want %+v", c.Counts(), want)
	}
	if err := c.Warm(t.Context(), "nowhere", 1); err == nil {
		t.Error("warms nothing without an error")
	}
	w.close()
	if err := c.Warm(t.Context(), url, 41); err != nil {
		t.Errorf("enough are idle, and it says %v", err)
	}
	c.CloseIdleConnections()
	if err := c.Warm(t.Context(), url, 3); class(err) != "dial" || !strings.Contains(err.Error(), "3 of 3") {
		t.Errorf("got %v, want three dials refused", err)
	}
	noWriters(t)
}

func TestIdleConnectionsAreBounded(t *testing.T) {
	const senders = 8
	var all sync.WaitGroup
	all.Add(senders)
	w := newWorld(t, listen(t), func(p *peer, _ int) {
		p.request()
		all.Done()
		all.Wait() // so that none can have another's connection
		p.say(hello)
		p.untilGone()
	})
	c := newClient(t, Options{MaxIdle: 3})
	var group sync.WaitGroup
	for range senders {
		group.Go(func() {
			if answer, err := c.Do(plainTo(t, w, get, ""), time.Time{}); err != nil {
				t.Error(err)
			} else {
				answer.Release()
			}
		})
	}
	group.Wait()
	base := plainTo(t, w, get, "").Base
	if got := c.idleTo(base); got != 3 {
		t.Errorf("%d connections are idle, want 3", got)
	}
}

// echoPath answers with the request's path, so that answers that get into
// wrong hands are seen.
func echoPath(p *peer, _ int) {
	for head, ok := p.head(); ok; head, ok = p.head() {
		path := strings.Fields(head)[1]
		p.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(path), path))
	}
}

func TestEveryRequestGetsItsOwnAnswer(t *testing.T) {
	w := newWorld(t, listen(t), echoPath)
	c := newClient(t, Options{MaxIdle: 10})
	var group sync.WaitGroup
	for sender := range 30 {
		group.Go(func() {
			for n := range 30 {
				req := plainTo(t, w, get, "")
				req.Path = fmt.Sprintf("/%d/%d", sender, n)
				answer, err := c.Do(req, time.Now().Add(time.Minute))
				if err != nil {
					t.Error(err)
					return
				}
				if string(answer.Body) != req.Path {
					t.Errorf("%s is answered %q", req.Path, answer.Body)
				}
				answer.Release()
			}
		})
	}
	group.Wait()
	if got := c.Counts(); got.Opened+got.Reused != 900 {
		t.Errorf("%d opened and %d reused make 900 requests", got.Opened, got.Reused)
	}
}

func TestRequestsAllocateLittle(t *testing.T) {
	listener := listen(t)
	defer listener.Close()
	var server sync.WaitGroup
	defer server.Wait()
	server.Go(func() {
		if c, err := listener.Accept(); err == nil {
			answerAll(c) // allocates nothing itself
		}
	})
	c := newClient(t, Options{})
	defer c.CloseIdleConnections() // ends answerAll
	req, err := http.NewRequest(get, "http://"+listener.Addr().String()+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer x")
	for _, way := range []struct {
		name string
		send func() error
		most float64
	}{
		{"Send", func() error {
			answer, err := c.Send(req, time.Now().Add(time.Minute))
			if err == nil {
				answer.Release()
			}
			return err
		}, 3},
		{"RoundTrip", func() error {
			answer, err := c.RoundTrip(req)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, answer.Body)
			return errors.Join(err, answer.Body.Close())
		}, 8},
	} {
		got := testing.AllocsPerRun(300, func() {
			if err := way.send(); err != nil {
				t.Fatal(err)
			}
		})
		if got > way.most {
			t.Errorf("%s allocates %g times a request, at most %g are allowed", way.name, got, way.most)
		}
	}
}
