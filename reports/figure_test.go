package reports

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// build makes a document or ends the test.
func build(t testing.TB, rec *results.Record) *Document {
	t.Helper()
	d, err := Build(rec)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// seriesNamed finds a series in a figure of a document.
func seriesNamed(t *testing.T, d *Document, figure string, panel int, name string) Series {
	t.Helper()
	f, ok := d.figure(figure)
	if !ok || panel >= len(f.Panels) {
		t.Fatalf("there is no panel %d of %s", panel, figure)
	}
	for _, s := range f.Panels[panel].Series {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("%s has no series %q", figure, name)
	return Series{}
}

// figuresApply compares a run's figures with those its kind should have.
func figuresApply(t *testing.T, run string, d *Document) {
	t.Helper()
	want := map[string]string{
		"staircase": "load comparison latency percentiles shift throughput errors inflight webhooks delivered",
		"soak":      "latency percentiles throughput inflight webhooks delivered",
		"cut":       "latency percentiles throughput inflight webhooks delivered",
		"bare":      "latency percentiles throughput inflight delivered",
		"three":     "latency percentiles throughput inflight webhooks delivered",
		"closed":    "latency percentiles throughput inflight webhooks delivered",
	}[run]
	var names []string
	for _, f := range d.Figures() {
		names = append(names, f.Name)
		if f.Title == "" || f.Alt == "" {
			t.Errorf("%s has no title or no description", f.Name)
		}
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("figures are %q, want %q", got, want)
	}
}

// The chart the comparison is made for: Cloud is flat and refuses past its
// limit, On-Premises accepts quickly and delivers ever later.
func cliffAndBacklog(t *testing.T, d *Document) {
	rates := Values{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120}
	cloud := seriesNamed(t, d, "load", 0, "cloud p50")
	if diff := cmp.Diff(rates, cloud.X); diff != "" {
		t.Errorf("rates differ (-want +got):\n%s", diff)
	}
	if spread := slices.Max(cloud.Y) / slices.Min(cloud.Y); spread > 1.2 {
		t.Errorf("Cloud's median varies by %.2f over the rates, want it flat", spread)
	}
	backlog := seriesNamed(t, d, "load", 1, "onprem p50")
	if growth := backlog.Y[11] / backlog.Y[0]; growth < 10 {
		t.Errorf("On-Premises delivers %.1f times later at the top, want a backlog", growth)
	}
	refused := seriesNamed(t, d, "load", 2, "cloud throttled")
	if refused.Y[7] != 0 || math.Abs(refused.Y[11]-40.0/120) > 1e-9 {
		t.Errorf("Cloud refuses %.3f at 80/s and %.3f at 120/s, want 0 and a third", refused.Y[7], refused.Y[11])
	}
}

func TestLoadFigureNeedsRatesThatDiffer(t *testing.T) {
	if f, ok := build(t, soak(t)).figure("load"); ok {
		t.Errorf("a steady run has a load figure with %d panels", len(f.Panels))
	}
}

// Blocks that were drained have intervals in which load time stands still.
func TestOfferedRateCountsLoadTimeOnly(t *testing.T) {
	points := []results.Point{
		{Block: results.WarmupBlock, Load: 5 * time.Second, Planned: 50},
		{Block: 0, Load: 10 * time.Second, Planned: 100, Outcomes: map[string]int64{"ok": 80}},
		{Block: 0, Load: 10 * time.Second, Outcomes: map[string]int64{"ok": 15, "throttled": 5}},
		{Block: 1, Load: 12 * time.Second, Planned: 80, Outcomes: map[string]int64{"ok": 80}},
	}
	got := blocksOf(points)
	if got[0].rate != 20 || got[0].finished != 100 || got[0].throttled != 5 || got[1].rate != 40 {
		t.Errorf("blocks are %+v and %+v, want 20/s with 5 of 100 throttled, then 40/s", *got[0], *got[1])
	}
}

// ratesAddUp checks the bins of a run: binning may move requests by less than
// a bin; it may not lose one.
func ratesAddUp(t *testing.T, rec *results.Record) {
	t.Helper()
	targets := targetNames(&rec.Run)
	line := newTimeline(rec, targets)
	for _, target := range targets {
		starts, rates := line.perSecond(target, outcomeCount(whatsapp.OK))
		sum := 0.0
		for i, r := range rates {
			if !math.IsNaN(r) {
				sum += r * min(line.binWidth(), line.end-starts[i])
			}
		}
		var want int64
		for _, p := range line.points[target] {
			want += p.Outcomes["ok"]
		}
		if math.Abs(sum-float64(want)) > 1e-6*float64(want) {
			t.Errorf("%s: %.3f accepted in the figure, %d in the run", target, sum, want)
		}
	}
}

// A fault is placed by the leg of its target that was running.
func TestSpansAreInLoadTime(t *testing.T) {
	rec := results.Memory(results.Run{
		Plan: results.PlanRef{Order: "sequential", Base: "onprem", Warmup: 5 * time.Second, Legs: []results.Leg{
			{Target: "onprem", To: 2 * time.Minute, End: 2 * time.Minute},
			{Target: "cloud", To: 2 * time.Minute, Start: 130 * time.Second, End: 250 * time.Second},
		}},
		Targets: map[string]*results.Target{"onprem": {}, "cloud": {}},
	})
	rec.Events = []results.Event{
		{Kind: "fault", Target: "onprem", At: 90 * time.Second, End: 96 * time.Second, Text: "stall"},
		{Kind: "fault", Target: "cloud", At: 210 * time.Second, End: 300 * time.Second, Text: "throttle"},
	}
	line := newTimeline(rec, targetNames(&rec.Run))
	want := []Span{
		{From: 0, To: 5, Label: "warm-up", Tone: Shade},
		{From: 90, To: 96, Label: "fault on onprem: stall", Tone: Alarm},
		{From: 80, To: 120, Label: "fault on cloud: throttle", Tone: Alarm}, // its leg began at 2m10s
	}
	if diff := cmp.Diff(want, line.spans()); diff != "" {
		t.Errorf("spans differ (-want +got):\n%s", diff)
	}
}

// An outage over several blocks of one target is one span, without the other
// target's blocks in between.
func TestSpansOfInterleavedBlocksAreJoined(t *testing.T) {
	block := 5 * time.Second
	rec := results.Memory(results.Run{Plan: results.PlanRef{Order: "interleaved"}, Targets: map[string]*results.Target{"cloud": {}}})
	for i := range time.Duration(4) {
		rec.Run.Plan.Legs = append(rec.Run.Plan.Legs,
			results.Leg{Target: "cloud", From: i * block, To: (i + 1) * block, Start: 2 * i * block, End: (2*i + 1) * block},
			results.Leg{Target: "onprem", From: i * block, To: (i + 1) * block, Start: (2*i + 1) * block, End: (2*i + 2) * block})
	}
	line := newTimeline(rec, []string{"cloud"})
	got := line.span("cloud", 12*time.Second, 22*time.Second, "outage", Danger)
	want := []Span{{From: 7, To: 12, Label: "outage", Tone: Danger}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans differ (-want +got):\n%s", diff)
	}
}

func TestFailuresAreStackedAndThrottlingIsApart(t *testing.T) {
	rec := soak(t)
	for i := range rec.Points {
		if rec.Points[i].Op == "send" {
			rec.Points[i].Outcomes = map[string]int64{"ok": 40, "target_5xx": 4, "network": 3, "throttled": 3}
		}
	}
	f, ok := build(t, rec).figure("errors")
	if !ok || len(f.Panels) != 2 {
		t.Fatalf("got %d panels, want failures and throttling", len(f.Panels))
	}
	stack := f.Panels[0].Series
	if len(stack) != 2 || stack[0].Y[10] != 4 || stack[1].Lo[10] != 4 || stack[1].Y[10] != 7 {
		t.Errorf("the stack is %v, want 4 5xx with 3 network failures on top", stack)
	}
	if y := f.Panels[1].Series[0].Y[10]; y != 3 {
		t.Errorf("throttled is %g per second, want 3", y)
	}
}

func differWithoutColour(t *testing.T, d *Document) {
	for _, f := range d.Figures() {
		for _, p := range f.Panels {
			seen := map[string]string{}
			for _, s := range p.Series {
				if s.Kind != Line {
					continue
				}
				form, _ := json.Marshal([]any{s.Dash, s.Marker, s.Width})
				if other, ok := seen[string(form)]; ok && f.Name != "percentiles" && f.Name != "delivered" {
					t.Errorf("%s: %s and %s differ in colour only", f.Name, s.Name, other)
				}
				seen[string(form)] = s.Name
			}
		}
	}
}

func TestValuesWriteGapsAsNull(t *testing.T) {
	got, err := json.Marshal(Values{1, math.NaN(), 0.123456789, math.Inf(1)})
	if err != nil || string(got) != "[1,null,0.123457,null]" {
		t.Errorf("got %s, %v", got, err)
	}
}
