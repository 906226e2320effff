package reports

import (
	"bytes"
	"math"
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/results"
)

// hour is a comparison an hour long in interleaved blocks, up a ramp, with
// 3,600 intervals on each target. Blocks share a few histograms: the reader
// cannot tell, and histograms of their own would take a gigabyte.
func hour(seconds int) *results.Record {
	const length = time.Hour
	run := results.Run{
		Schema: results.Schema, Complete: true, Scenario: results.ScenarioRef{Name: "hour"}, Generator: results.Generator{Verdict: results.Valid},
		Plan:    results.PlanRef{Duration: length, Block: time.Duration(seconds) * time.Second, Order: "interleaved", Base: "onprem", Head: "cloud", Stages: []results.Stage{{Label: "10/s..100/s", To: length, Start: 10, End: 100}}},
		Targets: map[string]*results.Target{"onprem": fakeTarget("onprem"), "cloud": fakeTarget("cloud")},
	}
	rec := results.Memory(run)
	few := make([]*hist.Histogram, 8)
	for i := range few {
		few[i] = hist.New()
		for k := range 200 {
			few[i].Record(time.Duration(float64(20*(i+1))*math.Exp(float64(k)/60)) * time.Millisecond)
		}
	}
	for second := range int(length.Seconds()) {
		for side, target := range []string{"onprem", "cloud"} {
			start, block := time.Duration(2*second+side)*time.Second, second/seconds
			h := few[(second+side)%len(few)]
			if second%seconds == 0 {
				for _, series := range []string{"send.response", "send.service", "webhook.sent", "webhook.delivered"} {
					rec.Put(target, series, block, start, start+time.Duration(seconds)*time.Second, h)
				}
			}
			rec.Points = append(rec.Points, results.Point{
				Start: start, End: start + time.Second, Target: target, Op: "send", Block: block, Load: time.Duration(second+1) * time.Second,
				Planned: int64(10 + second/40), Sent: int64(10 + second/40), Outcomes: map[string]int64{"ok": int64(9 + second/40), "throttled": int64(second % 7), "target_5xx": 1},
				InFlight: int64(second % 50), P50: time.Duration(300+second%97) * time.Millisecond, P95: time.Duration(500+second%89) * time.Millisecond, P99: time.Duration(700+second%83) * time.Millisecond,
			})
		}
	}
	for _, target := range rec.Run.Targets {
		target.Ops = map[string]*results.Op{"send": {Planned: 1, Sent: 1}}
	}
	return rec
}

// mostBytes is what the page of an hour may weigh.
const mostBytes = 1_500_000

func TestPageOfAnHourIsSmall(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := build(t, hour(300)).HTML(&out); err != nil {
		t.Fatal(err)
	}
	if out.Len() > mostBytes {
		t.Errorf("the page has %d bytes, want at most %d", out.Len(), mostBytes)
	}
}

// BenchmarkPageOfAnHour is the time from a record to its page, which should
// stay below 2 s, and its size.
func BenchmarkPageOfAnHour(b *testing.B) {
	rec := hour(10)
	b.ReportAllocs()
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := build(b, rec).HTML(&out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}

// BenchmarkPNG is the time to paint one figure.
func BenchmarkPNG(b *testing.B) {
	f, _ := build(b, hour(300)).figure("latency")
	for b.Loop() {
		if err := f.PNG(&bytes.Buffer{}, 2); err != nil {
			b.Fatal(err)
		}
	}
}
