package load

import (
	"net/http"
	"testing"
	"time"
	"unsafe"

	"wabench/results"
)

// stepped returns t as it would read had the machine's clock been set by d
// since: another date, the same reading of the monotonic clock. Package time
// has no door to that, so the date is changed where it lies: with a monotonic
// reading, the first word of a time.Time holds the seconds since 1885 from bit
// 30 up.
func stepped(t *testing.T, at time.Time, d time.Duration) time.Time {
	t.Helper()
	before := at
	word := (*uint64)(unsafe.Pointer(&at))
	*word += uint64(d/time.Second) << 30
	if at.Sub(before) != 0 || at.Round(0).Sub(before.Round(0)) != d {
		t.Fatalf("%v was not stepped by %v: %v", before, d, at)
	}
	return at
}

// A clock that is set by a day in mid-run, forwards or backwards, moves no due
// moment, no interval and no latency: a run whose start has another date than
// its monotonic reading is the same run. Times in a bubble have no monotonic
// reading, so this is half a second of the real one.
func TestAClockThatIsSetChangesNothing(t *testing.T) {
	for _, d := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			w := world{
				plan:    resolve(t, scenario("", "load: {warmup: 100ms, stages: [{hold: 50/s, for: 500ms}]}")),
				servers: map[string]http.RoundTripper{"a": latency(time.Millisecond)},
				clock:   func() time.Time { return stepped(t, time.Now(), d) },
				options: Options{Interval: 100 * time.Millisecond},
			}
			rec := w.run(t.Context(), t)
			checkUnmoved(t, rec, w.report)
		})
	}
}

// checkUnmoved checks that nothing is off by anything near a day.
func checkUnmoved(t *testing.T, rec *results.Record, report Report) {
	t.Helper()
	op := rec.Run.Targets["a"].Ops["send"]
	if op.Sent != 25 || op.Warmup != 5 || op.Response.Max > time.Minute || op.Lateness.Max > time.Minute {
		t.Errorf("sent %d, warm-up %d, response up to %v, lateness up to %v", op.Sent, op.Warmup, op.Response.Max, op.Lateness.Max)
	}
	var last results.Point
	for _, p := range rec.Points {
		if p.Start < last.Start || p.Start > last.End || p.End < p.Start || p.End > time.Minute {
			t.Errorf("an interval of %v to %v after one that ended at %v", p.Start, p.End, last.End)
		}
		last = p
	}
	if len(rec.Points) < 2 || report.Legs[0].Start.Abs() > time.Minute || report.Legs[0].End.Abs() > time.Minute {
		t.Errorf("%d points, legs %v", len(rec.Points), report.Legs)
	}
}
