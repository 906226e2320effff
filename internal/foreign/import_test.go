package foreign

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"

	"wabench/internal/hist"
	"wabench/results"
)

func format(t testing.TB, name string) Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("there is no format %s", name)
	return Format{}
}

func imported(t *testing.T, name, file string) *results.Record {
	t.Helper()
	text, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	rec, err := Import(format(t, name), text, options())
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func options() Options {
	return Options{Target: "api", API: "cloud", Scenario: "other", Started: time.Unix(0, 0), Block: 5 * time.Second}
}

// What each file says, worked out by hand.
func TestImport(t *testing.T) {
	for _, c := range []struct {
		name, file string
		outcomes   map[string]int64
		notes      []string
		response   int64
		service    int64
		slowest    time.Duration // of the service clock, or response where it is the only one
	}{
		{"vegeta", "vegeta.csv", map[string]int64{"ok": 19, "throttled": 2}, []string{"imported", "no_due_times"}, 0, 21, 9885080},
		{"vegeta", "vegeta.gob", map[string]int64{"ok": 90, "throttled": 10}, []string{"imported", "no_due_times"}, 0, 100, 0},
		{"hey", "hey.csv", nil, []string{"imported", "no_due_times", "failures_missing"}, 0, 30, 0},
		{
			"k6", "k6.json",
			map[string]int64{"ok": 1, "throttled": 1, "network": 1, "target_5xx": 1},
			[]string{"imported", "no_due_times", "no_connect_time"},
			0, 4, 100 * time.Millisecond,
		},
		{
			"wrk2", "wrk2.txt",
			map[string]int64{"ok": 100, "network": 1, "target_timeout": 3},
			[]string{"imported", "no_service_time", "failures_in_latency"},
			100, 0, 9 * time.Millisecond,
		},
		// The last row has no status: nobody answered.
		{"csv", "table.csv", map[string]int64{"ok": 2, "throttled": 1, "target_5xx": 1, "target_reset": 1}, []string{"imported"}, 5, 5, 50 * time.Millisecond},
	} {
		t.Run(c.file, func(t *testing.T) {
			rec := imported(t, c.name, c.file)
			send := rec.Run.Targets["api"].Ops["send"]
			var notes []string
			for _, note := range rec.Run.Notes {
				notes = append(notes, note.Code)
			}
			if diff := cmp.Diff(c.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if c.outcomes != nil && !cmp.Equal(c.outcomes, send.Outcomes) {
				t.Errorf("outcomes %v, want %v", send.Outcomes, c.outcomes)
			}
			if got := count(send.Response); got != c.response {
				t.Errorf("%d responses, want %d", got, c.response)
			}
			if got := count(send.Service); got != c.service {
				t.Errorf("%d service times, want %d", got, c.service)
			}
			clock := send.Service
			if clock == nil {
				clock = send.Response
			}
			if c.slowest > 0 && (clock.Max < c.slowest || clock.Max > c.slowest+c.slowest/500) {
				t.Errorf("slowest %v, want %v", clock.Max, c.slowest)
			}
			if send.Planned != send.Sent+send.Dropped || !rec.Run.Complete || rec.Run.Generator.Verdict != results.Degraded {
				t.Errorf("planned %d, sent %d, dropped %d, generator %s", send.Planned, send.Sent, send.Dropped, rec.Run.Generator.Verdict)
			}
		})
	}
}

func count(l *results.Latency) int64 {
	if l == nil {
		return 0
	}
	return l.Count
}

// A table with due moments has all three clocks: the fourth row was sent half a
// second late.
func TestDueMomentsGiveTheResponseClock(t *testing.T) {
	send := imported(t, "csv", "table.csv").Run.Targets["api"].Ops["send"]
	late := send.Lateness.Max.Round(time.Millisecond)
	slow := send.Response.Max.Round(time.Millisecond)
	if late != 500*time.Millisecond || slow != 540*time.Millisecond {
		t.Errorf("greatest lateness %v and response %v, want 500ms and 540ms", late, slow)
	}
}

func TestIntervalLogIsRead(t *testing.T) {
	var log bytes.Buffer
	w, err := hist.NewLogWriter(&log, time.Unix(0, 0), new(hist.Encoder))
	if err != nil {
		t.Fatal(err)
	}
	h := hist.New()
	for range 10 {
		h.Record(20 * time.Millisecond)
	}
	for second := range 3 {
		at := hist.Interval{Start: time.Duration(second) * time.Second, End: time.Duration(second+1) * time.Second}
		if err := w.Write(at, h); err != nil {
			t.Fatal(err)
		}
	}
	rec, err := Import(format(t, "hlog"), &log, options())
	if err != nil {
		t.Fatal(err)
	}
	send := rec.Run.Targets["api"].Ops["send"]
	if send.Sent != 30 || send.Service.P50.Round(time.Millisecond) != 20*time.Millisecond || len(rec.Points) != 3 {
		t.Errorf("%d sent, median %v, %d points; want 30, 20ms and 3", send.Sent, send.Service.P50, len(rec.Points))
	}
}

// encoded is a histogram of one value, as a log has it.
func encoded(t *testing.T, h *hdr.Histogram, value, times int64) []byte {
	t.Helper()
	if err := h.RecordValues(value, times); err != nil {
		t.Fatal(err)
	}
	text, err := h.Encode(hdr.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Logs of other bounds, digits and units, with dates in place of times since the
// start, as other tools write them.
func TestIntervalLogsOfOtherToolsAreRead(t *testing.T) {
	for _, c := range []struct {
		format         string
		lowest, value  int64
		highest        int64
		digits         int
		median, within time.Duration
	}{
		{"hlog", 1, 20_000_000, 3_600_000_000_000, 3, 20 * time.Millisecond, 20 * time.Microsecond},
		{"hlog-us", 1, 20_000, 60_000_000, 4, 20 * time.Millisecond, 20 * time.Microsecond},
		{"hlog-ms", 1, 20, 60_000, 2, 20 * time.Millisecond, time.Millisecond},
	} {
		text := encoded(t, hdr.New(c.lowest, c.highest, c.digits), c.value, 10)
		log := "#[StartTime: 1700000000.5 (seconds since epoch), long ago]\n\"StartTimestamp\",\"Interval_Length\"\n"
		for second := range 3 {
			log += fmt.Sprintf("Tag=x,%d.500,1.000,20.0,%s\n", 1700000000+second, text)
		}
		rec, err := Import(format(t, c.format), strings.NewReader(log), options())
		if err != nil {
			t.Fatalf("%s: %v", c.format, err)
		}
		send := rec.Run.Targets["api"].Ops["send"]
		if off := send.Service.P50 - c.median; send.Sent != 30 || off < 0 || off > c.within || len(rec.Points) != 3 {
			t.Errorf("%s: %d sent, median %v, %d points; want 30, %v and 3", c.format, send.Sent, send.Service.P50, len(rec.Points), c.median)
		}
		if want := time.UnixMilli(1700000000500).UTC(); !rec.Run.Started.Equal(want) {
			t.Errorf("%s: started %v, want %v", c.format, rec.Run.Started, want)
		}
	}
}

// A unit that makes a request last for centuries is not the log's.
func TestAnIntervalLogOfAnotherUnitIsRefused(t *testing.T) {
	text := encoded(t, hdr.New(1, math.MaxInt64, 3), math.MaxInt64/10, 1)
	log := fmt.Sprintf("0,1,20.0,%s\n", text)
	for _, name := range []string{"hlog", "hlog-us", "hlog-ms"} {
		if _, err := Import(format(t, name), strings.NewReader(log), options()); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestWhatIsNoResultIsRefused(t *testing.T) {
	for _, f := range Formats() {
		for _, text := range []string{"", "\n", "nonsense\n", "{", "latency_ms\n-1\n", "latency_ms,start_s\n1,1e30\n"} {
			if rec, err := Import(f, strings.NewReader(text), options()); err == nil {
				t.Errorf("%s took %q for %d requests", f.Name, text, rec.Run.Plan.Planned)
			}
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, name := range []string{"vegeta.csv", "hey.csv", "k6.json", "wrk2.txt", "table.csv", "vegeta.gob"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, format := range Formats() {
			rec, err := Import(format, bytes.NewReader(text), options())
			if err != nil {
				continue
			}
			send := rec.Run.Targets["api"].Ops["send"]
			var outcomes int64
			for _, n := range send.Outcomes {
				outcomes += n
			}
			if send.Sent != outcomes || send.Planned != send.Sent {
				t.Errorf("%s: planned %d, sent %d, outcomes %d", format.Name, send.Planned, send.Sent, outcomes)
			}
		}
	})
}
