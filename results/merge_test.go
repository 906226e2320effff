package results

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"wabench/internal/hist"
	"wabench/internal/whatsapp"
)

// shardID is the id of shard i.
func shardID(i int) string { return fmt.Sprintf("01958b2e-0000-7000-8000-%012d", i) }

// shardRun is what shard i would say of itself.
func shardRun(i int) Run {
	run := aRun()
	run.ID, run.Started = shardID(i), began.Add(time.Duration(i)*time.Millisecond)
	run.Environment.Host = fmt.Sprintf("worker-%d", i%3)
	run.Generator = Generator{Verdict: []string{Valid, Degraded, Valid, Invalid}[i%4], CPUShare: float64(i) / 10}
	if run.Generator.Verdict != Valid {
		run.Generator.Reasons = []string{"it was late"}
	}
	run.Notes = []Note{{Code: "thin", Text: "few samples"}, {Code: "own", Text: fmt.Sprintf("shard %d", i)}}
	run.Targets["cloud"].ConnsOpened, run.Targets["cloud"].Webhook = int64(i+1), &Webhook{Lost: int64(i), Codes: map[string]int64{"131026": 1}}
	return run
}

// dealt gives each of n shards its part of the few samples, by turns.
func dealt(t testing.TB, n int) []*Record {
	t.Helper()
	hands := make([][]sample, n)
	for i, s := range fewSamples() {
		hands[i%n] = append(hands[i%n], s)
	}
	var shards []*Record
	for i, hand := range hands {
		shards = append(shards, inMemory(t, shardRun(i), hand, 0))
	}
	return shards
}

// merged merges or fails.
func merged(t testing.TB, recs ...*Record) *Record {
	t.Helper()
	rec, err := Merge(recs)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// evidence is all that a record holds, to be compared.
type evidence struct {
	Run    Run
	Points []Point
	Events []Event
	Logs   map[string]string
}

func evidenceOf(t testing.TB, rec *Record) evidence {
	t.Helper()
	e := evidence{Run: rec.Run, Points: rec.Points, Events: rec.Events, Logs: map[string]string{}}
	for target := range rec.series {
		for _, series := range rec.Series(target) {
			var log strings.Builder
			if err := rec.ExportLog(&log, target, series); err != nil {
				t.Fatal(err)
			}
			e.Logs[logName(target, series)] = log.String()
		}
	}
	return e
}

// fewSamples are those of the cloud around the end of warm-up, with every fate.
func fewSamples() []sample {
	return slices.DeleteFunc(someSamples(), func(s sample) bool {
		return s.target != "cloud" || s.at < 1500*time.Millisecond || s.at >= 3500*time.Millisecond
	})
}

// inMemory is a shard of samples without files, whose ticks are late.
func inMemory(t testing.TB, run Run, samples []sample, late time.Duration) *Record {
	t.Helper()
	run.Complete, run.Ended = true, run.Started.Add(8*time.Second)
	rec := Memory(run)
	for _, c := range cells(samples) {
		p := c.point
		p.Start, p.End = p.Start+late, p.End+late
		rec.Points = append(rec.Points, p)
		for series, h := range c.hists {
			rec.Put(p.Target, p.Op+"."+series, p.Block, p.Start, p.End, h)
		}
	}
	if err := rec.Summarize(); err != nil {
		t.Fatal(err)
	}
	return rec
}

// A run's figures do not depend on how many shards it was made of.
func TestMergedShardsAreTheWholeRun(t *testing.T) {
	want := evidenceOf(t, inMemory(t, aRun(), fewSamples(), 0))
	for seed := range uint64(3) {
		n := 2 + int(seed)
		dice := rand.New(rand.NewPCG(seed, 0))
		hands := make([][]sample, n)
		for _, s := range fewSamples() {
			i := dice.IntN(n)
			hands[i] = append(hands[i], s)
		}
		var shards []*Record
		for i, hand := range hands {
			shards = append(shards, inMemory(t, shardRun(i), hand, 0))
		}
		got := evidenceOf(t, merged(t, shards...))
		if diff := cmp.Diff(want.Points, got.Points); diff != "" {
			t.Fatalf("%d shards, points (-whole +merged):\n%s", n, diff)
		}
		if diff := cmp.Diff(want.Logs, got.Logs); diff != "" {
			t.Fatalf("%d shards, logs (-whole +merged):\n%s", n, diff)
		}
		for name, target := range want.Run.Targets {
			merged := got.Run.Targets[name]
			if diff := cmp.Diff(target.Ops, merged.Ops); diff != "" {
				t.Fatalf("%d shards, operations of %s (-whole +merged):\n%s", n, name, diff)
			}
			if diff := cmp.Diff(target.Availability, merged.Availability); diff != "" {
				t.Fatalf("%d shards, availability of %s (-whole +merged):\n%s", n, name, diff)
			}
		}
	}
}

func TestMergingIsAssociativeAndCommutative(t *testing.T) {
	var shards []*Record
	for i := range 4 {
		hand := fewSamples()
		for k := len(hand) - 1; k >= 0; k-- {
			if k*k%4 != i && k%4 != i { // a square is 0 or 1: those get more
				hand = slices.Delete(hand, k, k+1)
			}
		}
		late := time.Duration(i)*270*time.Millisecond + time.Duration(i)*77777*time.Nanosecond
		shards = append(shards, inMemory(t, shardRun(i), hand, late))
	}
	want := evidenceOf(t, merged(t, shards...))
	for seed := range uint64(3) {
		dice := rand.New(rand.NewPCG(seed, 0))
		left := slices.Clone(shards)
		var did []int
		for len(left) > 1 {
			dice.Shuffle(len(left), func(i, k int) { left[i], left[k] = left[k], left[i] })
			n := 2 + dice.IntN(len(left)-1)
			did = append(did, n)
			left = append(slices.Clone(left[n:]), merged(t, left[:n]...))
		}
		if diff := cmp.Diff(want, evidenceOf(t, left[0])); diff != "" {
			t.Fatalf("seed %d, %v together (-at once +in parts):\n%s", seed, did, diff)
		}
	}
}

func TestMergedRunSaysWhatItIsMadeOf(t *testing.T) {
	recs := dealt(t, 3)
	run := merged(t, recs[2], recs[0], recs[1]).Run
	if len(run.Shards) != 3 || run.Shards[0].ID != shardID(0) || run.Shards[2].ID != shardID(2) {
		t.Errorf("shards %+v", run.Shards)
	}
	want := Generator{Verdict: Degraded, Reasons: []string{"shard 2 of 3 (worker-1): it was late"}, CPUShare: 0.2}
	if diff := cmp.Diff(want, run.Generator); diff != "" {
		t.Errorf("generator (-want +got):\n%s", diff)
	}
	if run.Environment.Host != "worker-0, worker-1, worker-2" || run.Environment.CPUs != 6 {
		t.Errorf("environment %+v", run.Environment)
	}
	var notes []string
	for _, n := range run.Notes {
		notes = append(notes, n.Code+": "+n.Text)
	}
	if diff := cmp.Diff([]string{"own: shard 0", "own: shard 1", "own: shard 2", "thin: few samples"}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if got := run.Targets["cloud"]; got.ConnsOpened != 6 || got.Webhook.Lost != 3 || got.Webhook.Codes["131026"] != 3 {
		t.Errorf("connections %d, webhook %+v", got.ConnsOpened, got.Webhook)
	}
	if !run.Started.Equal(began) || !run.Ended.Equal(began.Add(8*time.Second+2*time.Millisecond)) || !run.Complete {
		t.Errorf("started %v, ended %v, complete %t", run.Started, run.Ended, run.Complete)
	}
	id, err := uuid.Parse(run.ID)
	if err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 || time.UnixMilli(milli(id)).UTC() != began || slices.Contains([]string{shardID(0), shardID(1), shardID(2)}, run.ID) {
		t.Errorf("id %s (%v)", run.ID, err)
	}
}

func TestOneInvalidShardSpoilsTheRun(t *testing.T) {
	recs := dealt(t, 4)
	if g := merged(t, recs...).Run.Generator; g.Verdict != Invalid || len(g.Reasons) != 2 {
		t.Errorf("generator %+v", g)
	}
}

func TestMergeRefuses(t *testing.T) {
	recs := dealt(t, 2)
	other := func(change func(*Record)) *Record {
		rec := inMemory(t, shardRun(2), nil, 0)
		change(rec)
		return rec
	}
	for _, test := range []struct {
		name string
		recs []*Record
		want string
	}{
		{"nothing", nil, "nothing to merge"},
		{
			"another plan",
			[]*Record{recs[0], other(func(r *Record) { r.Run.Plan.SHA256 = "cafe" })},
			"runs " + shardID(0) + " and " + shardID(2) + " are of different plans (0ddba11 and cafe)",
		},
		{"the same shard twice", []*Record{recs[0], recs[1], recs[0]}, "run " + shardID(0) + " is given twice"},
		{"and inside a merged one", []*Record{recs[0], merged(t, recs...)}, "run " + shardID(0) + " is given twice"},
		{"no id", []*Record{recs[0], other(func(r *Record) { r.Run.ID = "" })}, "a run without id cannot be merged"},
		{"no plan", []*Record{recs[0], other(func(r *Record) { r.Run.Plan.SHA256 = "" })}, "run " + shardID(2) + " does not say which plan"},
		{
			"evidence that is not all there",
			[]*Record{recs[0], other(func(r *Record) { r.Run.Targets["cloud"].Ops["send"] = &Op{Planned: 7} })},
			"intervals.ndjson holds 0 planned hits of send on cloud, run.json says 7",
		},
		{
			"whole runs of the plan",
			[]*Record{planned(recs[0], 15), planned(recs[1], 15)},
			"the shards hold 20 planned hits and their plan only 15",
		},
	} {
		if _, err := Merge(test.recs); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// milli is the moment in a UUID v7.
func milli(id uuid.UUID) int64 {
	return int64(binary.BigEndian.Uint64(append([]byte{0, 0}, id[:6]...)))
}

// planned is a shallow copy of a record whose plan has so many hits.
func planned(rec *Record, n int64) *Record {
	copied := *rec
	copied.Run.Plan.Planned = n
	return &copied
}

func TestMergeWarns(t *testing.T) {
	recs := dealt(t, 3)
	for i := range recs {
		recs[i] = planned(recs[i], 20)
	}
	for _, note := range merged(t, recs...).Run.Notes {
		if note.Code == noteMissing || note.Code == noteSkewed {
			t.Errorf("all shards, together, are noted: %+v", note)
		}
	}
	recs[1].Run.Started = began.Add(2 * time.Second)
	parts := merged(t, recs[:2]...)
	if notes := parts.Run.Notes; !noted(notes, noteMissing, "one of them is missing") || !noted(notes, noteSkewed, "began 2s apart") {
		t.Errorf("notes %+v", notes)
	}
	if notes := merged(t, parts, recs[2]).Run.Notes; noted(notes, noteMissing, "") || !noted(notes, noteSkewed, "began 2s apart") {
		t.Errorf("notes when all are there: %+v", notes)
	}
}

func noted(notes []Note, code, text string) bool {
	return slices.ContainsFunc(notes, func(n Note) bool { return n.Code == code && strings.Contains(n.Text, text) })
}

func TestMergedWithACutShardIsCut(t *testing.T) {
	d := newDirectory()
	w, err := Create(d, shardRun(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, w, fewSamples())
	cut := opened(t, d.fs())
	rec := merged(t, append(dealt(t, 2), cut)...)
	if rec.Run.Complete || rec.Run.Shards[2].Complete || !rec.Run.Shards[1].Complete {
		t.Errorf("complete %t, shards %+v", rec.Run.Complete, rec.Run.Shards)
	}
	if got := rec.Run.Targets["cloud"].Ops["send"].Sent; got != 19+19 {
		t.Errorf("sent %d, want what two shards share and the third once more", got)
	}
}

func TestLogsOutOfOrderAreNotMerged(t *testing.T) {
	run := shardRun(0)
	rec, h := Memory(run), hist.New()
	h.Record(time.Second)
	rec.Put("cloud", "send.service", 0, 5*time.Second, 6*time.Second, h)
	rec.Put("cloud", "send.service", 0, 3*time.Second, 4*time.Second, h)
	m, err := Merge([]*Record{rec})
	if err == nil {
		_, err = m.Histogram("cloud", "send.service")
	}
	if err == nil || !strings.Contains(err.Error(), "hdr/cloud.send.service.hlog: intervals are not in order of time") {
		t.Errorf("error %v", err)
	}
}

// A damaged log of a shard is an error of the merge, and its reader ends.
func TestDamagedShardIsNamed(t *testing.T) {
	fsys := written(t, shardRun(0), fewSamples()).fs()
	fsys["hdr/cloud.send.response.hlog"].Data = []byte("Tag=b0,1,1,1,oops\n")
	if _, err := Merge([]*Record{opened(t, fsys)}); err == nil || !strings.Contains(err.Error(), "hdr/cloud.send.response.hlog: not a") {
		t.Errorf("error %v", err)
	}
}

func TestWriteRecordKeepsAMergedRun(t *testing.T) {
	rec := merged(t, dealt(t, 3)...)
	d := newDirectory()
	if err := WriteRecord(d, rec); err != nil {
		t.Fatal(err)
	}
	again := opened(t, d.fs())
	if diff := cmp.Diff(evidenceOf(t, rec), evidenceOf(t, again)); diff != "" {
		t.Errorf("stored and read (-merged +read):\n%s", diff)
	}
	if string(again.Scenario) != string(rec.Scenario) {
		t.Errorf("scenario %q, want %q", again.Scenario, rec.Scenario)
	}
	for n := range d.writes { // until the last write the run is not complete
		if fsys := d.killed(n, 0); n > 1 && opened(t, fsys).Run.Complete {
			t.Fatalf("complete after %d of %d writes", n, len(d.writes))
		}
	}
}

func TestMergeKeepsRetriesApart(t *testing.T) {
	samples := []sample{
		{target: "cloud", op: "send", at: time.Second, class: whatsapp.Throttled, service: 1},
		{target: "cloud", op: "retry", at: 2 * time.Second, service: 1},
	}
	first, second := inMemory(t, shardRun(0), samples[:1], 0), inMemory(t, shardRun(1), samples[1:], 0)
	rec := merged(t, planned(first, 1), planned(second, 1))
	if ops := rec.Run.Targets["cloud"].Ops; ops["send"].Planned != 1 || ops["retry"].Planned != 1 || noted(rec.Run.Notes, noteMissing, "") {
		t.Errorf("operations %+v, notes %+v", ops, rec.Run.Notes)
	}
}
