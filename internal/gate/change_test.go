package gate_test

import (
	"strings"
	"testing"
	"time"

	"wabench/internal/compare"
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

// floored is a run on a machine whose floor at p99 is as given, and at p50 a
// hundredth of that.
func floored(rec *results.Record, p99 time.Duration) *results.Record {
	rec.Run.Floor = &results.Floor{AddedP50: p99 / 100, AddedP99: p99}
	return rec
}

// lateBy is a run whose generator was late, in its tail.
func lateBy(rec *results.Record, tail time.Duration) *results.Record {
	for _, target := range rec.Run.Targets {
		if target.Ops == nil {
			target.Ops = map[string]*results.Op{}
		}
		if target.Ops["send"] == nil {
			target.Ops["send"] = &results.Op{}
		}
		target.Ops["send"].Lateness = &results.Latency{P95: tail, P99: tail, P999: tail}
	}
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
		{name: "a fifth slower, but the generator was later than that", rec: lateBy(slower(), 8*ms), rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Inconclusive, observed: "+20%", detail: "a difference of 20ms is less than three times the generator's own lateness (24ms)"},
		{name: "the floor of the machine is coarser than a fifth", rec: floored(slower(), 7*ms), rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Inconclusive, detail: "a difference of 20ms is less than three times the tool floor (21ms)"},
		{name: "a floor that a fifth stands out of", rec: floored(slower(), 6*ms), rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Fail},
		{name: "of a median the floor is its own", rec: floored(slower(), 7*ms), rule: "p50(send.response) of cloud vs onprem <= +10%", verdict: results.Fail},
		{name: "no floor is held against a latency that stayed", rec: floored(ratios(1, 1, 1, 1, 1, 1), 7*ms), rule: "p95(send.response) of cloud vs onprem <= +10%", verdict: results.Pass},
		{name: "an improvement within the floor is none", rec: floored(ratios(0.8, 0.8, 0.8, 0.8, 0.8, 0.8), 7*ms), rule: "p95(send.response) of cloud vs onprem <= -10%", verdict: results.Inconclusive, detail: "not called one"},
		{name: "nor is one that was not to be", rec: floored(ratios(0.8, 0.8, 0.8, 0.8, 0.8, 0.8), 7*ms), rule: "p95(send.response) of cloud vs onprem >= -10%", verdict: results.Inconclusive},
		{name: "that an improvement was not made is no difference", rec: floored(ratios(1, 1, 1, 1, 1, 1), 7*ms), rule: "p95(send.response) of cloud vs onprem <= -10%", verdict: results.Fail},
		{name: "the baseline's machine may be the coarser", rec: slower(), baseline: floored(again(ratios(1, 1, 1, 1, 1, 1, 1, 1)), 7*ms), rule: "p95(send.response) of cloud vs baseline <= +5%", verdict: results.Inconclusive, detail: "the tool floor"},
		{name: "a maximum within the floor", rec: floored(ratios(1, 1.1), 7*ms), rule: "max(send.response) of cloud vs onprem <= +5%", verdict: results.Inconclusive, detail: "a difference of 10ms"},
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

// A baseline that names its target is compared with whatever target a rule is
// of: two runs need not have called the same platform the same.
func TestBaselineOfAnotherName(t *testing.T) {
	head, base := again(ratios(1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2)), ratios(1, 1, 1, 1, 1, 1, 1, 1)
	rule, err := gate.Parse("p95(send.response) of cloud vs baseline <= +5%")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"onprem": results.Fail, "": results.Fail, "nobody": results.Inconclusive} {
		gates := gate.JudgeAgainst([]gate.Rule{rule}, head, compare.Side{Record: base, Target: name})
		if len(gates) != 1 || gates[0].Verdict != want || gates[0].Target != "cloud" {
			t.Errorf("against %q: %+v, want %s", name, gates, want)
		}
	}
}
