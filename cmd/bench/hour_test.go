package main

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wabench/internal/compare"
	"wabench/internal/hist"
	"wabench/results"
)

// drawnRun writes the run directory of a run that never was, an interval after
// the other: every clock, two classes of failure and the webhooks, up a ramp.
type drawnRun struct {
	tb     testing.TB
	writer *results.Writer
	rng    *rand.Rand
	hist   *hist.Histogram
}

const hourBlock = 10

// drawnSide is one target of a drawn run: the median of its responses in
// milliseconds.
type drawnSide struct {
	name   string
	median float64
}

// drawRun writes a run of so many seconds into dir.
func drawRun(tb testing.TB, dir string, run results.Run, seconds int, sides ...drawnSide) {
	tb.Helper()
	sink, err := disk{}.create(dir)
	if err != nil {
		tb.Fatal(err)
	}
	writer, err := results.Create(sink, run, []byte("version: 1\n"))
	if err != nil {
		tb.Fatal(err)
	}
	d := drawnRun{tb, writer, rand.New(rand.NewPCG(1, uint64(sides[0].median))), hist.New()}
	for second := range seconds {
		for _, side := range sides {
			d.second(second, side.name, side.median)
		}
	}
	if err := writer.Close(); err != nil {
		tb.Fatal(err)
	}
	run.Complete = true
	if err := results.WriteRun(sink, run); err != nil {
		tb.Fatal(err)
	}
	rec, err := results.Open(os.DirFS(dir))
	if err != nil {
		tb.Fatal(err)
	}
	if err := judge(rec, nil, compare.Side{}); err != nil {
		tb.Fatal(err)
	}
	if err := results.WriteRun(sink, rec.Run); err != nil {
		tb.Fatal(err)
	}
}

// hourRun is what is known of the hour before it begins.
func hourRun() results.Run {
	run := results.Run{
		ID: "hour", Scenario: results.ScenarioRef{Name: "hour"},
		Plan: results.PlanRef{
			Duration: 2 * time.Hour, Block: hourBlock * time.Second, Order: "interleaved", Base: "onprem", Head: "cloud",
			Stages: []results.Stage{{Label: "10/s..100/s", To: time.Hour, Start: 10, End: 100}},
		},
		Targets: map[string]*results.Target{},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Ended: time.Date(2026, 1, 2, 5, 4, 5, 0, time.UTC),
	}
	for side, name := range []string{"onprem", "cloud"} {
		run.Targets[name] = &results.Target{API: name, Fake: name}
		run.Plan.Legs = append(run.Plan.Legs, results.Leg{
			Target: name, To: time.Hour, Start: time.Duration(side) * time.Hour, End: time.Duration(side+1) * time.Hour,
		})
	}
	return run
}

// second writes one interval of one target: latencies in milliseconds around
// the median, log-normal.
func (h *drawnRun) second(second int, target string, median float64) {
	n := 10 + second/40
	block, start := second/hourBlock, time.Duration(second)*time.Second
	series := []struct {
		name   string
		n      int
		median float64
	}{
		{"send.response", n, median},
		{"send.service", n, median * 0.9},
		{"send.lateness", n, 0.2},
		{"send.response.throttled", second % 3, median / 4},
		{"send.response.target_5xx", second % 2, median / 5},
		{"webhook.sent", n, 3 * median},
		{"webhook.delivered", n, 8 * median},
		{"webhook.read", n / 2, 30 * median},
	}
	for _, s := range series {
		if s.n == 0 {
			continue
		}
		h.hist.Reset()
		for range s.n {
			h.hist.Record(time.Duration(s.median * math.Exp(0.5*h.rng.NormFloat64()) * float64(time.Millisecond)))
		}
		if err := h.writer.Histogram(target, s.name, block, start, start+time.Second, h.hist); err != nil {
			h.tb.Fatal(err)
		}
	}
	p := results.Point{
		Start: start, End: start + time.Second, Target: target, Op: "send", Block: block, Load: start + time.Second,
		Planned: int64(n), Sent: int64(n), InFlight: int64(second % 50),
		Outcomes: map[string]int64{"ok": int64(n - second%3 - second%2), "throttled": int64(second % 3), "target_5xx": int64(second % 2)},
		Codes:    map[string]int64{"130429": int64(second % 3), "2": int64(second % 2)},
		P50:      time.Duration(median) * time.Millisecond, P95: time.Duration(2*median) * time.Millisecond, P99: time.Duration(3*median) * time.Millisecond,
	}
	w := results.Point{
		Start: start, End: start + time.Second, Target: target, Op: results.OpWebhook, Block: block, Load: start + time.Second,
		Statuses: map[string]int64{"sent": int64(n), "delivered": int64(n), "read": int64(n / 2)},
	}
	for _, point := range []results.Point{p, w} {
		if err := h.writer.Point(point); err != nil {
			h.tb.Fatal(err)
		}
	}
}

// BenchmarkReportOfAnHour is bench report on an hour, from the directory to
// its page and plots. It should stay below 2 s.
func BenchmarkReportOfAnHour(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "hour")
	drawRun(b, dir, hourRun(), 3600, drawnSide{"onprem", 300}, drawnSide{"cloud", 400})
	e := systemEnv()
	var page bytes.Buffer
	e.stdout = &page
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		if err := runReport(e, reportOptions{run: dir}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
	page.Reset()
	if err := runReport(e, reportOptions{run: dir, output: "-"}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(page.Len()), "bytes/page")
}

// cpuTime is what this process has used so far: a figure that busy neighbours
// disturb less than the clock.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
