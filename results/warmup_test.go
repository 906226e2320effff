package results_test

import (
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/results"
)

// settlingRun is a run of 60 s whose first 12 s are ten times as slow.
func settlingRun(seconds, slow int) *results.Record {
	rec := results.Memory(results.Run{
		Plan: results.PlanRef{
			WarmupAuto: true, Block: 5 * time.Second,
			Legs: []results.Leg{{Target: "a", To: time.Duration(seconds) * time.Second}},
		},
		Complete: true,
		Targets:  map[string]*results.Target{"a": {API: "cloud"}},
	})
	for i := range seconds {
		latency := 10*time.Millisecond + time.Duration(i%3)*time.Millisecond
		if i < slow {
			latency *= 10
		}
		h := hist.New()
		h.RecordN(latency, 10)
		start, end := time.Duration(i)*time.Second, time.Duration(i+1)*time.Second
		rec.Put("a", "send.response", i/5, start, end, h)
		rec.Points = append(rec.Points, results.Point{
			Start: start, End: end, Load: end, Target: "a", Op: "send", Block: i / 5,
			Planned: 10, Sent: 10, Outcomes: map[string]int64{"ok": 10}, P50: latency, P95: latency, P99: latency, Max: latency,
		})
	}
	return rec
}

func TestWarmupIsFoundInWholeBlocks(t *testing.T) {
	rec := settlingRun(60, 12)
	rec.TrimWarmup()
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	if rec.Run.Plan.WarmupBlocks != 3 || rec.Run.Plan.Warmup != 15*time.Second {
		t.Errorf("warm-up of %d blocks, %v; the first 12 s were slow, so three blocks of 5 s", rec.Run.Plan.WarmupBlocks, rec.Run.Plan.Warmup)
	}
	op := rec.Run.Targets["a"].Ops["send"]
	if op.Warmup != 150 || op.Response.Count != 450 || op.Response.Max > 13*time.Millisecond || op.Rate != 10 {
		t.Errorf("warmup %d, count %d, max %v, rate %v: the slow beginning was to be left out", op.Warmup, op.Response.Count, op.Response.Max, op.Rate)
	}
	blocks, err := rec.Blocks("a", "send.response")
	if err != nil || blocks[0] != nil || blocks[3] == nil {
		t.Errorf("blocks %v, error %v", blocks, err)
	}
}

func TestAShortRunHasNoWarmupToFind(t *testing.T) {
	rec := settlingRun(20, 5)
	rec.TrimWarmup()
	if rec.Run.Plan.WarmupBlocks != 0 || len(rec.Run.Notes) == 0 || rec.Run.Notes[0].Code != "warmup_unsettled" {
		t.Errorf("%d blocks, notes %v: 20 values are too few", rec.Run.Plan.WarmupBlocks, rec.Run.Notes)
	}
}

func TestAGivenWarmupStays(t *testing.T) {
	rec := settlingRun(60, 12)
	rec.Run.Plan.WarmupAuto, rec.Run.Plan.Warmup = false, 5*time.Second
	rec.TrimWarmup()
	if rec.Run.Plan.Warmup != 5*time.Second || rec.Run.Plan.WarmupBlocks != 0 || len(rec.Run.Notes) != 0 {
		t.Errorf("plan %+v", rec.Run.Plan)
	}
}
