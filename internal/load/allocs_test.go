package load

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/results"
)

// instant is a target that answers at once and ends the run after so many.
type instant struct {
	left int
	end  func()
}

var accepted = []byte(`{"messaging_product":"whatsapp","contacts":[{"input":"15550100000","wa_id":"15550100000"}],` +
	`"messages":[{"id":"wamid.HBgLMTU1NTAxMDAwMDAVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"}]}`)

func (i *instant) exchange(whatsapp.Request, time.Time) (reply, error) {
	if i.left--; i.left == 0 {
		i.end()
	}
	return reply{Response: whatsapp.Response{Status: http.StatusOK, Body: accepted}}, nil
}

func (*instant) counts() (opened, reused int64) { return 0, 0 }
func (*instant) interrupt()                     {}

// runInstantly sends n messages of the Cloud API, a million a second by the
// plan and so as fast as can be, to a target that takes no time: what is left is
// the engine's own work.
func runInstantly(t testing.TB, n int) {
	t.Helper()
	writer, err := results.Create(newMemorySink(), results.Run{Started: time.Now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dialect := cloud.New(cloud.Options{Version: "v24.0", PhoneNumberID: "1", Token: "t"})
	e, err := newEngine(resolve(t, scenario("", fmt.Sprintf("load: {stages: [{hold: 1000000/s, for: %dus}]}", n))), Options{
		Writer: writer, Started: time.Now(), Wait: func(time.Time) {},
		Targets: []Target{{Name: "a", Dialect: dialect, Timeout: time.Minute, MaxInFlight: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.targets["a"].exchanger = &instant{left: n, end: func() { e.cancel(errAborted) }}
	e.start(t)
	if sent := e.collector.totals["a"].sent; sent < int64(n) {
		t.Fatalf("%d sent, want %d", sent, n)
	}
}

// start runs an engine whose exchangers are the test's.
func (e *engine) start(t testing.TB) {
	t.Helper()
	e.running, e.cancel = context.WithCancelCause(t.Context())
	defer e.cancel(nil)
	e.recorder = newRecorder(e.options.Writer, e.collector, func(err error) { t.Error(err) })
	if err := e.run(e.running); err != nil {
		t.Fatal(err)
	}
	e.flush(PhaseDone)
	e.recorder.close()
}

// allocsPerHit is what a hit allocates: the message's body and path, and the id
// in its answer.
const allocsPerHit = 3

func TestAHitAllocatesLittle(t *testing.T) {
	const hits = 5000
	runInstantly(t, 10) // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	runInstantly(t, hits)
	runtime.ReadMemStats(&after)
	if got := float64(after.Mallocs-before.Mallocs) / hits; got > allocsPerHit+1 {
		t.Errorf("%.1f allocations a hit, want at most %d", got, allocsPerHit)
	} else {
		t.Logf("%.1f allocations a hit", got)
	}
}

// BenchmarkEngine is the engine's own work for a hit, without waiting and
// without an exchange.
func BenchmarkEngine(b *testing.B) {
	b.ReportAllocs()
	runInstantly(b, b.N)
}
