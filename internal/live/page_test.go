package live

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/load"
)

// ask asks a page and returns its answer.
func ask(p *Page, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestPageShowsTheRun(t *testing.T) {
	p := NewPage("cloud-vs-onprem", "run-1")
	if body := ask(p, http.MethodGet, "/").Body.String(); !strings.Contains(body, "has not measured a second yet") {
		t.Errorf("before the first snapshot the page is\n%s", body)
	}
	p.Observe(seconds12(waiting(), troubled()))
	w := ask(p, http.MethodGet, "/")
	body := w.Body.String()
	for _, want := range []string{
		"<h1>cloud-vs-onprem</h1>", "Run run-1", "<strong>load</strong> hold 50/s, 12s, 18s left", `value="40"`,
		"waits for its turn", "under load", "49.8/s of 50/s", "331ms", "742ms", "<dd>17</dd>",
		`<div class="bad"><dt>failed</dt><dd>3 errors (0.5%)</dd>`, `<div class="warn"><dt>throttled</dt><dd>41</dd>`,
		"480, 12 to come", `<noscript><meta http-equiv="refresh"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, part := range regexp.MustCompile(`(?s)<(?:style|script)>(.*?)</`).FindAllStringSubmatch(body, -1) {
		if !strings.Contains(policy, hash(part[1])) {
			t.Errorf("policy %q forbids %.40q", policy, part[1])
		}
	}
	if strings.Contains(body, "style=") || strings.Contains(policy, "unsafe") {
		t.Errorf("styles of elements are not allowed by policy %q", policy)
	}
}

func TestPageKnowsNoOtherPath(t *testing.T) {
	p := NewPage("one", "run-1")
	for _, path := range []string{"/x", "/snapshots/", "/assets/live.js", "/templates/live.html.tmpl"} {
		if got := ask(p, http.MethodGet, path).Code; got != http.StatusNotFound {
			t.Errorf("GET %s: %d, want 404", path, got)
		}
	}
	if got := ask(p, http.MethodPost, "/").Code; got != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %d, want 405", got)
	}
}

func TestPageEscapesWhatItIsTold(t *testing.T) {
	const evil = `<img src=x onerror="alert(1)">`
	target := calm()
	target.Name = evil
	s := seconds12(target)
	s.Stage = evil
	p := NewPage(evil, evil)
	p.Observe(s)
	if body := ask(p, http.MethodGet, "/").Body.String(); strings.Contains(body, "<img") {
		t.Errorf("the page has an element of others:\n%s", body)
	}
	want := `bench_in_flight{target="<img src=x onerror=\"alert(1)\">"} 17`
	if body := ask(p, http.MethodGet, "/metrics").Body.String(); !strings.Contains(body, want) {
		t.Errorf("metrics lack %s:\n%s", want, body)
	}
}

func TestMetricsAreOfTheLastSnapshot(t *testing.T) {
	p := NewPage("one", "run-1")
	target := troubled()
	target.Outcomes, target.Codes = map[string]int64{"ok": 583, "throttled": 41}, map[string]int64{"130429": 41}
	p.Observe(load.Snapshot{})
	p.Observe(seconds12(target))
	target.Outcomes["ok"] = 0 // the engine goes on using its maps
	var samples []string
	for line := range strings.Lines(ask(p, http.MethodGet, "/metrics").Body.String()) {
		if !strings.HasPrefix(line, "#") {
			samples = append(samples, strings.TrimSpace(line))
		}
	}
	want := []string{
		`bench_run{scenario="one",run="run-1"} 1`,
		`bench_run_seconds 12`, `bench_run_planned_seconds 30`,
		`bench_run_phase{phase="warmup"} 0`, `bench_run_phase{phase="load"} 1`, `bench_run_phase{phase="drain"} 0`, `bench_run_phase{phase="done"} 0`,
		`bench_planned_rate{target="cloud"} 50`, `bench_achieved_rate{target="cloud"} 49.83`, `bench_in_flight{target="cloud"} 17`,
		`bench_sent_total{target="cloud"} 600`, `bench_dropped_total{target="cloud"} 2`,
		`bench_delivered_total{target="cloud"} 480`, `bench_webhooks_pending{target="cloud"} 12`,
		`bench_response_seconds{target="cloud",quantile="0.5"} 0.331`, `bench_response_seconds{target="cloud",quantile="0.99"} 0.742`,
		`bench_outcomes_total{target="cloud",outcome="ok"} 583`, `bench_outcomes_total{target="cloud",outcome="throttled"} 41`,
		`bench_codes_total{target="cloud",code="130429"} 41`,
	}
	if diff := cmp.Diff(want, samples); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
}

func TestSnapshotsAreStreamedUntilTheRunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPage("one", "run-1")
		plain, drawn := httptest.NewRecorder(), httptest.NewRecorder()
		ended := make(chan struct{}, 2) // one for each reader
		for path, w := range map[string]*httptest.ResponseRecorder{"/snapshots": plain, "/snapshots?view": drawn} {
			go func() {
				p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				ended <- struct{}{}
			}()
		}
		synctest.Wait()
		for second := 1; second <= 3; second++ {
			s := load.Snapshot{At: time.Duration(second) * time.Second, Phase: load.PhaseLoad}
			if second == 3 {
				s.Phase = load.PhaseDone
			}
			p.Observe(s)
			synctest.Wait()
		}
		<-ended
		<-ended
		want := `data: {"at_ns":1000000000,"total_ns":0,"phase":"load","targets":[]}

data: {"at_ns":2000000000,"total_ns":0,"phase":"load","targets":[]}

data: {"at_ns":3000000000,"total_ns":0,"phase":"done","targets":[]}

`
		if diff := cmp.Diff(want, plain.Body.String()); diff != "" {
			t.Errorf("stream (-want +got):\n%s", diff)
		}
		text := drawn.Body.String()
		if n := strings.Count(text, "event: view\n"); n != 3 || !strings.HasSuffix(text, "event: done\ndata: {}\n\n") {
			t.Errorf("%d views and no end:\n%s", n, text)
		}
	})
}

func TestClosingEndsStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPage("one", "run-1")
		codes := make(chan int, mostStreams+1) // one for each reader
		for range mostStreams {
			go func() { codes <- ask(p, http.MethodGet, "/snapshots").Code }()
		}
		synctest.Wait()
		if got := ask(p, http.MethodGet, "/snapshots").Code; got != http.StatusServiceUnavailable {
			t.Errorf("one reader too many gets %d, want 503", got)
		}
		p.Close()
		p.Close() // again is harmless
		for range mostStreams {
			if got := <-codes; got != http.StatusOK {
				t.Errorf("a reader got %d, want 200", got)
			}
		}
	})
}

func TestHistoryKeepsTheLastMinutes(t *testing.T) {
	h := history{}
	for second := range 1000 {
		h.add(load.Snapshot{
			At: time.Duration(second) * time.Second, Phase: load.PhaseLoad,
			Targets: []load.TargetSnapshot{{Name: "cloud", Active: true, Failed: int64(3 * second), Throttled: int64(second)}},
		})
	}
	points := h["cloud"].points
	if first := points[0]; len(points) != 301 || first.at != 699*time.Second || first.failed != 3 || first.throttled != 1 {
		t.Errorf("%d points from %+v, want the last five minutes, with what failed in each second", len(points), first)
	}
}

func TestChartsLeaveGapsWhereATargetWaits(t *testing.T) {
	var points []point
	for i, active := range []bool{true, true, false, true, true} {
		points = append(points, point{at: time.Duration(i) * time.Second, active: active, inFlight: int64(i)})
	}
	c := charts(points)[2]
	if want := "M0.0 100.0L100.0 75.0M300.0 25.0L400.0 0.0"; c.Curves[0].Path != want || c.Top != "4" || c.From != "0s" || c.To != "4s" {
		t.Errorf("drawn %+v, want the path %s", c, want)
	}
}

func BenchmarkPageInside(b *testing.B) {
	p := NewPage("one", "run-1")
	for second := range 300 {
		s := seconds12(calm(), troubled())
		s.At = time.Duration(second) * time.Second
		p.Observe(s)
	}
	for b.Loop() {
		if text, err := p.inside(); err != nil || text == "" {
			b.Fatal(fmt.Sprint("nothing drawn: ", err))
		}
	}
}
