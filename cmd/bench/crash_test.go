//go:build crash

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wabench/fakeapi"
	"wabench/results"
)

// crashRate is the load of the runs that are killed, a second.
const crashRate = 200

// crashRun is a scenario whose target outlives it, so that somebody knows what
// it had done.
const crashRun = `version: 1
name: crash
targets:
  fake: {api: cloud, url: %q, version: v24.0, phone_number_id: %q, token: "${CRASH_TOKEN}"}
recipients: {range: 15550100000..15550109999}
messages: [{text: hello}]
load: {stages: [{hold: %d/s, for: 1m}]}
`

// kill -9 loses at most one interval, whenever it comes: twenty runs are killed
// at the arrival of a message that chance picks, from the first to those of the
// fourth second. What their target saw must be in the directory but for the
// last second.
func TestKilledAtAnyMomentARunLosesOneIntervalAtMost(t *testing.T) {
	for i := range 20 {
		chance := rand.New(rand.NewPCG(20, uint64(i)))
		last := 1 + chance.Int64N(4*crashRate)
		t.Run(fmt.Sprintf("message %d", last), func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			seen := killedRun(t, out, last)
			checkCrashed(t, filepath.Join(out, "latest"), seen)
		})
	}
}

// killedRun starts bench against a fake of this process, kills it when message
// last arrives, and returns how many came.
func killedRun(t *testing.T, out string, last int64) (seen int64) {
	fake := fakeapi.New(t, fakeapi.Options{Listen: fakeapi.NoListener})
	var came atomic.Int64
	reached := make(chan struct{})
	once := sync.OnceFunc(func() { close(reached) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if came.Add(1) >= last {
			once()
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	scenario := filepath.Join(out, "crash.yaml")
	source := fmt.Sprintf(crashRun, server.URL, fake.Info().PhoneNumberID, crashRate)
	if err := os.WriteFile(scenario, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	run, stderr := startBench(t, []string{"CRASH_TOKEN=" + fake.Info().Token}, nil, "run", scenario, "--out", out)
	select {
	case <-reached:
	case <-time.After(30 * time.Second):
		t.Errorf("message %d did not come", last)
	}
	if err := run.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := run.Wait(); err == nil || t.Failed() {
		t.Fatalf("ended with %v\n%s", err, stderr)
	}
	return came.Load()
}

// startBench starts this test's own binary as bench. It sends on progress,
// unless that is nil or full, whenever bench has told something.
func startBench(t *testing.T, environment []string, progress chan struct{}, args ...string) (*exec.Cmd, *talk) {
	t.Helper()
	run := exec.CommandContext(t.Context(), benchBinary(t), args...)
	run.Env = append(append(os.Environ(), "NO_COLOR=1"), environment...)
	told := &talk{progress: progress}
	run.Stdout, run.Stderr = told, told
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	return run, told
}

// talk keeps what a process says. It is a pointer, so that exec knows its two
// streams for one.
type talk struct {
	progress chan struct{}
	text     bytes.Buffer
}

func (t *talk) Write(p []byte) (int, error) {
	select {
	case t.progress <- struct{}{}:
	default:
	}
	return t.text.Write(p)
}

func (t *talk) String() string { return t.text.String() }

// checkCrashed checks that a directory reads, agrees with itself, and lacks at
// most one interval of what was seen.
func checkCrashed(t *testing.T, dir string, seen int64) {
	t.Helper()
	rec, err := results.Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	var sent, finished int64
	var last results.Point
	for _, p := range rec.Points {
		// An interval in which a block ends has two points.
		if p.Start < last.End && p.Start != last.Start {
			t.Errorf("a point begins at %v and the one before ends at %v", p.Start, last.End)
		}
		last, sent = p, sent+p.Sent
		for _, n := range p.Outcomes {
			finished += n
		}
	}
	// A tick may come a quarter late where other runs are killed at once.
	if lost := seen - sent; lost > crashRate*5/4 {
		t.Errorf("the target saw %d messages, the directory has %d", seen, sent)
	}
	var counted int64
	h, err := rec.Histogram("fake", "send.response")
	if h != nil {
		counted = h.Count()
	}
	if err != nil || counted != finished {
		t.Errorf("points have %d answers, the interval log %d (%v)", finished, counted, err)
	}
	if g := rec.Run.Generator; rec.Run.Complete || g.Verdict != results.Degraded || len(g.Reasons) != 1 {
		t.Errorf("complete %v, generator %+v", rec.Run.Complete, g)
	}
	var told bytes.Buffer
	e := systemEnv()
	e.stdout, e.stderr, e.args = &told, &told, []string{"report", dir}
	if code := execute(e); code != exitOK {
		t.Errorf("bench report exits %d\n%s", code, told.String())
	}
}
