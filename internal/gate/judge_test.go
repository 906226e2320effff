package gate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/gate"
	"wabench/internal/hist"
	"wabench/results"
)

const (
	ms          = time.Millisecond
	blockLength = 5 * time.Second
)

// newRecord is a whole run of one target, cloud, that has done nothing yet.
func newRecord(others ...string) *results.Record {
	run := results.Run{
		Schema: results.Schema, ID: "run-1", Complete: true,
		Plan:    results.PlanRef{Block: blockLength, Order: "interleaved", Arrivals: "uniform"},
		Targets: map[string]*results.Target{},
	}
	for _, name := range append(others, "cloud") {
		run.Targets[name] = &results.Target{Ops: map[string]*results.Op{}}
	}
	return results.Memory(run)
}

// latencies adds a block of send.response: n samples of each duration.
func latencies(rec *results.Record, target string, block int, n int64, each ...time.Duration) {
	h := hist.New()
	for _, d := range each {
		h.RecordN(d, n)
	}
	start := time.Duration(block) * blockLength
	rec.Put(target, "send.response", block, start, start+blockLength, h)
}

// outcomes adds a second of sends to block 0.
func outcomes(rec *results.Record, target string, second int, ended map[string]int64) {
	op := rec.Run.Targets[target].Ops["send"]
	if op == nil {
		op = &results.Op{Measured: map[string]int64{}}
		rec.Run.Targets[target].Ops["send"] = op
	}
	var sent int64
	for class, n := range ended {
		sent += n
		op.Measured[class] += n
	}
	op.Sent += sent
	start := time.Duration(second) * time.Second
	rec.Points = append(rec.Points, results.Point{
		Start: start, End: start + time.Second, Target: target, Op: "send",
		Block: second / 5, Planned: sent, Sent: sent, Outcomes: ended,
	})
	op.Rate = float64(op.Measured["ok"]) / float64(second+1)
}

// sent is a run of n sends in one second, of which so many failed.
func sent(n, failed int64) *results.Record {
	rec := newRecord()
	outcomes(rec, "cloud", 0, map[string]int64{"ok": n - failed, "target_5xx": failed})
	return rec
}

// tail is a run with n samples, so many of them of a second, the rest of 100 ms.
func tail(n, slow int64) *results.Record {
	rec := newRecord()
	latencies(rec, "cloud", 0, n-slow, 100*ms)
	if slow > 0 {
		latencies(rec, "cloud", 0, slow, time.Second)
	}
	return rec
}

func judge(t *testing.T, rec *results.Record, rule string) results.Gate {
	t.Helper()
	gates := gate.Judge([]gate.Rule{parse(t, rule)}, rec, nil)
	if len(gates) != 1 {
		t.Fatalf("%s: got %d verdicts: %+v", rule, len(gates), gates)
	}
	return gates[0]
}

func TestJudge(t *testing.T) {
	for _, tc := range []struct {
		name     string
		rec      *results.Record
		rule     string
		verdict  string
		observed string // exact, if given
		detail   string // part of it
	}{
		// For p99 of 1,000 the interval at 95 % is from the 984th sample to the
		// 997th: binomial, as in Conover's tables.
		{name: "3 slow of 1,000 are beyond the interval of p99", rec: tail(1000, 3), rule: "p99(send.response) < 800ms", verdict: results.Pass, observed: "100ms (100ms to 100ms)", detail: "95% interval of 1,000 samples"},
		{name: "10 slow are within it", rec: tail(1000, 10), rule: "p99(send.response) < 800ms", verdict: results.Inconclusive, detail: "would decide"},
		{name: "30 slow are before it", rec: tail(1000, 30), rule: "p99(send.response) < 800ms", verdict: results.Fail, observed: "1s (1s to 1s)"},
		{name: "367 samples have no interval of p99", rec: tail(367, 0), rule: "p99(send.response) < 800ms", verdict: results.Inconclusive, detail: "368 samples are needed, 1 more"},
		{name: "368 have", rec: tail(368, 0), rule: "p99(send.response) < 800ms", verdict: results.Pass},
		{name: "100 that are all too slow need no more", rec: tail(100, 100), rule: "p99(send.response) < 800ms", verdict: results.Fail, observed: "1s (at least 1s)"},
		{name: "what is in the bound's bucket is at the bound", rec: tail(1000, 0), rule: "p99(send.response) <= 100ms", verdict: results.Pass},
		{name: "a lower bound", rec: tail(1000, 30), rule: "p99(send.response) >= 800ms", verdict: results.Pass},
		{name: "a lower bound not met", rec: tail(1000, 0), rule: "p99(send.response) > 800ms", verdict: results.Fail},
		{name: "no samples", rec: newRecord(), rule: "p99(send.response) < 800ms", verdict: results.Inconclusive, observed: "nothing", detail: "no samples of send.response"},
		{name: "the mean", rec: tail(1000, 10), rule: "mean(send.response) < 150ms", verdict: results.Pass, detail: "interval of 1,000 samples"},
		{name: "a mean of few", rec: tail(99, 0), rule: "mean(send.response) < 150ms", verdict: results.Inconclusive, detail: "100 are needed"},
		{name: "the maximum is a fact", rec: tail(10, 1), rule: "max(send.response) <= 1s", verdict: results.Pass, detail: "the greatest of 10 samples"},
		{name: "and so is one too many", rec: tail(10, 1), rule: "max(send.response) < 900ms", verdict: results.Fail},

		// Rule of three: 1-0.05^(1/n) is 0.1 % at n = 2,995.
		{name: "no errors of 300 show little", rec: sent(300, 0), rule: "error_rate(send) <= 0.1%", verdict: results.Inconclusive, observed: "0%", detail: "2,995 are needed, 2,695 more"},
		{name: "no errors of 2,994 are one too few", rec: sent(2994, 0), rule: "error_rate(send) <= 0.1%", verdict: results.Inconclusive, detail: "2,995 are needed, 1 more"},
		{name: "no errors of 2,995 show it", rec: sent(2995, 0), rule: "error_rate(send) <= 0.1%", verdict: results.Pass},
		{name: "5 errors of 300 refute it", rec: sent(300, 5), rule: "error_rate(send) <= 0.1%", verdict: results.Fail, observed: "1.67%", detail: "5 of 300"},
		{name: "at a higher bound few errors pass", rec: sent(1000, 2), rule: "error_rate(send) <= 1%", verdict: results.Pass},
		{name: "none at all is a fact", rec: sent(300, 0), rule: "error_rate(send) == 0%", verdict: results.Pass},
		{name: "one error breaks it", rec: sent(300, 1), rule: "error_rate(send) <= 0%", verdict: results.Fail, detail: "1 of 300"},
		{name: "nothing sent", rec: newRecord(), rule: "error_rate(send) <= 1%", verdict: results.Inconclusive, detail: "nothing to count"},
		{name: "availability shown", rec: sent(2995, 0), rule: "availability >= 99.9%", verdict: results.Pass, observed: "100%"},
		{name: "availability refuted", rec: sent(1000, 20), rule: "availability >= 99%", verdict: results.Fail, observed: "98%"},
		{name: "availability open", rec: sent(1000, 10), rule: "availability >= 99%", verdict: results.Inconclusive},

		{name: "rate met", rec: sent(50, 0), rule: "rate(send) >= 50/s", verdict: results.Pass, observed: "50/s"},
		{name: "rate missed by failures", rec: sent(50, 1), rule: "rate(send) >= 50/s", verdict: results.Fail, observed: "49/s"},
		{name: "rate of nothing", rec: newRecord(), rule: "rate(send) >= 50/s", verdict: results.Inconclusive, detail: "no send was sent"},
		{name: "none lost", rec: webhook(results.Webhook{Expected: 10, Delivered: 10}), rule: "lost == 0", verdict: results.Pass, observed: "0", detail: "of 10"},
		{name: "some lost", rec: webhook(results.Webhook{Expected: 1000, Lost: 3}), rule: "lost == 0", verdict: results.Fail, observed: "3", detail: "of 1,000"},
		{name: "some duplicates allowed", rec: webhook(results.Webhook{Expected: 1000, Duplicates: 3}), rule: "duplicates < 4", verdict: results.Pass},
		{name: "no webhooks", rec: newRecord(), rule: "lost == 0", verdict: results.Inconclusive},
		{name: "delivered ratio", rec: webhook(results.Webhook{Expected: 3000, Delivered: 2999}), rule: "delivered_ratio >= 99%", verdict: results.Pass},
		{name: "delivered ratio without webhooks", rec: newRecord(), rule: "delivered_ratio >= 99%", verdict: results.Inconclusive},
		{name: "longest outage", rec: outage(3*time.Second, 8*time.Second), rule: "longest_outage <= 5s", verdict: results.Fail, observed: "8s", detail: "the longest of 2"},
		{name: "no outage", rec: outage(), rule: "longest_outage == 0s", verdict: results.Pass},
		{name: "outages of nothing", rec: newRecord(), rule: "longest_outage == 0s", verdict: results.Inconclusive},

		{name: "a target that is not there", rec: sent(10, 0), rule: "rate(send) of onprem >= 1/s", verdict: results.Inconclusive, detail: "no target onprem"},
		{name: "no baseline", rec: sent(10, 0), rule: "rate(send) vs baseline >= -5%", verdict: results.Inconclusive, detail: "no baseline was given"},
		{name: "a base that is not there", rec: sent(10, 0), rule: "rate(send) vs onprem >= -5%", verdict: results.Inconclusive, detail: "no target onprem"},
		{name: "no head", rec: sent(10, 0), rule: "rate(send) vs cloud >= -5%", verdict: results.Inconclusive, detail: "no target to hold the rule against"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := judge(t, tc.rec, tc.rule)
			if got.Verdict != tc.verdict || tc.observed != "" && got.Observed != tc.observed || !strings.Contains(got.Detail, tc.detail) {
				t.Errorf("%s: got %+v, want %s, observed %q, detail with %q", tc.rule, got, tc.verdict, tc.observed, tc.detail)
			}
		})
	}
}

func webhook(w results.Webhook) *results.Record {
	rec := newRecord()
	rec.Run.Targets["cloud"].Webhook = &w
	return rec
}

func outage(lengths ...time.Duration) *results.Record {
	rec := newRecord()
	a := &results.Availability{Ratio: 1}
	for i, length := range lengths {
		start := time.Duration(i) * time.Minute
		a.Outages = append(a.Outages, results.Outage{Start: start, End: start + length})
	}
	rec.Run.Targets["cloud"].Availability = a
	return rec
}

// Requests of a block resemble each other: 24 slow ones of 6,000 are well
// under 1 % if they come one by one, and say little if all came in one block.
func TestClusteredRequestsAreWorthLess(t *testing.T) {
	spread, clustered := newRecord(), newRecord()
	for block := range 6 {
		latencies(spread, "cloud", block, 996, 100*ms)
		latencies(spread, "cloud", block, 4, time.Second)
		latencies(clustered, "cloud", block, 976, 100*ms)
		slow := time.Second
		if block > 0 {
			slow = 100 * ms
		}
		latencies(clustered, "cloud", block, 24, slow)
	}
	const rule = "p99(send.response) < 800ms"
	planned := newRecord() // the same, by a fault
	planned.Events = []results.Event{{Kind: "fault", Target: "cloud", End: blockLength, Text: "slow"}}
	latencies(planned, "cloud", 0, 24, time.Second)
	latencies(planned, "cloud", 1, 5976, 100*ms)
	if got := judge(t, spread, rule); got.Verdict != results.Pass {
		t.Errorf("spread evenly: %+v", got)
	}
	if got := judge(t, clustered, rule); got.Verdict != results.Inconclusive || !strings.Contains(got.Detail, "clusters worth") {
		t.Errorf("all in one block: %+v", got)
	}
	if got := judge(t, planned, rule); got.Verdict != results.Pass {
		t.Errorf("all in one block on purpose: %+v", got)
	}
	if got := judge(t, clustered, "p99.9(send.response) < 800ms"); got.Verdict != results.Fail {
		t.Errorf("a bound broken in one block is broken: %+v", got)
	}
}

func TestEveryTargetIsJudged(t *testing.T) {
	rec := newRecord("onprem")
	outcomes(rec, "cloud", 0, map[string]int64{"ok": 50})
	outcomes(rec, "onprem", 0, map[string]int64{"ok": 20})
	rules := []gate.Rule{parse(t, "rate(send) >= 50/s"), parse(t, "rate(send) of cloud >= 50/s")}
	want := []results.Gate{
		{Rule: "rate(send) >= 50/s", Target: "cloud", Verdict: results.Pass, Observed: "50/s", Detail: "accepted per second outside warm-up, of 50 sent"},
		{Rule: "rate(send) >= 50/s", Target: "onprem", Verdict: results.Fail, Observed: "20/s", Detail: "accepted per second outside warm-up, of 20 sent"},
		{Rule: "rate(send) of cloud >= 50/s", Target: "cloud", Verdict: results.Pass, Observed: "50/s", Detail: "accepted per second outside warm-up, of 50 sent"},
	}
	got := gate.Judge(rules, rec, nil)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	if code := gate.Exit(got, rec.Run.Generator); code != gate.ExitFail {
		t.Errorf("exit code %d, want that of the worst", code)
	}
}

func TestAnInvalidGeneratorNeverPasses(t *testing.T) {
	rec := sent(3000, 0)
	rec.Run.Generator = results.Generator{Verdict: results.Invalid, Reasons: []string{"late by 80ms at p99", "CPU at 98%"}}
	got := judge(t, rec, "error_rate(send) <= 1%")
	if got.Verdict != results.Invalid || got.Observed != "0%" || !strings.HasSuffix(got.Detail, ": late by 80ms at p99; CPU at 98%") {
		t.Errorf("got %+v", got)
	}
}

func TestConfidenceIsTheRules(t *testing.T) {
	rule := parse(t, "error_rate(send) <= 0.1%")
	rule.Options.Confidence = 0.99 // needs 4,603 without error
	for n, want := range map[int64]string{4602: results.Inconclusive, 4603: results.Pass} {
		if got := gate.Judge([]gate.Rule{rule}, sent(n, 0), nil)[0]; got.Verdict != want {
			t.Errorf("%d without error at 99%%: %+v, want %s", n, got, want)
		}
	}
}

// A rule that may end the run is looked at again and again, so while the run
// goes it needs more evidence to fail.
func TestAbortNeedsMoreEvidenceWhileTheRunGoes(t *testing.T) {
	rec := sent(300, 6) // 3 expected at 1 %; 6 or more have probability 0.08 at most
	rule := parse(t, "error_rate(send) <= 0.8%")
	rule.Options.Abort = true
	if got := gate.Judge([]gate.Rule{rule}, rec, nil)[0]; got.Verdict != results.Fail {
		t.Errorf("at the end: %+v", got)
	}
	rec.Run.Complete = false
	if got := gate.Judge([]gate.Rule{rule}, rec, nil)[0]; got.Verdict != results.Inconclusive {
		t.Errorf("under way: %+v", got)
	}
	if got := gate.Judge([]gate.Rule{rule}, abandoned(sent(300, 60)), nil)[0]; got.Verdict != results.Fail {
		t.Errorf("a flood of errors under way: %+v", got)
	}
}

func abandoned(rec *results.Record) *results.Record {
	rec.Run.Complete = false
	return rec
}

func TestExit(t *testing.T) {
	gates := func(verdicts ...string) []results.Gate {
		var list []results.Gate
		for _, v := range verdicts {
			list = append(list, results.Gate{Verdict: v})
		}
		return list
	}
	for _, tc := range []struct {
		name      string
		gates     []results.Gate
		generator string
		want      int
	}{
		{"no gates", nil, results.Valid, 0},
		{"all pass", gates("pass", "pass"), results.Degraded, 0},
		{"one fails", gates("pass", "fail", "inconclusive"), results.Valid, 3},
		{"one lacks the evidence", gates("pass", "inconclusive"), results.Valid, 4},
		{"the baseline's plan differs", gates("inconclusive", "invalid"), results.Valid, 5},
		{"a failure is certain whatever the baseline", gates("fail", "invalid"), results.Valid, 3},
		{"the generator was the limit", gates("invalid", "invalid"), results.Invalid, 5},
		{"also without gates", nil, results.Invalid, 5},
	} {
		if got := gate.Exit(tc.gates, results.Generator{Verdict: tc.generator}); got != tc.want {
			t.Errorf("%s: got %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestWindows(t *testing.T) {
	// A minute of 100 sends a second; failures in one of its six windows.
	minute := func(failed int64) *results.Record {
		rec := newRecord()
		for second := range 60 {
			ended := map[string]int64{"ok": 100}
			if second == 34 {
				ended = map[string]int64{"ok": 100 - failed, "network": failed}
			}
			outcomes(rec, "cloud", second, ended)
		}
		return rec
	}
	edge := minute(0)
	outcomes(edge, "cloud", 60, map[string]int64{"ok": 3})
	sparse := newRecord()
	for second := range 20 {
		outcomes(sparse, "cloud", second, map[string]int64{"ok": 2})
	}
	slow := newRecord()
	for block := range 8 {
		latencies(slow, "cloud", block, 500, 100*ms)
	}
	latencies(slow, "cloud", 4, 60, time.Second)
	for _, tc := range []struct {
		name, rule string
		rec        *results.Record
		verdict    string
		observed   string
		detail     string
	}{
		{"all windows pass", "error_rate(send) <= 1% over 10s", minute(0), results.Pass, "0% at +0s", "of 6 windows, 6 passed"},
		{"ten failures hide in a minute", "error_rate(send) <= 1%", minute(30), results.Pass, "0.5%", "came in bursts"},
		{"but not in ten seconds", "error_rate(send) <= 1% over 10s", minute(30), results.Fail, "3% at +30s", "of 6 windows, 5 passed, 1 failed"},
		{"a doubtful window", "error_rate(send) <= 1% over 10s", minute(9), results.Inconclusive, "0.9% at +30s", "1 straddle"},
		{"the run's edge is not judged", "error_rate(send) <= 1% over 10s", edge, results.Pass, "0% at +0s", "1 have too few samples"},
		{"nothing but edges", "error_rate(send) <= 1% over 10s", sparse, results.Inconclusive, "nothing", "2 have too few samples"},
		{"rate", "rate(send) >= 95/s over 10s", minute(0), results.Pass, "100/s at +0s", "6 passed"},
		{"rate of the worst window", "rate(send) >= 99/s over 10s", minute(30), results.Fail, "97/s at +30s", "1 failed"},
		{"a slow stretch", "p95(send.response) < 800ms over 5s", slow, results.Fail, "1s (1s to 1s) at +20s", "of 8 windows, 7 passed, 1 failed"},
		{"maximum", "max(send.response) < 800ms over 10s", slow, results.Fail, "1s at +20s", "of 4 windows, 3 passed, 1 failed"},
		{"no samples", "availability >= 99% over 10s", newRecord(), results.Inconclusive, "nothing", "no samples"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := judge(t, tc.rec, tc.rule)
			observed := strings.ReplaceAll(got.Observed, "1.00s", "1s")
			if got.Verdict != tc.verdict || observed != tc.observed || !strings.Contains(got.Detail, tc.detail) {
				t.Errorf("%s: got %+v, want %s, %q, detail with %q", tc.rule, got, tc.verdict, tc.observed, tc.detail)
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	// p95 by second: as usual, a fault from 10 s to 15 s, then as given.
	run := func(after ...time.Duration) *results.Record {
		rec := newRecord()
		p95 := slices.Concat(slices.Repeat([]time.Duration{100 * ms}, 10), slices.Repeat([]time.Duration{2 * time.Second}, 5), after)
		for second, d := range p95 {
			ended := map[string]int64{"ok": 50}
			if d == 0 {
				ended = map[string]int64{"target_5xx": 50}
			}
			outcomes(rec, "cloud", second, ended)
			rec.Points[second].P95 = d
		}
		rec.Events = []results.Event{{At: 10 * time.Second, End: 15 * time.Second, Kind: "fault", Target: "cloud", Text: "slow"}}
		return rec
	}
	noFault, early := run(100*ms), run(100*ms, 100*ms, 100*ms)
	noFault.Events = nil
	early.Events[0].At = 0
	for _, tc := range []struct {
		name     string
		rec      *results.Record
		rule     string
		verdict  string
		observed string
		detail   string
	}{
		{"at once", run(100*ms, 105*ms, 100*ms), "recovery <= 2s", results.Pass, "0s", "within 10% of the 100ms before it"},
		{"after three slow seconds", run(900*ms, 500*ms, 200*ms, 109*ms, 100*ms, 100*ms), "recovery <= 2s", results.Fail, "3s", ""},
		{"one slow second among good ones is luck", run(100*ms, 130*ms, 100*ms), "recovery <= 0s", results.Pass, "0s", ""},
		{"seconds of failures are not good ones", run(0, 0, 100*ms, 100*ms, 100*ms), "recovery <= 1s", results.Fail, "2s", ""},
		{"not back, and too late already", run(900*ms, 900*ms, 900*ms, 900*ms), "recovery <= 2s", results.Fail, "over 4s", "the run ended first"},
		{"not back, but there was time left", run(900*ms, 900*ms, 900*ms, 900*ms), "recovery <= 9s", results.Inconclusive, "over 4s", ""},
		{"no fault", noFault, "recovery <= 9s", results.Inconclusive, "nothing", "no fault was injected"},
		{"nothing before it", early, "recovery <= 9s", results.Inconclusive, "nothing", "nothing from before the fault"},
		{"nothing after it", run(), "recovery <= 9s", results.Inconclusive, "nothing", "ended within the run"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := judge(t, tc.rec, tc.rule)
			if got.Verdict != tc.verdict || got.Observed != tc.observed || !strings.Contains(got.Detail, tc.detail) {
				t.Errorf("%s: got %+v, want %s, %q, detail with %q", tc.rule, got, tc.verdict, tc.observed, tc.detail)
			}
		})
	}
}
