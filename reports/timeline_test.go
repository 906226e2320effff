package reports

import (
	"math"
	"slices"
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

// What finishes after the load has ended, and the interval that is cut there, have
// no place of their own in load time: the last place has the slowest of them, and
// as many in flight as there were under load.
func TestALineEndsWithItsLoad(t *testing.T) {
	rec := &results.Record{Run: results.Run{Targets: map[string]*results.Target{"t": {}}}}
	line := timeline{rec: rec, byLoad: true, end: 3, targets: []string{"t"}, points: map[string][]results.Point{}}
	for _, p := range []struct {
		at       time.Duration
		p50, p99 time.Duration
		n        int64
		inFlight int64
	}{
		{1 * time.Second, 10 * time.Millisecond, 20 * time.Millisecond, 100, 5},
		{2 * time.Second, 11 * time.Millisecond, 21 * time.Millisecond, 100, 6},
		{2980 * time.Millisecond, 12 * time.Millisecond, 22 * time.Millisecond, 100, 7},
		{3 * time.Second, 5 * time.Millisecond, 6 * time.Millisecond, 2, 4},   // cut
		{3 * time.Second, 80 * time.Millisecond, 90 * time.Millisecond, 7, 0}, // after it
	} {
		line.points["t"] = append(line.points["t"], results.Point{
			Load: p.at, P50: p.p50, P99: p.p99, InFlight: p.inFlight, Outcomes: map[string]int64{"ok": p.n},
		})
	}
	places := []float64{1, 2, 2.98}
	for _, c := range []struct {
		name string
		line Series
		want []float64
	}{
		{"p50", line.quantile(0, "t", pointQuantiles[0]), []float64{0.010, 0.011, 0.012}},
		{"p99", line.quantile(0, "t", pointQuantiles[2]), []float64{0.020, 0.021, 0.090}},
	} {
		if !slices.Equal(c.line.X, places) || !slices.Equal(c.line.Y, c.want) {
			t.Errorf("%s: %v at %v, want %v at %v", c.name, c.line.Y, c.line.X, c.want, places)
		}
	}
	f, any := line.inFlight()
	if got := f.Panels[0].Series[0]; !any || !slices.Equal(got.X, places) || !slices.Equal(got.Y, []float64{5, 6, 7}) {
		t.Errorf("in flight: %v at %v", got.Y, got.X)
	}
}
