package calibrate

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/hist"
	"wabench/internal/known"
	"wabench/internal/load"
	"wabench/results"
	"wabench/scenarios"
)

// sleepUntil waits in virtual time.
func sleepUntil(until time.Time) { <-time.After(time.Until(until)) }

// inProcess reaches a truth without a socket; what is added on the way back is
// then known.
func inProcess(added func(n int64) time.Duration) reach {
	return func(_ context.Context, t *truth, _ *scenarios.Target) (string, http.RoundTripper, func(), error) {
		return "http://server.invalid", roundTripper(func(req *http.Request) (*http.Response, error) {
			n, err := strconv.ParseInt(strings.TrimPrefix(req.URL.Path, "/"), 10, 64)
			if err != nil {
				return nil, err
			}
			t.serve(n, nil)
			if d := added(n); d > 0 {
				<-time.After(d)
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}")), Header: http.Header{}}, nil
		}), func() {}, nil
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

func nothing(int64) time.Duration { return 0 }

func always(d time.Duration) func(int64) time.Duration { return func(int64) time.Duration { return d } }

func measureVirtually(t *testing.T, l known.Latency, added func(int64) time.Duration) measured {
	t.Helper()
	var m measured
	synctest.Test(t, func(t *testing.T) {
		var err error
		r := round{latency: l, rate: 500, warmup: time.Second, length: 4 * time.Second, seed: 7}
		if m, err = r.measure(t.Context(), inProcess(added), load.Options{Wait: sleepUntil}); err != nil {
			t.Fatal(err)
		}
	})
	return m
}

// In virtual time the engine adds nothing: what it reports is the truth, bucket
// by bucket, for every server there is.
func TestNothingIsAddedWhereNothingIs(t *testing.T) {
	for _, l := range latencies() {
		m := measureVirtually(t, l, nothing)
		s := m.server
		if s.Hits != 2000 || m.lateness.Count() != 2000 {
			t.Errorf("%s: %d hits, %d lateness, want those of 4 s at 500/s", s.Name, s.Hits, m.lateness.Count())
		}
		if s.Added != (Quantiles{}) || s.Distance != 0 || s.True != s.Drawn || s.Reported != s.True {
			t.Errorf("%s: %+v", s.Name, s)
		}
		if s.Lateness != latenessOf(hist.New()) && s.Lateness.P999 > time.Microsecond {
			t.Errorf("%s: lateness %+v", s.Name, s.Lateness)
		}
		if s.Verdict == results.Invalid {
			t.Errorf("%s: %s %v", s.Name, s.Verdict, s.Reasons)
		}
	}
}

// What is added on the way back is found out: 300 µs at every quantile, and a
// tenth of the answers 30 ms late at p99 and in the distance, but not at p50.
func TestWhatIsAddedIsFound(t *testing.T) {
	s := measureVirtually(t, known.Fixed(20*time.Millisecond), always(300*time.Microsecond)).server
	for q, got := range map[string]time.Duration{"p50": s.Added.P50, "p99": s.Added.P99} {
		if math.Abs(float64(got-300*time.Microsecond)) > float64(25*time.Microsecond) {
			t.Errorf("added at %s is %v, want 300µs within a bucket", q, got)
		}
	}
	if s.Distance != 1 {
		t.Errorf("distance %v: every latency was moved", s.Distance)
	}
	tenth := func(n int64) time.Duration {
		if n%10 == 0 {
			return 30 * time.Millisecond
		}
		return 0
	}
	s = measureVirtually(t, known.Fixed(20*time.Millisecond), tenth).server
	if s.Added.P50 != 0 || s.Added.P99 < 29*time.Millisecond || math.Abs(s.Distance-0.1) > 1e-9 {
		t.Errorf("a tenth of answers late: %+v", s)
	}
}

// The servers draw what they are named by.
func TestLatenciesAreWhatTheyAreCalled(t *testing.T) {
	want := map[string]Quantiles{
		"fixed 1ms":         {time.Millisecond, time.Millisecond},
		"fixed 100ms":       {100 * time.Millisecond, 100 * time.Millisecond},
		"log-normal 20ms":   {20 * time.Millisecond, 64 * time.Millisecond}, // 20·exp(0.5·2.326)
		"bimodal 5ms, 50ms": {5070 * time.Microsecond, 56800 * time.Microsecond},
		"fixed 5ms, stalls": {5 * time.Millisecond, 45 * time.Millisecond}, // 1 % into the 5 % of 50 ms
	}
	seen := 0
	for _, l := range latencies() {
		w, known := want[l.Name]
		if !known {
			continue
		}
		seen++
		h := hist.New()
		for n := range int64(100_000) {
			h.Record(l.Draw(1, n, time.Duration(n)*time.Millisecond))
		}
		got := quantilesOf(h)
		if off := float64(got.P50)/float64(w.P50) - 1; math.Abs(off) > 0.02 {
			t.Errorf("%s: p50 %v, want %v", l.Name, got.P50, w.P50)
		}
		if off := float64(got.P99)/float64(w.P99) - 1; math.Abs(off) > 0.03 {
			t.Errorf("%s: p99 %v, want %v", l.Name, got.P99, w.P99)
		}
		if again := l.Draw(1, 5, 0); again != l.Draw(1, 5, 0) {
			t.Errorf("%s: the same request takes another time", l.Name)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d latencies are there", seen, len(want))
	}
}

func TestTheHighestRateIsBracketed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := math.Exp(rapid.Float64Range(math.Log(1.2), math.Log(250000)).Draw(t, "log limit"))
		c := climb{from: 1000, limit: 256000, least: 1, within: 0.05, attempts: 1}
		tried := 0
		held, over, err := c.highest(func(rate float64) (bool, error) { tried++; return rate <= limit, nil })
		if err != nil || held > limit || over <= limit || tried > 20 {
			t.Fatalf("limit %v: held %v, over %v after %d steps, %v", limit, held, over, tried, err)
		}
		if over > held*1.05 && over-held > 1 {
			t.Fatalf("limit %v: from %v to %v is wide", limit, held, over)
		}
	})
}

func TestTheEndsOfTheClimb(t *testing.T) {
	c := climb{from: 1000, limit: 3000, least: 125, within: 0.05, attempts: 2}
	if held, over, err := c.highest(func(float64) (bool, error) { return true, nil }); held != 3000 || over != 0 || err != nil {
		t.Errorf("a machine without limit: %v, %v, %v", held, over, err)
	}
	if held, over, err := c.highest(func(float64) (bool, error) { return false, nil }); held != 0 || over != 125 || err != nil {
		t.Errorf("a machine that holds nothing: %v, %v, %v", held, over, err)
	}
	broken := errors.New("no sockets")
	if _, _, err := c.highest(func(float64) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("an error is lost: %v", err)
	}
	// Every rate fails at its first attempt, as beside a noisy neighbour.
	seen := map[float64]int{}
	held, _, err := c.highest(func(rate float64) (bool, error) { seen[rate]++; return seen[rate] > 1, nil })
	if held != 3000 || err != nil {
		t.Errorf("held %v, %v", held, err)
	}
}

func TestTheDistanceOfHistograms(t *testing.T) {
	of := func(values ...time.Duration) *hist.Histogram {
		h := hist.New()
		for _, v := range values {
			h.Record(v * time.Millisecond)
		}
		return h
	}
	for _, tt := range []struct {
		base, head *hist.Histogram
		want       float64
	}{
		{of(1, 2, 3, 4), of(1, 2, 3, 4), 0},
		{of(1, 2), of(3, 4), 1},
		{of(1, 2, 3, 4), of(2, 3, 4, 5), 0.25},
		{of(1, 5), of(1, 2, 3, 5), 0.25},
		{of(), of(1), 0},
	} {
		if got := distance(tt.base, tt.head); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("distance %v, want %v", got, tt.want)
		}
		if there, back := distance(tt.base, tt.head), distance(tt.head, tt.base); there != back {
			t.Errorf("%v there, %v back", there, back)
		}
	}
}

// The whole calibration in virtual time: its floor is zero, reads back as it
// was, and its highest rate is that of the climb.
func TestAFloorInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := calibration{Options: Options{Quick: true}, reach: inProcess(always(time.Millisecond)), wait: sleepUntil}
		c.Environment = results.Environment{Host: "here", CPUs: 2, Go: "go1.26"}
		var told []string
		c.Progress = func(text string) { told = append(told, text) }
		f, err := c.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Servers) != 7 || len(told) < 8 || f.Resolution(0.5) < 2900*time.Microsecond || f.Resolution(0.99) > 4*time.Millisecond {
			t.Errorf("%+v", f)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		read, err := Read(b.Bytes())
		if diff := cmp.Diff(f, read); err != nil || diff != "" {
			t.Errorf("%v (-had +read)\n%s", err, diff)
		}
		if !f.Matches(c.Environment) || f.Matches(results.Environment{Host: "there", CPUs: 2, Go: "go1.26"}) {
			t.Error("a floor is of one machine")
		}
	})
}

// By real sockets: every request is answered, none sooner than drawn, and the
// server keeps the same count as the engine.
func TestOverASocket(t *testing.T) {
	r := round{latency: known.Fixed(2 * time.Millisecond), rate: 200, warmup: 50 * time.Millisecond, length: 200 * time.Millisecond, seed: 1}
	m, err := r.measure(t.Context(), bySocket, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := m.server
	if s.Hits != 40 || s.True.P50 < 2*time.Millisecond || s.Reported.P50 < s.True.P50 || s.Drawn.P50 > s.True.P50 {
		t.Errorf("%+v", s)
	}
}

func TestAnInterruptedCalibration(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Options{Quick: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestOtherSchemasAreRefused(t *testing.T) {
	for _, text := range []string{`{"schema":9}`, `{"schema":1`, ``} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func TestAFloorOfABusyMachineIsNotSound(t *testing.T) {
	for verdict, want := range map[string]bool{results.Valid: true, results.Degraded: true, results.Invalid: false} {
		f := Floor{Servers: []Server{{Verdict: results.Valid}, {Verdict: verdict}}}
		if f.Sound() != want {
			t.Errorf("with a server of verdict %s it is sound: %v", verdict, f.Sound())
		}
	}
}

func TestTheTableSaysWhatWasFound(t *testing.T) {
	f := Floor{
		Measured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Rate: 1000, HighestRate: 20000, LowestOver: 21000,
		Environment: results.Environment{Host: "here", CPUs: 2, OS: "linux", Arch: "amd64", Go: "go1.26"},
		Added:       Quantiles{P50: 100 * time.Microsecond, P99: time.Millisecond},
		Servers:     []Server{{Name: "fixed 1ms", Hits: 5000, Distance: 0.5, Verdict: results.Degraded}},
	}
	var b strings.Builder
	if err := f.Table(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"here, 2 CPUs, linux/amd64, go1.26, 2026-01-02\n", "server at 1000/s", "fixed 1ms", "5000", "0.500", "degraded",
		"20000/s; no longer valid at 21000/s", "300µs up to p90, 3ms above",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	for want, f := range map[string]Floor{"none was valid, down to 125/s": {LowestOver: 125}, "256000/s and more": {HighestRate: 256000}} {
		if !strings.Contains(f.highest(), want) {
			t.Errorf("%q, want %q", f.highest(), want)
		}
	}
}
