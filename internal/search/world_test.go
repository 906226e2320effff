package search

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"wabench/fakeapi"
	"wabench/internal/gate"
	"wabench/internal/load"
	"wabench/internal/units"
	"wabench/internal/whatsapp/cloud"
	"wabench/results"
	"wabench/scenarios"
)

// memory is a directory in memory: a results.Sink that can be read.
type memory struct {
	mu    sync.Mutex
	files map[string]*bytes.Buffer
}

func newMemory() *memory { return &memory{files: map[string]*bytes.Buffer{}} }

type memoryFile struct {
	in   *memory
	name string
}

func (f memoryFile) Write(p []byte) (int, error) {
	f.in.mu.Lock()
	defer f.in.mu.Unlock()
	return f.in.files[f.name].Write(p)
}

func (memoryFile) Close() error { return nil }

func (m *memory) Append(name string) (io.WriteCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[name] = &bytes.Buffer{}
	return memoryFile{m, name}, nil
}

func (m *memory) Replace(name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[name] = &b
	return nil
}

// Open implements fs.FS on what is there at the moment.
func (m *memory) Open(name string) (fs.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := fstest.MapFS{}
	for file, b := range m.files {
		now[file] = &fstest.MapFile{Data: bytes.Clone(b.Bytes())}
	}
	return now.Open(name)
}

// sleepUntil waits in virtual time.
func sleepUntil(until time.Time) { <-time.After(time.Until(until)) }

// world is a search on a fake in this process.
type world struct {
	setup  Setup
	sink   *memory
	places []*memory
}

// newWorld returns a search of from..to on a fake with that profile, for the
// rules. extra are further fields of the scenario.
func newWorld(t *testing.T, profile string, from, to units.Rate, extra string, rules ...string) *world {
	t.Helper()
	fake, err := fakeapi.Open(fakeapi.Options{Profile: profile, Listen: fakeapi.NoListener})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	transport := fake.Client().Transport
	w := &world{sink: newMemory()}
	w.setup = Setup{
		Options: Options{From: from, To: to},
		Plan:    narrow(t, profile, extra, rules...),
		Target: load.Target{
			Name: "fake", URL: fake.Info().URL, Transport: transport, Timeout: 30 * time.Second, MaxInFlight: 1000,
			Dialect: cloud.New(cloud.Options{Version: "v24.0", PhoneNumberID: fake.Info().PhoneNumberID, Token: fake.Info().Token}),
		},
		Open: w.open, Sink: w.sink, Wait: sleepUntil,
	}
	return w
}

// over lets a server answer in the fake's place.
func (w *world) over(server func(*http.Request) (*http.Response, error)) {
	w.setup.Target.Transport = roundTripper(server)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

func (w *world) open(step Step, plan *scenarios.Plan) (*Place, error) {
	files := newMemory()
	w.places = append(w.places, files)
	return &Place{
		Name: fmt.Sprintf("step-%d", step.N), Sink: files, Files: files,
		Run: results.Run{
			Plan:    results.PlanRef{Seed: plan.Seed, Warmup: plan.Warmup, Block: plan.Block, Order: string(plan.Order())},
			Targets: map[string]*results.Target{"fake": {API: "cloud"}},
		},
	}, nil
}

func (w *world) run(t *testing.T) Summary {
	t.Helper()
	s, err := Run(t.Context(), w.setup, Summary{ID: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// narrow returns the plan of a scenario for a search by these rules.
func narrow(t *testing.T, profile, extra string, rules ...string) *scenarios.Plan {
	t.Helper()
	plan, err := Narrow(resolve(t, profile, extra), "fake", parse(t, rules...))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func resolve(t *testing.T, profile, extra string) *scenarios.Plan {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", []byte("version: 1\nname: test\n"+
		"targets: {fake: {api: cloud, fake: "+profile+"}}\nrecipients: {range: 15550100000..15550199999}\n"+
		"messages: [{text: hi}]\nload: {stages: [{hold: 1/s, for: 1s}]}\n"+extra))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.Resolve(scenarios.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func parse(t *testing.T, texts ...string) []gate.Rule {
	t.Helper()
	var rules []gate.Rule
	for _, text := range texts {
		rule, err := gate.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule)
	}
	return rules
}
