package load

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"wabench/internal/keepalive"
	"wabench/internal/loop"
	"wabench/internal/multiplex"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// protocols are what an economic run speaks.
var protocols = []string{"HTTP/1.1", "HTTP/2.0"}

// modest has pauses between its hits that are longer than a loop dozes, brisk has
// not. Both are of 200 hits.
const (
	modest = "hold: 400/s, for: 500ms"
	brisk  = "hold: 2000/s, for: 100ms"
)

// economic runs a load in real time, alone, against a server
// that takes a while, and returns what the server saw at most at once.
func economic(t *testing.T, protocol, load string, maxInFlight int, takes time.Duration, during func(*engine)) (*engine, int64) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var now, most atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Proto != protocol {
			t.Errorf("asked by %s, want %s", r.Proto, protocol)
		}
		n := now.Add(1)
		for seen := most.Load(); n > seen && !most.CompareAndSwap(seen, n); seen = most.Load() {
			continue
		}
		<-time.After(takes)
		now.Add(-1)
		_, _ = w.Write([]byte("{}"))
	}))
	server.EnableHTTP2 = true
	transport := transportTo(server, protocol)
	defer server.Close()
	defer transport.CloseIdleConnections()
	plan := resolve(t, scenario("", "load: {stages: [{"+load+"}]}"))
	writer, err := results.Create(newMemorySink(), results.Run{Started: time.Now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngine(plan, Options{Writer: writer, Started: time.Now(), Alone: true, Targets: []Target{{
		Name: "a", URL: server.URL, Dialect: plainDialect{}, Transport: transport, Timeout: 10 * time.Second, MaxInFlight: maxInFlight,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	e.economy = economize(plan, &e.options, e.busy)
	defer e.openLoops()()
	if !e.economy.holds() || e.targets["a"].loop == nil {
		t.Fatal("no loop where there could be one")
	}
	if during != nil {
		during(e)
	}
	e.start(t)
	return e, most.Load()
}

// transportTo starts a server and returns how to speak to it.
func transportTo(server *httptest.Server, protocol string) interface {
	http.RoundTripper
	CloseIdleConnections()
} {
	if protocol == "HTTP/1.1" {
		server.Start()
		return keepalive.New(keepalive.Options{MaxIdle: 100})
	}
	server.StartTLS()
	return multiplex.New(multiplex.Options{TLS: server.Client().Transport.(*http.Transport).TLSClientConfig})
}

func TestAnEconomicRunSendsAll(t *testing.T) {
	for _, protocol := range protocols {
		e, most := economic(t, protocol, modest, 100, 5*time.Millisecond, nil)
		sum := e.collector.totals["a"]
		if sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.dropped != 0 || sum.inFlight != 0 || most > 100 {
			t.Errorf("%s: %+v, at most %d at once", protocol, sum, most)
		}
		if e.held != 0 {
			t.Errorf("%s: %d waited for a bound that was not reached", protocol, e.held)
		}
		opened, reused := e.targets["a"].exchanger.counts()
		if opened+reused != 200 || protocol == "HTTP/2.0" && opened != 1 {
			t.Errorf("%s: %d connections, used again %d times", protocol, opened, reused)
		}
	}
}

// knowing counts the replies whose arrival is known.
type knowing struct {
	exchanger
	known *atomic.Int64
}

func (k knowing) exchange(r whatsapp.Request, deadline time.Time) (reply, error) {
	answer, err := k.exchanger.exchange(r, deadline)
	if !answer.arrived.IsZero() {
		k.known.Add(1)
	}
	return answer, err
}

// stamping has the kernel say when it receives what until the test is over, from
// now on: it takes some moments to begin when the first socket asks for it.
func stamping(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	here, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = here.Close() }) // it holds nothing
	there, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = there.Close() })
	here = loop.Stamped(here)
	if err := here.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for text := make([]byte, 1); loop.Arrived(here).IsZero(); {
		if _, err := there.Write(text); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Read(text); err != nil {
			t.Fatal(err)
		}
	}
}

// Answers are read between hits that follow each other closely, and have arrived
// before.
func TestAnEconomicRunKnowsWhenAnswersArrived(t *testing.T) {
	stamping(t)
	for _, protocol := range protocols {
		for _, load := range []string{modest, brisk} {
			var known atomic.Int64
			e, _ := economic(t, protocol, load, 200, 0, func(e *engine) {
				a := e.targets["a"]
				a.looped, a.exchanger = knowing{a.looped, &known}, knowing{a.exchanger, &known} // workers may take over
			})
			if sum := e.collector.totals["a"]; sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.dropped != 0 || sum.inFlight != 0 {
				t.Errorf("%s, %s: %+v", protocol, load, sum)
			}
			if n := known.Load(); n < 150 {
				t.Errorf("%s, %s: the arrival of %d answers of 200 is known", protocol, load, n)
			}
		}
	}
}

func TestAnEconomicRunKeepsToItsBound(t *testing.T) {
	for _, protocol := range protocols {
		e, most := economic(t, protocol, modest, 3, 10*time.Millisecond, nil)
		if sum := e.collector.totals["a"]; sum.outcomes[whatsapp.OK] != 200 || most != 3 || e.held == 0 {
			t.Errorf("%s: %+v, %d at once, %d held; want 200, 3, some", protocol, sum, most, e.held)
		}
	}
}

// When the economy ends in mid-run, workers go on with what is left.
func TestWorkersTakeOverWhereTheEconomyEnds(t *testing.T) {
	for _, protocol := range protocols {
		for _, bound := range []int{100, 3} {
			e, most := economic(t, protocol, modest, bound, 10*time.Millisecond, func(e *engine) {
				time.AfterFunc(200*time.Millisecond, func() { e.economy.over.Store(true) })
			})
			if sum := e.collector.totals["a"]; sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.inFlight != 0 {
				t.Errorf("%s: %+v", protocol, sum)
			}
			if most > int64(bound) {
				t.Errorf("%s: %d at once, want at most %d", protocol, most, bound)
			}
			if e.economy.holds() {
				t.Error("the economy did not end")
			}
		}
	}
}

// A run that waits busily sends all, in the loop and by the workers that take over
// from it, and what it waits is no work.
func TestARunThatWaitsBusily(t *testing.T) {
	for _, protocol := range protocols {
		for name, over := range map[string]bool{"in the loop": false, "by workers": true} {
			e, _ := economic(t, protocol, modest, 100, 5*time.Millisecond, func(e *engine) {
				e.busy = &busyWait{}
				e.economy.busy = e.busy
				e.economy.over.Store(over)
			})
			if sum := e.collector.totals["a"]; sum.planned != 200 || sum.outcomes[whatsapp.OK] != 200 || sum.dropped != 0 || sum.inFlight != 0 {
				t.Errorf("%s, %s: %+v", protocol, name, sum)
			}
			if idle := time.Duration(e.busy.idle.Load()); idle < 100*time.Millisecond || idle > time.Second {
				t.Errorf("%s, %s: waited for %v of 500 ms", protocol, name, idle)
			}
		}
	}
}
