package reports

import (
	"bytes"
	"errors"
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

// TestEveryKindOfRun makes each document once and holds it to all that must be
// true of every report.
func TestEveryKindOfRun(t *testing.T) {
	t.Parallel()
	for name, rec := range runs(t) {
		t.Run(name, func(t *testing.T) {
			d := build(t, rec)
			golden(t, name+".txt", func(w io.Writer) error {
				return d.Text(w, TextOptions{Width: 100, Path: "results/latest/report.html"})
			})
			golden(t, name+".md", d.Summary)
			figuresApply(t, name, d)
			ratesAddUp(t, rec)
			oneValueForEachPlace(t, d)
			standsAlone(t, d)
		})
	}
}

// TestStaircase looks closely at the report the tool is made for: the two APIs
// up a flight of rates.
func TestStaircase(t *testing.T) {
	t.Parallel()
	d := build(t, staircase(t))
	for name, check := range map[string]func(*testing.T, *Document){
		"load figure shows cliff and backlog":     cliffAndBacklog,
		"series differ without colour":            differWithoutColour,
		"PNGs show something":                     pngsShowSomething,
		"SVGs are well-formed, named and stable":  svgsAreSound,
		"tables are accessible":                   tablesAreAccessible,
		"page holds the figures' numbers":         pageHoldsNumbers,
		"text fits the terminal":                  textFits,
		"text has colours only where allowed":     coloursWhereAllowed,
		"answer names what goes the other way":    answerNamesContradiction,
		"JUnit has a case for each gate":          junitCountsCases,
		"every figure belongs to a section":       figuresHaveSections,
		"the same record makes the same document": sameTwice,
	} {
		t.Run(name, func(t *testing.T) { check(t, d) })
	}
}

// figuresHaveSections finds figures that the page would not show.
func figuresHaveSections(t *testing.T, d *Document) {
	shown := map[string]int{}
	for _, s := range d.Sections {
		for _, name := range s.Figures {
			shown[name]++
		}
	}
	for _, f := range d.Figures() {
		if shown[f.Name] != 1 {
			t.Errorf("%s is in %d sections, want one", f.Name, shown[f.Name])
		}
	}
}

func sameTwice(t *testing.T, d *Document) {
	var first, second bytes.Buffer
	if err := errors.Join(d.HTML(&first), d.HTML(&second)); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Error("the page differs the second time")
	}
}

func TestJUnitMatchesGolden(t *testing.T) {
	rec := emptyRun()
	rec.Run.Gates = append(gates(), results.Gate{Rule: "lost == 0", Verdict: results.Invalid, Observed: "0", Detail: "the generator was the limit"})
	golden(t, "gates.junit.xml", build(t, rec).JUnit)
}
