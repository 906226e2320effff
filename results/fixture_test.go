package results

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
)

// directory is a Sink in memory that keeps every write in order, so that a
// test can kill a run after any byte.
type directory struct {
	files  map[string]*bytes.Buffer
	writes []write
}

type write struct {
	name string
	text []byte
	// replace says that the file was written whole.
	replace bool
}

func newDirectory() *directory { return &directory{files: map[string]*bytes.Buffer{}} }

func (d *directory) Append(name string) (io.WriteCloser, error) {
	d.files[name] = &bytes.Buffer{}
	return appender{d, name}, nil
}

func (d *directory) Replace(name string, f func(io.Writer) error) error {
	var whole bytes.Buffer
	if err := f(&whole); err != nil {
		return err
	}
	d.files[name] = &whole
	d.writes = append(d.writes, write{name, slices.Clone(whole.Bytes()), true})
	return nil
}

type appender struct {
	to   *directory
	name string
}

func (a appender) Write(text []byte) (int, error) {
	a.to.writes = append(a.to.writes, write{a.name, slices.Clone(text), false})
	return a.to.files[a.name].Write(text)
}

func (a appender) Close() error { return nil }

// fs is the directory as it stands.
func (d *directory) fs() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, file := range d.files {
		fsys[name] = &fstest.MapFile{Data: file.Bytes()}
	}
	return fsys
}

// killed is the directory after n writes and some bytes of the next.
func (d *directory) killed(n, more int) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, w := range d.writes[:min(n+1, len(d.writes))] {
		text := w.text
		if i == n {
			if text = text[:more]; w.replace {
				break // whole or not at all
			}
		}
		if old := fsys[w.name]; old != nil && !w.replace {
			text = slices.Concat(old.Data, text)
		}
		fsys[w.name] = &fstest.MapFile{Data: text}
	}
	return fsys
}

// sample is one request that ended, one that was dropped, or one webhook.
type sample struct {
	target, op        string
	at                time.Duration // of the end
	block             int
	lateness, service time.Duration
	class             whatsapp.Class
	code              string
	dropped           bool
	state             whatsapp.State // of a webhook; service is its latency
}

// latencies returns what a sample adds to which series.
func (s sample) latencies() map[string]time.Duration {
	switch {
	case s.dropped:
		return nil
	case s.state == whatsapp.StateFailed:
		return nil
	case s.state != "":
		return map[string]time.Duration{string(s.state): s.service}
	}
	of := map[string]time.Duration{"response": s.lateness + s.service, "service": s.service, "lateness": s.lateness}
	if s.class != whatsapp.OK {
		of[ClassSeries("response", s.class)] = s.lateness + s.service
	}
	return of
}

// addTo counts a sample in a point.
func (s sample) addTo(p *Point) {
	if s.state != "" {
		fillMap(&p.Statuses)
		p.Statuses[string(s.state)]++
		return
	}
	p.Planned++
	if s.dropped {
		p.Dropped++
		return
	}
	p.Sent++
	fillMap(&p.Outcomes)
	p.Outcomes[s.class.String()]++
	if s.code != "" {
		fillMap(&p.Codes)
		p.Codes[s.code]++
	}
}

// cell is what the samples of one interval add up to.
type cell struct {
	point Point
	hists map[string]*hist.Histogram
}

// cells adds samples up by second, target, operation and block, in the order
// in which a run writes them. Load time is run time.
func cells(samples []sample) []cell {
	type key struct {
		second time.Duration
		cellKey
	}
	all := map[key]*cell{}
	for _, s := range samples {
		second := s.at.Truncate(time.Second)
		k := key{second, cellKey{s.target, s.op, s.block}}
		if all[k] == nil {
			all[k] = &cell{hists: map[string]*hist.Histogram{}, point: Point{
				Start: second, End: second + time.Second, Target: s.target, Op: s.op, Block: s.block, Load: second + time.Second,
			}}
		}
		s.addTo(&all[k].point)
		for series, d := range s.latencies() {
			if all[k].hists[series] == nil {
				all[k].hists[series] = hist.New()
			}
			all[k].hists[series].Record(d)
		}
	}
	keys := slices.SortedFunc(maps.Keys(all), func(p, q key) int {
		return cmp.Or(cmp.Compare(p.second, q.second), cmp.Compare(p.target, q.target), cmp.Compare(p.op, q.op), cmp.Compare(p.block, q.block))
	})
	var out []cell
	for _, k := range keys {
		c := *all[k]
		for _, series := range headlines(c.point.Op) {
			if h := c.hists[series[len(c.point.Op)+1:]]; h != nil && c.point.Max == 0 {
				c.point.P50, c.point.P95, c.point.P99, c.point.Max = h.Quantile(0.5), h.Quantile(0.95), h.Quantile(0.99), h.Max()
			}
		}
		out = append(out, c)
	}
	return out
}

// put writes the samples' intervals, histograms before points as a run does.
func put(t testing.TB, w *Writer, samples []sample) {
	t.Helper()
	for _, c := range cells(samples) {
		p := c.point
		for _, series := range slices.Sorted(maps.Keys(c.hists)) {
			if err := w.Histogram(p.Target, p.Op+"."+series, p.Block, p.Start, p.End, c.hists[series]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Point(p); err != nil {
			t.Fatal(err)
		}
	}
}

var began = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// aRun is a run of two targets for eight seconds: two of warm-up, and blocks
// of two. Each target has its own legs, in parallel.
func aRun() Run {
	run := Run{
		ID: "01958b2e-0000-7000-8000-000000000001", Started: began,
		Scenario:    ScenarioRef{Name: "fixture", SHA256: "5ca1ab1e"},
		Environment: Environment{Version: "test", Go: "go1.26", OS: "linux", Arch: "amd64", CPUs: 2, Host: "worker-a"},
		Plan: PlanRef{
			SHA256: "0ddba11", Seed: 42, Duration: 8 * time.Second, Warmup: 2 * time.Second, Block: 2 * time.Second,
			Arrivals: "uniform", Order: "parallel", Base: "onprem", Head: "cloud",
			Stages: []Stage{{Label: "hold 10/s", To: 8 * time.Second, Start: 10, End: 10}},
		},
		Targets: map[string]*Target{},
	}
	for _, name := range []string{"cloud", "onprem"} {
		run.Targets[name] = &Target{API: name, URL: "http://127.0.0.1:1"}
		run.Plan.Legs = append(run.Plan.Legs, Leg{Target: name, To: 8 * time.Second, End: 8 * time.Second})
	}
	return run
}

// someSamples is ten requests a second on each target for eight seconds, with
// a known share of each fate, and webhooks of the cloud.
func someSamples() []sample {
	var out []sample
	for n := range 80 {
		at := time.Duration(n) * 100 * time.Millisecond
		block := int(at/(2*time.Second)) - 1
		for i, target := range []string{"cloud", "onprem"} {
			s := sample{
				target: target, op: "send", at: at, block: block,
				lateness: time.Duration(n) * time.Microsecond, service: time.Duration(10+n+5*i) * time.Millisecond,
			}
			switch {
			case n%20 == 7:
				s.class, s.code = whatsapp.Throttled, "130429"
			case n%20 == 11:
				s.class = whatsapp.Target5xx
			case n%20 == 13:
				s.dropped = true
			}
			out = append(out, s)
		}
		if n%2 == 0 {
			out = append(out, sample{target: "cloud", op: OpWebhook, at: at, block: block, state: whatsapp.StateSent, service: 200 * time.Millisecond})
			out = append(out, sample{target: "cloud", op: OpWebhook, at: at, block: block, state: whatsapp.StateDelivered, service: time.Duration(n) * time.Millisecond})
		}
		if n == 50 {
			out = append(out, sample{target: "cloud", op: OpWebhook, at: at, block: block, state: whatsapp.StateFailed})
		}
	}
	return out
}

// written is a finished run directory.
func written(t testing.TB, run Run, samples []sample) *directory {
	t.Helper()
	d := newDirectory()
	w, err := Create(d, run, []byte("version: 1\nname: fixture\n"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, samples)
	if err := w.Event(Event{At: time.Second, Kind: "failure", Target: "cloud", Text: "unavailable", Class: "target_5xx", Code: 2, Status: 503, Body: "{}"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	run.Complete, run.Ended = true, run.Started.Add(8*time.Second)
	if err := WriteRun(d, run); err != nil {
		t.Fatal(err)
	}
	rec := opened(t, d.fs())
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	if err := WriteRun(d, rec.Run); err != nil {
		t.Fatal(err)
	}
	return d
}

// stored is the run directory of someSamples, made once: histograms are large.
var stored struct {
	once sync.Once
	*directory
}

// fixture is a copy of the run directory of someSamples.
func fixture(t testing.TB) *directory {
	t.Helper()
	stored.once.Do(func() { stored.directory = written(t, aRun(), someSamples()) })
	d := newDirectory()
	for name, file := range stored.files {
		d.files[name] = bytes.NewBuffer(slices.Clone(file.Bytes()))
	}
	return d
}

func opened(t testing.TB, fsys fstest.MapFS) *Record {
	t.Helper()
	rec, err := Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}
