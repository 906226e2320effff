package keepalive

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// serverRole makes the test binary the benchmarks' server, so that the CPU time
// counted is the client's alone.
const serverRole = "KEEPALIVE_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverRole) != "" {
		serveUntilEOF(os.Stdin, os.Stdout)
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

// sendAnswer and sendBody are about what a platform and its client say.
const (
	sendAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nDate: Mon, 02 Jan 2006 15:04:05 GMT\r\n" +
		"Facebook-API-Version: v24.0\r\nX-Fb-Request-Id: AbCdEfGhIjKlMnOpQrStUv\r\nContent-Length: 186\r\n\r\n"
	sendBody = `{"messaging_product":"whatsapp","to":"15550100001","type":"text","text":{"body":"Your code is 123456"}}`
)

// serveUntilEOF answers every request alike until its parent is gone.
func serveUntilEOF(in io.Reader, out io.Writer) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(out, err)
		return
	}
	fmt.Fprintln(out, listener.Addr())
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go answerAll(c)
		}
	}()
	_, _ = io.Copy(io.Discard, in)
}

func answerAll(c net.Conn) {
	defer c.Close()
	answer := []byte(sendAnswer + strings.Repeat("x", 186))
	requests := bufio.NewReader(c)
	for {
		length := 0
		for {
			line, err := requests.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) == 2 {
				break
			}
			if n, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				for _, digit := range bytes.TrimSpace(n) {
					length = length*10 + int(digit-'0')
				}
			}
		}
		if _, err := requests.Discard(length); err != nil {
			return
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
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
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(address)
}

// sender sends one message; a client's way to do it.
type sender func(b *testing.B) error

func newPost(b *testing.B, url string) *http.Request {
	req, err := http.NewRequest("POST", url+"/v24.0/106540352242922/messages", strings.NewReader(sendBody))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer EAAJB000000000000000000000000000")
	req.Header.Set("Content-Type", "application/json")
	return req
}

// tripped sends with a RoundTripper, in a context like the engine's.
func tripped(rt http.RoundTripper, url string, parent context.Context, timeout time.Duration) sender {
	return func(b *testing.B) error {
		req := newPost(b, url)
		if timeout > 0 {
			ctx, cancel := context.WithTimeout(parent, timeout)
			defer cancel()
			req = req.WithContext(ctx)
		}
		answer, err := rt.RoundTrip(req)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
}

func BenchmarkClients(b *testing.B) {
	url := startServer(b)
	base, err := ParseBase(url)
	if err != nil {
		b.Fatal(err)
	}
	run, cancel := context.WithCancel(b.Context())
	defer cancel()
	client := New(Options{MaxIdle: 1000})
	transport := &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000, DisableCompression: true}
	defer transport.CloseIdleConnections()
	defer client.CloseIdleConnections()
	header := newPost(b, url).Header
	plain := &Request{Base: base, Method: "POST", Path: "/v24.0/106540352242922/messages", Header: header, Body: []byte(sendBody)}
	for _, way := range []struct {
		name string
		send sender
	}{
		{"nothing", func(b *testing.B) error { newPost(b, url); return nil }},
		{"transport", tripped(transport, url, run, 0)},
		{"transport-timeout", tripped(transport, url, run, time.Minute)},
		{"roundtrip", tripped(client, url, run, 0)},
		{"roundtrip-timeout", tripped(client, url, run, time.Minute)},
		{"send", func(b *testing.B) error {
			answer, err := client.Send(newPost(b, url), time.Now().Add(time.Minute))
			if err == nil {
				answer.Release()
			}
			return err
		}},
		{"do", func(*testing.B) error {
			answer, err := client.Do(plain, time.Now().Add(time.Minute))
			if err == nil {
				answer.Release()
			}
			return err
		}},
	} {
		for _, senders := range []int{1, 50} {
			b.Run(fmt.Sprintf("%s/%d", way.name, senders), func(b *testing.B) { measureSender(b, way.send, senders) })
		}
	}
}

// measureSender sends b.N messages from several goroutines and reports the
// process's CPU time for each.
func measureSender(b *testing.B, send sender, senders int) {
	b.ReportAllocs()
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan error, senders) // one each
	before := cpuTime(b)
	for range senders {
		go func() {
			for left.Add(-1) >= 0 {
				if err := send(b); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range senders {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
}

func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
