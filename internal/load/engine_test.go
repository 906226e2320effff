package load

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// scenario returns a scenario with one fake target and the given fields.
func scenario(target string, rest ...string) string {
	return "version: 1\nname: test\ntargets:\n  a: {api: cloud, fake: instant" + target + "}\n" +
		"recipients: {range: 15550100000..15550109999}\nmessages:\n  - {text: hi}\n" + strings.Join(rest, "\n") + "\n"
}

// compared is a scenario with a second target, b.
func compared(rest ...string) string {
	return strings.Replace(scenario("", rest...), "recipients:", "  b: {api: cloud, fake: instant}\nrecipients:", 1)
}

// The server freezes for a second in a run of 10 s at 1000/s. Every arrival of
// that second waits for its end, so of 10,000 responses 1,000 lie evenly
// between 0 and 1 s: the quantile q > 0.9 is (q − 0.9)·10 s. With 50 in flight
// at most the wait moves from the target into lateness, and service time alone
// hides it: of the requests sent, only 50 saw the freeze.
func TestAFrozenServerShowsInResponseAndHidesInService(t *testing.T) {
	for _, bound := range []int{10000, 50} {
		t.Run(fmt.Sprintf("%d in flight", bound), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				frozen, thawed := start.Add(4*time.Second), start.Add(5*time.Second)
				w := world{
					plan: resolve(t, scenario(fmt.Sprintf(", max_in_flight: %d", bound), "load: {stages: [{hold: 1000/s, for: 10s}]}")),
					servers: map[string]http.RoundTripper{"a": server(func(req *http.Request) (*http.Response, error) {
						if now := time.Now(); !now.Before(frozen) && now.Before(thawed) {
							sleepUntil(thawed)
						}
						return answer(http.StatusOK), nil
					})},
				}
				rec := w.run(t.Context(), t)
				op := rec.Run.Targets["a"].Ops["send"]
				if op.Sent != 10000 || op.Response.Count != 10000 {
					t.Fatalf("sent %d, measured %d, want 10000", op.Sent, op.Response.Count)
				}
				for _, c := range []struct {
					q         float64
					got, want time.Duration
				}{
					{0.5, op.Response.P50, 0},
					{0.95, op.Response.P95, 500 * time.Millisecond},
					{0.99, op.Response.P99, 900 * time.Millisecond},
					{0.999, op.Response.P999, 990 * time.Millisecond},
				} {
					if math.Abs(float64(c.got-c.want)) > float64(time.Millisecond) {
						t.Errorf("response p%v = %v, want %v within 1ms", c.q*100, c.got, c.want)
					}
				}
				if bound == 50 {
					if op.Service.P99 > time.Millisecond {
						t.Errorf("service p99 = %v: it was to hide the freeze", op.Service.P99)
					}
					// 50 of the 1000 were on their way; the others waited 950 ms and less.
					if late := op.Lateness.P99 - 850*time.Millisecond; late.Abs() > time.Millisecond {
						t.Errorf("lateness p99 = %v, want 850ms: it shows what the bound delayed", op.Lateness.P99)
					}
					if w.report.Generator.Verdict != results.Degraded {
						t.Errorf("verdict %s %v, want degraded", w.report.Generator.Verdict, w.report.Generator.Reasons)
					}
				}
			})
		})
	}
}

func TestResponseIsServicePlusLateness(t *testing.T) {
	due := time.Unix(100, 0)
	s := Sample{Due: due, Sent: due.Add(3 * time.Millisecond), Done: due.Add(45 * time.Millisecond)}
	if s.Response() != s.Service()+s.Lateness() || s.Response() != 45*time.Millisecond {
		t.Errorf("response %v, service %v, lateness %v", s.Response(), s.Service(), s.Lateness())
	}
}

func TestWarmupIsExcludedAndEverythingIsAccountedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan:    resolve(t, scenario("", "load: {warmup: 2s, stages: [{hold: 50/s, for: 10s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(20 * time.Millisecond)},
		}
		op := w.run(t.Context(), t).Run.Targets["a"].Ops["send"]
		if op.Planned != 500 || op.Sent != 500 || op.Dropped != 0 || op.Warmup != 100 || op.Response.Count != 400 {
			t.Errorf("%+v, response count %d", op, op.Response.Count)
		}
		if math.Abs(op.Rate-50) > 0.1 {
			t.Errorf("rate %v, want 50", op.Rate)
		}
		if got := op.Response.P50; got < 20*time.Millisecond || got > 20100*time.Microsecond {
			t.Errorf("p50 %v, want 20ms", got)
		}
	})
}

func TestATargetThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan:    resolve(t, scenario(", timeout: 1s, max_in_flight: 10", "load: {stages: [{hold: 100/s, for: 5s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(time.Hour)},
		}
		rec := w.run(t.Context(), t)
		op := rec.Run.Targets["a"].Ops["send"]
		if op.Planned != 500 || op.Planned != op.Sent+op.Dropped {
			t.Errorf("planned %d, sent %d, dropped %d", op.Planned, op.Sent, op.Dropped)
		}
		if op.Outcomes["target_timeout"] != op.Sent || op.Dropped == 0 {
			t.Errorf("outcomes %v, dropped %d: want timeouts for all sent and drops for the rest", op.Outcomes, op.Dropped)
		}
		if w.report.Generator.Verdict != results.Invalid {
			t.Errorf("verdict %v, want invalid: most of the plan was not sent", w.report.Generator)
		}
		if a := rec.Run.Targets["a"].Availability; a.Ratio != 0 || len(a.Outages) != 1 || !a.Outages[0].Open {
			t.Errorf("availability %+v, want one open outage", a)
		}
	})
}

func TestOutcomesAndCodesAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		n := 0
		w := world{
			plan: resolve(t, scenario("", "load: {stages: [{hold: 100/s, for: 4s}]}")),
			servers: map[string]http.RoundTripper{"a": server(func(*http.Request) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				n++
				return answer([]int{200, 429, 500, 400}[n%4]), nil
			})},
		}
		rec := w.run(t.Context(), t)
		op := rec.Run.Targets["a"].Ops["send"]
		want := map[string]int64{"ok": 100, "throttled": 100, "target_5xx": 100, "client_fault": 100}
		if diff := cmp.Diff(want, op.Outcomes); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]int64{"130429": 100, "131000": 100, "100": 100}, op.Codes); diff != "" {
			t.Error(diff)
		}
		if !slices.Contains(rec.Series("a"), "send.response.throttled") {
			t.Errorf("failures have no histogram of their own: %v", rec.Series("a"))
		}
		if got := rec.Run.Targets["a"].Availability.Ratio; got != 0.5 {
			t.Errorf("availability %v, want ok / (ok + target_5xx) = 0.5", got)
		}
	})
}

func TestRetriesArePacedAndMeasuredApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		attempts := map[string]int{}
		w := world{
			plan: resolve(t, scenario(", retry: {on: [throttled], backoff: 2^n s, max: 3}", "load: {stages: [{hold: 10/s, for: 1s}]}")),
			servers: map[string]http.RoundTripper{"a": server(func(req *http.Request) (*http.Response, error) {
				body := make([]byte, 11)
				_, _ = req.Body.Read(body)
				mu.Lock()
				defer mu.Unlock()
				if attempts[string(body)]++; attempts[string(body)] <= 2 {
					return answer(http.StatusTooManyRequests), nil
				}
				return answer(http.StatusOK), nil
			})},
		}
		rec := w.run(t.Context(), t)
		ops := rec.Run.Targets["a"].Ops
		if ops["send"].Outcomes["throttled"] != 10 || ops["retry"].Outcomes["throttled"] != 10 || ops["retry"].Outcomes["ok"] != 10 {
			t.Errorf("send %v, retry %v", ops["send"].Outcomes, ops["retry"].Outcomes)
		}
		if ops["retry"].Lateness.Max > time.Millisecond {
			t.Errorf("retries were late by %v", ops["retry"].Lateness.Max)
		}
	})
}

func TestInterruptKeepsWhatWasMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		w := world{
			plan:    resolve(t, scenario("", "load: {stages: [{hold: 100/s, for: 1m}]}")),
			servers: map[string]http.RoundTripper{"a": latency(10 * time.Millisecond)},
		}
		rec := w.run(ctx, t)
		op := rec.Run.Targets["a"].Ops["send"]
		if !errors.Is(w.err, context.DeadlineExceeded) {
			t.Errorf("error %v", w.err)
		}
		if op.Planned != 6000 || op.Sent+op.Dropped != op.Planned || op.Sent < 349 || op.Sent > 351 {
			t.Errorf("planned %d, sent %d, dropped %d", op.Planned, op.Sent, op.Dropped)
		}
		if op.Outcomes["ok"] != op.Sent {
			t.Errorf("outcomes %v of %d sent: what was under way was to be let finish", op.Outcomes, op.Sent)
		}
		if g := w.report.Generator; g.Verdict != results.Valid {
			t.Errorf("verdict %s %q: the user, not the generator, left the rest unsent", g.Verdict, g.Reasons)
		}
	})
}

func TestClosedStageHasNoResponseClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan:    resolve(t, scenario("", "load: {stages: [{closed: {users: 10, think: 50ms}, for: 10s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(50 * time.Millisecond)},
		}
		rec := w.run(t.Context(), t)
		op := rec.Run.Targets["a"].Ops["send"]
		if op.Sent < 990 || op.Sent > 1010 {
			t.Errorf("sent %d, want 10 users × 10 s / 100 ms = 1000", op.Sent)
		}
		if op.Response != nil || op.Lateness != nil || op.Service == nil {
			t.Errorf("clocks: response %v, lateness %v, service %v", op.Response, op.Lateness, op.Service)
		}
	})
}

func TestInterleavedBlocksPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := compared("load: {warmup: 1s, stages: [{hold: 20/s, for: 9s}]}",
			"compare: {base: a, head: b, order: interleaved, block: 2s}")
		w := world{
			plan: resolve(t, source),
			servers: map[string]http.RoundTripper{
				"a": latency(10 * time.Millisecond), "b": latency(30 * time.Millisecond),
			},
		}
		rec := w.run(t.Context(), t)
		for name, want := range map[string]time.Duration{"a": 10 * time.Millisecond, "b": 30 * time.Millisecond} {
			blocks, err := rec.Blocks(name, "send.response")
			if err != nil || len(blocks) != 4 {
				t.Fatalf("%s has %d blocks, error %v", name, len(blocks), err)
			}
			for i, block := range blocks {
				if block.Count() != 40 || block.Quantile(0.5).Round(time.Millisecond) != want {
					t.Errorf("%s block %d: %d responses, p50 %v", name, i, block.Count(), block.Quantile(0.5))
				}
			}
		}
		if got := len(rec.Run.Plan.Legs); got != 10 {
			t.Errorf("%d legs, want 2 of warm-up and 8 blocks", got)
		}
	})
}

func TestSnapshotsTellTheWholeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []Snapshot
		w := world{
			plan:    resolve(t, scenario("", "load: {warmup: 2s, stages: [{hold: 50/s, for: 6s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(20 * time.Millisecond)},
			options: Options{Observers: []Observer{observe(func(s Snapshot) { seen = append(seen, s) })}},
		}
		w.run(t.Context(), t)
		if len(seen) < 6 || seen[0].Phase != PhaseWarmup || seen[3].Phase != PhaseLoad || seen[len(seen)-1].Phase != PhaseDone {
			t.Fatalf("%d snapshots with phases %v", len(seen), phases(seen))
		}
		third := seen[2].Targets[0]
		if third.Planned != 50 || third.Achieved < 49 || third.Achieved > 51 || seen[2].Total != 6*time.Second || seen[2].Stage != "hold 50/s" {
			t.Errorf("snapshot %+v", seen[2])
		}
		if last := seen[len(seen)-1].Targets[0]; last.OK != 300 {
			t.Errorf("last snapshot has %d ok, want 300", last.OK)
		}
	})
}

type observe func(Snapshot)

func (f observe) Observe(s Snapshot) { f(s) }

func phases(snapshots []Snapshot) []string {
	var out []string
	for _, s := range snapshots {
		out = append(out, s.Phase)
	}
	return out
}

// A rule that ends a run takes the rest of the plan back: what was planned is
// what was sent, and that the rest was not is not held against the generator.
// Nor are the requests that the end cuts off, as of a target that hangs.
func TestAbortRuleEndsTheRun(t *testing.T) {
	for name, answers := range map[string]time.Duration{"answers": time.Millisecond, "hangs": 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			w := world{
				plan:    resolve(t, scenario(", timeout: 30s", "load: {stages: [{hold: 50/s, for: 60s}]}")),
				servers: map[string]http.RoundTripper{"a": latency(answers)},
				options: Options{Abort: func() string {
					if time.Since(start) > 5*time.Second {
						return "error_rate(send) <= 1% failed"
					}
					return ""
				}},
			}
			op := w.run(t.Context(), t).Run.Targets["a"].Ops["send"]
			if w.report.Aborted == "" || w.err != nil || time.Since(start) > 10*time.Second {
				t.Errorf("%s: aborted %q after %v, error %v", name, w.report.Aborted, time.Since(start), w.err)
			}
			if op.Planned != op.Sent || op.Dropped != 0 || op.Sent < 250 || op.Sent > 310 {
				t.Errorf("%s: planned %d, sent %d, dropped %d", name, op.Planned, op.Sent, op.Dropped)
			}
			if w.report.Generator.Verdict != results.Valid {
				t.Errorf("%s: verdict %v", name, w.report.Generator)
			}
		})
	}
}

func TestEnoughEndsTheLoadAsPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := world{
			plan:    resolve(t, scenario("", "load: {stages: [{hold: 50/s, for: 60s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(3 * time.Second)}, // waiting for the last answers is no load
			options: Options{Enough: func(string) bool { return time.Since(start) >= 10*time.Second }},
		}
		rec := w.run(t.Context(), t)
		op := rec.Run.Targets["a"].Ops["send"]
		if op.Dropped != 0 || op.Planned != op.Sent || op.Sent < 500 || op.Sent > 510 || w.err != nil {
			t.Errorf("planned %d, sent %d, dropped %d, error %v", op.Planned, op.Sent, op.Dropped, w.err)
		}
		if legs := rec.Run.Plan.Legs; len(legs) != 1 || legs[0].To > 10100*time.Millisecond || math.Abs(op.Rate-50) > 1 {
			t.Errorf("legs %v, rate %v", legs, op.Rate)
		}
	})
}

func TestEnoughEndsInterleavedBlocksInPairs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		source := compared("load: {stages: [{hold: 20/s, for: 60s}]}",
			"compare: {base: a, head: b, order: interleaved, block: 2s}")
		w := world{
			plan:    resolve(t, source),
			servers: map[string]http.RoundTripper{"a": latency(time.Millisecond), "b": latency(time.Millisecond)},
			options: Options{Enough: func(string) bool { return time.Since(start) >= 11*time.Second }},
		}
		blocks := map[string]int{}
		for _, leg := range w.run(t.Context(), t).Run.Plan.Legs {
			blocks[leg.Target]++
		}
		if blocks["a"] != blocks["b"] || blocks["a"] < 3 || blocks["a"] > 4 {
			t.Errorf("blocks %v, want as many on each side", blocks)
		}
	})
}

func TestAFullDiskEndsTheRunAndLeavesWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		sink := newMemorySink()
		sink.room = 6000
		w := world{
			plan:    resolve(t, scenario("", "load: {stages: [{hold: 50/s, for: 60s}]}")),
			servers: map[string]http.RoundTripper{"a": latency(time.Millisecond)},
			sink:    sink,
		}
		rec := w.run(t.Context(), t)
		if !errors.Is(w.err, errFull) || time.Since(start) > 20*time.Second {
			t.Errorf("error %v after %v, want the disk's", w.err, time.Since(start))
		}
		if op := rec.Run.Targets["a"].Ops["send"]; op == nil || op.Sent < 50 {
			t.Errorf("op %+v: what was written before is to be readable", op)
		}
	})
}

func TestTagsNeverReachTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan: resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 1s}]}")),
			servers: map[string]http.RoundTripper{"a": server(func(req *http.Request) (*http.Response, error) {
				if req.URL.Fragment != "" || req.Header.Get("X-Vegeta-Seq") != "" || req.Header.Get("X-Vegeta-Attack") != "" {
					t.Errorf("request %s carries %v", req.URL, req.Header)
				}
				return answer(200), nil
			})},
		}
		w.run(t.Context(), t)
	})
}

func TestClassOfErrors(t *testing.T) {
	for class, err := range map[whatsapp.Class]error{
		whatsapp.TargetTimeout: context.DeadlineExceeded,
		whatsapp.TargetReset:   errors.New("malformed HTTP response"),
	} {
		if got := classify(err); got != class {
			t.Errorf("classify(%v) = %v, want %v", err, got, class)
		}
	}
}

func TestClosedStagesAndRetriesKeepToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan:    resolve(t, scenario("", "load: {stages: [{closed: {users: 5}, for: 10s}]}", "limits: {max_messages: 100}")),
			servers: map[string]http.RoundTripper{"a": latency(10 * time.Millisecond)},
		}
		if op := w.run(t.Context(), t).Run.Targets["a"].Ops["send"]; op.Sent != 100 {
			t.Errorf("sent %d, want the limit of 100", op.Sent)
		}
	})
}
