package reports

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/results"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what print writes with testdata/name.
func golden(t *testing.T, name string, print func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := print(&got); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs (-want +got); -update rewrites it:\n%s", path, diff)
	}
}

// runs are the kinds of run a report must be able to show.
func runs(t *testing.T) map[string]*results.Record {
	cutShort := soak(t)
	cutShort.Run.Complete = false
	three := simulation{order: "parallel", targets: []string{"cloud", "onprem", "spare"}, stages: hold(20, 10*time.Second), block: 5 * time.Second, seconds: 10}.record(t)
	bare := soak(t)
	bare.Run.Targets["cloud"].Webhook = nil
	bare.Run.Generator = results.Generator{Verdict: results.Degraded, Reasons: []string{"lateness p99 is 12 % of the response p99"}}
	return map[string]*results.Record{"staircase": staircase(t), "soak": soak(t), "cut": cutShort, "three": three, "bare": bare, "closed": closedRun(t), "empty": emptyRun()}
}

// closedRun is a run of the closed model: no response clock.
func closedRun(t *testing.T) *results.Record {
	rec := soak(t)
	rec.Run.Plan.Stages = []results.Stage{{Label: "100 users", To: time.Minute, Users: 100}}
	op := rec.Run.Targets["cloud"].Ops["send"]
	op.Response, op.Lateness = nil, nil
	return rec
}

// emptyRun is a run that was stopped before anything was sent.
func emptyRun() *results.Record {
	return results.Memory(results.Run{
		Schema: results.Schema, Scenario: results.ScenarioRef{Name: "empty"},
		Targets: map[string]*results.Target{"cloud": {API: "cloud", URL: "https://example.com"}},
	})
}

func TestTextMatchesGolden(t *testing.T) {
	for name, rec := range runs(t) {
		t.Run(name, func(t *testing.T) {
			d, err := Build(rec)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", func(w io.Writer) error {
				return d.Text(w, TextOptions{Width: 100, Path: "results/latest/report.html"})
			})
			golden(t, name+".md", d.Summary)
		})
	}
}

func TestJUnitMatchesGolden(t *testing.T) {
	rec := staircase(t)
	rec.Run.Gates = append(rec.Run.Gates, results.Gate{Rule: "lost == 0", Verdict: results.Invalid, Observed: "0", Detail: "the generator was the limit"})
	d, err := Build(rec)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "staircase.junit.xml", d.JUnit)
}
