//go:build node

package hist

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// decoded is what testdata/js/check.mjs prints of an interval.
type decoded struct {
	Tag   string
	Start float64 // milliseconds since 1970
	End   float64
	Count int64
	P50   time.Duration
	P99   time.Duration
	Max   time.Duration
}

// byNode reads a log with the JavaScript implementation. Its packages come
// from "npm ci" in testdata/js.
func byNode(t *testing.T, files ...string) []decoded {
	t.Helper()
	var stderr bytes.Buffer
	node := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join("testdata", "js", "check.mjs")}, files...)...)
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s\nhint: run npm ci in internal/hist/testdata/js", err, stderr.Bytes())
	}
	var all []decoded
	for lines := json.NewDecoder(bytes.NewReader(out)); lines.More(); {
		var d decoded
		if err := lines.Decode(&d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// Each case has a thousand values or none, so that p50 and p99 are whole ranks
// and no rule of rounding comes between the two implementations.
func TestJavaScriptReadsOurLogs(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	cases := []struct {
		tag   string
		value func(i int) time.Duration
	}{
		{"warmup", func(i int) time.Duration { return time.Duration(i) * time.Microsecond }},
		{"b0", func(int) time.Duration { return time.Duration(200e6 + dice.Int64N(600e6)) }},
		{"b1", func(i int) time.Duration { return time.Duration(i) * time.Nanosecond }},
		{"b2", func(i int) time.Duration { return time.Duration(i) * time.Second }}, // clamped at ten minutes
		{"b3", func(int) time.Duration { return time.Duration(dice.ExpFloat64() * 3e8) }},
		{"", func(int) time.Duration { return 100 * time.Millisecond }},
	}
	started := time.UnixMilli(1700000000123)
	name := filepath.Join(t.TempDir(), "cloud.send.response.hlog")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	log, err := NewLogWriter(file, started, &Encoder{})
	if err != nil {
		t.Fatal(err)
	}
	var want []decoded
	for i, c := range cases {
		h := New()
		for k := range 1000 {
			h.Record(c.value(k))
		}
		at := Interval{Tag: c.tag, Start: time.Duration(i) * time.Second, End: time.Duration(i+1) * time.Second}
		if err := log.Write(at, h); err != nil {
			t.Fatal(err)
		}
		want = append(want, decoded{
			Tag: c.tag, Start: float64(started.Add(at.Start).UnixMilli()), End: float64(started.Add(at.End).UnixMilli()),
			Count: 1000, P50: h.Quantile(0.5), P99: h.Quantile(0.99), Max: h.Max(),
		})
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	want[len(want)-1].Tag = "NO TAG" // its name for none
	if diff := cmp.Diff(want, byNode(t, name)); diff != "" {
		t.Errorf("intervals (-ours +theirs):\n%s", diff)
	}
}

// The sample of a run directory that is kept for ever stays readable by others.
func TestJavaScriptReadsTheStoredSample(t *testing.T) {
	const sample = "../../results/testdata/v1/hdr/cloud.send.response.hlog"
	file, err := os.Open(sample)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var want, got []int64
	err = ReadLog(file, func(_ Interval, add func(*Histogram) error) error {
		h := New()
		defer func() { want = append(want, h.Count(), int64(h.Max())) }()
		return add(h)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range byNode(t, sample) {
		got = append(got, d.Count, int64(d.Max))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("counts and maxima (-ours +theirs):\n%s", diff)
	}
}
