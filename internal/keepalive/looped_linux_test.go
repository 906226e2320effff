package keepalive

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// looped is a loop with what it sends to.
type looped struct {
	*Loop
	client *Client
	base   Base
	most   atomic.Int64 // requests that the server had at once
}

// loopTo returns a loop and a server that answers when it is told to.
func loopTo(t *testing.T, o Options, answer func(*http.Request)) *looped {
	t.Helper()
	l := &looped{client: New(o)}
	var now atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for most := l.most.Load(); n > most && !l.most.CompareAndSwap(most, n); most = l.most.Load() {
			continue
		}
		body, _ := io.ReadAll(r.Body)
		answer(r)
		now.Add(-1)
		_, _ = w.Write(body)
	}))
	var err error
	if l.base, err = ParseBase(server.URL); err != nil {
		t.Fatal(err)
	}
	if l.Loop, err = l.client.NewLoop(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		l.client.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	return l
}

// post begins a request; then is told how it ended.
func (l *looped) post(body string, deadline time.Time, then func(body string, err error)) {
	l.Go(func() {
		answer, err := l.Do(&Request{Base: l.base, Method: http.MethodPost, Path: "/", Body: []byte(body)}, deadline)
		if err != nil {
			then("", err)
			return
		}
		defer answer.Release()
		then(string(answer.Body), nil)
	})
}

// drain lets all works end.
func (l *looped) drain() {
	for l.Busy() > 0 {
		l.Sleep(time.Second)
	}
}

func TestALoopHasManyRequestsUnderWay(t *testing.T) {
	const many = 50
	all := make(chan struct{}) // closed when the server has seen so many
	var seen atomic.Int64
	l := loopTo(t, Options{}, func(*http.Request) {
		if seen.Add(1) == many {
			close(all)
		}
		<-all
	})
	for range 2 { // the second time on the same connections, and nobody waits
		got := 0
		for range many {
			l.post("hello", time.Time{}, func(body string, err error) {
				if err != nil || body != "hello" {
					t.Errorf("heard %q, %v", body, err)
				}
				got++
			})
		}
		if l.drain(); got != many {
			t.Fatalf("%d of %d ended", got, many)
		}
	}
	if c := l.client.Counts(); l.most.Load() != many || c.Opened != many || c.Reused != many {
		t.Errorf("%d at once, %+v; want %d at once on as many connections, used twice", l.most.Load(), c, many)
	}
}

func TestALoopTakesOverTheClientsConnections(t *testing.T) {
	l := loopTo(t, Options{}, func(*http.Request) {})
	if err := l.client.Warm(t.Context(), "http://"+l.base.Host, 3); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		l.post("hello", time.Time{}, func(_ string, err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}
	if l.drain(); l.client.Counts() != (Counts{Opened: 3, Reused: 3}) {
		t.Errorf("%+v, want the three that were there", l.client.Counts())
	}
}

func TestADeadlineEndsOneRequestOfALoop(t *testing.T) {
	release := make(chan struct{}) // closed when the late one has been given up
	l := loopTo(t, Options{}, func(*http.Request) { <-release })
	l.post("late", time.Now().Add(brief), func(_ string, err error) {
		if !isTimeout(err) {
			t.Errorf("%v, want a timeout", err)
		}
		close(release)
	})
	l.post("in time", time.Now().Add(time.Minute), func(body string, err error) {
		if err != nil || body != "in time" {
			t.Errorf("heard %q, %v", body, err)
		}
	})
	l.drain()
	<-release
}

func TestALoopIsInterrupted(t *testing.T) {
	begun := make(chan struct{}, 3)
	release := make(chan struct{})
	l := loopTo(t, Options{}, func(*http.Request) { begun <- struct{}{}; <-release })
	defer close(release)
	cause := errors.New("that will do")
	ended := 0
	for range 3 {
		l.post("hello", time.Time{}, func(_ string, err error) {
			if !errors.Is(err, cause) {
				t.Errorf("%v, want the cause", err)
			}
			ended++
		})
	}
	go func() {
		for range 3 {
			<-begun
		}
		l.client.Interrupt(cause)
	}()
	if l.drain(); ended != 3 {
		t.Errorf("%d of 3 ended", ended)
	}
}

// A large body and a slow dial are done apart, and hold up nobody.
func TestWhatWaitsInOtherWaysIsDoneApart(t *testing.T) {
	answered := make(chan struct{}) // closed when the quick one is
	dials := 0
	l := loopTo(t, Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dials++; dials > 1 {
			<-answered
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}, func(*http.Request) {})
	if err := l.client.Warm(t.Context(), "http://"+l.base.Host, 1); err != nil {
		t.Fatal(err)
	}
	var order []string
	note := func(name string) func(string, error) {
		return func(body string, err error) {
			if err != nil || !strings.HasPrefix(body, name) {
				t.Errorf("%s: heard %.20q, %v", name, body, err)
			}
			if order = append(order, name); name == "quick" {
				close(answered)
			}
		}
	}
	l.post("quick", time.Time{}, note("quick")) // on the connection that is there
	l.post("slow", time.Time{}, note("slow"))
	if l.drain(); strings.Join(order, " ") != "quick slow" {
		t.Errorf("ended as %q", order)
	}
	l.post("large"+strings.Repeat("x", 2*smallBody), time.Time{}, note("large"))
	l.drain()
}

func TestALoopSleepsNoLessThanItSays(t *testing.T) {
	l := loopTo(t, Options{}, func(*http.Request) {})
	for range 20 {
		start := time.Now()
		const nap = 300 * time.Microsecond
		for !l.Sleep(nap - time.Since(start)) {
			continue
		}
		if slept := time.Since(start); slept < nap {
			t.Errorf("slept %v of %v", slept, nap)
		}
	}
}

// An idle connection that the server closes is forgotten before it is used.
func TestALoopNoticesThatAServerLeft(t *testing.T) {
	listener := listen(t)
	leave := make(chan struct{}, 2)
	w := newWorld(t, listener, func(p *peer, _ int) {
		p.request()
		p.say(hello)
		<-leave
	})
	defer w.close()
	l := &looped{client: New(Options{})}
	var err error
	if l.Loop, err = l.client.NewLoop(); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.base = Base{Host: listener.Addr().String()}
	for range 2 {
		l.post("x", time.Time{}, func(body string, err error) {
			if err != nil || body != "hello" {
				t.Errorf("heard %q, %v", body, err)
			}
		})
		l.drain()
		leave <- struct{}{}
		for len(l.idle[l.base].conns) > 0 {
			l.Sleep(time.Second)
		}
	}
	if w.opened() != 2 {
		t.Errorf("%d connections, want 2", w.opened())
	}
}

func TestALoopNeedsSockets(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	l := loopTo(t, Options{Dial: func(context.Context, string, string) (net.Conn, error) { return here, nil }}, func(*http.Request) {})
	l.post("x", time.Time{}, func(_ string, err error) {
		if err == nil || !strings.Contains(err.Error(), "a loop needs TCP") {
			t.Errorf("%v", err)
		}
	})
	l.drain()
}

func TestAClosedLoopLeavesNothingOpen(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	l := loopTo(t, Options{}, func(*http.Request) {})
	second, err := l.client.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	before := count()
	own := looped{Loop: second, client: l.client, base: l.base}
	own.post("x", time.Time{}, func(_ string, err error) {
		if err != nil {
			t.Error(err)
		}
	})
	own.drain()
	own.Close()
	l.client.mu.Lock()
	left := len(l.client.ends)
	l.client.mu.Unlock()
	// The server's end of the connection may still be open: 3 were the loop's.
	if after := count(); after > before-3+1 || left != 0 {
		t.Errorf("%d descriptors, then %d; %d connections are on record", before, after, left)
	}
}
