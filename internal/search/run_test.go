package search

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wabench/internal/units"
	"wabench/results"
	"wabench/scenarios"
)

// The fake takes 80 messages a second and one in a hundred over is allowed, so
// that the highest rate is 80/0.99.
func TestTheThroughputOfTheStandardProfileIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "cloud-standard", 10, 1000, "", "throttle_rate(send) <= 1%")
		s := w.run(t)
		if a := s.Answer; a.Status != Found || a.Rate < 78 || a.Rate > 82 || a.Hysteresis || len(s.Steps) > 12 {
			t.Errorf("%+v after %d steps, want about 80/s", a, len(s.Steps))
		}
		for _, step := range s.Steps {
			if step.Verdict == results.Pass && step.Held < LeastHold {
				t.Errorf("step %d passed after %v", step.N, step.Held)
			}
			if step.Rate > 85 && !step.Early {
				t.Errorf("step %d at %v/s went on for %v", step.N, step.Rate, step.Held)
			}
		}
		checkDirectories(t, w, s)
	})
}

// checkDirectories reads what a search left behind.
func checkDirectories(t *testing.T, w *world, s Summary) {
	t.Helper()
	text, err := fs.ReadFile(w.sink, File)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, read, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("search.json (-had +read):\n%s", diff)
	}
	for i, step := range s.Steps {
		rec, err := results.Open(w.places[i])
		if err != nil {
			t.Fatal(err)
		}
		op := rec.Run.Targets["fake"].Ops["send"]
		if !rec.Run.Complete || op.Sent != step.Messages || op.Dropped != 0 || len(rec.Run.Gates) != 1 {
			t.Errorf("step %d: complete %v, %+v, gates %v", step.N, rec.Run.Complete, op, rec.Run.Gates)
		}
	}
}

// A search takes the same way again. How soon a step is decided depends on which
// of its seconds are on the disk when it is looked at.
func TestASearchIsRepeatable(t *testing.T) {
	search := func() (way []Step, a Answer) {
		synctest.Test(t, func(t *testing.T) {
			s := newWorld(t, "cloud-standard", 40, 160, "", "throttle_rate(send) <= 1%").run(t)
			for _, step := range s.Steps {
				way = append(way, Step{step.N, units.Rate(step.Rate), step.Direction})
			}
			a = s.Answer
		})
		return way, a
	}
	way, answer := search()
	again, answerAgain := search()
	if diff := cmp.Diff(way, again); diff != "" || answer != answerAgain {
		t.Errorf("%+v, then %+v\n%s", answer, answerAgain, diff)
	}
}

// queue is a server with one clerk: each answer takes a while, one after the
// other.
type queue struct {
	mu   sync.Mutex
	free time.Time
	each func(waiting time.Duration) time.Duration
}

func (q *queue) answer(req *http.Request) (*http.Response, error) {
	q.mu.Lock()
	now := time.Now()
	if q.free.Before(now) {
		q.free = now
	}
	q.free = q.free.Add(q.each(q.free.Sub(now)))
	done := q.free
	q.mu.Unlock()
	select {
	case <-time.After(time.Until(done)):
		return accepted(), nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

func accepted() *http.Response {
	const body = `{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"wamid.1"}]}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

// A clerk who needs 10 ms for a message serves 100 a second. Beyond that the
// queue grows by r − 100 a second, so that 10 s at 104/s end with a wait of
// 0.4 s, of which p99 sees 0.39 s.
func TestTheRateThatAQueueHoldsIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "instant", 20, 500, "", "p99(send.response) < 200ms")
		q := &queue{each: func(time.Duration) time.Duration { return 10 * time.Millisecond }}
		w.over(q.answer)
		s := w.run(t)
		if a := s.Answer; a.Status != Found || a.Passed < 97 || a.Failed > 107 || a.Hysteresis {
			t.Errorf("%+v, want about 100/s", a)
		}
	})
}

// A clerk behind whom people have waited for 150 ms, which is before the rule
// breaks, works at half the speed until that is 5 s ago.
func TestATargetThatDoesNotRecoverHasHysteresis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "instant", 20, 200, "", "p99(send.response) < 200ms")
		tired := time.Time{}
		q := &queue{each: func(waiting time.Duration) time.Duration {
			if waiting > 150*time.Millisecond {
				tired = time.Now()
			}
			if !tired.IsZero() && time.Since(tired) < 5*time.Second {
				return 20 * time.Millisecond
			}
			return 10 * time.Millisecond
		}}
		w.over(q.answer)
		// A rest before the way up, so that it is one.
		w.setup.Observer.Begin = func(step Step, _ time.Duration) {
			if step.Direction == Up {
				sleepUntil(time.Now().Add(time.Minute))
			}
		}
		s := w.run(t)
		if a := s.Answer; !a.Hysteresis || a.Reason == "" {
			t.Errorf("%+v, want hysteresis", a)
		}
	})
}

// A target that takes half a second for each answer needs 50 requests under way
// for 100 a second. With ten allowed the load is not offered as planned, and
// nothing is shown about the target.
func TestABoundOnRequestsInFlightIsNotTheTargetsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "instant", 5, 100, "", "error_rate(send) <= 5%")
		w.over(func(*http.Request) (*http.Response, error) {
			<-time.After(500 * time.Millisecond)
			return accepted(), nil
		})
		w.setup.Target.MaxInFlight = 10
		s := w.run(t)
		a, last := s.Answer, s.Steps[len(s.Steps)-1]
		if a.Status != Inconclusive || !strings.Contains(a.Reason, "generator, not the target") {
			t.Errorf("%+v after %+v", a, last)
		}
	})
}

func TestTheScenariosLimitsHoldForTheWholeSearch(t *testing.T) {
	for limit, want := range map[string]string{
		"max_messages: 2500": "limits.max_messages allows 2500",
		"max_duration: 11s":  "limits.max_duration allows a run 11s",
		"max_cost: 1 USD":    "limits.max_cost allows 1.00 USD",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, "instant", 100, 1000, "limits: {"+limit+"}\n", "error_rate(send) <= 5%")
			w.setup.Plan.Targets[0].Cost = costs(t, "0.0005 USD")
			s := w.run(t)
			if a := s.Answer; a.Status != Inconclusive || !strings.Contains(a.Reason, want) {
				t.Errorf("%s: %+v after %d steps", limit, a, len(s.Steps))
			}
			sent := int64(0)
			for _, step := range s.Steps {
				sent += step.Messages
			}
			if limit == "max_messages: 2500" && (sent == 0 || sent > 2500) {
				t.Errorf("sent %d", sent)
			}
		})
	}
}

func TestAnInterruptedSearchKeepsItsSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "instant", 100, 1000, "", "error_rate(send) <= 5%")
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		s, err := Run(ctx, w.setup, Summary{})
		if !errors.Is(err, context.DeadlineExceeded) || s.Complete || len(s.Steps) != 1 || s.Answer.Passed != 100 {
			t.Fatalf("%v: %+v", err, s)
		}
		text, err := fs.ReadFile(w.sink, File)
		if err != nil || !bytes.Contains(text, []byte(`"complete": false`)) {
			t.Errorf("%v: %s", err, text)
		}
		rec, err := results.Open(w.places[1])
		if err != nil || rec.Run.Complete || rec.Run.Targets["fake"].Ops["send"].Sent == 0 {
			t.Errorf("the step that was cut is not readable: %v", err)
		}
	})
}

func TestAnErrorOfTheWorldEndsTheSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("no room")
		for name, spoil := range map[string]func(*world){
			"no directory": func(w *world) {
				w.setup.Open = func(Step, *scenarios.Plan) (*Place, error) { return nil, broken }
			},
			"no report": func(w *world) {
				w.setup.Observer.Done = func(StepSummary, *results.Record) error { return broken }
			},
		} {
			w := newWorld(t, "instant", 100, 1000, "", "error_rate(send) <= 5%")
			spoil(w)
			if s, err := Run(t.Context(), w.setup, Summary{}); !errors.Is(err, broken) || s.Complete {
				t.Errorf("%s: %v", name, err)
			}
		}
		w := newWorld(t, "instant", 1000, 100, "", "error_rate(send) <= 5%")
		if _, err := Run(t.Context(), w.setup, Summary{}); err == nil || w.places != nil {
			t.Errorf("a search downwards: %v", err)
		}
	})
}

func TestASummaryOfAnotherSchemaIsRefused(t *testing.T) {
	for _, text := range []string{`{"schema":2}`, `{`, ``} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}
