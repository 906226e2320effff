package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wabench/results"
)

// Ids of runs on the shelf of the tests.
const (
	oldRun  = "01958b2e-0000-7000-8000-000000000001"
	newRun  = "01958b2e-0000-7000-8000-000000000002"
	going   = "01958b2e-0000-7000-8000-000000000003"
	nothing = "01958b2e-0000-7000-8000-0000000000ff"
)

// stocked returns a directory with two runs that ended and one under way.
func stocked(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "runs")
	for id, median := range map[string]float64{oldRun: 300, newRun: 400, going: 300} {
		run := storedExample(id)
		drawRun(t, filepath.Join(dir, id), run, 20, drawnSide{"fake", median})
	}
	run := storedExample(going)
	run.Ended, run.Plan.SHA256, run.Plan.Arrivals = time.Time{}, "other", "poisson"
	if err := results.WriteRun(folder{dir: filepath.Join(dir, going)}, run); err != nil {
		t.Fatal(err)
	}
	return dir
}

// storedExample is a run of 20 seconds, before it begins.
func storedExample(id string) results.Run {
	const length = 20 * time.Second
	began := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	return results.Run{
		ID: id, Scenario: results.ScenarioRef{Name: "<b>one</b>"}, Started: began, Ended: began.Add(length),
		Plan: results.PlanRef{
			SHA256: "same", Planned: 210, Duration: length, Block: hourBlock * time.Second, Order: "single", Arrivals: "uniform",
			Stages: []results.Stage{{Label: "10/s..11/s", To: length, Start: 10, End: 11}},
			Legs:   []results.Leg{{Target: "fake", To: length, End: length}},
		},
		Targets: map[string]*results.Target{"fake": {API: "cloud", Fake: "instant"}},
	}
}

// shelfOf returns the pages over a directory.
func shelfOf(t *testing.T, dir string) *shelf {
	t.Helper()
	root, closer, err := disk{}.root(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closer.Close() })
	return newShelf(systemEnv(), dir, root)
}

func TestShelfAnswers(t *testing.T) {
	dir := stocked(t)
	outside := filepath.Join(filepath.Dir(dir), "secret.html")
	if err := os.WriteFile(outside, []byte("lies outside"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, newRun, results.FileReport)); err != nil {
		t.Fatal(err)
	}
	s := shelfOf(t, dir)
	for _, test := range []struct {
		name, path string
		code       int
		want       []string
	}{
		{"the list escapes names", "/", 200, []string{"&lt;b&gt;one", `href="/runs/` + oldRun + `/"`, `href="/runs/` + going + `/live"`, `value="` + newRun + `#fake"`}},
		{"a report is built where there is none", "/runs/" + oldRun + "/", 200, []string{"<!doctype html>", oldRun}},
		{"a link that leads out is no report", "/runs/" + newRun + "/", 200, []string{"<!doctype html>", newRun}},
		{"a run under way", "/runs/" + going + "/live", 200, []string{"<!doctype html>", going}},
		{"one that has ended has its report", "/runs/" + oldRun + "/live", 303, nil},
		{"a plot is painted where there is none", "/runs/" + oldRun + "/plots/latency.png", 200, []string{"\x89PNG"}},
		{"a comparison", "/compare?base=" + oldRun + "&head=" + newRun + "%23fake", 200, []string{`id="comparison"`, "p50(send.response)"}},
		{"a comparison of two plans", "/compare?base=" + oldRun + "&head=" + going, 200, []string{"not comparable: arrivals are uniform"}},
		{"a comparison with a target that is none", "/compare?base=" + oldRun + "%23x&head=" + newRun, 400, []string{"has no target x", "hint: targets are fake"}},
		{"a comparison of a path", "/compare?base=../secret.html&head=" + newRun, 400, []string{"base is not the id of a run"}},
		{"a comparison with nothing", "/compare?base=" + oldRun + "&head=" + nothing, 404, nil},
		{"no such run", "/runs/" + nothing + "/", 404, nil},
		{"no such plot", "/runs/" + oldRun + "/plots/none.png", 404, nil},
		{"a file that is no page", "/runs/" + oldRun + "/run.json", 404, nil},
		{"a way out", "/runs/..%2F/", 404, nil},
		{"a way out of the plots", "/runs/" + oldRun + "/plots/..%2F..%2Fx.png", 404, nil},
		{"the newest by its link", "/runs/latest/", 404, nil},
		{"an id in other letters", "/runs/" + strings.ToUpper("01958b2e-0000-7000-8000-00000000000a") + "/", 404, nil},
		{"nothing", "/x", 404, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, test.path, nil))
			if w.Code != test.code {
				t.Fatalf("GET %s: %d, want %d\n%.300s", test.path, w.Code, test.code, w.Body.String())
			}
			for _, want := range test.want {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("GET %s lacks %q\n%.2000s", test.path, want, w.Body.String())
				}
			}
			if strings.Contains(w.Body.String(), "lies outside") {
				t.Errorf("GET %s tells what lies outside", test.path)
			}
			if refreshes := w.Header().Get("Refresh") != ""; refreshes != (test.name == "a run under way") {
				t.Errorf("GET %s: refresh %t", test.path, refreshes)
			}
		})
	}
}

// A run that has not ended is under way as long as it writes.
func TestARunThatWritesNothingMoreIsCutOff(t *testing.T) {
	dir := stocked(t)
	s := shelfOf(t, dir)
	for _, c := range []struct {
		age           time.Duration
		list, refresh string
	}{{0, ">under way</a>", liveSeconds}, {2 * stillness, "cut off", ""}} {
		at := time.Now().Add(-c.age)
		for _, name := range []string{results.FileRun, results.FileIntervals, results.FileEvents} {
			if err := os.Chtimes(filepath.Join(dir, going, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		list, live := httptest.NewRecorder(), httptest.NewRecorder()
		s.ServeHTTP(list, httptest.NewRequest(http.MethodGet, "/", nil))
		s.ServeHTTP(live, httptest.NewRequest(http.MethodGet, "/runs/"+going+"/live", nil))
		if !strings.Contains(list.Body.String(), c.list) || live.Code != http.StatusOK || live.Header().Get("Refresh") != c.refresh {
			t.Errorf("still for %v: %d, refreshed after %q, want %q, and %q in\n%s", c.age, live.Code, live.Header().Get("Refresh"), c.refresh, c.list, list.Body)
		}
	}
}

func TestEmptyShelfSaysWhatToDo(t *testing.T) {
	w := httptest.NewRecorder()
	shelfOf(t, t.TempDir()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "bench run quickstart") || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("%d\n%s", w.Code, w.Body.String())
	}
}

// One run of bench serve: its address on stdout and in the ready file, its
// pages, and 0 when it is interrupted.
func TestServeUntilInterrupted(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready")
	ctx, interrupt := context.WithCancel(t.Context())
	var stderr bytes.Buffer
	e := systemEnv()
	e.args, e.stderr = []string{"serve", stocked(t), "--ready-file", ready}, &stderr
	e.interrupted = func(context.Context) (context.Context, context.CancelFunc) { return ctx, interrupt }
	out, in := io.Pipe()
	e.stdout = in
	ended := make(chan int, 1) // so that it ends also if nobody asks
	go func() {
		ended <- execute(e)
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if text, err := os.ReadFile(ready); err != nil || string(text) != line {
		t.Errorf("the ready file has %q, %v; the line is %q", text, err, line)
	}
	address := strings.TrimSpace(line)
	if code, text := fetch(t, address); code != http.StatusOK || !strings.Contains(text, oldRun) {
		t.Errorf("GET %s: %d\n%s", address, code, text)
	}
	if code, _ := fetch(t, address+"runs/"+nothing+"/"); code != http.StatusNotFound {
		t.Errorf("a run that is none: %d, want 404", code)
	}
	interrupt()
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d\n%s", code, stderr.String())
	}
}
