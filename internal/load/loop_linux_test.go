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
)

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
	if !e.economy.holds() || e.targets["a"].looped.loop == nil {
		t.Fatal("no loop where there could be one")
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
		if most > int64(bound) {
			t.Errorf("%d at once, want at most %d", most, bound)
		}
		if e.economy.holds() {
			t.Error("the economy did not end")
		}
	}
}
