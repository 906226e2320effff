package results

import (
	"bytes"
	"io"
	"os"
	"testing"
	"testing/fstest"
	"time"
)

func sampleFile(f *testing.F, name string) []byte {
	f.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	return text
}

// Whatever run.json says, it is refused or can be written, read and exported.
func FuzzDecodeRun(f *testing.F) {
	f.Add(sampleFile(f, sampleDir+"/run.json"))
	f.Add(sampleFile(f, "testdata/documented.json"))
	f.Add([]byte(`{"schema":1,"targets":{"":{"ops":{"":{}},"availability":{},"webhook":{}}},"comparison":{}}`))
	f.Add([]byte(`{"schema":1,"plan":{"block_ns":1,"legs":null,"stages":[{}]},"gates":[{}],"shards":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := DecodeRun(text)
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := encodeRun(&first, run); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := DecodeRun(first.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if err := encodeRun(&second, again); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written twice (%v):\n%s\n%s", err, first.Bytes(), second.Bytes())
		}
		var metrics bytes.Buffer
		if err := Memory(run).ExportOpenMetrics(&metrics); err != nil {
			t.Fatal(err)
		}
		checkOpenMetrics(t, metrics.String())
	})
}

// Whatever a run directory holds, reading it ends in a record whose figures
// agree with each other, or in an error.
func FuzzOpen(f *testing.F) {
	log := sampleFile(f, sampleDir+"/hdr/cloud.send.response.hlog")
	points, events := sampleFile(f, sampleDir+"/intervals.ndjson"), sampleFile(f, sampleDir+"/events.ndjson")
	run := sampleFile(f, sampleDir+"/run.json")
	f.Add(run, points, events, log)
	cut := bytes.Replace(run, []byte(`"complete": true`), []byte(`"complete": false`), 1)
	f.Add(cut, points[:len(points)/2], events, log[:len(log)*2/3])
	f.Add([]byte(`{"schema":1,"targets":{"cloud":{}}}`), points, events, log)
	f.Fuzz(func(t *testing.T, run, points, events, log []byte) {
		rec, err := Open(fstest.MapFS{
			FileRun: {Data: run}, FileIntervals: {Data: points}, FileEvents: {Data: events},
			"hdr/cloud.send.response.hlog": {Data: log},
		})
		if err != nil || rec.Summarize() != nil {
			return
		}
		for _, target := range rec.Run.Targets {
			for _, op := range target.Ops {
				if l := op.Response; l != nil && (l.Count <= 0 || l.P50 > l.P99 || l.P99 > l.Max) {
					t.Fatalf("latency %+v", l)
				}
			}
			if a := target.Availability; a != nil && !(a.Ratio >= 0 && a.Ratio <= 1 && a.CI95[0] <= a.Ratio && a.Ratio <= a.CI95[1]) {
				t.Fatalf("availability %+v", a)
			}
		}
		readAll(t, rec)
	})
}

// readAll uses a record in every way there is.
func readAll(t *testing.T, rec *Record) {
	total, err := rec.Histogram("cloud", "send.response")
	if err != nil {
		return // a damaged log of a target that has no requests
	}
	windows, err := rec.Windows("cloud", "send.response", 10*time.Second)
	var sum int64
	for _, w := range windows {
		sum += w.Hist.Count()
	}
	if err != nil || sum != count(total) {
		t.Fatalf("windows hold %d, the whole %d (%v)", sum, count(total), err)
	}
	if err := rec.ExportCSV(io.Discard); err != nil {
		t.Fatal(err)
	}
	merged, err := Merge([]*Record{rec})
	if err != nil {
		return // such as one without a plan
	}
	same, err := merged.Histogram("cloud", "send.response")
	if err != nil || count(same) != count(total) {
		t.Fatalf("merged, %d are %d (%v)", count(total), count(same), err)
	}
	if err := WriteRecord(newDirectory(), merged); err != nil {
		t.Fatal(err)
	}
}
