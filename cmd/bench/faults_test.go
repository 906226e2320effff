//go:build crash

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wabench/results"
)

// faultRun is a scenario of three seconds whose requests have half a second.
const faultRun = `version: 1
name: fault
targets:
  api: {api: cloud, url: %q, version: v24.0, phone_number_id: "1", token: "${CRASH_TOKEN}", timeout: 500ms}
recipients: {range: 15550100000..15550109999}
messages: [{text: hello}]
load: {stages: [{hold: %d/s, for: 3s}]}
gates: ["error_rate(send) <= 1%%"]
`

// What a target can do to us, over real sockets: each is classified as whose
// fault it is, ends in time, loses no interval, and the verdict tells it.
func TestFaultsOfATarget(t *testing.T) {
	for _, c := range []struct {
		name    string
		serve   func(t *testing.T, l net.Listener)
		classes string // of what failed
		ok      bool   // something went well too
	}{
		{"gone in mid-run", goneAfter(20), "network target_reset", true},
		{"never answers", eachConnection(silent), "target_timeout", false},
		{"answers garbage", eachConnection(garbage), "target_reset", false},
		{"a byte a second", eachConnection(dribble), "target_timeout", false},
		{"hangs up on every request", eachConnection(hangUp), "target_reset", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			c.serve(t, l)
			f := runAgainst(t, "http://"+l.Addr().String(), 20)
			f.check(t, exitGate, results.Valid, c.classes, c.ok)
		})
	}
}

// A name that no longer resolves is the network's fault: the first lookup
// finds this machine, the later ones find nothing, and every connection serves
// one request.
func TestFaultsOfNames(t *testing.T) {
	l := listen(t)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		accept(w)
	})}
	go serveUntilClosed(server, l)
	t.Cleanup(func() { _ = server.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	setResolver(t, func() bool { return asked.Add(1) <= 10 })
	runAgainst(t, "http://fading.localhost:"+port, 20).check(t, exitGate, results.Valid, "network", true)

	setResolver(t, func() bool { return false })
	f := runAgainst(t, "http://gone.localhost:"+port, 20)
	if f.code != exitFailed || !strings.Contains(f.told, "no such host") || !strings.Contains(f.told, "hint: ") || f.record != nil {
		t.Errorf("a name that is not known at the start: exit %d\n%s", f.code, f.told)
	}
}

// faulted is what a run against a faulty target left.
type faulted struct {
	code   int
	told   string
	record *results.Record // nil if there is none
}

// runAgainst runs the scenario in this process.
func runAgainst(t *testing.T, url string, rate int) faulted {
	t.Helper()
	dir := t.TempDir()
	scenario, out := filepath.Join(dir, "fault.yaml"), filepath.Join(dir, "results")
	if err := os.WriteFile(scenario, fmt.Appendf(nil, faultRun, url, rate), 0o600); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	e := systemEnv()
	e.stdout, e.stderr, e.args = &told, &told, []string{"run", scenario, "--out", out}
	e.lookup = func(string) (string, bool) { return "secret-token", true }
	f := faulted{code: execute(e)}
	f.told = told.String()
	if rec, err := results.Open(os.DirFS(filepath.Join(out, "latest"))); err == nil {
		f.record = rec
	}
	return f
}

// check checks a run's exit, verdict, classes and intervals.
func (f faulted) check(t *testing.T, code int, verdict, classes string, ok bool) {
	t.Helper()
	if f.code != code || f.record == nil {
		t.Fatalf("exit %d, want %d\n%s", f.code, code, f.told)
	}
	if took := f.record.Run.Ended.Sub(f.record.Run.Started); took > 10*time.Second {
		t.Errorf("took %v: three seconds of load and a timeout of half a second", took)
	}
	op := f.record.Run.Targets["api"].Ops["send"]
	failed := int64(0)
	for class, n := range op.Outcomes {
		if class != "ok" && !strings.Contains(classes, class) {
			t.Errorf("outcomes %v, want only %s", op.Outcomes, classes)
		}
		if class != "ok" {
			failed += n
		}
	}
	if failed == 0 || (op.Outcomes["ok"] > 0) != ok || op.Planned != op.Sent+op.Dropped {
		t.Errorf("planned %d, sent %d, dropped %d, outcomes %v", op.Planned, op.Sent, op.Dropped, op.Outcomes)
	}
	// On a busy machine a run is degraded too; invalid it is by our faults alone.
	if g := f.record.Run.Generator; (g.Verdict == results.Invalid) != (verdict == results.Invalid) {
		t.Errorf("generator %s: %v, want %s", g.Verdict, g.Reasons, verdict)
	}
	checkWhole(t, f.record)
}

// checkWhole checks that a record's intervals hold all that was sent, in order.
// A second in which nothing was sent or answered has none.
func checkWhole(t *testing.T, rec *results.Record) {
	t.Helper()
	var last results.Point
	var sent int64
	for _, p := range rec.Points {
		if p.Start < last.End && p.Start != last.Start {
			t.Errorf("an interval begins at %v and the one before ends at %v", p.Start, last.End)
		}
		last, sent = p, sent+p.Sent
	}
	for _, target := range rec.Run.Targets {
		if sent != target.Ops["send"].Sent {
			t.Errorf("%d sent, the intervals have %d", target.Ops["send"].Sent, sent)
		}
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// eachConnection serves every connection by f and closes them with the test.
func eachConnection(f func(ctx context.Context, c net.Conn)) func(*testing.T, net.Listener) {
	return func(t *testing.T, l net.Listener) {
		var serving sync.WaitGroup
		t.Cleanup(func() { _ = l.Close(); serving.Wait() })
		serving.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				serving.Go(func() {
					defer c.Close()
					defer context.AfterFunc(t.Context(), func() { _ = c.Close() })()
					f(t.Context(), c)
				})
			}
		})
	}
}

// silent reads and says nothing.
func silent(_ context.Context, c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// garbage answers each request with what is not HTTP.
func garbage(_ context.Context, c net.Conn) {
	if readRequest(c) {
		_, _ = io.WriteString(c, "\x16\x03\x01 220 smtp.example.com ready\r\n\r\n")
	}
}

// hangUp closes without an answer once a request has come.
func hangUp(_ context.Context, c net.Conn) { readRequest(c) }

// dribble answers a byte a second.
func dribble(ctx context.Context, c net.Conn) {
	if !readRequest(c) {
		return
	}
	for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") {
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

func readRequest(c net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err == nil {
		_, err = io.Copy(io.Discard, r.Body)
	}
	return err == nil
}

// goneAfter accepts so many messages; then the target's process is as if dead.
func goneAfter(n int64) func(*testing.T, net.Listener) {
	return func(t *testing.T, l net.Listener) {
		var came atomic.Int64
		server := &http.Server{}
		die := sync.OnceFunc(func() { go server.Close() })
		server.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if came.Add(1) > n {
				die()
			}
			accept(w)
		})
		go serveUntilClosed(server, l)
		t.Cleanup(func() { _ = server.Close() })
	}
}

func serveUntilClosed(s *http.Server, l net.Listener) {
	_ = s.Serve(l) // ErrServerClosed, once closed
}

// accept answers as the Cloud API does.
func accept(w io.Writer) {
	_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.HBgLMTU1NTAxMDAwMDAVAgARGBI1"}]}`)
}

// setResolver makes this process ask a name server of its own, which knows
// every name while known says so.
func setResolver(t *testing.T, known func() bool) {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { serveNames(server, known) })
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = before; _ = server.Close(); serving.Wait() })
}

// serveNames answers questions for addresses with 127.0.0.1, or that there is
// no such name (RFC 1035, 4.1).
func serveNames(server net.PacketConn, known func() bool) {
	const typeA, noSuchName = 1, 3
	packet := make([]byte, 512)
	for {
		n, from, err := server.ReadFrom(packet)
		if err != nil {
			return
		}
		// The question: labels up to an empty one, then type and class.
		end := 12 + bytes.IndexByte(packet[12:n], 0) + 5
		answer := bytes.Clone(packet[:end])
		answer[2], answer[3] = answer[2]|0x80, 0x80 // a response of one who knows all
		binary.BigEndian.PutUint32(answer[8:], 0)   // no other records
		binary.BigEndian.PutUint16(answer[6:], 0)   // no answers yet
		question := binary.BigEndian.Uint16(packet[end-4:])
		switch {
		case question != typeA:
		case known():
			binary.BigEndian.PutUint16(answer[6:], 1)
			answer = append(answer, 0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
		default:
			answer[3] |= noSuchName
		}
		_, _ = server.WriteTo(answer, from)
	}
}
