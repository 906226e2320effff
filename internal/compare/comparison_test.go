package compare_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"wabench/internal/compare"
	"wabench/internal/stat"
	"wabench/results"
)

const ms = time.Millisecond

// constant fills blocks in which every request takes the same: base as given,
// head times each block's ratio.
func constant(perBlock int, base time.Duration, ratios ...float64) *results.Record {
	rec := newRecord()
	for block, ratio := range ratios {
		put(rec, "base", "send.response", block, slices.Repeat([]time.Duration{base}, perBlock)...)
		put(rec, "head", "send.response", block, slices.Repeat([]time.Duration{time.Duration(float64(base) * ratio)}, perBlock)...)
		for _, target := range []string{"base", "head"} {
			count(rec, target, block, map[string]int64{"ok": int64(perBlock)})
		}
	}
	return rec
}

func targets(t *testing.T, rec *results.Record, o compare.Options) results.Comparison {
	t.Helper()
	c, err := compare.Targets(rec, "base", "head", o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func delta(t *testing.T, c results.Comparison, metric string) results.Delta {
	t.Helper()
	for _, d := range c.Deltas {
		if d.Metric == metric {
			return d
		}
	}
	t.Fatalf("no %s in %+v", metric, c.Deltas)
	return results.Delta{}
}

func noted(c results.Comparison, code string) bool {
	return slices.ContainsFunc(c.Notes, func(n results.Note) bool { return n.Code == code })
}

func side(rec *results.Record, target string) compare.Side {
	return compare.Side{Record: rec, Target: target}
}

// Of six pairs the signed-rank interval is that of the extreme ratios, at
// 1-2/2^6 = 96.9 %, and the estimate the median of the 21 Walsh averages,
// counted out here.
func TestSixPairsEnumerated(t *testing.T) {
	ratios := []float64{1.12, 1.30, 1.10, 1.20, 1.15, 1.25}
	var averages []float64
	for i, x := range ratios {
		for _, y := range ratios[i:] {
			averages = append(averages, (math.Log(x)+math.Log(y))/2)
		}
	}
	slices.Sort(averages)
	want := math.Exp(averages[10])
	got, err := compare.Quantile(side(constant(120, 100*ms, ratios...), "base"), side(constant(120, 100*ms, ratios...), "head"),
		"send.response", 0.5, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near := func(x, y float64) bool { return math.Abs(x/y-1) < 0.002 } // the histogram's digits
	if !near(got.Value, want) || !near(got.Interval.Lo, 1.10) || !near(got.Interval.Hi, 1.30) || got.Interval.Confidence != 1-2.0/64 {
		t.Errorf("got %.4f in %+v, want %.4f in 1.10 to 1.30 at 96.9%%", got.Value, got.Interval, want)
	}
	if got.Pairs != 6 || got.Base != float64(100*ms) && !near(got.Base, float64(100*ms)) {
		t.Errorf("got %d pairs, base %v", got.Pairs, time.Duration(got.Base))
	}
}

func TestVerdicts(t *testing.T) {
	same := slices.Repeat([]float64{1}, 8)
	times := func(ratio float64) []float64 { return slices.Repeat([]float64{ratio}, 8) }
	for _, tc := range []struct {
		name   string
		rec    *results.Record
		o      compare.Options
		metric string
		want   string
		detail string // part of it
	}{
		{name: "a fifth slower is worse", rec: constant(120, 100*ms, times(1.2)...), metric: "p95(send.response)", want: results.Worse},
		{name: "a fifth faster is better", rec: constant(120, 100*ms, times(0.8)...), metric: "p50(send.response)", want: results.Better},
		{name: "2% more is the same", rec: constant(120, 100*ms, times(1.02)...), metric: "p95(send.response)", want: results.Same},
		{name: "10% of 10ms is under the floor of 2ms", rec: constant(120, 10*ms, times(1.1)...), metric: "p95(send.response)", want: results.Same},
		{name: "unless the floor is lowered", rec: constant(120, 10*ms, times(1.1)...), o: compare.Options{LeastLatency: ms / 2}, metric: "p95(send.response)", want: results.Worse},
		{name: "or taken away", rec: constant(120, 10*ms, times(1.1)...), o: compare.Options{LeastLatency: -1}, metric: "p95(send.response)", want: results.Worse},
		{name: "what three times the lateness could feign is unsure", rec: late(constant(120, 100*ms, times(1.2)...), 7*ms), metric: "p95(send.response)", want: results.Unsure, detail: "the generator's own lateness"},
		{name: "what the tool floor could feign is unsure", rec: floored(constant(120, 100*ms, times(1.2)...), 7*ms), metric: "p95(send.response)", want: results.Unsure, detail: "less than three times the tool floor (21ms)"},
		{name: "what stands out of the floor is not", rec: floored(constant(120, 100*ms, times(1.3)...), 7*ms), metric: "p95(send.response)", want: results.Worse},
		{name: "the floor of the tail says nothing of the median", rec: floored(constant(120, 100*ms, times(1.2)...), 7*ms), metric: "p50(send.response)", want: results.Worse},
		{name: "lateness of the tail says nothing of the median", rec: late(constant(120, 100*ms, times(1.2)...), 7*ms), metric: "p50(send.response)", want: results.Worse},
		{name: "blocks that disagree are unsure", rec: constant(120, 100*ms, 1, 1.2, 1, 1.2, 1, 1.2, 1.1), metric: "p50(send.response)", want: results.Unsure, detail: "more pairs would decide"},
		{name: "960 samples are too few for p99.9", rec: constant(120, 100*ms, same...), metric: "p99.9(send.response)", want: results.Unsure, detail: "needs 3688 samples a side, base has 960 and head 960"},
		{name: "five pairs are compared as wholes", rec: constant(120, 100*ms, times(1.2)[:5]...), metric: "p50(send.response)", want: results.Worse, detail: "unpaired"},
		{name: "equal rates", rec: constant(120, 100*ms, same...), metric: "rate(send)", want: results.Same},
		{name: "a rate is better when higher", rec: accepted(100, 150), metric: "rate(send)", want: results.Better},
		{name: "and worse when lower", rec: accepted(150, 100), metric: "rate(send)", want: results.Worse},
		{name: "no errors of 960 leave 0.1 points open", rec: constant(120, 100*ms, same...), metric: "error_rate(send)", want: results.Unsure, detail: "0 of 960"},
		{name: "no errors of 9,600 do not", rec: constant(1200, 100*ms, same...), metric: "error_rate(send)", want: results.Same},
		{name: "throttled counts apart", rec: failing(constant(120, 100*ms, same...), "throttled", 25), metric: "error_rate(send)", want: results.Unsure},
		{name: "throttled is worse", rec: failing(constant(120, 100*ms, same...), "throttled", 25), metric: "throttle_rate(send)", want: results.Worse},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := delta(t, targets(t, tc.rec, tc.o), tc.metric)
			if d.Verdict != tc.want || !strings.Contains(d.Detail, tc.detail) {
				t.Errorf("got %s, want %s with %q: %+v", d.Verdict, tc.want, tc.detail, d)
			}
		})
	}
}

// floored is a run on a machine with a floor in the tail.
func floored(rec *results.Record, p99 time.Duration) *results.Record {
	rec.Run.Floor = &results.Floor{AddedP99: p99}
	return rec
}

// late gives the generator a lateness in its tail.
func late(rec *results.Record, p95 time.Duration) *results.Record {
	rec.Run.Targets["head"].Ops["send"].Lateness = &results.Latency{Count: 1, P95: p95, P99: p95}
	return rec
}

// failing adds as many outcomes of a class to each of head's blocks.
func failing(rec *results.Record, class string, each int64) *results.Record {
	for _, p := range rec.Points {
		if p.Target == "head" {
			count(rec, "head", p.Block, map[string]int64{class: each})
		}
	}
	return rec
}

// accepted gives both targets so many accepted requests a block.
func accepted(base, head int64) *results.Record {
	rec := newRecord()
	for block := range 8 {
		count(rec, "base", block, map[string]int64{"ok": base})
		count(rec, "head", block, map[string]int64{"ok": head})
	}
	return rec
}

func TestErrorsFirst(t *testing.T) {
	faster := slices.Repeat([]float64{0.5}, 8)
	c := targets(t, failing(constant(120, 100*ms, faster...), "target_5xx", 12), compare.Options{})
	if d := delta(t, c, "error_rate(send)"); d.Verdict != results.Worse {
		t.Fatalf("12 failures in 132 are %s: %+v", d.Verdict, d)
	}
	d := delta(t, c, "p95(send.response)")
	if d.Verdict != results.Unsure || d.Ratio > 0.51 || !strings.Contains(d.Detail, "head has the higher error_rate(send)") {
		t.Errorf("twice as fast with more errors is %s: %+v", d.Verdict, d)
	}
	if !noted(c, "errors_first") || compare.Overall(c) != results.Worse {
		t.Errorf("overall %s, notes %+v", compare.Overall(c), c.Notes)
	}
}

// A few blocks under overload decide the merged p95, of which the typical
// block knows nothing.
func TestUnlikeBlocksArePooled(t *testing.T) {
	rec := constant(120, 100*ms, 1, 1, 1, 1, 1, 1, 1, 1, 20, 20)
	c, err := compare.Quantile(side(rec, "base"), side(rec, "head"), "send.response", 0.95, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Method, "bootstrap") || c.Value < 19 || c.Interval.Lo > 1.01 || c.Interval.Hi < 19 {
		t.Errorf("got %+v, want the merged ratio with an interval from 1 to 20", c)
	}
}

func TestNotes(t *testing.T) {
	rec := constant(120, 100*ms, slices.Repeat([]float64{1}, 8)...)
	rec.Run.Plan.Order = "sequential"
	rec.Run.Generator.Verdict = results.Degraded
	c := targets(t, rec, compare.Options{Gating: []string{"p95(send.response)"}})
	for _, code := range []string{"not_interleaved", "generator_degraded", "family"} {
		if !noted(c, code) {
			t.Errorf("no note %s in %+v", code, c.Notes)
		}
	}
	if c.Pairs != 8 || c.Base != "base" || c.Head != "head" {
		t.Errorf("got %d pairs of %s and %s", c.Pairs, c.Base, c.Head)
	}
	if c := targets(t, constant(120, 100*ms, 1, 1), compare.Options{}); !noted(c, "unpaired") || c.Pairs != 0 {
		t.Errorf("two pairs are too few, but the notes are %+v", c.Notes)
	}
}

func TestItselfIsSame(t *testing.T) {
	rec := failing(constant(120, 100*ms, 1, 2, 1, 3), "target_5xx", 5)
	c, err := compare.Targets(rec, "head", "head", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !noted(c, "same_run") {
		t.Errorf("no note same_run in %+v", c.Notes)
	}
	for _, d := range c.Deltas {
		if lacks := strings.Contains(d.Detail, "needs"); d.Verdict != results.Same && !lacks {
			t.Errorf("%s of a target and itself: %+v", d.Metric, d)
		}
	}
}

func TestTargetsMirror(t *testing.T) {
	opposite := map[string]string{
		results.Better: results.Worse, results.Worse: results.Better,
		results.Same: results.Same, results.Unsure: results.Unsure,
	}
	for name, rec := range map[string]*results.Record{
		"slower":           constant(120, 100*ms, slices.Repeat([]float64{1.3}, 8)...),
		"few pairs":        constant(120, 100*ms, 0.5, 0.6),
		"faster, failing":  failing(constant(120, 100*ms, slices.Repeat([]float64{0.5}, 8)...), "network", 20),
		"slower, failing":  failing(constant(120, 100*ms, slices.Repeat([]float64{2}, 8)...), "network", 20),
		"mixed, throttled": failing(constant(120, 100*ms, 1, 1.2, 0.9, 1, 1.1, 1.3, 1, 0.8), "throttled", 2),
	} {
		there := targets(t, rec, compare.Options{Resamples: 100})
		back, err := compare.Targets(rec, "head", "base", compare.Options{Resamples: 100})
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range there.Deltas {
			m := back.Deltas[i]
			if m.Metric != d.Metric || m.Verdict != opposite[d.Verdict] || d.BaseNS != m.HeadNS || d.BaseValue != m.HeadValue {
				t.Errorf("%s: %+v there, %+v back", name, d, m)
			}
		}
	}
}

// Newcombe (1998), table II, example (a): 56/70 against 48/80 differ by 0.2,
// method 10 gives 0.0524 to 0.3339.
func TestSharesAgainstPublishedInterval(t *testing.T) {
	rec := newRecord()
	count(rec, "base", 0, map[string]int64{"ok": 32, "target_5xx": 48})
	count(rec, "head", 0, map[string]int64{"ok": 14, "target_5xx": 56})
	c, err := compare.Shares(side(rec, "base"), side(rec, "head"), compare.ErrorRate("send"), compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.Value-0.2) > 1e-9 || math.Abs(c.Interval.Lo-0.0524) > 5e-5 || math.Abs(c.Interval.Hi-0.3339) > 5e-5 {
		t.Errorf("got %.4f in %+v, want 0.2 in 0.0524 to 0.3339", c.Value, c.Interval)
	}
}

func TestShareCounts(t *testing.T) {
	rec := newRecord()
	count(rec, "base", 0, map[string]int64{"ok": 90, "throttled": 2, "client_fault": 3, "target_timeout": 4, "network": 1, "generator_fault": 5})
	rec.Run.Targets["base"].Webhook = &results.Webhook{Expected: 90, Delivered: 88}
	for _, tc := range []struct {
		share compare.Share
		k, n  int64
	}{
		{compare.ErrorRate("send"), 8, 105},
		{compare.ThrottleRate("send"), 2, 105},
		{compare.Availability(), 90, 95},
		{compare.DeliveredRatio(), 88, 90},
		{compare.ErrorRate("profile"), 0, 0},
	} {
		got, _, err := tc.share.Counts(side(rec, "base"))
		if err != nil || got.K != tc.k || got.N != tc.n {
			t.Errorf("%s: got %d of %d (%v), want %d of %d", tc.share.Name, got.K, got.N, err, tc.k, tc.n)
		}
	}
}

func TestStoredFiguresAreCompared(t *testing.T) {
	run := constant(120, 100*ms, slices.Repeat([]float64{1.5}, 8)...)
	stored := newRecord()
	stored.Run.ID = "baseline"
	stored.Run.Targets["head"].Ops["send"] = &results.Op{
		Sent: 960, Measured: map[string]int64{"ok": 960}, Rate: 24,
		Response: &results.Latency{Count: 960, P95: 100 * ms, CI95: map[string][2]time.Duration{"p95_ns": {99 * ms, 102 * ms}}},
	}
	base := compare.Side{Record: stored, Target: "head"}
	c, err := compare.Quantile(base, side(run, "head"), "send.response", 0.95, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.Value-1.5) > 0.002 || math.Abs(c.Interval.Lo-1.5/1.02) > 0.01 || math.Abs(c.Interval.Hi-1.5/0.99) > 0.01 || c.Pairs != 0 {
		t.Errorf("got %+v, want about 1.5 with the stored interval", c)
	}
	for _, tc := range []struct{ q, confidence float64 }{{0.75, 0.95}, {0.95, 0.99}} {
		c, err := compare.Quantile(base, side(run, "head"), "send.response", tc.q, compare.Options{Confidence: tc.confidence})
		if err != nil || c.Lack == "" {
			t.Errorf("quantile %g at %g cannot be known of stored figures, got %+v, %v", tc.q, tc.confidence, c, err)
		}
	}
}

func TestDiffers(t *testing.T) {
	plan := results.PlanRef{
		SHA256: "a", Arrivals: "uniform", Warmup: time.Second, Block: blockLength,
		Stages: []results.Stage{{Label: "hold 50/s", To: time.Minute, Start: 50, End: 50}},
	}
	for _, tc := range []struct {
		name   string
		change func(*results.PlanRef)
		want   []string
	}{
		{"another target or message", func(*results.PlanRef) {}, nil},
		{"another seed", func(p *results.PlanRef) { p.Seed = 7 }, nil},
		{"other arrivals", func(p *results.PlanRef) { p.Arrivals = "poisson" }, []string{"arrivals are uniform in base and poisson in head"}},
		{"no warm-up", func(p *results.PlanRef) { p.Warmup = 0 }, []string{"warm-up is 1s in base and 0s in head"}},
		{
			"a higher rate", func(p *results.PlanRef) {
				p.Stages[0] = results.Stage{Label: "hold 60/s", To: time.Minute, Start: 60, End: 60}
			},
			[]string{`stage 1 is "hold 50/s" in base and "hold 60/s" in head`},
		},
		{"no stages", func(p *results.PlanRef) { p.Stages = nil }, []string{"base has 1 stages and head 0"}},
		{"the same plan", func(p *results.PlanRef) { p.Stages, p.SHA256 = nil, "a" }, nil},
	} {
		other := plan
		other.SHA256, other.Stages = "b", slices.Clone(plan.Stages)
		tc.change(&other)
		base, head := results.Memory(results.Run{Plan: plan}), results.Memory(results.Run{Plan: other})
		if got := compare.Differs(side(base, "x"), side(head, "x")); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestRunsOfDifferentPlans(t *testing.T) {
	base, head := constant(120, 100*ms, slices.Repeat([]float64{1.2}, 8)...), constant(120, 100*ms, slices.Repeat([]float64{1.2}, 8)...)
	head.Run.ID, head.Run.Plan.Arrivals = "run-2", "poisson"
	c, err := compare.Runs(side(base, "base"), side(head, "head"), compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Base != "run-1#base" || c.Head != "run-2#head" || c.Pairs != 0 || !noted(c, "plan_differs") || !noted(c, "separate_runs") {
		t.Errorf("got %s and %s, %d pairs, notes %+v", c.Base, c.Head, c.Pairs, c.Notes)
	}
	if _, err := compare.Runs(side(base, "base"), side(head, "nobody"), compare.Options{}); err == nil ||
		!strings.Contains(err.Error(), "no target nobody, only base, head") {
		t.Errorf("a missing target: got error %v", err)
	}
}

func TestShifts(t *testing.T) {
	rec := constant(500, 100*ms, slices.Repeat([]float64{1.25}, 8)...)
	shifts, err := compare.Shifts(side(rec, "base"), side(rec, "head"), "send.response", compare.Options{Resamples: 50})
	if err != nil {
		t.Fatal(err)
	}
	if len(shifts) != 12 || shifts[0].Q != 0.1 || shifts[11].Q != 0.999 {
		t.Fatalf("got %d quantiles: %+v", len(shifts), shifts)
	}
	for _, s := range shifts {
		if !s.Known || (s.Delta-25*ms).Abs() > ms/4 || s.Low > s.Delta || s.High < s.Delta || (s.High-s.Low) > ms/4 {
			t.Errorf("p%g: got %+v, want 25ms more throughout", s.Q*100, s)
		}
	}
}

func TestMean(t *testing.T) {
	rec := constant(120, 100*ms, slices.Repeat([]float64{1.25}, 8)...)
	c, err := compare.Mean(side(rec, "base"), side(rec, "head"), "send.response", compare.Options{})
	if err != nil || math.Abs(c.Value-1.25) > 0.002 || c.Pairs != 8 || c.Interval.Width() > 1e-9 {
		t.Errorf("got %+v, %v", c, err)
	}
	rec = constant(40, 100*ms, 1.25, 1.25)
	if c, err := compare.Mean(side(rec, "base"), side(rec, "head"), "send.response", compare.Options{}); err != nil || c.Lack == "" {
		t.Errorf("80 samples are too few, got %+v, %v", c, err)
	}
}

// Of 100 samples at 100 ms and 100 at 200 ms the mean has a standard error of
// 50.125 ms / √200 = 3.544 ms, which 1.96 times is 6.947 ms.
func TestMeanWithoutPairs(t *testing.T) {
	rec := newRecord()
	half := slices.Concat(slices.Repeat([]time.Duration{100 * ms}, 100), slices.Repeat([]time.Duration{200 * ms}, 100))
	put(rec, "base", "send.response", 0, half...)
	put(rec, "head", "send.response", 0, half...)
	blocks, err := rec.Blocks("base", "send.response")
	if err != nil {
		t.Fatal(err)
	}
	i, ok := compare.MeanInterval(blocks, 0.95)
	if !ok || math.Abs(i.Width()/2-6.947e6) > 0.02e6 || math.Abs((i.Lo+i.Hi)/2-150e6) > 0.1e6 {
		t.Errorf("got %v, %v, want 150 ms ± 6.947 ms", i, ok)
	}
	c, err := compare.Mean(side(rec, "base"), side(rec, "head"), "send.response", compare.Options{})
	// MOVER: both sides' relative distances, in squares.
	want := math.Hypot(math.Log(156.947/150), math.Log(150/143.053))
	if err != nil || c.Value != 1 || c.Pairs != 0 || math.Abs(math.Log(c.Interval.Hi)-want) > 0.001 {
		t.Errorf("got %+v, %v, want an interval up to exp(%.4f)", c, err, want)
	}
}

func TestWorth(t *testing.T) {
	whole := stat.Proportion{K: 60, N: 600}
	var burst []stat.Proportion
	for _, k := range []int64{60, 0, 0, 0, 0, 0} {
		burst = append(burst, stat.Proportion{K: k, N: 100})
	}
	// A design effect of 600/9 makes 600 worth 9, of which a tenth is 1.
	if got, want := compare.Worth(whole, burst), (stat.Proportion{K: 1, N: 9}); got != want {
		t.Errorf("a burst: got %+v, want %+v", got, want)
	}
	if got := compare.Worth(whole, nil); got != whole {
		t.Errorf("without blocks: got %+v, want %+v", got, whole)
	}
}

func TestSteady(t *testing.T) {
	stage := func(from, to time.Duration, start, end float64) results.Stage {
		return results.Stage{From: from * time.Second, To: to * time.Second, Start: start, End: end}
	}
	for _, tc := range []struct {
		name   string
		stages []results.Stage
		events []results.Event
		want   bool
	}{
		{"one rate", []results.Stage{stage(0, 30, 50, 50)}, nil, true},
		{"a ramp", []results.Stage{stage(0, 30, 10, 50)}, nil, false},
		{"two rates", []results.Stage{stage(0, 30, 50, 50), stage(30, 60, 60, 60)}, nil, false},
		{"a ramp within warm-up", []results.Stage{stage(0, 5, 10, 50), stage(5, 60, 50, 50)}, nil, true},
		{"a fault", []results.Stage{stage(0, 30, 50, 50)}, []results.Event{{Kind: "fault", Target: "base"}}, false},
		{"another's fault", []results.Stage{stage(0, 30, 50, 50)}, []results.Event{{Kind: "fault", Target: "head"}}, true},
		{"a failure is no fault", []results.Stage{stage(0, 30, 50, 50)}, []results.Event{{Kind: "failure", Target: "base"}}, true},
	} {
		rec := newRecord()
		rec.Run.Plan.Stages, rec.Run.Plan.Warmup, rec.Events = tc.stages, 5*time.Second, tc.events
		if got := compare.Steady(side(rec, "base")); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}
