package accuracy

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func serverNamed(t *testing.T, name string) Server {
	t.Helper()
	s, err := ServerNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// open is the record of a tool that sends at every moment of the plan, to a
// server whose timer is late by a constant.
func open(s Server, l Load, late time.Duration) (r Record) {
	for n := range l.Planned() {
		at := time.Duration(n) * time.Second / time.Duration(l.Rate)
		r.Came = append(r.Came, at)
		r.Took = append(r.Took, s.draw(n, at)+late)
	}
	return r
}

// A server that stalls 250 ms of every 2 s makes a share of customers wait that
// is known: beyond quantile q they wait 250 ms − (1 − q)·2 s, and then 5 ms.
func TestTheTruthOfStalls(t *testing.T) {
	s := serverNamed(t, "fixed 5ms, stalls 250ms every 2s")
	l := s.load(1000, 10*time.Second)
	want := Quantiles{5 * ms, 55 * ms, 235 * ms, 253 * ms}
	// It is the same for a tool that held its requests back while it stalled.
	held := Record{Came: []time.Duration{0, 900 * ms}, Took: []time.Duration{5 * ms, 5 * ms}}
	for name, r := range map[string]Record{"open": open(s, l, 0), "held back": held} {
		for i, got := range r.truth(s, l) {
			if math.Abs(float64(got-want[i])) > float64(2*ms) {
				t.Errorf("%s: true %s is %v, want %v", name, Ranks[i].Name, got, want[i])
			}
		}
	}
	// What the server's own timer is late by is nobody else's fault.
	if got := open(s, l, 3*ms).truth(s, l); got[0] < 7900*us || got[0] > 8100*us {
		t.Errorf("p50 %v, want 8ms", got[0])
	}
	if got := (Record{}).truth(s, l); got != (Quantiles{}) {
		t.Errorf("the truth of nothing is %v", got)
	}
}

// Stalls keep away from the first request, and there are five in ten seconds.
func TestTheFirstRequestIsNotStalled(t *testing.T) {
	s := serverNamed(t, "fixed 5ms, stalls 250ms every 2s")
	stalls, stalled := 0, false
	for n := range int64(10_000) {
		now := s.draw(n, time.Duration(n)*ms) > 5*ms
		if now && !stalled {
			stalls++
		}
		stalled = now
	}
	if stalls != 5 || s.draw(0, 0) != 5*ms || stalled {
		t.Errorf("%d stalls, the first request takes %v", stalls, s.draw(0, 0))
	}
}

// An even load is not late, wherever its grid begins.
func TestAnEvenLoadIsPunctual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "begin"))
		var r Record
		for n := range 1000 {
			r.Came = append(r.Came, begin+time.Duration(n)*ms)
		}
		s := r.schedule(Load{Rate: 1000})
		if s.Lateness != (Quantiles{}) || s.Came != 1000 {
			t.Fatalf("%+v", s)
		}
	})
}

func TestLatenessAsTheServerSeesIt(t *testing.T) {
	var bursts, tenth Record
	for n := range 1000 {
		bursts.Came = append(bursts.Came, time.Duration(n/50*50)*ms)
		late := time.Duration(0)
		if n%10 == 0 {
			late = 700 * us
		}
		tenth.Came = append(tenth.Came, time.Duration(n)*ms+late)
	}
	l := Load{Rate: 1000}
	// Fifty at once each 50 ms: the first of each waits for its moment, which
	// for the last has come 49 ms before.
	if s := bursts.schedule(l); s.Lateness[0] < 23*ms || s.Lateness[0] > 25*ms || s.Lateness[3] > 49*ms {
		t.Errorf("bursts: %+v", s)
	}
	if s := tenth.schedule(l); s.Lateness[0] != 0 || s.Lateness[2] != 700*us {
		t.Errorf("a tenth late: %+v", s)
	}
	if s := tenth.schedule(l); math.Abs(s.Rate-1000) > 1 {
		t.Errorf("rate %v", s.Rate)
	}
	if s := (Record{Came: []time.Duration{0}}).schedule(l); s.Rate != 0 || s.Came != 1 {
		t.Errorf("one request: %+v", s)
	}
	if s := tenth.schedule(Load{}); s.Lateness != (Quantiles{}) {
		t.Errorf("a closed load has no moments: %+v", s)
	}
}

// Over a socket every request is numbered, clocked, and answered as the
// platform does.
func TestARecorderRecords(t *testing.T) {
	recorder := NewRecorder(serverNamed(t, "fixed 1ms"))
	server, err := recorder.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for range 3 {
		resp, err := http.Post(server.URL()+"/v24.0/1/messages", "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	r := recorder.Record()
	if len(r.Came) != 3 || r.Came[0] != 0 || r.Came[2] < 2*ms || len(r.Took) != 3 || min(r.Took[0], r.Took[1]) < ms {
		t.Errorf("%+v", r)
	}
}

func TestServersAreKnownByName(t *testing.T) {
	for _, s := range append(Servers(), atOnce()) {
		if got, err := ServerNamed(s.Name); err != nil || got.Name != s.Name {
			t.Errorf("%s: %v", s.Name, err)
		}
		// Nothing takes longer than is said, or the open tools would run out of
		// connections.
		for n := range int64(10_000) {
			if d := s.draw(n, time.Duration(n)*ms); d > s.Longest {
				t.Fatalf("%s: request %d takes %v", s.Name, n, d)
			}
		}
	}
	if _, err := ServerNamed("fixed 1h"); err == nil {
		t.Error("there is a server of an hour")
	}
}
