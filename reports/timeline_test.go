package reports

import (
	"math"
	"testing"
	"time"

	"wabench/results"
)

// Ticks come a little late, so that no second may hold two intervals' counts
// and none be empty; what is drained after a block stays in its last second.
func TestCountsAreSpreadOverTheTimeTheyTook(t *testing.T) {
	const late = 4 * time.Millisecond
	line := timeline{rec: &results.Record{}, byLoad: true, end: 5, points: map[string][]results.Point{}}
	for second := range 5 {
		at := min(time.Duration(second+1)*time.Second+late, 5*time.Second)
		line.points["t"] = append(line.points["t"], results.Point{Load: at, Planned: 100})
	}
	drained := results.Point{Load: 5 * time.Second, Planned: 10}
	line.points["t"] = append(line.points["t"], drained)
	_, rates := line.perSecond("t", func(p results.Point) int64 { return p.Planned })
	want := []float64{100, 100, 100, 100, 110}
	sum := 0.0
	for i, rate := range rates {
		sum += rate
		if math.Abs(rate-want[i]) > 1 {
			t.Errorf("second %d has %.1f, want about %v", i, rate, want[i])
		}
	}
	if math.Abs(sum-510) > 1e-6 {
		t.Errorf("all seconds together have %v, want 510", sum)
	}
}
