package results

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/hist"
)

// A run that is killed after any byte reads as a run of the intervals whose
// point was written: nothing lost, nothing that is in one log alone.
func TestRunKilledAtAnyByte(t *testing.T) {
	samples := fewSamples()
	d := newDirectory()
	w, err := Create(d, aRun(), []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, samples)
	all := cells(samples)
	points := 0 // written before write n
	for n, write := range d.writes {
		for _, more := range []int{0, len(write.text) - 1} {
			if n < 2 {
				continue // scenario and run.json: not a run directory yet
			}
			checkKilled(t, opened(t, d.killed(n, more)), all[:points])
		}
		if write.name == FileIntervals {
			points++
		}
	}
	checkKilled(t, opened(t, d.killed(len(d.writes), 0)), all)
	if points != len(all) {
		t.Fatalf("%d points were written, want %d", points, len(all))
	}
}

// checkKilled compares a record's figures with those of the whole cells.
func checkKilled(t *testing.T, rec *Record, whole []cell) {
	t.Helper()
	want := map[string]*Op{}
	counts := map[string]int64{}
	var reached time.Duration
	for _, c := range whole {
		reached = max(reached, c.point.End)
		if c.point.Op == OpWebhook {
			continue
		}
		key := c.point.Target
		if want[key] == nil {
			want[key] = &Op{Outcomes: map[string]int64{}, Codes: map[string]int64{}, Measured: map[string]int64{}}
		}
		op := want[key]
		op.Planned += c.point.Planned
		op.Sent += c.point.Sent
		op.Dropped += c.point.Dropped
		addCounts(op.Outcomes, c.point.Outcomes)
		addCounts(op.Codes, c.point.Codes)
		if c.point.Block == WarmupBlock {
			op.Warmup += c.point.Sent
			continue
		}
		addCounts(op.Measured, c.point.Outcomes)
		counts[key] += c.point.Sent
	}
	for name, target := range rec.Run.Targets {
		got := target.Ops["send"]
		if want[name] == nil || got == nil {
			if (want[name] == nil) != (got == nil) {
				t.Fatalf("after %d points: %s has %+v, want %+v", len(whole), name, got, want[name])
			}
			continue
		}
		if got.Planned != got.Sent+got.Dropped {
			t.Fatalf("after %d points: planned %d, sent %d, dropped %d", len(whole), got.Planned, got.Sent, got.Dropped)
		}
		for clock, l := range map[string]*Latency{"response": got.Response, "service": got.Service, "lateness": got.Lateness} {
			var n int64
			if l != nil {
				n = l.Count
			}
			if n != counts[name] {
				t.Fatalf("after %d points: %s of %s has %d, the points %d", len(whole), clock, name, n, counts[name])
			}
		}
		bare := *got
		bare.Response, bare.Service, bare.Lateness, bare.Rate = nil, nil, nil, 0
		if diff := cmp.Diff(*want[name], bare); diff != "" {
			t.Fatalf("after %d points (-want +got):\n%s", len(whole), diff)
		}
	}
	if got := rec.Run.Ended.Sub(began); got != reached || rec.Run.Complete || rec.Run.Generator.Verdict == Valid {
		t.Fatalf("ended after %v, want %v; complete %t, generator %s", got, reached, rec.Run.Complete, rec.Run.Generator.Verdict)
	}
}

// What is rebuilt from the logs of a run is what the run itself would say.
func TestRebuiltFiguresAreThoseOfTheFinishedRun(t *testing.T) {
	d := fixture(t)
	finished := opened(t, d.fs()).Run
	cut := aRun()
	for _, known := range []bool{true, false} { // the legs, when run.json was written
		if !known {
			cut.Plan.Legs = nil
		}
		if err := WriteRun(d, cut); err != nil {
			t.Fatal(err)
		}
		rebuilt := opened(t, d.fs()).Run
		if diff := cmp.Diff(finished.Targets, rebuilt.Targets); diff != "" {
			t.Errorf("legs known: %t (-finished +rebuilt):\n%s", known, diff)
		}
		if got := rebuilt.Generator; got.Verdict != Invalid || len(got.Reasons) != 2 || !strings.Contains(got.Reasons[1], "8 of 160") {
			t.Errorf("the generator of a killed run that dropped 5 %% says %+v", got)
		}
	}
}

func TestInterruptedRunKeepsItsVerdict(t *testing.T) {
	d := fixture(t)
	run := opened(t, d.fs()).Run
	run.Complete = false
	if err := WriteRun(d, run); err != nil {
		t.Fatal(err)
	}
	again := opened(t, d.fs()).Run
	if diff := cmp.Diff(run, again); diff != "" {
		t.Errorf("a run that ended itself early (-written +read):\n%s", diff)
	}
}

// The rate of a run that was cut is over the load time that it reached.
func TestRateOfACutRun(t *testing.T) {
	samples := slices.DeleteFunc(someSamples(), func(s sample) bool { return s.at >= 5*time.Second })
	d := newDirectory()
	w, err := Create(d, aRun(), nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, samples)
	rec := opened(t, d.fs())
	op := rec.Run.Targets["onprem"].Ops["send"]
	if want := float64(op.Measured["ok"]) / 3; op.Rate != want || op.Measured["ok"] == 0 { // 5 s less 2 of warm-up
		t.Errorf("rate %v of %d in 3 s, want %v", op.Rate, op.Measured["ok"], want)
	}
}

// Each file cut at any byte, the others whole: as a lost disk leaves them.
func TestFilesCutAtAnyByte(t *testing.T) {
	d := newDirectory()
	w, err := Create(d, aRun(), []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, fewSamples())
	if err := w.Event(Event{At: 1, Kind: "fault", Text: "stall"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{FileRun, FileIntervals, FileEvents, FileScenario, "hdr/cloud.send.service.hlog"} {
		whole := d.files[name].Bytes()
		var last int64
		for cut := 0; cut <= len(whole); cut += 1 + len(whole)/7 {
			fsys := d.fs()
			fsys[name] = &fstest.MapFile{Data: whole[:cut]}
			rec, err := Open(fsys)
			if name == FileRun && cut < len(bytes.TrimSpace(whole)) {
				if err == nil || !strings.HasPrefix(err.Error(), "run.json:") {
					t.Fatalf("%s cut at %d: error %v", name, cut, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, cut, err)
			}
			h, err := rec.Histogram("cloud", "send.service")
			if err != nil {
				t.Fatalf("%s cut at %d: %v", name, cut, err)
			}
			if n := count(h); n < last {
				t.Fatalf("%s cut at %d: %d samples, and %d with less of it", name, cut, n, last)
			} else if name == FileIntervals {
				last = n
			}
		}
	}
}

func count(h *hist.Histogram) int64 {
	if h == nil {
		return 0
	}
	return h.Count()
}

func TestDamagedFilesAreNamedWithTheirLine(t *testing.T) {
	whole := fixture(t)
	second := func(name, line string) string {
		lines := strings.SplitAfter(whole.files[name].String(), "\n")
		return strings.Join(slices.Insert(lines, 1, line+"\n"), "")
	}
	point := func(fields string) string { return second(FileIntervals, "{"+fields+"}") }
	for _, test := range []struct{ name, file, text, want string }{
		{"not JSON", FileRun, "{\n\"schema\": 1,\n\"id\": oops}", "run.json:3: "},
		{"wrong type", FileRun, "{\"schema\": 1,\n\"plan\": {\n\"seed\": -1}}", "run.json:3: "},
		{"empty", FileRun, "", "run.json:1: "},
		{"another schema", FileRun, `{"schema": 2}`, "schema 2 is not one this version reads (1 to 1)"},
		{"no schema", FileRun, `{}`, "schema 0 is not one"},
		{"null target", FileRun, `{"schema":1,"targets":{"cloud":null}}`, "target cloud is null"},
		{"null operation", FileRun, `{"schema":1,"targets":{"cloud":{"ops":{"send":null}}}}`, "operation send of target cloud is null"},
		{"time runs back", FileRun, `{"schema":1,"plan":{"legs":[{"from_ns":2,"to_ns":1}]}}`, "leg 0 ends before it begins"},
		{"endless stage", FileRun, `{"schema":1,"plan":{"stages":[{"to_ns":9000000000000000000}]}}`, "stage 0: 9000000000000000000 ns lies outside any run"},
		{"countless blocks", FileRun, `{"schema":1,"plan":{"block_ns":1,"duration_ns":1000000000}}`, "more than 100000"},
		{"not a point", FileIntervals, second(FileIntervals, "x"), "intervals.ndjson:2: "},
		{"empty line", FileIntervals, second(FileIntervals, ""), "intervals.ndjson:2: "},
		{"negative time", FileIntervals, point(`"start_ns":-1`), "intervals.ndjson:2: -1 ns lies outside any run"},
		{"far future", FileIntervals, point(`"end_ns":9000000000000000000`), "intervals.ndjson:2: 9000000000000000000 ns lies"},
		{"inverted", FileIntervals, point(`"start_ns":2,"end_ns":1`), "intervals.ndjson:2: interval ends before it begins"},
		{"block", FileIntervals, point(`"block":100000`), "intervals.ndjson:2: block 100000 is not one of a run"},
		{"negative count", FileIntervals, point(`"sent":-1`), "intervals.ndjson:2: -1 is not a count"},
		{"overflow", FileIntervals, point(`"outcomes":{"ok":9000000000000000000}`), "intervals.ndjson:2: ok: 9000000000000000000 is not a count"},
		{"long line", FileIntervals, second(FileIntervals, `{"target":"`+strings.Repeat("x", maxLine)+`"}`), "intervals.ndjson:2: "},
		{"not an event", FileEvents, second(FileEvents, "[]"), "events.ndjson:2: "},
		{"event out of time", FileEvents, second(FileEvents, `{"at_ns":9000000000000000000}`), "events.ndjson:2: "},
	} {
		fsys := whole.fs()
		fsys[test.file] = &fstest.MapFile{Data: []byte(test.text)}
		if _, err := Open(fsys); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestDamagedLogsAreNamedWhenRead(t *testing.T) {
	whole := fixture(t)
	name := "hdr/cloud.send.service.hlog"
	for _, line := range []string{"x", "Tag=b0,0,1,2,xx", "Tag=z,0,1,2,xx", "Tag=b100000,0,1,2,xx", "0,1,2,xx", "Tag=b0,1e99,1,2,xx"} {
		fsys := whole.fs()
		fsys[name] = &fstest.MapFile{Data: []byte("#\n" + line + "\n")}
		rec := opened(t, fsys)
		_, err := rec.Histogram("cloud", "send.service")
		_, err2 := rec.Blocks("cloud", "send.service")
		_, err3 := rec.Windows("cloud", "send.service", time.Second)
		for _, err := range []error{err, err2, err3, rec.Summarize()} {
			if err == nil || !strings.HasPrefix(err.Error(), name+": line 2: ") {
				t.Errorf("line %q: error %v", line, err)
			}
		}
	}
}

func TestWhatIsNotThereIsEmpty(t *testing.T) {
	whole := fixture(t)
	for name := range whole.files {
		fsys := whole.fs()
		delete(fsys, name)
		rec, err := Open(fsys)
		if name == FileRun {
			if err == nil || !strings.HasPrefix(err.Error(), "not a run directory") {
				t.Errorf("without %s: error %v", name, err)
			}
			continue
		}
		if err != nil || rec.Run.ID == "" {
			t.Errorf("without %s: %v", name, err)
		}
	}
	bare := fstest.MapFS{FileRun: {Data: []byte(`{"schema":1}`)}}
	rec := opened(t, bare)
	if len(rec.Series("cloud")) != 0 || rec.Run.Targets == nil || rec.Run.Ended != rec.Run.Started {
		t.Errorf("a run that had not begun: %+v", rec.Run)
	}
	// Files that are no logs are not series.
	bare["hdr/notes.txt"], bare["hdr/x.hlog"], bare["hdr/a.b.hlog/c"] = &fstest.MapFile{}, &fstest.MapFile{}, &fstest.MapFile{}
	if rec := opened(t, bare); len(rec.series) != 0 {
		t.Errorf("series %v", rec.series)
	}
}

func ExampleTag() {
	fmt.Println(Tag(WarmupBlock), Tag(0), Tag(12))
	// Output: warmup b0 b12
}
