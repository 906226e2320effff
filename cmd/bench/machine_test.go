//go:build crash

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"wabench/results"
)

// slowRun is a scenario that needs a hundred connections for a while: its
// target takes two seconds.
const slowRun = `version: 1
name: slow
targets:
  api: {api: cloud, url: %q, version: v24.0, phone_number_id: "1", token: "${CRASH_TOKEN}", timeout: 5s}
recipients: {range: 15550100000..15550109999}
messages: [{text: hello}]
load: {stages: [{ramp: %s, for: 3s}]}
gates: ["error_rate(send) <= 1%%"]
`

// slowTarget accepts every message after two seconds.
func slowTarget(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-time.After(2 * time.Second)
		accept(w)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// With 64 descriptors the connections that find none are the generator's
// fault: the target's error rate stays clean, the run is invalid, and the
// directory is whole.
func TestDescriptorsExhausted(t *testing.T) {
	t.Parallel()
	f := runLimited(t, slowTarget(t), "1/s..60/s", "ulimit -n 64")
	f.check(t, exitInvalid, results.Invalid, "generator_fault", true)
	checkReasons(t, f, "descriptors")
}

// With ten ports, in a network of the test's own, it is the same.
func TestPortsExhausted(t *testing.T) {
	t.Parallel()
	f := runLimited(t, "http://127.0.0.1:7000", "1/s..20/s",
		"ip link set lo up", "echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range",
		`"$BENCH" fake --profile slow.yaml --listen 127.0.0.1:7000 --token secret-token --phone-number-id 1 --ready-file ready & fake=$!`,
		`trap 'kill $fake' EXIT`, "while ! test -s ready; do kill -0 $fake; done")
	f.check(t, exitInvalid, results.Invalid, "generator_fault", true)
	checkReasons(t, f, "ports")
}

// slowProfile is slowTarget for a network of its own.
const slowProfile = "name: slow\nextends: instant\ncloud:\n  accept: {model: constant, value: 2s}\n"

// runLimited runs the scenario in a shell that first does what limits it; a
// target at a fixed port gets a network namespace of its own.
func runLimited(t *testing.T, url, ramp string, limits ...string) faulted {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"slow.yaml": slowProfile, "scenario.yaml": fmt.Sprintf(slowRun, url, ramp)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script := "set -e\n" + strings.Join(limits, "\n") + "\n\"$BENCH\" run scenario.yaml --quiet --out results\n"
	shell := []string{"bash", "-c", script}
	if strings.HasSuffix(url, ":7000") {
		shell = append([]string{"unshare", "-n"}, shell...)
	}
	run := exec.CommandContext(t.Context(), shell[0], shell[1:]...)
	run.Dir, run.Env = dir, append(os.Environ(), "BENCH="+benchBinary(t), "CRASH_TOKEN=secret-token")
	told, err := run.CombinedOutput()
	f := faulted{code: run.ProcessState.ExitCode(), told: fmt.Sprintf("%s%v", told, err)}
	if rec, err := results.Open(os.DirFS(filepath.Join(dir, "results", "latest"))); err == nil {
		f.record = rec
	}
	return f
}

// benchBinary returns a name under which this test's binary is bench.
func benchBinary(t *testing.T) string {
	t.Helper()
	bench := filepath.Join(t.TempDir(), "bench")
	if err := os.Symlink(executable(t), bench); err != nil {
		t.Fatal(err)
	}
	return bench
}

func checkReasons(t *testing.T, f faulted, word string) {
	t.Helper()
	if reasons := strings.Join(f.record.Run.Generator.Reasons, "\n"); !strings.Contains(reasons, word) {
		t.Errorf("reasons %q do not speak of %s", reasons, word)
	}
}

// A process that is stopped for three seconds goes on where the schedule is by
// then: every message is accounted for, the wait stands in lateness, and the
// run is not valid and says why.
func TestStoppedForThreeSeconds(t *testing.T) {
	t.Parallel()
	rec := runStopped(t, strings.Replace(longRun, "for: 1m", "for: 8s", 1))
	op := rec.Run.Targets["fake"].Ops["send"]
	if op.Planned != 1600 || op.Planned != op.Sent+op.Dropped || op.Outcomes["ok"] != op.Sent {
		t.Errorf("planned %d, sent %d, dropped %d, outcomes %v", op.Planned, op.Sent, op.Dropped, op.Outcomes)
	}
	if op.Lateness.Max < 2*time.Second || op.Lateness.Max < op.Service.P50 {
		t.Errorf("lateness up to %v, median service %v: the stop is the generator's", op.Lateness.Max, op.Service.P50)
	}
	if g := rec.Run.Generator; g.Verdict == results.Valid || len(g.Reasons) == 0 || !rec.Run.Complete {
		t.Errorf("complete %v, generator %+v", rec.Run.Complete, g)
	}
	checkWhole(t, rec)
}

// heldRun has a target of another process than bench's, whose timeout is shorter
// than the stop. Arrivals are late, and dropped if by more than that; users are
// not, as they have no due moments.
const heldRun = `version: 1
name: held
targets:
  api: {api: cloud, url: %q, version: v24.0, phone_number_id: "1", token: "${CRASH_TOKEN}", timeout: 1s}
recipients: {range: 15550100000..15550109999}
messages: [{text: hello}]
load: {stages: [%s]}
`

// A target answers within milliseconds while bench is stopped for three seconds.
// None of its answers becomes a timeout, and none is slow: they are timed by when
// they arrived. The run says that it was stopped.
func TestStoppedWhileTheTargetAnswers(t *testing.T) {
	t.Parallel()
	for name, stages := range map[string]string{
		"in a loop":      "{hold: 200/s, for: 8s}",
		"by goroutines":  "{hold: 200/s, for: 8s}, {hold: 6000/s, for: 10ms}", // too much for a loop
		"users who wait": "{closed: {users: 10, think: 10ms}, for: 8s}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				<-time.After(20 * time.Millisecond)
				accept(w)
			}))
			defer server.Close()
			rec := runStopped(t, fmt.Sprintf(heldRun, server.URL, stages))
			op := rec.Run.Targets["api"].Ops["send"]
			if op.Outcomes["ok"]+op.Outcomes["generator_fault"] != op.Sent || op.Outcomes["generator_fault"] > 10 {
				t.Errorf("sent %d, outcomes %v", op.Sent, op.Outcomes)
			}
			if g := rec.Run.Generator; g.Verdict != results.Invalid || !strings.Contains(strings.Join(g.Reasons, "\n"), "this process did not run for") {
				t.Errorf("generator %+v", g)
			}
			if slow := op.Service.P99; slow > time.Second {
				t.Errorf("service p99 is %v", slow)
			}
			checkWhole(t, rec)
		})
	}
}

// runStopped runs a scenario that is stopped for three seconds after its first.
func runStopped(t *testing.T, source string) *results.Record {
	t.Helper()
	out := t.TempDir()
	scenario := filepath.Join(out, "stopped.yaml")
	if err := os.WriteFile(scenario, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	progress := make(chan struct{}, 1)
	run, told := startBench(t, []string{"CRASH_TOKEN=x"}, progress, "run", scenario, "--out", out)
	<-progress // the first second is over
	for _, signal := range []os.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := run.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if signal == syscall.SIGSTOP {
			<-time.After(3 * time.Second)
		}
	}
	_ = run.Wait() // how the run fared is looked at
	rec, err := results.Open(os.DirFS(filepath.Join(out, "latest")))
	if err != nil {
		t.Fatalf("%v\n%s", err, told)
	}
	return rec
}

// The first ^C ends the load and writes the report; a second one, while the
// run still waits for an answer, ends the process at once, and what was
// measured can be read.
func TestInterruptedOnceAndTwice(t *testing.T) {
	t.Parallel()
	for name, times := range map[string]int{"once": 1, "twice": 2} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			scenario := filepath.Join(out, "interrupted.yaml")
			if err := os.WriteFile(scenario, fmt.Appendf(nil, slowRun, slowTarget(t), "5/s..10/s"), 0o600); err != nil {
				t.Fatal(err)
			}
			progress := make(chan struct{}, 1)
			run, told := startBench(t, []string{"CRASH_TOKEN=x"}, progress, "run", scenario, "--out", out)
			<-progress // the first second is over, and no answer has come
			began := time.Now()
			for i := range times {
				if i > 0 {
					<-time.After(200 * time.Millisecond) // the first one has been heard
				}
				if err := run.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
			}
			_ = run.Wait() // how it ended is looked at
			status, _ := run.ProcessState.Sys().(syscall.WaitStatus)
			if times == 1 && run.ProcessState.ExitCode() != exitInterrupted {
				t.Errorf("exit %d, want %d\n%s", run.ProcessState.ExitCode(), exitInterrupted, told)
			}
			if times == 2 && (!status.Signaled() || status.Signal() != syscall.SIGINT || time.Since(began) > time.Second) {
				t.Errorf("ended by %v after %v, want by the second interrupt, at once\n%s", run.ProcessState, time.Since(began), told)
			}
			rec, err := results.Open(os.DirFS(filepath.Join(out, "latest")))
			if err != nil {
				t.Fatal(err)
			}
			if op := rec.Run.Targets["api"].Ops["send"]; rec.Run.Complete || op == nil || op.Sent < 4 {
				t.Errorf("complete %v, %+v", rec.Run.Complete, op)
			}
		})
	}
}

// A disk that fills up ends a run with a message and 1, and what was written
// before can be read; one that is full from the start gets nothing.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for size, sent := range map[string]bool{"40k": true, "4k": false} {
		t.Run(size, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "long.yaml"), []byte(longRun), 0o600); err != nil {
				t.Fatal(err)
			}
			// The disk is gone with its mount namespace, so it is looked at inside.
			script := "mkdir disk && mount -t tmpfs -o size=" + size + ` none disk && set +e
"$BENCH" run long.yaml --quiet --out disk/results; code=$?
rm -f disk/results/latest/report.html
"$BENCH" report disk/results/latest -o report.html; echo "report exits $?"
cp -r disk/results copy; exit $code
`
			run := exec.CommandContext(t.Context(), "unshare", "-m", "bash", "-ec", script)
			run.Dir, run.Env = dir, append(os.Environ(), "BENCH="+benchBinary(t))
			var told bytes.Buffer
			run.Stdout, run.Stderr = &told, &told
			_ = run.Run() // its exit code is looked at
			if code := run.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(told.String(), "no space left on device") {
				t.Errorf("exit %d\n%s", code, told.String())
			}
			if strings.Count(told.String(), "bench: ") > 2 || !strings.Contains(told.String(), "hint: ") {
				t.Errorf("not one clear message with a hint:\n%s", told.String())
			}
			if sent != strings.Contains(told.String(), "report exits 0") {
				t.Errorf("readable: want %v\n%s", sent, told.String())
			}
			checkNothingHalfWritten(t, filepath.Join(dir, "copy"), sent)
		})
	}
}

// checkNothingHalfWritten checks that what is in a results directory reads,
// and holds what was sent if anything was.
func checkNothingHalfWritten(t *testing.T, dir string, sent bool) {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(dir, "*-*"))
	if err != nil || (len(runs) > 0) != sent {
		t.Fatalf("runs %v: %v", runs, err)
	}
	for _, run := range runs {
		rec, err := results.Open(os.DirFS(run))
		if err != nil {
			t.Fatal(err)
		}
		if op := rec.Run.Targets["fake"].Ops["send"]; op == nil || op.Sent < 200 || rec.Run.Complete {
			t.Errorf("complete %v, %+v", rec.Run.Complete, op)
		}
	}
	hidden, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
	if err != nil || len(hidden) > 0 {
		t.Errorf("left behind: %v, %v", hidden, err)
	}
}
