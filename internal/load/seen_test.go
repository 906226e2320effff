package load

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// What the fake says it saw is the plan: one request for each arrival, in
// order, with the plan's gaps to the nanosecond.
func TestTheServerSeesTheScheduleItself(t *testing.T) {
	const shapes = "{ramp: 5/s..90/s, for: 3s}, {steps: 90/s..30/s, by: 30/s, each: 1s}, {sine: {mean: 40/s, amplitude: 40/s, period: 700ms}, for: 2100ms}, {hold: 17.3/s, for: 2s}"
	for _, arrivals := range []string{"uniform", "poisson"} {
		t.Run(arrivals, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := fakeWorld(resolve(t, scenario("", "load: {arrivals: "+arrivals+", stages: ["+shapes+"]}")))
				w.fake(t, &w.plan.Targets[0], nil)
				op := w.run(t.Context(), t).Run.Targets["a"].Ops["send"]
				schedule, err := w.plan.Schedule()
				if err != nil {
					t.Fatal(err)
				}
				seen := w.seen(t)
				if int64(len(seen)) != schedule.Len() || op.Sent != schedule.Len() || op.Dropped != 0 {
					t.Fatalf("%d seen, %d sent, %d dropped of %d planned", len(seen), op.Sent, op.Dropped, schedule.Len())
				}
				for n, at := range seen {
					if got, want := at-seen[0], schedule.Due(int64(n))-schedule.Due(0); got != want {
						t.Fatalf("arrival %d came %v after the first, want %v", n, got, want)
					}
				}
			})
		})
	}
}

// seen asks the fake of the first target when its messages came.
func (w *world) seen(t *testing.T) []time.Duration {
	t.Helper()
	name := w.plan.Targets[0].Name
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.urls[name]+"/_fake/arrivals", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.servers[name].RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var log struct {
		Arrivals []struct {
			At int64  `json:"at_ns"`
			Op string `json:"op"`
		} `json:"arrivals"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&log); err != nil {
		t.Fatal(err)
	}
	var out []time.Duration
	for _, a := range log.Arrivals {
		if a.Op == "send" {
			out = append(out, time.Duration(a.At))
		}
	}
	return out
}
