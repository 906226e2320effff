package keepalive

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// These tests run in virtual time, over pipes: whatever is left running when
// one ends fails it.

// errEnough is why a context or a run ends in these tests.
var errEnough = errors.New("enough")

// piped returns a client of a server that serves each connection over a pipe.
func piped(t *testing.T, options Options, serve func(c net.Conn, requests *bufio.Reader, nth int)) (*Client, *Request) {
	t.Helper()
	var group sync.WaitGroup
	var mu sync.Mutex
	var ends []io.Closer
	options.Dial = func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		mu.Lock()
		defer mu.Unlock()
		ends = append(ends, far)
		nth := len(ends)
		group.Go(func() {
			defer far.Close()
			serve(far, bufio.NewReader(far), nth)
		})
		return near, nil
	}
	c := New(options)
	t.Cleanup(func() {
		c.CloseIdleConnections()
		for _, end := range ends {
			end.Close()
		}
		group.Wait()
	})
	return c, &Request{Base: Base{Host: "test.example"}, Method: post, Body: []byte("x")}
}

// took reads one request, if there is one.
func took(requests *bufio.Reader) bool {
	req, err := http.ReadRequest(requests)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err == nil
}

// slowly answers after a while.
func slowly(after time.Duration) func(net.Conn, *bufio.Reader, int) {
	return func(c net.Conn, requests *bufio.Reader, _ int) {
		for took(requests) {
			<-time.After(after)
			_, _ = io.WriteString(c, hello)
		}
	}
}

// inBubble runs a test in virtual time. Its cleanups must come before the
// bubble ends, so they are a subtest's.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

func TestADeadlineIsKeptToTheNanosecond(t *testing.T) {
	dripping := func(c net.Conn, requests *bufio.Reader, _ int) {
		took(requests)
		for i := range hello {
			<-time.After(time.Second)
			if _, err := io.WriteString(c, hello[i:i+1]); err != nil {
				return
			}
		}
	}
	silent := func(_ net.Conn, requests *bufio.Reader, _ int) {
		for took(requests) {
		}
	}
	deaf := func(c net.Conn, _ *bufio.Reader, _ int) { <-time.After(time.Hour); c.Close() }
	for name, serve := range map[string]func(net.Conn, *bufio.Reader, int){"dripping": dripping, "silent": silent, "deaf": deaf} {
		for _, size := range []int{1, 1 << 20} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					c, req := piped(t, Options{}, serve)
					req.Body = make([]byte, size)
					start := time.Now()
					_, err := c.Do(req, start.Add(30*time.Second))
					if class(err) != "timeout" || time.Since(start) != 30*time.Second {
						t.Errorf("got %v after %v, want a timeout after 30s", err, time.Since(start))
					}
				})
			})
		}
	}
}

func TestASlowAnswerIsHeardOut(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, req := piped(t, Options{}, func(c net.Conn, requests *bufio.Reader, _ int) {
			for took(requests) {
				for i := range hello {
					<-time.After(time.Second)
					_, _ = io.WriteString(c, hello[i:i+1])
				}
			}
		})
		for range 2 { // the first deadline is over when the second request is sent
			start := time.Now()
			answer, err := c.Do(req, start.Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			if string(answer.Body) != "hello" || time.Since(start) != time.Duration(len(hello))*time.Second {
				t.Errorf("got %q after %v", answer.Body, time.Since(start))
			}
			answer.Release()
			<-time.After(time.Hour)
		}
		if want := (Counts{Opened: 1, Reused: 1}); c.Counts() != want {
			t.Errorf("counts %+v, want %+v", c.Counts(), want)
		}
	})
}

func TestAContextEndsARequestForItsOwnReason(t *testing.T) {
	for name, begin := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			timer := time.AfterFunc(time.Second, func() { cancel(errEnough) })
			return ctx, func() { timer.Stop() }
		},
		"out of time": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, time.Second, errEnough)
		},
	} {
		for phase, serve := range map[string]func(net.Conn, *bufio.Reader, int){
			"before the head": slowly(time.Hour),
			"in the body": func(c net.Conn, requests *bufio.Reader, _ int) {
				took(requests)
				_, _ = io.WriteString(c, hello[:len(hello)-1])
				_, _ = io.Copy(io.Discard, requests)
			},
		} {
			t.Run(name+" "+phase, func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					c, _ := piped(t, Options{}, serve)
					ctx, cancel := begin(t.Context())
					defer cancel()
					start := time.Now()
					err := trip(ctx, c)
					if !errors.Is(err, errEnough) || time.Since(start) != time.Second {
						t.Errorf("got %v after %v, want enough after 1s", err, time.Since(start))
					}
					if err := trip(ctx, c); !errors.Is(err, errEnough) {
						t.Errorf("a request in a context that is over: %v", err)
					}
					if got := c.Counts().Opened; got != 1 {
						t.Errorf("%d connections were opened, want 1", got)
					}
					<-time.After(2 * time.Hour) // the server's pause
				})
			})
		}
	}
}

// trip is a round trip with the body.
func trip(ctx context.Context, c *Client) error {
	req, err := http.NewRequestWithContext(ctx, post, "http://test.example", strings.NewReader("x"))
	if err != nil {
		return err
	}
	answer, err := c.RoundTrip(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func TestAContextThatEndsLaterLeavesTheConnectionAlone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, _ := piped(t, Options{}, slowly(0))
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			if err := trip(ctx, c); err != nil {
				t.Error(err)
			}
			cancel()
			synctest.Wait()
		}
		if want := (Counts{Opened: 1, Reused: 2}); c.Counts() != want {
			t.Errorf("counts %+v, want %+v", c.Counts(), want)
		}
	})
}

func TestAnInterruptEndsEverything(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, req := piped(t, Options{}, slowly(time.Hour))
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if _, err := c.Do(req, time.Now().Add(time.Minute)); !errors.Is(err, errEnough) {
					t.Errorf("a request under way ends with %v", err)
				}
			})
			group.Go(func() {
				if err := trip(t.Context(), c); !errors.Is(err, errEnough) {
					t.Errorf("a round trip under way ends with %v", err)
				}
			})
		}
		<-time.After(time.Second)
		start := time.Now()
		c.Interrupt(errEnough)
		c.Interrupt(io.EOF) // changes nothing
		group.Wait()
		if _, err := c.Do(req, time.Time{}); !errors.Is(err, errEnough) {
			t.Errorf("a later request ends with %v", err)
		}
		if time.Since(start) != 0 {
			t.Errorf("it took %v", time.Since(start))
		}
		<-time.After(2 * time.Hour) // the servers' pause
	})
}

func TestADialEndsInTime(t *testing.T) {
	hanging := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for name, end := range map[string]func(c *Client) (func() error, string){
		"the client's": func(c *Client) (func() error, string) {
			c.options.DialTimeout = time.Second
			return func() error { _, err := c.Do(&Request{Base: Base{Host: "x"}}, time.Time{}); return err }, "dial"
		},
		"the request's": func(c *Client) (func() error, string) {
			return func() error {
				_, err := c.Do(&Request{Base: Base{Host: "x"}}, time.Now().Add(time.Second))
				return err
			}, "dial"
		},
		"the context's": func(c *Client) (func() error, string) {
			return func() error {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				return trip(ctx, c)
			}, "timeout"
		},
		"an interrupt's": func(c *Client) (func() error, string) {
			time.AfterFunc(time.Second, func() { c.Interrupt(context.Canceled) })
			return func() error { return trip(context.Background(), c) }, "canceled"
		},
		"a warming's": func(c *Client) (func() error, string) {
			return func() error {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				return c.Warm(ctx, "http://test.example", 3)
			}, "timeout"
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				c := New(Options{Dial: hanging})
				send, want := end(c)
				start := time.Now()
				if err := send(); class(err) != want || time.Since(start) != time.Second {
					t.Errorf("got %v (%s) after %v, want %s after 1s", err, class(err), time.Since(start), want)
				}
			})
		})
	}
}

func TestAHandshakeEndsInTime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, req := piped(t, Options{DialTimeout: time.Second, TLS: &tls.Config{InsecureSkipVerify: true}},
			func(c net.Conn, requests *bufio.Reader, _ int) { _, _ = io.Copy(io.Discard, requests) })
		req.Secure = true
		start := time.Now()
		if _, err := c.Do(req, start.Add(time.Minute)); class(err) != "timeout" || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want a timeout after 1s", err, time.Since(start))
		}
	})
}

func TestIdleConnectionsGrowOld(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, req := piped(t, Options{IdleTimeout: time.Minute}, slowly(time.Second))
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if answer, err := c.Do(req, time.Time{}); err != nil {
					t.Error(err)
				} else {
					answer.Release()
				}
			})
			synctest.Wait()
		}
		group.Wait()
		for range 61 { // one connection is in use; the others grow old and go
			mustDo(t, c, req)
		}
		if got := c.idleTo(req.Base); got != 1 {
			t.Errorf("%d connections are idle, want the one in use", got)
		}
		<-time.After(time.Minute)
		mustDo(t, c, req)
		if want := (Counts{Opened: 4, Reused: 61}); c.Counts() != want {
			t.Errorf("counts %+v, want %+v", c.Counts(), want)
		}
	})
}

func TestABodyMayBeClosedWhileItIsRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, _ := piped(t, Options{}, func(c net.Conn, requests *bufio.Reader, _ int) {
			took(requests)
			_, _ = io.WriteString(c, hello[:len(hello)-1])
			_, _ = io.Copy(io.Discard, requests)
		})
		req, err := http.NewRequest(get, "http://test.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		group.Go(func() {
			if body, err := io.ReadAll(answer.Body); err == nil || string(body) != "hell" {
				t.Errorf("read %q, %v", body, err)
			}
		})
		synctest.Wait()
		for range 2 {
			if err := answer.Body.Close(); err != nil {
				t.Error(err)
			}
		}
		group.Wait()
		if _, err := answer.Body.Read(make([]byte, 1)); !errors.Is(err, http.ErrBodyReadAfterClose) {
			t.Errorf("a read after the end: %v", err)
		}
		if len(c.ends) != 0 {
			t.Error("the connection is kept")
		}
	})
}

func TestABodyClosedEarlyCostsTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c, req := piped(t, Options{}, slowly(0))
		tripped, err := http.NewRequest(get, "http://test.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.RoundTrip(tripped)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
		mustDo(t, c, req)
		if want := (Counts{Opened: 2}); c.Counts() != want {
			t.Errorf("counts %+v, want %+v", c.Counts(), want)
		}
	})
}
