package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
	"wabench/scenarios"
)

// memorySink is a run directory in memory.
type memorySink struct {
	mu    sync.Mutex
	files map[string]*bytes.Buffer
	room  int // bytes left on the disk; 0 is no bound
}

// errFull is what a full disk says.
var errFull = errors.New("no space left on device")

func newMemorySink() *memorySink { return &memorySink{files: map[string]*bytes.Buffer{}} }

type memoryFile struct {
	sink *memorySink
	name string
}

func (f memoryFile) Write(p []byte) (int, error) {
	f.sink.mu.Lock()
	defer f.sink.mu.Unlock()
	if f.sink.room > 0 && len(p) >= f.sink.room {
		return 0, errFull
	}
	if f.sink.room > 0 {
		f.sink.room -= len(p)
	}
	return f.sink.files[f.name].Write(p)
}

func (memoryFile) Close() error { return nil }

func (s *memorySink) Append(name string) (io.WriteCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = &bytes.Buffer{}
	return memoryFile{s, name}, nil
}

func (s *memorySink) Replace(name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = &b
	return nil
}

func (s *memorySink) fs() fs.FS {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := fstest.MapFS{}
	for name, b := range maps.All(s.files) {
		out[name] = &fstest.MapFile{Data: slices.Clone(b.Bytes())}
	}
	return out
}

// plainDialect posts a number and takes any 200 for success.
type plainDialect struct{}

func (plainDialect) Encode(call whatsapp.Call) (whatsapp.Request, error) {
	return whatsapp.Request{
		Method: http.MethodPost, Path: "/messages", Header: http.Header{"Content-Type": {"text/plain"}},
		Body: []byte(call.Message.To),
	}, nil
}

func (plainDialect) Decode(_ whatsapp.Op, r whatsapp.Response) whatsapp.Outcome {
	switch {
	case r.Status == http.StatusOK:
		return whatsapp.Outcome{Class: whatsapp.OK, Status: r.Status}
	case r.Status == http.StatusTooManyRequests:
		return whatsapp.Outcome{Class: whatsapp.Throttled, Status: r.Status, Code: 130429}
	case r.Status >= 500:
		return whatsapp.Outcome{Class: whatsapp.Target5xx, Status: r.Status, Code: 131000}
	}
	return whatsapp.Outcome{Class: whatsapp.ClientFault, Status: r.Status, Code: 100}
}

// server answers a request in virtual time.
type server func(req *http.Request) (*http.Response, error)

func (s server) RoundTrip(req *http.Request) (*http.Response, error) { return s(req) }

func answer(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte("{}")))}
}

// latency answers 200 after a fixed time.
func latency(d time.Duration) server {
	return func(req *http.Request) (*http.Response, error) {
		pause(req.Context(), d)
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		return answer(http.StatusOK), nil
	}
}

// sleepUntil waits in virtual time.
func sleepUntil(until time.Time) {
	timer := time.NewTimer(time.Until(until))
	<-timer.C
}

// resolve returns the plan of a scenario.
func resolve(t testing.TB, source string) *scenarios.Plan {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.Resolve(scenarios.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// world is a run of a plan against servers in this process.
type world struct {
	plan    *scenarios.Plan
	servers map[string]http.RoundTripper
	// dialects are of targets that are not spoken to in the plain one, which
	// are then reached at urls.
	dialects map[string]Dialect
	urls     map[string]string
	inject   map[string]func(scenarios.Fault) (func(), error)
	options  Options
	clock    func() time.Time // what the run's start is read from; nil is time.Now
	report   Report
	err      error
	sink     directory // nil for one in memory, without bounds
}

// directory is a run directory that can be read back.
type directory interface {
	results.Sink
	fs() fs.FS
}

// run executes the plan and reads back its directory. It must be called inside
// a synctest bubble unless options.Wait is set.
func (w *world) run(ctx context.Context, t testing.TB) *results.Record {
	t.Helper()
	started := time.Now()
	if w.clock != nil {
		started = w.clock()
	}
	run := results.Run{Started: started, Targets: map[string]*results.Target{}}
	run.Plan = results.PlanRef{Warmup: w.plan.Warmup, Block: w.plan.Block, Order: string(w.plan.Order())}
	for _, target := range w.plan.Targets {
		run.Targets[target.Name] = &results.Target{API: string(target.API)}
		t := Target{
			Name: target.Name, URL: "http://target.invalid", Dialect: plainDialect{}, Transport: w.servers[target.Name],
			Timeout: target.Timeout, MaxInFlight: target.MaxInFlight, Retry: target.Retry,
		}
		if dialect := w.dialects[target.Name]; dialect != nil {
			t.Dialect, t.URL, t.Inject = dialect, w.urls[target.Name], w.inject[target.Name]
		}
		w.options.Targets = append(w.options.Targets, t)
	}
	sink := w.sink
	if sink == nil {
		sink = newMemorySink()
	}
	writer, err := results.Create(sink, run, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.options.Writer, w.options.Started = writer, started
	if w.options.Wait == nil {
		w.options.Wait = sleepUntil
	}
	w.report, w.err = Run(ctx, w.plan, w.options)
	if w.options.Correlator != nil {
		for name, target := range run.Targets {
			summary := w.options.Correlator.Summary(name)
			target.Webhook = &summary
		}
	}
	run.Plan.Legs, run.Generator, run.Complete, run.Ended = w.report.Legs, w.report.Generator, ctx.Err() == nil, time.Now()
	if err := results.WriteRun(sink, run); err != nil {
		t.Fatal(err)
	}
	rec, err := results.Open(sink.fs())
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	return rec
}
