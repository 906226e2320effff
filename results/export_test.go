package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/hist"
)

// forExport is a small run with a bit of everything.
func forExport(t *testing.T) *Record {
	t.Helper()
	rec := opened(t, written(t, aRun(), fewSamples()).fs())
	rec.Run.Gates = []Gate{
		{Rule: `p99(send.response) < 800ms`, Verdict: Pass, Observed: "92ms"},
		{Rule: "rate(send) > 5/s", Target: "cloud", Verdict: Inconclusive, Observed: "4/s"},
		{Rule: "rate(send) > 5/s", Target: "cloud", Verdict: Fail, Observed: "4/s"},
	}
	return rec
}

func TestExportGoldens(t *testing.T) {
	rec := forExport(t)
	for format, export := range Exporters() {
		var out bytes.Buffer
		if err := export(rec, &out); err != nil {
			t.Fatal(err)
		}
		golden(t, map[string]string{"csv": "export.csv", "json": "export.json", "openmetrics": "export.om"}[format], out.Bytes())
	}
}

func TestCSVHasEveryIntervalAndUnits(t *testing.T) {
	rec := forExport(t)
	var out bytes.Buffer
	if err := rec.ExportCSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 1+len(rec.Points) {
		t.Fatalf("%d rows of %d points (%v)", len(rows), len(rec.Points), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	sums := map[string]int64{}
	for _, row := range rows[1:] {
		for _, name := range []string{"planned", "sent", "dropped", "ok", "throttled", "target_5xx"} {
			n, err := strconv.ParseInt(row[column[name]], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sums[name] += n
		}
	}
	op := rec.Run.Targets["cloud"].Ops["send"]
	want := map[string]int64{
		"planned": op.Planned, "sent": op.Sent, "dropped": op.Dropped,
		"ok": op.Outcomes["ok"], "throttled": op.Outcomes["throttled"], "target_5xx": op.Outcomes["target_5xx"],
	}
	if diff := cmp.Diff(want, sums); diff != "" {
		t.Errorf("sums of the columns (-want +got):\n%s", diff)
	}
	p, row := rec.Points[0], rows[1]
	if got, err := strconv.ParseFloat(row[column["p99_ms"]], 64); err != nil || math.Abs(got-float64(p.P99)/1e6) > 1e-9 {
		t.Errorf("p99_ms %v, want that of %v (%v)", got, p.P99, err)
	}
}

func TestExportLogIsTheRunsOwn(t *testing.T) {
	d := written(t, aRun(), fewSamples())
	var log bytes.Buffer
	if err := opened(t, d.fs()).ExportLog(&log, "cloud", "send.response"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.files["hdr/cloud.send.response.hlog"].String(), log.String()); diff != "" {
		t.Errorf("log (-written +exported):\n%s", diff)
	}
}

func TestExportTotal(t *testing.T) {
	rec := forExport(t)
	var log bytes.Buffer
	if err := rec.ExportTotal(&log, "cloud", "send.response"); err != nil {
		t.Fatal(err)
	}
	total, intervals := hist.New(), []hist.Interval{}
	err := hist.ReadLog(&log, func(at hist.Interval, add func(*hist.Histogram) error) error {
		intervals = append(intervals, at)
		return add(total)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]hist.Interval{{Start: 2 * time.Second, End: 4 * time.Second}}, intervals); diff != "" {
		t.Errorf("intervals (-want +got):\n%s", diff)
	}
	want, err := rec.Histogram("cloud", "send.response")
	if err != nil || !same(total, want) || total.Count() == 0 {
		t.Errorf("%d samples, want %d (%v)", total.Count(), want.Count(), err)
	}
}

func TestExportOfNoSuchSeriesNamesThoseThereAre(t *testing.T) {
	rec := forExport(t)
	for _, export := range []func(*Record, *bytes.Buffer) error{
		func(r *Record, w *bytes.Buffer) error { return r.ExportLog(w, "cloud", "send.respnse") },
		func(r *Record, w *bytes.Buffer) error { return r.ExportTotal(w, "cloud", "send.respnse") },
	} {
		var out bytes.Buffer
		err := export(rec, &out)
		if err == nil || !strings.Contains(err.Error(), "send.response, ") || out.Len() > 0 {
			t.Errorf("error %v after %d bytes", err, out.Len())
		}
	}
}

func TestExportsTellOfAFullDisk(t *testing.T) {
	rec := forExport(t)
	full := errors.New("disk full")
	for format, export := range Exporters() {
		if err := export(rec, brokenWriter{full}); !errors.Is(err, full) {
			t.Errorf("%s: error %v", format, err)
		}
	}
	if err := rec.ExportLog(brokenWriter{full}, "cloud", "send.response"); !errors.Is(err, full) {
		t.Errorf("log: error %v", err)
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// The grammar of a sample by the OpenMetrics specification, section 3.1.
var (
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (-?[0-9.]+)$`)
	labelPair  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`)
)

// checkOpenMetrics holds a text to the rules that a strict reader has.
func checkOpenMetrics(t *testing.T, text string) {
	t.Helper()
	body, ok := strings.CutSuffix(text, "# EOF\n")
	if !ok {
		t.Fatalf("does not end in # EOF:\n%s", text)
	}
	suffixes := map[string][]string{"counter": {"_total"}, "info": {"_info"}, "summary": {"", "_count", "_sum"}, "gauge": {""}, "stateset": {""}}
	var family, kind string
	families, samples := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		if words := strings.SplitN(line, " ", 4); words[0] == "#" {
			if words[1] == "TYPE" {
				if family, kind = words[2], words[3]; families[family] {
					t.Errorf("family %s is there twice", family)
				}
				families[family] = true
			}
			if words[2] != family || words[1] == "UNIT" && !strings.HasSuffix(family, "_"+words[3]) {
				t.Errorf("%q in family %s", line, family)
			}
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not a sample: %q", line)
			continue
		}
		allowed := false
		for _, suffix := range suffixes[kind] {
			allowed = allowed || m[1] == family+suffix
		}
		if !allowed || samples[m[1]+m[2]] {
			t.Errorf("%q in family %s (%s)", line, family, kind)
		}
		samples[m[1]+m[2]] = true
		checkLabels(t, m[2])
	}
}

func checkLabels(t *testing.T, labels string) {
	t.Helper()
	left := strings.TrimSuffix(strings.TrimPrefix(labels, "{"), "}")
	for left != "" {
		pair := labelPair.FindString(left)
		if pair == "" {
			t.Errorf("labels %s", labels)
			return
		}
		left = strings.TrimPrefix(left[len(pair):], ",")
	}
}

func TestOpenMetricsIsWellFormed(t *testing.T) {
	for name, rec := range map[string]*Record{"run": forExport(t), "nothing": Memory(Run{}), "hostile": hostile()} {
		var out bytes.Buffer
		if err := rec.ExportOpenMetrics(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkOpenMetrics(t, out.String())
	}
}

// hostile is a run whose names want to break out of their quotes.
func hostile() *Record {
	const evil = "a\"} 1\n# EOF\n\\ \xff"
	return Memory(Run{
		ID: evil, Scenario: ScenarioRef{Name: evil},
		Targets: map[string]*Target{evil: {Ops: map[string]*Op{evil: {Outcomes: map[string]int64{evil: 1}, Service: &Latency{Count: 1}}}}},
		Gates:   []Gate{{Rule: evil, Verdict: evil}},
	})
}

func TestOpenMetricsEscapes(t *testing.T) {
	var out bytes.Buffer
	if err := hostile().ExportOpenMetrics(&out); err != nil {
		t.Fatal(err)
	}
	if want := "scenario=\"a\\\"} 1\\n# EOF\\n\\\\ \uFFFD\""; !strings.Contains(out.String(), want) {
		t.Errorf("no %s in\n%s", want, out.String())
	}
}
