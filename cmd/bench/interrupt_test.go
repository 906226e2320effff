package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wabench/results"
)

// longRun is a scenario of a minute at 200/s.
const longRun = `version: 1
name: long
targets:
  fake: {api: cloud, fake: instant}
recipients: {range: 15550100000..15550109999}
messages: [{text: hello}]
load: {stages: [{hold: 200/s, for: 1m}]}
webhooks: {wait: 5s}
`

// A run that is interrupted ends with 130 and a directory that reads like any
// other, up to the moment.
func TestInterruptExits130WithAReadableDirectory(t *testing.T) {
	dir := t.TempDir()
	scenario := filepath.Join(dir, "long.yaml")
	if err := os.WriteFile(scenario, []byte(longRun), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	e := systemEnv()
	e.args = []string{"run", scenario, "--out", filepath.Join(dir, "results")}
	e.stdout = &stdout
	ctx, interrupt := context.WithCancel(t.Context())
	e.stderr = writerFunc(func(p []byte) (int, error) {
		if stderr.Write(p); strings.Contains(stderr.String(), "\n2s ") {
			interrupt() // after the second interval
		}
		return len(p), nil
	})
	e.interrupted = func(context.Context) (context.Context, context.CancelFunc) { return ctx, interrupt }
	if code := execute(e); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d\n%s", code, exitInterrupted, stderr.String())
	}
	rec, err := results.Open(os.DirFS(filepath.Join(dir, "results", "latest")))
	if err != nil {
		t.Fatal(err)
	}
	op := rec.Run.Targets["fake"].Ops["send"]
	if rec.Run.Complete || op.Sent < 200 || op.Planned != op.Sent+op.Dropped || op.Planned != 12000 {
		t.Errorf("complete %v, planned %d, sent %d, dropped %d", rec.Run.Complete, op.Planned, op.Sent, op.Dropped)
	}
	if !strings.Contains(stdout.String(), "report.html") {
		t.Errorf("no report of what was measured:\n%s", stdout.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// kill -9 at any moment loses at most the interval under way.
func TestKilledRunsAreReadable(t *testing.T) {
	dir := t.TempDir()
	scenario := filepath.Join(dir, "long.yaml")
	if err := os.WriteFile(scenario, []byte(longRun), 0o600); err != nil {
		t.Fatal(err)
	}
	bench := filepath.Join(dir, "bench")
	if err := os.Symlink(executable(t), bench); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		out := t.TempDir()
		run := exec.CommandContext(t.Context(), bench, "run", scenario, "--out", out)
		run.Env = append(os.Environ(), "TESTSCRIPT_COMMAND=bench")
		stderr, err := run.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(stderr)
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "2s ") {
			continue
		}
		if err := run.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = run.Wait() // it was killed
		rec, err := results.Open(os.DirFS(filepath.Join(out, "latest")))
		if err != nil {
			t.Fatal(err)
		}
		if op := rec.Run.Targets["fake"].Ops["send"]; rec.Run.Complete || op == nil || op.Sent < 150 || op.Response == nil {
			t.Errorf("complete %v, op %+v: want at least the first interval", rec.Run.Complete, op)
		}
		e := systemEnv()
		e.stdout, e.args = &bytes.Buffer{}, []string{"report", filepath.Join(out, "latest")}
		if code := execute(e); code != exitOK {
			t.Errorf("bench report of a killed run exits %d", code)
		}
	}
}

func executable(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// Secrets reach neither the run directory nor the terminal.
func TestSecretsStayOut(t *testing.T) {
	const secret = "EAAverySecretToken42"
	dir := t.TempDir()
	scenario := filepath.Join(dir, "secret.yaml")
	source := strings.Replace(longRun, "{api: cloud, fake: instant}", "{api: cloud, fake: instant, token: \"${SECRET_TOKEN}\"}", 1)
	source = strings.Replace(source, "for: 1m", "for: 1s", 1)
	if err := os.WriteFile(scenario, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := systemEnv()
	e.args, e.stdout, e.stderr = []string{"run", scenario, "--out", filepath.Join(dir, "results"), "--json"}, &out, &out
	lookup := e.lookup
	e.lookup = func(name string) (string, bool) {
		if name == "SECRET_TOKEN" {
			return secret, true
		}
		return lookup(name)
	}
	if code := execute(e); code != exitOK {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	if strings.Contains(out.String(), secret) {
		t.Error("the terminal shows the token")
	}
	err := filepath.WalkDir(filepath.Join(dir, "results"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Type()&os.ModeSymlink != 0 {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s holds the token", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var run results.Run
	if err := json.Unmarshal(out.Bytes()[bytes.IndexByte(out.Bytes(), '{'):], &run); err == nil && run.Targets["fake"].Ops["send"].Outcomes["ok"] != 200 {
		t.Errorf("outcomes %v: the token was to be accepted", run.Targets["fake"].Ops["send"].Outcomes)
	}
}
