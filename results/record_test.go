package results

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/hist"
	"wabench/internal/stat"
	"wabench/internal/whatsapp"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	samples := someSamples()
	rec := opened(t, fixture(t).fs())
	if got := string(rec.Scenario); got != "version: 1\nname: fixture\n" {
		t.Errorf("scenario %q", got)
	}
	var points []Point
	for _, c := range cells(samples) {
		points = append(points, c.point)
	}
	if diff := cmp.Diff(points, rec.Points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if len(rec.Events) != 1 || rec.Events[0].Code != 2 || rec.Events[0].Body != "{}" {
		t.Errorf("events %+v", rec.Events)
	}
	want := []string{"send.lateness", "send.response", "send.response.target_5xx", "send.response.throttled", "send.service", "webhook.delivered", "webhook.sent"}
	if diff := cmp.Diff(want, rec.Series("cloud")); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
	var again strings.Builder
	if err := rec.ExportJSON(&again); err != nil {
		t.Fatal(err)
	}
	run, err := DecodeRun([]byte(again.String()))
	if diff := cmp.Diff(rec.Run, run); err != nil || diff != "" {
		t.Errorf("run.json, read and written (error %v; -want +got):\n%s", err, diff)
	}
}

// The figures of someSamples, worked out by hand. Of 80 requests numbers 7, 27,
// 47, 67 are throttled, 11, 31, 51, 71 fail and 13, 33, 53, 73 are dropped;
// 0 to 19 are warm-up.
func TestSummarizeAgreesWithPencilAndPaper(t *testing.T) {
	rec := opened(t, fixture(t).fs())
	op := rec.Run.Targets["cloud"].Ops["send"]
	if op.Planned != 80 || op.Sent != 76 || op.Dropped != 4 || op.Warmup != 19 {
		t.Errorf("planned %d, sent %d, dropped %d, warm-up %d", op.Planned, op.Sent, op.Dropped, op.Warmup)
	}
	for what, pair := range map[string][2]map[string]int64{
		"outcomes": {{"ok": 68, "throttled": 4, "target_5xx": 4}, op.Outcomes},
		"measured": {{"ok": 51, "throttled": 3, "target_5xx": 3}, op.Measured},
		"codes":    {{"130429": 4}, op.Codes},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if want := 51 / 6.0; op.Rate != want { // eight seconds less two of warm-up
		t.Errorf("rate %v, want %v", op.Rate, want)
	}
	// Service times are 10 ms + n, n from 20 to 79 without 33, 53, 73: the
	// median of 57 is the 29th, n = 49.
	service := op.Service
	if service.Count != 57 || !isAbout(service.Min, 30*time.Millisecond) || !isAbout(service.Max, 89*time.Millisecond) || !isAbout(service.P50, 59*time.Millisecond) {
		t.Errorf("service %+v", service)
	}
	// (2970 - 33 - 53 - 73) / 57 + 10, from the sum of 20 to 79
	if !isAbout(service.Mean, 59316*time.Microsecond) {
		t.Errorf("mean of service %v", service.Mean)
	}
	if _, ok := service.CI95["p99_ns"]; ok {
		t.Error("57 samples cannot bound p99 from above")
	}
	if bounds, ok := service.CI95["p50_ns"]; !ok || bounds[0] >= service.P50 || bounds[1] <= service.P50 {
		t.Errorf("interval of the median %v", bounds)
	}
	// Webhooks outside warm-up: every second request from 20 to 78.
	w := rec.Run.Targets["cloud"].Webhook
	if w.DeliveredTime.Count != 30 || !isAbout(w.DeliveredTime.P50, 48*time.Millisecond) || w.ReadLatency != nil {
		t.Errorf("delivered %+v, read %+v", w.DeliveredTime, w.ReadLatency)
	}
	if w.Delivered != 40 || w.Failed != 1 || w.Matched != 40 || w.Expected != 68 {
		t.Errorf("webhook counts %+v", w)
	}
	if rec.Run.Targets["onprem"].Webhook != nil {
		t.Error("a target without webhooks has counts of them")
	}
	// 51 ok and 3 failed count, 3 throttled do not.
	if a := rec.Run.Targets["cloud"].Availability; math.Abs(a.Ratio-51.0/54) > 1e-12 || a.CI95[0] >= a.Ratio || a.CI95[1] <= a.Ratio || len(a.Outages) != 0 {
		t.Errorf("availability %+v", a)
	}
}

// isAbout allows for the geometry of the histograms.
func isAbout(got, want time.Duration) bool {
	return math.Abs(float64(got-want)) <= 0.001*float64(want)+1
}

func TestClosedLoadHasNoResponseClock(t *testing.T) {
	rec := Memory(aRun())
	h := hist.New()
	h.Record(time.Millisecond)
	rec.Put("cloud", "send.service", 0, 0, time.Second, h)
	rec.Points = []Point{{End: time.Second, Target: "cloud", Op: "send", Sent: 1, Planned: 1, Outcomes: map[string]int64{"ok": 1}}}
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	if op := rec.Run.Targets["cloud"].Ops["send"]; op.Response != nil || op.Lateness != nil || op.Service == nil {
		t.Errorf("response %v, lateness %v, service %v", op.Response, op.Lateness, op.Service)
	}
}

func TestUnknownTargetsAndSeriesAreEmpty(t *testing.T) {
	for name, rec := range map[string]*Record{"file": opened(t, fixture(t).fs()), "memory": Memory(Run{}), "zero": {}} {
		for _, target := range []string{"nobody", "", "../cloud", "cloud"} {
			for _, series := range []string{"", "send", "send.response.nothing", "/"} {
				h, err := rec.Histogram(target, series)
				blocks, err2 := rec.Blocks(target, series)
				windows, err3 := rec.Windows(target, series, time.Second)
				if h != nil || len(blocks) != 0 || len(windows) != 0 || err != nil || err2 != nil || err3 != nil {
					t.Errorf("%s: %q %q: %v %v %v (%v, %v, %v)", name, target, series, h, blocks, windows, err, err2, err3)
				}
			}
		}
	}
}

func TestCallersMayKeepAHistogram(t *testing.T) {
	rec := opened(t, fixture(t).fs())
	first, err := rec.Histogram("cloud", "send.service")
	if err != nil {
		t.Fatal(err)
	}
	n := first.Count()
	first.Record(time.Second)
	second, err := rec.Histogram("cloud", "send.service")
	if err != nil || second.Count() != n {
		t.Errorf("count %d after another was changed, want %d (%v)", second.Count(), n, err)
	}
}

// filling draws a record whose intervals are in any blocks, and its total.
func filling(t *rapid.T) (rec *Record, total *hist.Histogram) {
	rec, total = Memory(Run{}), hist.New()
	at := time.Duration(0)
	for range rapid.IntRange(0, 4).Draw(t, "intervals") {
		h := hist.New()
		for _, d := range rapid.SliceOfN(rapid.Int64Range(0, 1e10), 1, 5).Draw(t, "values") {
			h.Record(time.Duration(d))
		}
		block := rapid.IntRange(WarmupBlock, 4).Draw(t, "block")
		end := at + time.Duration(rapid.Int64Range(1e8, 1e9).Draw(t, "length"))
		rec.Put("cloud", "send.response", block, at, end, h)
		if at = end; block != WarmupBlock {
			total.Add(h)
		}
	}
	return rec, total
}

func same(p, q *hist.Histogram) bool {
	type bucket struct {
		Value time.Duration
		Count int64
	}
	list := func(h *hist.Histogram) (all []bucket) {
		if h != nil {
			h.Each(func(value time.Duration, count int64) { all = append(all, bucket{value, count}) })
		}
		return all
	}
	return cmp.Equal(list(p), list(q))
}

func TestBlocksAndWindowsAreParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec, want := filling(t)
		whole, err := rec.Histogram("cloud", "send.response")
		if err != nil || !same(whole, want) {
			t.Fatalf("the whole is not what was put (%v)", err)
		}
		blocks, err := rec.Blocks("cloud", "send.response")
		sum := hist.New()
		for _, b := range blocks {
			if b != nil {
				sum.Add(b)
			}
		}
		if err != nil || !same(sum, want) {
			t.Fatalf("the blocks do not add up to the whole (%v)", err)
		}
		length := time.Duration(rapid.Int64Range(-1, 5e9).Draw(t, "window"))
		windows, err := rec.Windows("cloud", "send.response", length)
		sum = hist.New()
		for i, w := range windows {
			sum.Add(w.Hist)
			if w.Hist.Count() == 0 || w.To-w.From != max(length, time.Second) || i > 0 && w.From < windows[i-1].To {
				t.Fatalf("window %d of %v: %v to %v with %d", i, length, w.From, w.To, w.Hist.Count())
			}
		}
		if err != nil || !same(sum, want) {
			t.Fatalf("the windows do not add up to the whole (%v)", err)
		}
	})
}

// Ticks come a little late: an interval that begins before ten seconds and
// lies after it belongs to what follows.
func TestAnIntervalBelongsWhereItsMiddleIs(t *testing.T) {
	rec := Memory(Run{})
	h := hist.New()
	h.Record(time.Millisecond)
	rec.Put("cloud", "send.response", 0, 9999*time.Millisecond, 10999*time.Millisecond, h)
	windows, err := rec.Windows("cloud", "send.response", 10*time.Second)
	if err != nil || len(windows) != 1 || windows[0].From != 10*time.Second {
		t.Errorf("windows %+v (%v)", windows, err)
	}
}

func TestWriterRefusesNamesThatLeadAstray(t *testing.T) {
	w, err := Create(newDirectory(), Run{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range [][2]string{
		{"", "send.response"},
		{"a.b", "send.response"},
		{"..", "send.response"},
		{"a/b", "send.response"},
		{"a", ""},
		{"a", "../../x"},
		{"a", ".x"},
		{`a\b`, "send.response"},
	} {
		if err := w.Histogram(name[0], name[1], 0, 0, 1, hist.New()); err == nil {
			t.Errorf("target %q and series %q name a log", name[0], name[1])
		}
	}
}

func TestWriteRunLeavesTheCallersRunAlone(t *testing.T) {
	run := Run{Targets: map[string]*Target{"cloud": {Ops: map[string]*Op{"send": {}}}, "gone": nil}}
	d := newDirectory()
	if err := WriteRun(d, run); err != nil {
		t.Fatal(err)
	}
	if run.Targets["cloud"].Ops["send"].Outcomes != nil || run.Targets["gone"] != nil {
		t.Error("writing a run filled the caller's")
	}
	if text := d.files[FileRun].String(); strings.Contains(text, "null") {
		t.Errorf("run.json has null where a reader expects a collection:\n%s", text)
	}
}

func TestSummaryIsWhatTheHistogramSays(t *testing.T) {
	if Summary(nil) != nil || Summary(hist.New()) != nil {
		t.Error("nothing has figures")
	}
	h := hist.New()
	for n := range int64(2100) {
		h.Record(time.Duration(n*n) * time.Microsecond)
		if n != 0 && n != 9 && n != 99 && n != 999 && n != 2099 {
			continue
		}
		l := Summary(h)
		want := Latency{
			Count: n + 1, Min: h.Min(), Mean: h.Mean(), Max: h.Max(), CI95: l.CI95,
			P50: h.Quantile(0.5), P90: h.Quantile(0.9), P95: h.Quantile(0.95), P99: h.Quantile(0.99), P999: h.Quantile(0.999),
		}
		if diff := cmp.Diff(want, *l); diff != "" {
			t.Errorf("of %d values (-histogram +summary):\n%s", n+1, diff)
		}
		for key, bounds := range l.CI95 {
			q := map[string]float64{"p50_ns": 0.5, "p90_ns": 0.9, "p95_ns": 0.95, "p99_ns": 0.99, "p99_9_ns": 0.999}[key]
			lo, hi, ok := stat.QuantileRanks(n+1, q, Confidence)
			if want := [2]time.Duration{h.AtRank(lo), h.AtRank(hi)}; !ok || bounds != want {
				t.Errorf("%s of %d values: bounds %v, want %v", key, n+1, bounds, want)
			}
		}
		if _, bounded := l.CI95["p50_ns"]; bounded != (n >= 9) {
			t.Errorf("median of %d values bounded: %t", n+1, bounded)
		}
	}
}

func TestClassSeries(t *testing.T) {
	if got := ClassSeries("send.response", whatsapp.Throttled); got != "send.response.throttled" {
		t.Errorf("got %s", got)
	}
}
