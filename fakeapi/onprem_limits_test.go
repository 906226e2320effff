package fakeapi

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Two Webapps: 2 × 150 at once, then 2 × 50 a second.
func TestRequestLimitOfMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		count := func(n int) (accepted int) {
			for _, out := range d.burst(n) {
				switch {
				case out.Class == whatsapp.OK:
					accepted++
				case out.Class != whatsapp.Throttled || out.Status != 429 || out.Code != 1015:
					t.Fatalf("got %+v, want it accepted or throttled", out)
				}
			}
			return accepted
		}
		if got := count(400); got != 300 {
			t.Errorf("%d of 400 at once were accepted, want 300", got)
		}
		elapse(time.Second)
		if got := count(400); got != 100 {
			t.Errorf("%d of 400 a second later were accepted, want 100", got)
		}
		r := d.exchange(d.request("POST", "/v1/messages", `{"to":"15550100099","text":{"body":"x"}}`))
		if want := `{"errors":[{"code":1015,"title":"Too many requests"}]}`; r.Status != 429 || string(r.Body) != want {
			t.Errorf("got HTTP %d %s, want HTTP 429 %s", r.Status, r.Body, want)
		}
	})
}

// One Webapp: everything else has a limit of its own, 60 at once and 20 a second.
func TestRequestLimitOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		elapse(time.Hour) // what the login used is back
		for i := range 61 {
			want := http.StatusOK
			if i == 60 {
				want = http.StatusTooManyRequests
			}
			if got, _ := d.do("GET", "/v1/settings/business/profile", ""); got != want {
				t.Fatalf("request %d: HTTP %d, want %d", i, got, want)
			}
		}
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("a message after the other limit was reached: %+v", out)
		}
	})
}

// Whatever the arrivals, a bucket lets through no more than rate × time + burst.
func TestBucketHoldsItsPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := RequestLimit{Rate: units.Rate(rapid.IntRange(1, 100).Draw(t, "rate")), Burst: rapid.IntRange(1, 200).Draw(t, "burst")}
		nodes := rapid.IntRange(1, 3).Draw(t, "nodes")
		gaps := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 500).Draw(t, "gaps in ms")
		var b requestBucket
		start := time.Unix(0, 0)
		at, taken := start, 0
		for _, gap := range gaps {
			at = at.Add(time.Duration(gap) * time.Millisecond)
			if b.take(limit, nodes, at) {
				taken++
			}
		}
		most := float64(nodes) * (float64(limit.Rate)*at.Sub(start).Seconds() + float64(limit.Burst))
		if float64(taken) > most+1e-6 {
			t.Errorf("%d let through, want at most %v", taken, most)
		}
	})
}

func TestCallbacksInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
			atOnce(p)
			p.Drain = Drain{}
		})
		slow := &slowReceiver{takes: time.Second}
		d.fake.webhookClient.Transport = slow
		d.burst(60) // sent and delivered: 120 callbacks
		elapse(30 * time.Second)
		if slow.most.Load() != 6 {
			t.Errorf("%d callbacks at once, want 6", slow.most.Load())
		}
		d.expect("PATCH", "/v1/settings/application", `{"webhooks":{"max_concurrent_requests":18}}`, 200, 0)
		d.burst(60)
		elapse(30 * time.Second)
		if slow.most.Load() != 18 {
			t.Errorf("%d callbacks at once after the settings, want 18", slow.most.Load())
		}
	})
}

// slowReceiver takes a time for each callback and counts how many it has at once.
type slowReceiver struct {
	takes     time.Duration
	now, most atomic.Int64
}

func (s *slowReceiver) RoundTrip(*http.Request) (*http.Response, error) {
	now := s.now.Add(1)
	defer s.now.Add(-1)
	s.most.Store(max(s.most.Load(), now))
	elapse(s.takes)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Header: http.Header{}}, nil
}

// Attempts after 3, 6, 9 ... seconds, at most 15 minutes, for a day.
func TestCallbackBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", func(p *OnPremProfile) {
			atOnce(p)
			p.Mute = Mute{Delivered: true, Read: true}
		})
		d.answer = func(int) int { return http.StatusAccepted } // only 200 is success
		d.text(1)
		elapse(48 * time.Hour)
		calls := d.callbacks()
		at := 100 * time.Millisecond
		for i, want := range []time.Duration{0, 3, 6, 9, 12} {
			at += want * time.Second
			if calls[i].at != at {
				t.Errorf("attempt %d at %v, want %v", i, calls[i].at, at)
			}
		}
		last := len(calls) - 1 // 239: 3 s × (1 + 2 + ... + 239) is just below a day
		if gap := calls[last].at - calls[last-1].at; last != 239 || gap != time.Duration(last)*3*time.Second {
			t.Errorf("%d attempts, the last after a wait of %v; want 239 more after the first, and 11m57s", last+1, gap)
		}
	})
}

func TestCallbackBackoffBySettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", func(p *OnPremProfile) {
			atOnce(p)
			p.Mute = Mute{Delivered: true, Read: true}
		})
		d.answer = func(int) int { return http.StatusInternalServerError }
		d.expect("PATCH", "/v1/settings/application", `{"callback_backoff_delay_ms":"400","max_callback_backoff_delay_ms":"1000"}`, 200, 0)
		d.text(1)
		elapse(10 * time.Second)
		calls := d.callbacks()
		for i, want := range []time.Duration{400, 800, 1000, 1000} {
			if gap := calls[i+1].at - calls[i].at; gap != want*time.Millisecond {
				t.Errorf("wait %d was %v, want %v ms", i, gap, int(want))
			}
		}
	})
}

func TestCallbackQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
			atOnce(p)
			p.Drain, p.Mute = Drain{}, Mute{Delivered: true, Read: true}
			p.Webhooks.Queue, p.Webhooks.Concurrency = 50, 6
		})
		slow := &slowReceiver{takes: time.Hour}
		d.fake.webhookClient.Transport = slow
		d.burst(100)
		synctest.Wait()
		waiting, lost := d.fake.onprem.hook.backlog(), int(d.fake.onprem.hook.tally.overflowed.Load())
		if waiting > 50 || lost == 0 || waiting+lost+6 != 100 {
			t.Errorf("%d callbacks wait, %d are lost, 6 are under way; want at most 50 to wait and 100 together", waiting, lost)
		}
	})
}
