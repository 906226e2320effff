package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp/onprem"
	"wabench/results"
)

// day is a scenario of so many hours: one message a second, so that every
// interval has one. A first quarter of a second keeps messages apart from the
// ends of intervals and of outages.
func day(hours int) string {
	return fmt.Sprintf(`version: 1
name: day
targets:
  onprem: {api: onprem, fake: instant, timeout: 2s}
recipients: {range: 15550100000..15550100999}
messages:
  - {text: "Code {{digits 6}}"}
load: {warmup: 1m, stages: [{hold: 4/s, for: 250ms}, {hold: 1/s, for: %dh}]}
`, hours)
}

func firstOutage(hours int) time.Duration {
	return time.Duration(hours)*time.Hour/4 + 500*time.Millisecond
}

func secondOutage(hours int) time.Duration {
	return time.Duration(hours)*time.Hour*3/4 + 500*time.Millisecond
}

// hourly is an On-Premises target whose tokens hold for an hour and which fails
// as a day has it. It remembers nothing else, so that what the heap gains is
// the engine's.
type hourly struct {
	start  time.Time
	mu     sync.Mutex
	logins int
	token  string
	until  time.Time
}

// RoundTrip implements http.RoundTripper.
func (h *hourly) RoundTrip(req *http.Request) (*http.Response, error) {
	<-time.After(20 * time.Millisecond)
	if strings.HasSuffix(req.URL.Path, "/users/login") {
		return h.login(), nil
	}
	within := func(from, length time.Duration) bool {
		at := time.Since(h.start)
		return at >= from && at < from+length
	}
	switch {
	case within(firstOutage(dayHours), 10*time.Minute):
		return answer(http.StatusServiceUnavailable), nil
	case within(secondOutage(dayHours), 5*time.Minute):
		return nil, syscall.ECONNRESET
	case !h.holds(req.Header.Get("Authorization")):
		return answer(http.StatusUnauthorized), nil
	}
	return answerWith(http.StatusCreated, `{"messages":[{"id":"gBEGkYiEB1VXAglK1ZEqA1YKPrU"}]}`), nil
}

func (h *hourly) login() *http.Response {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logins++
	h.token, h.until = fmt.Sprintf("token-%d", h.logins), time.Now().Add(time.Hour)
	return answerWith(http.StatusOK, fmt.Sprintf(`{"users":[{"token":%q,"expires_after":%q}]}`, h.token, h.until.UTC().Format(onprem.ExpiryLayout)))
}

func (h *hourly) holds(authorization string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return authorization == "Bearer "+h.token && time.Now().Before(h.until)
}

func answerWith(status int, body string) *http.Response {
	out := answer(status)
	out.Body = io.NopCloser(strings.NewReader(body))
	return out
}

// A run of 24 hours keeps every count, every interval and its token, finds the
// outages, and needs no more memory at its end than in its beginning.
func TestADayLosesNothingAndGrowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world{
			plan:     resolve(t, day(dayHours)),
			servers:  map[string]http.RoundTripper{"onprem": &hourly{start: time.Now()}},
			dialects: map[string]Dialect{"onprem": onprem.New(onprem.Options{Username: "u", Password: "p"})},
			urls:     map[string]string{"onprem": "http://target.invalid"},
			sink:     diskSink{t.TempDir()},
		}
		heap := &heapAt{moments: []time.Duration{dayHours * time.Hour / 12, dayHours*time.Hour - time.Minute}}
		w.options.Observers = []Observer{heap}
		rec := w.run(t.Context(), t)
		if w.err != nil {
			t.Fatal(w.err)
		}
		checkDayCounts(t, rec)
		checkDayIntervals(t, rec)
		checkDayOutages(t, rec)
		if got, want := w.report.Targets["onprem"].Logins, int64(1+dayHours*60/54); got != want {
			t.Errorf("logged in %d times, want %d: tokens of an hour are to be renewed after 54 minutes", got, want)
		}
		heap.check(t)
	})
}

const (
	daySeconds  = dayHours * 60 * 60
	dayMessages = daySeconds + 1
)

// checkDayCounts checks that every message is accounted for: those of the
// outages failed, all others were accepted, with a token that held.
func checkDayCounts(t *testing.T, rec *results.Record) {
	t.Helper()
	op := rec.Run.Targets["onprem"].Ops["send"]
	if op.Planned != dayMessages || op.Planned != op.Sent+op.Dropped || op.Dropped != 0 || op.Warmup != 61 {
		t.Errorf("planned %d, sent %d, dropped %d, warm-up %d", op.Planned, op.Sent, op.Dropped, op.Warmup)
	}
	want := map[string]int64{"ok": dayMessages - 900, "target_5xx": 600, "target_reset": 300}
	if !maps.Equal(op.Outcomes, want) {
		t.Errorf("outcomes %v, want %v", op.Outcomes, want)
	}
	if op.Response.Count != dayMessages-61 || math.Abs(op.Rate-float64(daySeconds-960)/(daySeconds-60)) > 1e-3 {
		t.Errorf("%d responses, %v accepted a second", op.Response.Count, op.Rate)
	}
}

// checkDayIntervals checks that there is a point and a histogram for each
// second, that they agree, and that nothing lies between two.
func checkDayIntervals(t *testing.T, rec *results.Record) {
	t.Helper()
	intervals, sent, last := 0, int64(0), results.Point{Start: -1}
	for i, p := range rec.Points {
		sent += p.Sent
		if p.Start == last.Start && p.Block != last.Block {
			continue // an interval in which a block ended
		}
		if p.Start != last.End {
			t.Fatalf("point %d begins at %v and the one before ends at %v", i, p.Start, last.End)
		}
		intervals, last = intervals+1, p
	}
	if intervals < daySeconds || intervals > daySeconds+1 || sent != dayMessages {
		t.Errorf("%d intervals with %d sent, want one for each second", intervals, sent)
	}
	windows, err := rec.Windows("onprem", "send.response", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	// The warm-up's minute is none of them.
	if n := len(windows); n < daySeconds-60 || n > daySeconds-59 {
		t.Errorf("%d interval histograms outside warm-up", n)
	}
}

// checkDayOutages checks that both outages were found where they were.
func checkDayOutages(t *testing.T, rec *results.Record) {
	t.Helper()
	first, second := firstOutage(dayHours), secondOutage(dayHours)
	want := []results.Outage{{Start: first, End: first + 10*time.Minute}, {Start: second, End: second + 5*time.Minute}}
	near := func(a, b results.Outage) bool {
		return (a.Start-b.Start).Abs() <= 2*time.Second && (a.End-b.End).Abs() <= 2*time.Second && a.Open == b.Open
	}
	if a := rec.Run.Targets["onprem"].Availability; !slices.EqualFunc(a.Outages, want, near) || math.Abs(a.PlatformMinutesDown-10) > 0.1 {
		t.Errorf("outages %+v, %v platform minutes", a.Outages, a.PlatformMinutesDown)
	}
}

// heapAt measures the live heap when a run reaches certain moments.
type heapAt struct {
	moments []time.Duration
	sizes   []uint64
}

// Observe implements Observer.
func (h *heapAt) Observe(s Snapshot) {
	if len(h.sizes) == len(h.moments) || s.At < h.moments[len(h.sizes)] {
		return
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	h.sizes = append(h.sizes, stats.HeapAlloc)
}

// check fails if the heap grew by more than 256 KiB: three bytes for each
// message between the two moments, less than remembering any of them.
func (h *heapAt) check(t *testing.T) {
	t.Helper()
	if len(h.sizes) != 2 || h.sizes[1] > h.sizes[0]+256<<10 {
		t.Errorf("live heap %v bytes at %v", h.sizes, h.moments)
	}
}

// diskSink is a run directory on the disk, so that what a day leaves there is
// not taken for what the engine keeps.
type diskSink struct{ dir string }

func (s diskSink) fs() fs.FS { return os.DirFS(s.dir) }

func (s diskSink) Append(name string) (io.WriteCloser, error) {
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.Create(path)
}

func (s diskSink) Replace(name string, write func(io.Writer) error) error {
	file, err := s.Append(name)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}
