package load

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

func TestStallsAreWhatIsLong(t *testing.T) {
	var s stalls
	for _, late := range []time.Duration{-beat, 0, stallFloor - 1} {
		if s.note(late); s.total != 0 {
			t.Errorf("%v is a stall", late)
		}
	}
	for _, late := range []time.Duration{3 * time.Second, stallFloor, time.Second} {
		s.note(late)
	}
	if want := (stalls{longest: 3 * time.Second, total: 4*time.Second + stallFloor}); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
}

// A watch that is never kept waiting finds nothing, and ends with its context.
func TestAWatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var s stalls
		s.watch(ctx)
		if ctx.Err() == nil || s.total != 0 {
			t.Errorf("it ended too soon, or stalled for %v", s.total)
		}
	})
}

// tardy ends every request by its deadline, of which it hears late.
type tardy struct {
	instant
	late time.Duration
}

func (t *tardy) exchange(_ whatsapp.Request, deadline time.Time) (reply, error) {
	<-time.After(time.Until(deadline.Add(t.late)))
	return reply{}, errTimeout
}

// A timeout that is heard of late is of a process that did not run, and may have
// sent as late: not the target's.
func TestATimeoutHeardOfLateIsOurs(t *testing.T) {
	for late, want := range map[time.Duration]whatsapp.Class{
		0:                             whatsapp.TargetTimeout,
		stallFloor:                    whatsapp.TargetTimeout,
		stallFloor + time.Millisecond: whatsapp.GeneratorFault,
		3 * time.Second:               whatsapp.GeneratorFault,
	} {
		synctest.Test(t, func(t *testing.T) {
			sink := newMemorySink()
			writer, err := results.Create(sink, results.Run{Started: time.Now()}, nil)
			if err != nil {
				t.Fatal(err)
			}
			e, err := newEngine(resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 1s}]}")), Options{
				Writer: writer, Started: time.Now(), Wait: func(until time.Time) { <-time.After(time.Until(until)) },
				Targets: []Target{{Name: "a", Dialect: plainDialect{}, Timeout: time.Second, MaxInFlight: 100, Transport: http.DefaultTransport}},
			})
			if err != nil {
				t.Fatal(err)
			}
			e.targets["a"].exchanger = &tardy{late: late}
			e.start(t)
			if sum := e.collector.totals["a"]; sum.outcomes[want] != 10 {
				t.Errorf("%v late: %v, want 10 of %v", late, sum.outcomes, want)
			}
			if told := strings.Contains(sink.files[results.FileEvents].String(), "too late"); told != (want == whatsapp.GeneratorFault) {
				t.Errorf("%v late: that it was is told: %v", late, told)
			}
		})
	}
}
