package results

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sampleDir is a run directory as the first version of the schema wrote it. It
// is kept for ever: whatever the schema becomes, this must be read.
const sampleDir = "testdata/v1"

// writeSample writes the sample, where there is none: with -update, and never
// over one that is there.
func writeSample(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sampleDir); err == nil || !*update {
		return
	}
	d := written(t, aRun(), someSamples())
	run := opened(t, d.fs()).Run
	run.Gates = []Gate{{Rule: "p99(send.response) < 800ms", Target: "cloud", Verdict: Inconclusive, Observed: "89.1ms", Detail: "57 samples"}}
	run.Notes = []Note{{Code: "fixture", Text: "made by a test", Advice: "do not quote it"}}
	run.Comparison = &Comparison{
		Base: "onprem", Head: "cloud", Pairs: 3, Method: "paired t",
		Deltas: []Delta{{Metric: "p50(send.response)", BaseNS: 64e6, HeadNS: 59e6, Ratio: 0.92, CI95: [2]float64{0.9, 0.94}, Verdict: Better}},
	}
	if err := WriteRun(d, run); err != nil {
		t.Fatal(err)
	}
	for name, file := range d.fs() {
		path := filepath.Join(sampleDir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSampleOfSchemaOneIsReadForEver(t *testing.T) {
	writeSample(t)
	rec, err := Open(os.DirFS(sampleDir))
	if err != nil {
		t.Fatal(err)
	}
	run := rec.Run
	if run.ID != "01958b2e-0000-7000-8000-000000000001" || !run.Started.Equal(began) || !run.Complete || run.Plan.Seed != 42 || len(run.Plan.Legs) != 2 {
		t.Errorf("run %+v", run)
	}
	op := run.Targets["cloud"].Ops["send"]
	if op.Planned != 80 || op.Sent != 76 || op.Dropped != 4 || op.Warmup != 19 || op.Outcomes["ok"] != 68 || op.Codes["130429"] != 4 || op.Rate != 8.5 {
		t.Errorf("send to cloud %+v", op)
	}
	if l := op.Response; l.Count != 57 || l.P50 != 59080703 || l.Max != 89128959 {
		t.Errorf("response of cloud %+v", l)
	}
	if w := run.Targets["cloud"].Webhook; w.Delivered != 40 || w.Failed != 1 || w.DeliveredTime.Count != 30 {
		t.Errorf("webhook %+v", w)
	}
	if c := run.Comparison; c == nil || c.Pairs != 3 || c.Deltas[0].Verdict != Better || c.Deltas[0].HeadNS != 59*time.Millisecond {
		t.Errorf("comparison %+v", c)
	}
	if len(run.Gates) != 1 || run.Gates[0].Verdict != Inconclusive || len(run.Notes) != 1 || run.Notes[0].Code != "fixture" {
		t.Errorf("gates %+v, notes %+v", run.Gates, run.Notes)
	}
	if len(rec.Points) != 24 || len(rec.Events) != 1 || len(rec.Scenario) == 0 {
		t.Errorf("%d points, %d events, scenario %q", len(rec.Points), len(rec.Events), rec.Scenario)
	}
	blocks, err := rec.Blocks("onprem", "send.response")
	if err != nil || len(blocks) != 3 || blocks[2].Count() != 19 {
		t.Errorf("%d blocks (%v)", len(blocks), err)
	}
	windows, err := rec.Windows("onprem", "send.lateness", 3*time.Second)
	if err != nil || len(windows) != 3 || windows[0].From != 0 || windows[0].Hist.Count() != 10 {
		t.Errorf("windows %+v (%v)", windows, err)
	}
}

// The figures of the sample follow from its logs.
func TestSampleAddsUp(t *testing.T) {
	rec, err := Open(os.DirFS(sampleDir))
	if err != nil {
		t.Fatal(err)
	}
	want := rec.Run.clone()
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rec.Run); diff != "" {
		t.Errorf("figures (-stored +computed):\n%s", diff)
	}
}

func TestSampleIsSmall(t *testing.T) {
	var size int64
	err := fs.WalkDir(os.DirFS(sampleDir), ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := entry.Info()
		size += file.Size()
		return err
	})
	if err != nil || size == 0 || size > 64<<10 {
		t.Errorf("%d bytes (%v)", size, err)
	}
}
