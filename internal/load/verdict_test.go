package load

import (
	"strings"
	"testing"
	"time"

	"wabench/internal/hist"
	"wabench/internal/machine"
	"wabench/results"
)

// sound is the evidence of a run that nothing can be said against: 10,000 hits
// at 50 ms, a tenth of a millisecond late.
func sound() evidence {
	return evidence{
		planned: 10_000, offered: offered{planned: 100 * time.Second},
		lateness: repeated(100*time.Microsecond, 10_000), service: repeated(50*time.Millisecond, 10_000),
		usage:     usage{cpuShare: 0.2, gcPauseMax: 200 * time.Microsecond, schedP99: 100 * time.Microsecond},
		machine:   headroom{descriptors: machine.Use{InUse: 100, Of: 1024}, ports: machine.Use{InUse: 100, Of: 28232}},
		timedByUs: 10_000, length: 100 * time.Second,
	}
}

func repeated(d time.Duration, n int) *hist.Histogram {
	h := hist.New()
	for range n {
		h.Record(d)
	}
	return h
}

// Each row spoils one thing of a sound run. The reason says what, and what to
// do about it.
func TestEachReasonOfTheVerdict(t *testing.T) {
	for _, tc := range []struct {
		name    string
		spoil   func(*evidence)
		verdict string
		reason  string // part of it; none for a valid run
		advice  string // part of it
	}{
		{name: "nothing", spoil: func(*evidence) {}, verdict: results.Valid},

		{name: "one hit of a thousand dropped", spoil: func(e *evidence) { e.dropped = 10 }, verdict: results.Valid},
		{
			name: "more dropped", spoil: func(e *evidence) { e.dropped = 11 }, verdict: results.Invalid,
			reason: "11 of 10000 planned hits (0.11%) were not sent", advice: "raise max_in_flight",
		},
		{
			name: "failed on this machine", spoil: func(e *evidence) { e.faults = 11 }, verdict: results.Invalid,
			reason: "11 hits failed on this machine", advice: "raise ulimit -n",
		},
		{
			name: "held by the bound", spoil: func(e *evidence) { e.held = 1 }, verdict: results.Degraded,
			reason: "1 arrivals waited", advice: "raise max_in_flight",
		},

		{name: "a rate 0.9 % off", spoil: func(e *evidence) { e.offered.behind = 900 * time.Millisecond }, verdict: results.Valid},
		{
			name: "a rate 2 % too slow", spoil: func(e *evidence) { e.offered.behind = 2 * time.Second }, verdict: results.Degraded,
			reason: "the rate was 1.96% off the plan's: a load of 1m40s took 1m42s", advice: "lower the rate",
		},
		{
			name: "a rate 2 % too fast", spoil: func(e *evidence) { e.offered.behind = -2 * time.Second }, verdict: results.Degraded,
			reason: "2.04% off",
		},
		{
			name: "a rate 9 % too slow", spoil: func(e *evidence) { e.offered.behind = 10 * time.Second }, verdict: results.Invalid,
			reason: "9.09% off",
		},
		{
			name: "the same, held by the bound", spoil: func(e *evidence) { e.offered.behind, e.held = 10*time.Second, 500 },
			verdict: results.Degraded, reason: "9.09% off",
		},
		{
			name:  "a short load that ended 9 ms late",
			spoil: func(e *evidence) { e.offered = offered{100 * time.Millisecond, 9 * time.Millisecond} }, verdict: results.Valid,
		},

		{
			name: "a late tail, small beside the target", spoil: func(e *evidence) { e.lateness.Add(repeated(4*time.Millisecond, 200)) },
			verdict: results.Valid,
		},
		{
			name: "a late tail", spoil: func(e *evidence) { e.lateness.Add(repeated(6*time.Millisecond, 200)) },
			verdict: results.Degraded, reason: "p99 of lateness is 6ms", advice: "stop what else runs on it, or lower the rate, or keep a CPU for it (--busy-wait)",
		},
		{
			name: "later than the target is slow", spoil: func(e *evidence) { e.lateness = repeated(60*time.Millisecond, 10_000) },
			verdict: results.Invalid, reason: "the median of lateness is 60ms", advice: "lower the rate",
		},
		{
			name: "late beside a target that is faster than any platform",
			spoil: func(e *evidence) {
				e.service, e.lateness = repeated(time.Millisecond, 100), repeated(1900*time.Microsecond, 100)
			},
			verdict: results.Valid,
		},

		{
			name: "CPUs busy", spoil: func(e *evidence) { e.usage.cpuShare = 0.81 }, verdict: results.Degraded,
			reason: "used 81% of all CPUs", advice: "lower the rate",
		},
		{
			name: "waits for a CPU", spoil: func(e *evidence) { e.usage.schedP99 = 6 * time.Millisecond }, verdict: results.Degraded,
			reason: "waited up to 6ms for a CPU (p99)", advice: "stop what else runs",
		},
		{
			name: "waits for a CPU, beside answers whose arrival is known", verdict: results.Valid,
			spoil: func(e *evidence) { e.usage.schedP99, e.usage.gcPauseMax, e.timedByUs = time.Second, time.Second, 10 },
		},
		{
			name: "and for some is not", verdict: results.Degraded, reason: "waited up to 1s for a CPU", advice: "lower the rate",
			spoil: func(e *evidence) { e.usage.schedP99, e.timedByUs = time.Second, 11 },
		},
		{
			name: "and webhooks", verdict: results.Degraded, reason: "waited up to 1s for a CPU", advice: "lower the rate",
			spoil: func(e *evidence) { e.usage.schedP99, e.timedByUs, e.webhooks = time.Second, 0, true },
		},
		{
			name: "stopped for a twentieth", verdict: results.Degraded, reason: "did not run for 3s in one piece, 5s in all", advice: "run again",
			spoil: func(e *evidence) { e.stalls = stalls{3 * time.Second, 5 * time.Second} },
		},
		{
			name: "stopped for longer", verdict: results.Invalid, reason: "did not run for 3s in one piece, 6s in all", advice: "run again",
			spoil: func(e *evidence) { e.stalls = stalls{3 * time.Second, 6 * time.Second} },
		},
		{name: "shorter waits", spoil: func(e *evidence) { e.usage.schedP99 = 4 * time.Millisecond }, verdict: results.Valid},
		{
			name: "a long pause", spoil: func(e *evidence) { e.usage.gcPauseMax = 60 * time.Millisecond }, verdict: results.Degraded,
			reason: "stopped this process for 60ms", advice: "GOGC=400",
		},
		{name: "a pause shorter than an answer", spoil: func(e *evidence) { e.usage.gcPauseMax = 40 * time.Millisecond }, verdict: results.Valid},

		{
			name: "descriptors nearly gone", spoil: func(e *evidence) { e.machine.descriptors.InUse = 1000 }, verdict: results.Degraded,
			reason: "1000 of the 1024 descriptors", advice: "raise ulimit -n",
		},
		{
			name: "ports nearly gone", spoil: func(e *evidence) { e.machine.ports.InUse = 28000 }, verdict: results.Degraded,
			reason: "28000 TCP sockets", advice: "ip_local_port_range",
		},
	} {
		e := sound()
		tc.spoil(&e)
		g := e.judge()
		text := strings.Join(g.Reasons, "\n")
		if g.Verdict != tc.verdict || !strings.Contains(text, tc.reason) || !strings.Contains(text, tc.advice) || (tc.reason == "") != (text == "") {
			t.Errorf("%s: %s, %q; want %s because %q, with %q", tc.name, g.Verdict, text, tc.verdict, tc.reason, tc.advice)
		}
	}
}

// A reason that makes a run degraded does not mend one that is invalid.
func TestInvalidStaysInvalid(t *testing.T) {
	e := sound()
	e.dropped, e.usage.cpuShare, e.held = 5000, 0.99, 3
	if g := e.judge(); g.Verdict != results.Invalid || len(g.Reasons) != 3 {
		t.Errorf("%s with %q, want invalid with three reasons", g.Verdict, g.Reasons)
	}
}

func TestTheFiguresBehindTheVerdictAreKept(t *testing.T) {
	e := sound()
	e.offered.behind = -100 * time.Millisecond
	g := e.judge()
	if g.CPUShare != 0.2 || g.GCPauseMax != 200*time.Microsecond || g.SchedLatencyP99 != 100*time.Microsecond ||
		g.Descriptors != (results.Use{InUse: 100, Of: 1024}) || g.Ports != (results.Use{InUse: 100, Of: 28232}) {
		t.Errorf("%+v", g)
	}
	if g.RateError < 0.00099 || g.RateError > 0.00101 {
		t.Errorf("rate error %v, want a thousandth too fast", g.RateError)
	}
}

// The span is that of the due moments, whatever order workers come in.
func TestSpanIsOfTheFirstAndTheLastArrival(t *testing.T) {
	var s span
	for _, hit := range [][2]time.Duration{{20, 3}, {10, 1}, {40, 9}, {30, 5}} {
		s.note(hit[0]*time.Millisecond, hit[1]*time.Millisecond)
	}
	var o offered
	o.add(s)
	o.add(span{})
	if o.planned != 30*time.Millisecond || o.behind != 8*time.Millisecond {
		t.Errorf("%+v, want 30ms planned and 8ms behind", o)
	}
}
