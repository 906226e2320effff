package gate_test

import (
	"strings"
	"testing"
	"time"

	"wabench/internal/gate"
	"wabench/results"
)

// ratios is an interleaved run of onprem, at 100 ms, and cloud, at each block's
// ratio of that; 120 samples a block.
func ratios(ratio ...float64) *results.Record {
	rec := newRecord("onprem")
	for block, r := range ratio {
		latencies(rec, "onprem", block, 120, 100*ms)
		latencies(rec, "cloud", block, 120, time.Duration(r*float64(100*ms)))
		outcomes(rec, "onprem", 5*block, map[string]int64{"ok": 120})
		outcomes(rec, "cloud", 5*block, map[string]int64{"ok": 120})
	}
	return rec
}

// again is a run of the same plan at another time.
func again(rec *results.Record) *results.Record {
	rec.Run.ID = "run-2"
	return rec
}

func TestChanges(t *testing.T) {
	slower := func() *results.Record { return ratios(1.18, 1.2, 1.22, 1.19, 1.21, 1.2, 1.2, 1.18) }
	failing := ratios(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
	outcomes(failing, "cloud", 39, map[string]int64{"target_5xx": 100})
	poisson := again(ratios(1, 1, 1, 1, 1, 1))
	poisson.Run.Plan.Arrivals = "poisson"
	weak := again(ratios(1, 1, 1, 1, 1, 1))
	weak.Run.Generator.Verdict = results.Invalid
	for _, tc := range []struct {
		name          string
		rec, baseline *results.Record
		rule          string
		verdict       string
		observed      string // its beginning
		detail        string // part of it
	}{
		{name: "a fifth slower fails +10%", rec: slower(), rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Fail, observed: "+20%", detail: "signed-rank interval of 8 pairs"},
		{name: "and passes +30%", rec: slower(), rule: "p95(send.response) of cloud vs onprem <= +30%", verdict: results.Pass, observed: "+20%"},
		{name: "and leaves +20% open", rec: slower(), rule: "p95(send.response) of cloud vs onprem <= +20%", verdict: results.Inconclusive},
		{name: "without of every target but the base is judged", rec: slower(), rule: "p95(send.response) vs onprem <= +30%", verdict: results.Pass},
		{name: "a promised improvement", rec: ratios(0.8, 0.8, 0.8, 0.8, 0.8, 0.8), rule: "p50(send.response) of cloud vs onprem <= -10%", verdict: results.Pass, observed: "-20%"},
		{name: "too few samples for p99.9", rec: slower(), rule: "p99.9(send.response) of cloud vs onprem <= +10%", verdict: results.Inconclusive, detail: "needs 3688 samples a side"},
		{name: "mean", rec: slower(), rule: "mean(send.response) of cloud vs onprem <= +10%", verdict: results.Fail},
		{name: "maxima are facts", rec: ratios(1, 1.5), rule: "max(send.response) of cloud vs onprem <= +40%", verdict: results.Fail, observed: "+50.1%, from 100ms to 150ms"},
		{name: "rate", rec: slower(), rule: "rate(send) of cloud vs onprem >= -1%", verdict: results.Pass, observed: "+0%"},
		{name: "a share's change is in points", rec: failing, rule: "error_rate(send) of cloud vs onprem <= +1%", verdict: results.Fail, observed: "+9.43% points", detail: "Newcombe"},
		{name: "faster with more errors is not faster", rec: failing, rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Inconclusive, observed: "-50%", detail: "error_rate(send) rose from 0% to 9.43%"},
		{name: "like the baseline", rec: ratios(1, 1, 1, 1, 1, 1), baseline: again(ratios(1, 1, 1, 1, 1, 1)), rule: "p95(send.response) of cloud vs baseline <= +5%", verdict: results.Pass},
		{name: "slower than the baseline", rec: slower(), baseline: again(ratios(1, 1, 1, 1, 1, 1, 1, 1)), rule: "p95(send.response) of cloud vs baseline <= +5%", verdict: results.Fail},
		{name: "a baseline of another plan", rec: slower(), baseline: poisson, rule: "p95(send.response) of cloud vs baseline <= +5%", verdict: results.Invalid, detail: "arrivals are poisson in base"},
		{name: "a baseline of an invalid run", rec: slower(), baseline: weak, rule: "p95(send.response) of cloud vs baseline <= +5%", verdict: results.Invalid, detail: "baseline's own generator"},
		{name: "a baseline without the target", rec: slower(), baseline: again(sent(100, 0)), rule: "p95(send.response) of onprem vs baseline <= +5%", verdict: results.Inconclusive, detail: "the baseline has no target onprem"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			gates := gate.Judge([]gate.Rule{parse(t, tc.rule)}, tc.rec, tc.baseline)
			if len(gates) != 1 {
				t.Fatalf("got %d verdicts: %+v", len(gates), gates)
			}
			got := gates[0]
			if got.Verdict != tc.verdict || !strings.HasPrefix(got.Observed, tc.observed) || !strings.Contains(got.Detail, tc.detail) {
				t.Errorf("%s: got %+v, want %s, %q, detail with %q", tc.rule, got, tc.verdict, tc.observed, tc.detail)
			}
		})
	}
}

// One rule that just fails is a failure; among many such rules one would just
// fail by luck. The passes of the others stand.
func TestManyChangesAreAFamily(t *testing.T) {
	rec := ratios(1.06, 1.12, 1.20, 1.07, 1.15, 1.09, 1.11)
	bare := parse(t, "p50(send.response) of cloud vs onprem <= +6.5%")
	if got := gate.Judge([]gate.Rule{bare}, rec, nil); got[0].Verdict != results.Fail {
		t.Fatalf("alone: %+v", got)
	}
	rules := []gate.Rule{bare}
	for range 6 {
		rules = append(rules, parse(t, "p90(send.response) of cloud vs onprem <= +12%"))
	}
	gates := gate.Judge(append(rules, parse(t, "p50(send.response) of cloud vs onprem <= +60%")), rec, nil)
	if got := gates[0]; got.Verdict != results.Inconclusive || !strings.Contains(got.Detail, "among 8 rules on changes (Holm)") {
		t.Errorf("among many: %+v", got)
	}
	if got := gates[len(gates)-1]; got.Verdict != results.Pass {
		t.Errorf("a pass among many: %+v", got)
	}
}
