package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// blocksAt is a run under a steady load whose blocks have these medians, in
// milliseconds.
func blocksAt(medians ...int) *results.Record {
	length := time.Duration(len(medians)) * time.Second
	rec := results.Memory(results.Run{
		Plan:    results.PlanRef{Block: time.Second, Duration: length, Stages: []results.Stage{{To: length, Start: 100, End: 100}}},
		Targets: map[string]*results.Target{"a": {API: "cloud"}}, Complete: true,
	})
	for i, ms := range medians {
		h, start := hist.New(), time.Duration(i)*time.Second
		h.RecordN(time.Duration(ms)*time.Millisecond, 100)
		rec.Put("a", headlineSeries, i, start, start+time.Second, h)
	}
	return rec
}

func TestBlocksThatAreNotSteadyAreNoted(t *testing.T) {
	steady := []int{50, 53, 49, 52, 51, 48, 52, 50, 49, 53, 51, 50}
	rising := []int{50, 53, 52, 56, 55, 58, 60, 59, 62, 65, 63, 66}
	waves := []int{50, 50, 50, 50, 50, 60, 60, 60, 60, 60, 50, 50, 50, 50, 50, 60, 60, 60, 60, 60}
	ramped := blocksAt(rising...)
	ramped.Run.Plan.Stages[0].End = 200
	for name, tc := range map[string]struct {
		rec  *results.Record
		want string // codes
	}{
		"steady":          {blocksAt(steady...), ""},
		"rising":          {blocksAt(rising...), "blocks_drift"},
		"in waves":        {blocksAt(waves...), "blocks_autocorrelated"},
		"rising by plan":  {ramped, ""},
		"too few to tell": {blocksAt(50, 60, 70, 80), ""},
	} {
		var codes []string
		for _, n := range unsteady(tc.rec, "a") {
			codes = append(codes, n.Code)
			if !strings.HasPrefix(n.Text, "a: ") || n.Advice == "" {
				t.Errorf("%s: note %+v", name, n)
			}
		}
		if got := fmt.Sprint(codes); got != "["+tc.want+"]" {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
	}
}

// A run that may not go on for long enough says that it is not as sure as was
// asked.
func TestPrecisionThatWasMissedIsNoted(t *testing.T) {
	rec := blocksAt(80, 90, 100, 110, 120, 85, 95, 105, 115, 100)
	for within, want := range map[units.Percent]int{0.5: 0, 0.001: 1} {
		got := precisionMissed(rec, &scenarios.Until{Q: 0.5, Within: within})
		if len(got) != want || want == 1 && (got[0].Code != "precision_missed" || !strings.Contains(got[0].Text, "a: p50(send.response)")) {
			t.Errorf("±%v: %+v, want %d notes", within, got, want)
		}
	}
	if got := precisionMissed(rec, nil); got != nil {
		t.Errorf("%v of a plan that asks for nothing", got)
	}
	if got := precisionMissed(blocksAt(50), &scenarios.Until{Q: 0.99, Within: 0.5}); len(got) != 1 || !strings.Contains(got[0].Text, "no interval") {
		t.Errorf("%v of a run of one block", got)
	}
}
