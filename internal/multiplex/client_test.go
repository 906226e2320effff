package multiplex

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	h2 "golang.org/x/net/http2"

	"wabench/internal/keepalive"
)

// manner is how a test's requests are made: each begins, and wait returns when
// all have ended.
type manner struct {
	name  string
	begin func(request func(do doer))
	wait  func()
	close func()
}

// manners returns both worlds of one client each.
func manners(t *testing.T, config *tls.Config) (clients []*Client, all []manner) {
	t.Helper()
	c := newTestClient(config)
	var group sync.WaitGroup
	clients = append(clients, c)
	all = append(all, manner{"goroutines", func(request func(doer)) { group.Go(func() { request(c.Do) }) }, group.Wait, c.CloseIdleConnections})
	looped := newTestClient(config)
	l, err := looped.NewLoop()
	if errors.Is(err, errors.ErrUnsupported) {
		return clients, all
	}
	if err != nil {
		t.Fatal(err)
	}
	clients = append(clients, looped)
	return clients, append(all, manner{
		"loop", func(request func(doer)) { l.Go(func() { request(l.Do) }) },
		func() {
			for l.Busy() > 0 {
				l.Sleep(time.Second)
			}
		},
		l.Close,
	})
}

func get(s *server) *keepalive.Request { return &keepalive.Request{Base: s.base(), Path: "/"} }

// hello makes a request and fails the test unless it hears hello.
func hello(t *testing.T, do doer, req *keepalive.Request) {
	answer, err := do(req, time.Time{})
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Release()
	if answer.Status != http.StatusOK || string(answer.Body) != "hello" {
		t.Errorf("heard %d %q", answer.Status, answer.Body)
	}
}

// Requests share a connection up to what its server allows; then there is
// another.
func TestRequestsShareConnections(t *testing.T) {
	const allowed = 4
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			together := make(chan struct{}) // closed when one more is under way than is allowed
			s := serve(t, func(p *peer, nth int) {
				p.greet(h2.Setting{ID: h2.SettingMaxConcurrentStreams, Val: allowed})
				stream, _ := p.request()
				if nth > 1 {
					close(together)
				}
				p.hello(stream) // after which the client knows how many it may have
				var streams [allowed]uint32
				for i := range streams {
					streams[i], _ = p.request()
				}
				<-together
				for _, stream := range streams {
					p.hello(stream)
				}
				p.untilGone()
			})
			m.begin(func(do doer) { hello(t, do, get(s)) })
			m.wait()
			for range allowed + 1 {
				m.begin(func(do doer) { hello(t, do, get(s)) })
			}
			m.wait()
			if c := clients[i].Counts(); s.opened() != 2 || c.Opened != 2 || c.Reused != allowed {
				t.Errorf("%d connections, %+v; want 2, and %d requests that were not the first", s.opened(), c, allowed)
			}
		})
	}
}

// A connection that says nothing while a request waits may be dead.
func TestASilentConnectionIsNotUsedAgain(t *testing.T) {
	_, all := manners(t, nil)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			s := serve(t, firstly(afterOne(func(p *peer) { p.request() })))
			m.begin(func(do doer) {
				hello(t, do, get(s))
				if _, err := do(get(s), time.Now().Add(brief)); class(err) != "timeout" {
					t.Errorf("got %v, want a time-out", err)
				}
				hello(t, do, get(s))
			})
			m.wait()
			if s.opened() != 2 {
				t.Errorf("%d connections, want 2", s.opened())
			}
		})
	}
}

func TestDeadlinesEndOneRequest(t *testing.T) {
	_, all := manners(t, nil)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			s := serve(t, func(p *peer, _ int) {
				p.greet()
				var slow uint32
				for stream, body := p.request(); stream != 0; stream, body = p.request() {
					if body == "slow" {
						slow = stream
						continue
					}
					p.hello(stream)
					if body == "late" {
						p.hello(slow) // which nobody waits for any more
					}
				}
			})
			over := make(chan struct{}) // closed when the slow one has ended
			m.begin(func(do doer) {
				req := get(s)
				req.Method, req.Body = post, []byte("slow")
				if _, err := do(req, time.Now().Add(brief)); class(err) != "timeout" {
					t.Errorf("got %v, want a time-out", err)
				}
				req = get(s)
				req.Method, req.Body = post, []byte("late")
				hello(t, do, req)
				close(over)
			})
			m.begin(func(do doer) { hello(t, do, get(s)) })
			m.wait()
			<-over
			m.begin(func(do doer) { hello(t, do, get(s)) })
			m.wait()
			if s.opened() > 2 { // the quick one may have been answered before the slow one was sent
				t.Errorf("%d connections", s.opened())
			}
		})
	}
}

func TestAnInterruptEndsEverything(t *testing.T) {
	cause := errors.New("that will do")
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			asked := make(chan struct{}, 2) // a word for each request
			s := serve(t, func(p *peer, _ int) {
				p.greet()
				for stream, _ := p.request(); stream != 0; stream, _ = p.request() {
					asked <- struct{}{}
				}
			})
			go func() { // ends when both requests are there
				<-asked
				<-asked
				clients[i].Interrupt(cause)
			}()
			for range 2 {
				m.begin(func(do doer) {
					if _, err := do(get(s), time.Time{}); !errors.Is(err, cause) {
						t.Errorf("got %v, want %v", err, cause)
					}
				})
			}
			m.wait()
			m.begin(func(do doer) {
				if _, err := do(get(s), time.Time{}); !errors.Is(err, cause) {
					t.Errorf("got %v after the interrupt, want %v", err, cause)
				}
			})
			m.wait()
			m.close()
			if n := len(clients[i].cuts); n > 0 {
				t.Errorf("%d connections are on record", n)
			}
		})
	}
}

func TestConnectionsAreOpenedAhead(t *testing.T) {
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			s := serve(t, always((*peer).hello))
			if err := clients[i].Warm(t.Context(), "http://"+s.base().Host+"/path", firstStreams+1); err != nil {
				t.Fatal(err)
			}
			if c := clients[i].Counts(); c.Opened != 2 {
				t.Errorf("%+v, want 2 opened for %d requests", c, firstStreams+1)
			}
			for range 3 {
				m.begin(func(do doer) { hello(t, do, get(s)) })
				m.wait()
			}
			if c := clients[i].Counts(); c.Opened != 2 || c.Reused != 2 {
				t.Errorf("%+v, want 2 opened, 2 reused", c)
			}
			m.close()
			clients[i].CloseIdleConnections()
		})
	}
	refused := newTestClient(nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := refused.Warm(t.Context(), "http://"+listener.Addr().String(), 1); class(err) != "dial" {
		t.Errorf("got %v, want a dial's error", err)
	}
}

// What was opened ahead and waited for too long may have been ended by its
// server.
func TestConnectionsThatWaitedTooLongAreNotUsed(t *testing.T) {
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			s := serve(t, always((*peer).hello))
			if err := clients[i].Warm(t.Context(), "http://"+s.base().Host, 1); err != nil {
				t.Fatal(err)
			}
			clients[i].site(s.base()).fresh[0].opened = time.Now().Add(-freshFor)
			m.begin(func(do doer) { hello(t, do, get(s)) })
			m.wait()
			if c := clients[i].Counts(); c.Opened != 2 {
				t.Errorf("%+v, want another opened", c)
			}
		})
	}
}

// Many that send at once, most of them for others.
func TestManyRequestsAtOnce(t *testing.T) {
	s, config := echo(t)
	base, err := keepalive.ParseBase(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, all := manners(t, config)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			for i := range 50 {
				m.begin(func(do doer) {
					for j := range 20 {
						want := fmt.Sprintf("message %d of %d", j, i)
						answer, err := do(&keepalive.Request{Base: base, Method: post, Path: "/", Body: []byte(want)}, time.Time{})
						if err != nil {
							t.Error(err)
							return
						}
						if string(answer.Body) != want {
							t.Errorf("heard %q, want %q", answer.Body, want)
						}
						answer.Release()
					}
				})
			}
			m.wait()
		})
	}
}

// What many dials at once would say is said once to all.
func TestDialErrorsAreToldToAll(t *testing.T) {
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			var dials atomic.Int64
			hold := make(chan struct{}) // closed when all wait for the dial
			clients[i].options.Dial = func(context.Context, string, string) (net.Conn, error) {
				dials.Add(1)
				<-hold
				return nil, errors.New("no way")
			}
			var waiting atomic.Int64
			const many = 5
			for range many {
				m.begin(func(do doer) {
					if waiting.Add(1) == many {
						close(hold)
					}
					if _, err := do(&keepalive.Request{Base: keepalive.Base{Host: "nowhere.example"}}, time.Time{}); class(err) != "dial" {
						t.Errorf("got %v, want a dial's error", err)
					}
				})
			}
			m.wait()
			if n := dials.Load(); n < 1 || n > many {
				t.Errorf("%d dials", n)
			}
		})
	}
}

func TestADialThatTakesTooLong(t *testing.T) {
	clients, all := manners(t, nil)
	for i, m := range all {
		t.Run(m.name, func(t *testing.T) {
			clients[i].options.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			m.begin(func(do doer) {
				_, err := do(&keepalive.Request{Base: keepalive.Base{Host: "nowhere.example"}}, time.Now().Add(brief))
				if class(err) != "dial" {
					t.Errorf("got %v, want a dial's error", err)
				}
			})
			m.wait()
			m.close()
			clients[i].Interrupt(errors.New("over")) // ends the dial
		})
	}
}

// echo is a server of net/http that says what it was sent.
func echo(t *testing.T, protocols ...string) (*httptest.Server, *tls.Config) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Protocol", r.Proto)
		_, _ = w.Write(body)
	}))
	s.TLS = &tls.Config{NextProtos: protocols}
	s.EnableHTTP2 = len(protocols) == 0
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, s.Client().Transport.(*http.Transport).TLSClientConfig
}

// Bodies beyond every window, many at once, over TLS.
func TestLargeBodiesComeThroughWhole(t *testing.T) {
	s, config := echo(t)
	base, err := keepalive.ParseBase(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, all := manners(t, config)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			for i := range 8 {
				m.begin(func(do doer) {
					body := []byte(strings.Repeat(fmt.Sprint(i), (i+1)*150_000))
					answer, err := do(&keepalive.Request{Base: base, Method: post, Path: "/", Body: body}, time.Time{})
					if err != nil {
						t.Error(err)
						return
					}
					defer answer.Release()
					kept := min(len(body), 1<<20)
					if answer.Length != int64(len(body)) || string(answer.Body) != string(body[:kept]) || answer.Header().Get("X-Protocol") != "HTTP/2.0" {
						t.Errorf("%d bytes came of %d, %d were kept, %v", answer.Length, len(body), len(answer.Body), answer.Header())
					}
				})
			}
			m.wait()
		})
	}
}

func TestAServerThatSpeaksNoHTTP2(t *testing.T) {
	for _, protocols := range [][]string{{"http/1.1"}, {"other"}} {
		s, config := echo(t, protocols...)
		for _, way := range ways(t, config) {
			req, err := http.NewRequest(http.MethodGet, s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if h := way.send(req, 0); h.Text != "tls" && h.Text != "dial" {
				t.Errorf("%s with a server of %v hears %q", way.name, protocols, h.Text)
			}
			way.idle()
		}
	}
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	s := serve(t, always((*peer).hello))
	c := newTestClient(nil)
	defer c.CloseIdleConnections()
	for name, change := range map[string]func(*keepalive.Request){
		"no host":         func(r *keepalive.Request) { r.Host = "" },
		"invalid host":    func(r *keepalive.Request) { r.Host = "a b" },
		"CONNECT":         func(r *keepalive.Request) { r.Method = http.MethodConnect },
		"invalid method":  func(r *keepalive.Request) { r.Method = "GE T" },
		"request path":    func(r *keepalive.Request) { r.Path = "/a b" },
		"header name":     func(r *keepalive.Request) { r.Header = http.Header{"X Y": {"1"}} },
		`of header "X"`:   func(r *keepalive.Request) { r.Header = http.Header{"X": {"a\r\nb"}} },
		"invalid charact": func(r *keepalive.Request) { r.Path = "/\n" },
	} {
		req := get(s)
		change(req)
		if _, err := c.Do(req, time.Time{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want a word of %q", err, name)
		}
	}
	hello(t, c.Do, get(s)) // the connection's state is as it was
	for name, req := range map[string]*http.Request{
		"nil request URL":             {},
		"unsupported protocol scheme": httptest.NewRequest(http.MethodGet, "ftp://test.example", nil),
	} {
		if _, err := c.RoundTrip(req); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want a word of %q", err, name)
		}
	}
}

func TestHeadersAreWrittenWithoutAllocations(t *testing.T) {
	s := serve(t, always((*peer).hello))
	c := newTestClient(nil)
	defer c.CloseIdleConnections()
	req := get(s)
	req.Header = http.Header{"Authorization": {"Bearer x"}, "Content-Type": {"application/json"}}
	hello(t, c.Do, req)
	a := newAnswer(c)
	k := c.site(s.base()).conns[0]
	got := testing.AllocsPerRun(100, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		a.begin(1, 100, req.Method, nil)
		k.writeHead(1, req, req.Host)
		k.out.waiting = k.out.waiting[:0]
	})
	if got > 0 {
		t.Errorf("%v allocations to write a request's headers, want none", got)
	}
}
