package multiplex

import (
	"bufio"
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"wabench/internal/keepalive"
)

// serverRole makes the test binary the benchmarks' server, so that the CPU time
// counted is the client's alone.
const serverRole = "MULTIPLEX_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverRole) != "" {
		serveUntilEOF()
		return
	}
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		// A loop keeps its processor while it waits, and tests run side by side:
		// there must be others for the servers.
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 4)
	}
	os.Exit(m.Run())
}

// serveUntilEOF answers every request alike, over TLS, until its parent is gone.
func serveUntilEOF() {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		_, _ = io.WriteString(w, strings.Repeat("x", 186))
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	fmt.Println(s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startServer starts the server as a process of its own and returns its URL.
func startServer(b *testing.B) string {
	b.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), serverRole+"=1")
	stop, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stop.Close()
		_ = child.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// BenchmarkPaced is what a request costs where each comes when it is due, as in
// a run: 2000/s, by net/http, by goroutines of a Client's and by its Loop.
func BenchmarkPaced(b *testing.B) {
	url := startServer(b)
	base, err := keepalive.ParseBase(url)
	if err != nil {
		b.Fatal(err)
	}
	config := &tls.Config{InsecureSkipVerify: true} // its certificate is of the test's own making
	transport := &http.Transport{DisableCompression: true, TLSClientConfig: config, Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP2(true)
	defer transport.CloseIdleConnections()
	req := &keepalive.Request{
		Base: base, Method: post, Path: "/v24.0/106540352242922/messages",
		Header: http.Header{"Authorization": {"Bearer EAAJB000000000000000000000000000"}, "Content-Type": {"application/json"}},
		Body:   []byte(`{"messaging_product":"whatsapp","to":"15550100001","type":"text","text":{"body":"Your code is 123456"}}`),
	}
	b.Run("net-http", func(b *testing.B) {
		paced(b, inGoroutines(b, func() error { return tripped(transport, url, req) }))
	})
	client := New(Options{TLS: config})
	defer client.CloseIdleConnections()
	b.Run("goroutines", func(b *testing.B) {
		paced(b, inGoroutines(b, func() error { return done(client.Do, req) }))
	})
	l, err := New(Options{TLS: config}).NewLoop()
	if err != nil {
		b.Log(err) // elsewhere than on Linux
		return
	}
	defer l.Close()
	b.Run("loop", func(b *testing.B) {
		paced(b, pacing{
			send: func() {
				l.Go(func() {
					if err := done(l.Do, req); err != nil {
						b.Error(err)
					}
				})
			},
			wait: func(length time.Duration) { l.Sleep(length) },
			busy: func() bool { return l.Busy() > 0 },
		})
	})
}

// pacing is a way to send and to wait.
type pacing struct {
	send func()
	wait func(length time.Duration)
	busy func() bool
}

func paced(b *testing.B, p pacing) {
	b.ReportAllocs()
	const gap = 500 * time.Microsecond
	start, before := time.Now(), cpuTime(b)
	for i := range b.N {
		due := start.Add(time.Duration(i) * gap)
		for left := time.Until(due); left > 0; left = time.Until(due) {
			p.wait(left)
		}
		p.send()
	}
	for p.busy() {
		p.wait(time.Millisecond)
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/1e3, "cpu-µs/op")
}

func inGoroutines(b *testing.B, send func() error) pacing {
	var busy atomic.Int64
	return pacing{
		send: func() {
			busy.Add(1)
			go func() { // ends with the answer, which paced waits for
				defer busy.Add(-1)
				if err := send(); err != nil {
					b.Error(err)
				}
			}()
		},
		wait: time.Sleep,
		busy: func() bool { return busy.Load() > 0 },
	}
}

func done(do doer, req *keepalive.Request) error {
	answer, err := do(req, time.Now().Add(time.Minute))
	if err == nil {
		answer.Release()
	}
	return err
}

func tripped(rt http.RoundTripper, url string, r *keepalive.Request) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, url+r.Path, strings.NewReader(string(r.Body)))
	if err != nil {
		return err
	}
	req.Header = r.Header
	answer, err := rt.RoundTrip(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
