package load

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

func TestOneCPUIsForModestOpenLoads(t *testing.T) {
	fake := Target{Inject: func(scenarios.Fault) (func(), error) { return func() {}, nil }}
	for _, c := range []struct {
		name, stages string
		options      Options
		want         bool
	}{
		{"a modest rate", "{hold: 4000/s, for: 10s}", Options{Targets: []Target{{}}}, true},
		{"a high peak", "{ramp: 10/s..9000/s, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"users", "{closed: {users: 5}, for: 10s}", Options{Targets: []Target{{}}}, false},
		{"a fake in this process", "{hold: 40/s, for: 10s}", Options{Targets: []Target{fake}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := oneIsEnough(resolve(t, scenario("", "load: {stages: ["+c.stages+"]}")), &c.options); got != c.want {
				t.Errorf("one CPU is enough: %v, want %v", got, c.want)
			}
		})
	}
}

func TestABusyCPUEndsTheEconomy(t *testing.T) {
	for name, c := range map[string]struct {
		used time.Duration // CPU in the second since the last review
		want bool
	}{"idle": {100 * time.Millisecond, true}, "busy": {900 * time.Millisecond, false}} {
		e := &economy{at: time.Now().Add(-time.Second), cpu: processCPU() - c.used}
		if e.review(); e.holds() != c.want {
			t.Errorf("%s: the economy holds %v after the review, want %v", name, e.holds(), c.want)
		}
	}
}

func TestOnlyARunThatIsAloneAndInRealTimeIsEconomic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	plan := resolve(t, scenario("", "load: {stages: [{hold: 10/s, for: 10s}]}"))
	if e := economize(plan, &Options{Alone: true}); !e.holds() {
		t.Error("no economy where there could be one")
	}
	for name, options := range map[string]Options{"shares its process": {}, "of virtual time": {Alone: true, Wait: sleepUntil}} {
		if e := economize(plan, &options); e != nil {
			t.Errorf("economy of a run that is %s", name)
		}
	}
	runtime.GOMAXPROCS(1)
	if e := economize(plan, &Options{Alone: true}); e != nil {
		t.Error("economy on the only CPU")
	}
	var none *economy
	if none.review(); none.holds() {
		t.Error("none holds")
	}
}

// economic runs a plan of so many hits in real time, alone, against a server
// that takes a while, and returns what the server saw at most at once.
func economic(t *testing.T, maxInFlight int, takes time.Duration, during func(*engine)) (*engine, int64) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var now, most atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
			continue
		}
		<-time.After(takes)
		now.Add(-1)
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	plan := resolve(t, scenario("", "load: {stages: [{hold: 400/s, for: 500ms}]}"))
	writer, err := results.Create(newMemorySink(), results.Run{Started: time.Now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := keepalive.New(keepalive.Options{MaxIdle: 100})
	defer transport.CloseIdleConnections()
	e, err := newEngine(plan, Options{Writer: writer, Started: time.Now(), Alone: true, Targets: []Target{{
		Name: "a", URL: server.URL, Dialect: plainDialect{}, Transport: transport, Timeout: 10 * time.Second, MaxInFlight: maxInFlight,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	e.economy = economize(plan, &e.options)
	defer e.openLoops()()
	if !e.economy.holds() || e.targets["a"].loop == nil {
		t.Skip("this system has no loops")
	}
	if during != nil {
		during(e)
	}
	e.start(t)
	return e, most.Load()
}

func TestAnEconomicRunSendsAll(t *testing.T) {
	e, most := economic(t, 100, 5*time.Millisecond, nil)
	sum := e.collector.totals["a"]
	if sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.dropped != 0 || sum.inFlight != 0 || most > 100 {
		t.Errorf("%+v, at most %d at once", sum, most)
	}
	if e.held != 0 {
		t.Errorf("%d waited for a bound that was not reached", e.held)
	}
}

func TestAnEconomicRunKeepsToItsBound(t *testing.T) {
	e, most := economic(t, 3, 10*time.Millisecond, nil)
	if sum := e.collector.totals["a"]; sum.outcomes[whatsapp.OK] != 200 || most != 3 || e.held == 0 {
		t.Errorf("%+v, %d at once, %d held; want 200, 3, some", sum, most, e.held)
	}
}

// When the economy ends in mid-run, workers go on with what is left.
func TestWorkersTakeOverWhereTheEconomyEnds(t *testing.T) {
	for _, bound := range []int{100, 3} {
		e, most := economic(t, bound, 10*time.Millisecond, func(e *engine) {
			time.AfterFunc(200*time.Millisecond, func() { e.economy.over.Store(true) })
		})
		if sum := e.collector.totals["a"]; sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.inFlight != 0 {
			t.Errorf("%+v", sum)
		}
		if most > int64(bound)+1 { // one that is under way may not be counted yet
			t.Errorf("%d at once, want at most %d", most, bound)
		}
		if e.economy.holds() {
			t.Error("the economy did not end")
		}
	}
}
