package main

import (
	"path/filepath"
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// A run whose p50 is known to within a tenth has reached ±10 %, and not ±0.01 %.
func TestPrecisionIsReachedWhenTheIntervalIsNarrow(t *testing.T) {
	rec := results.Memory(results.Run{
		Plan:     results.PlanRef{Block: time.Second, Legs: []results.Leg{{Target: "a", To: 10 * time.Second}}},
		Complete: true, Targets: map[string]*results.Target{"a": {API: "cloud"}},
	})
	for block := range 10 {
		h := hist.New()
		for i := range 200 {
			h.Record(100*time.Millisecond + time.Duration(i)*100*time.Microsecond)
		}
		start := time.Duration(block) * time.Second
		rec.Put("a", "send.response", block, start, start+time.Second, h)
	}
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := disk{}.create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := results.WriteRecord(folder, rec); err != nil {
		t.Fatal(err)
	}
	for within, want := range map[float64]bool{0.10: true, 0.0001: false} {
		p := newEnough(&scenarios.Plan{Until: &scenarios.Until{Q: 0.5, Within: units.Percent(within)}}, disk{}.open(dir))
		p.began = time.Now().Add(-time.Minute)
		if got := p.reached("a"); got != want {
			t.Errorf("±%v reached: %v, want %v", within, got, want)
		}
		if p.reached("a") {
			t.Error("it looked again at once")
		}
	}
}
