package known

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// paths notes what was asked for.
type paths struct {
	mu   sync.Mutex
	seen []string
}

func (p *paths) serve(path []byte, _ <-chan struct{}) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, string(path))
	if string(path) == "/bad" {
		return errors.New("not for me")
	}
	return nil
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// A client of the standard library is answered, on one connection.
func TestAClientIsAnswered(t *testing.T) {
	var p paths
	s := start(t, Options{Serve: p.serve, Body: `{"ok":true}`})
	for _, path := range []string{"/v24.0/1/messages", "/2?a=b"} {
		resp, err := http.Post(s.URL()+path, "application/json", strings.NewReader("0123456789"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || string(body) != `{"ok":true}` || resp.StatusCode != http.StatusOK {
			t.Errorf("%d %q, %v", resp.StatusCode, body, err)
		}
		resp.Body.Close()
	}
	if got := strings.Join(p.seen, " "); got != "/v24.0/1/messages /2?a=b" {
		t.Errorf("asked for %s", got)
	}
}

// A refused request and one that is none end the connection; the server goes on.
func TestBadRequestsEndTheirConnection(t *testing.T) {
	var p paths
	s := start(t, Options{Serve: p.serve})
	for _, text := range []string{
		"POST /bad HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "POST /1 HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"POST /2 HTTP/1.1\r\nContent-Length: many\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		if got, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
			t.Errorf("%q is answered %q", text, got)
		}
		conn.Close()
	}
}

// Close cuts waits.
func TestCloseCutsWaits(t *testing.T) {
	waiting := make(chan struct{}) // closed by the only request
	s, err := Listen(Options{Serve: func(_ []byte, stop <-chan struct{}) error {
		close(waiting)
		if !Wait(time.Now(), time.Hour, stop) {
			t.Error("an hour went by")
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1) // one answer
	go func() {
		_, err := http.Get(s.URL())
		failed <- err
	}()
	<-waiting
	s.Close()
	if <-failed == nil {
		t.Error("a request that was cut is answered")
	}
}

func TestAWaitIsCountedFromItsMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if Wait(began.Add(-time.Second), 3*time.Second, nil) || time.Since(began) != 2*time.Second {
			t.Errorf("waited %v", time.Since(began))
		}
		if Wait(began, 0, nil) || time.Since(began) != 2*time.Second {
			t.Error("nothing to wait for takes time")
		}
	})
}

// In the first part of each period a request waits for the stall's end.
func TestStalls(t *testing.T) {
	l := Fixed(5 * time.Millisecond)
	l.Stall = Stall{Every: time.Second, Length: 100 * time.Millisecond}
	for at, want := range map[time.Duration]time.Duration{
		0: 105, 40 * time.Millisecond: 65, 100 * time.Millisecond: 5, 999 * time.Millisecond: 5, 1099 * time.Millisecond: 6,
	} {
		if got := l.Draw(1, 1, at); got != want*time.Millisecond {
			t.Errorf("at %v: %v, want %vms", at, got, want)
		}
	}
}
