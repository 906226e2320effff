package accuracy

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// stage is a World of recordings: every program leaves what it once left, after
// a CPU time of its own.
type stage struct {
	t      *testing.T
	cpu    map[string]time.Duration // per run
	broken map[string]bool
	served []string
	stops  error
	asked  []Command
	told   int
	waits  int
}

func (s *stage) Tell(string) { s.told++ }

func (s *stage) Serve(_ context.Context, name string) (string, func() (Record, error), error) {
	s.served = append(s.served, name)
	server := serverNamed(s.t, name)
	return "http://127.0.0.1:80", func() (Record, error) {
		return open(server, Load{Rate: 200, For: time.Second}, 0), s.stops
	}, nil
}

func (s *stage) Run(_ context.Context, commands []Command) (Output, error) {
	program := commands[0].Program
	if program == BareWait {
		s.waits++
		return Output{Text: "[60000, 61000, 90000, 2500000]\n"}, nil
	}
	s.asked = append(s.asked, commands[0])
	o := recorded(s.t, map[string]string{"vegeta": "vegeta.txt", "hey": "hey.csv", "h2load": "h2load.txt", "wrk": "wrk.txt", "ab": "ab.txt"}[program],
		map[string]string{"summary.json": "k6.json", "percent.csv": "ab.csv", "runs/latest/run.json": "bench.json"})
	if s.broken[program] {
		return Output{Files: fstest.MapFS{}}, errors.New("it\nbroke")
	}
	for range commands {
		o.Usage = append(o.Usage, Usage{CPU: s.cpu[program], Memory: 8 << 20})
	}
	return o, nil
}

func everyone() (out []Contestant) {
	for _, tool := range Tools() {
		out = append(out, Contestant{Tool: tool, Version: "1.2.3"})
	}
	return out
}

// plan is that of the recordings: 200 hits in a second.
func smallPlan() Plan {
	return Plan{Rate: 200, Length: time.Second, CostRate: 200, CostLength: time.Second, ClosedLength: time.Second, Repetitions: 3}
}

func cpus() map[string]time.Duration {
	return map[string]time.Duration{
		"bench": 10 * ms, "vegeta": 20 * ms, "k6": 40 * ms, "hey": 9 * ms, "h2load": 2 * ms, "wrk": ms, "ab": 3 * ms,
	}
}

func measured(t *testing.T, s *stage, contestants []Contestant) Figures {
	t.Helper()
	f, err := Session{Plan: smallPlan(), World: s, Contestants: contestants}.Measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Every tool runs against every server, each on a fresh one, and the costs in
// turn, each repetition beginning with another tool.
func TestASessionMeasuresEverything(t *testing.T) {
	s := &stage{t: t, cpu: cpus()}
	f := measured(t, s, everyone())
	if len(f.Known) != 3 || len(f.Costs) != 6 || len(f.Closed) != 7 || len(f.Failures()) != 0 {
		t.Fatalf("%d servers, %d costs, %d closed, failures %v", len(f.Known), len(f.Costs), len(f.Closed), f.Failures())
	}
	for _, k := range f.Known {
		if len(k.Rows) != 8 {
			t.Errorf("%s: %d rows", k.Server.Name, len(k.Rows))
		}
	}
	runs := 3*8 + 3*7 + 3*6 + 6
	if len(s.served) != runs || len(s.asked) != runs || s.waits != 3 || s.told != runs+3 {
		t.Errorf("%d servers, %d runs, %d waits, %d told, want %d and 3 waits", len(s.served), len(s.asked), s.waits, s.told, runs)
	}
	var first []string
	for i := range 3 {
		first = append(first, s.asked[24+7*i].Program)
	}
	if got := strings.Join(first, " "); got != "bench vegeta k6" {
		t.Errorf("repetitions begin with %s", got)
	}
	bench, ok := costOf(f.Costs, "bench")
	if !ok || bench.CPU() != 50*us || bench.Memory() != 8<<20 || bench.Idle != 10*ms || len(bench.Runs) != 3 {
		t.Errorf("%+v", bench)
	}
	if vegeta, _ := costOf(f.Costs, "vegeta"); vegeta.after() != 100*us {
		t.Errorf("vegeta's report costs %v a request", vegeta.after())
	}
}

// A tool that breaks is said to, and the others are measured; one that is not
// there is left out.
func TestABrokenToolEndsNothing(t *testing.T) {
	contestants := everyone()
	contestants[7].Missing = "nowhere to be had"
	f := measured(t, &stage{t: t, cpu: cpus(), broken: map[string]bool{"k6": true}}, contestants)
	failures := f.Failures()
	if len(failures) != 5 || !strings.Contains(failures[0], "k6 against fixed 1ms: it broke") {
		t.Errorf("%q", failures)
	}
	if _, ok := costOf(f.Costs, "k6"); ok {
		t.Error("a failed run has a cost")
	}
	sections := f.Sections(Machine{})
	for section, want := range map[string]string{
		SectionLatency: "k6 failed: it broke", SectionCost: "| k6 | failed: it broke", SectionClosed: "| k6 | failed: it broke",
		SectionMachine: "| ab | could not be had: nowhere to be had | Debian package apache2-utils |",
		SectionHeld:    "| CPU time per hit at 200/s ≤ 0.35 of k6's | – | not measured |",
	} {
		if !strings.Contains(sections[section], want) {
			t.Errorf("%s does not say %q:\n%s", section, want, sections[section])
		}
	}
	if strings.Contains(sections[SectionLatency], "| ab |") {
		t.Error("a tool that is not there has figures")
	}
}

func TestABrokenServerEndsTheSession(t *testing.T) {
	broken := errors.New("no sockets")
	s := Session{Plan: smallPlan(), World: &stage{t: t, stops: broken}, Contestants: everyone()}
	if _, err := s.Measure(t.Context()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.World = &stage{t: t}
	if _, err := s.Measure(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// The verdicts follow from the figures alone: with other figures, others.
func TestTargetsFollowFromTheFigures(t *testing.T) {
	verdicts := func(cpu map[string]time.Duration) map[string]bool {
		held := map[string]bool{}
		f := measured(t, &stage{t: t, cpu: cpu}, everyone())
		for _, target := range f.Targets() {
			if !target.Known {
				t.Errorf("%s is not known", target.Promise)
			}
			held[target.Promise] = target.Held
		}
		return held
	}
	got := verdicts(cpus())
	for promise, want := range map[string]bool{
		"CPU time per hit at 200/s ≤ 0.6 of vegeta's":               true, // 10 of 20
		"CPU time per hit at 200/s ≤ 0.35 of k6's":                  true, // 10 of 40
		"CPU time per hit at 200/s ≤ 1 of hey's":                    false,
		"closed rate of 50 connections ≥ 2 times vegeta's":          false, // the same
		"lateness p50 at 200/s ≤ 50µs":                              false, // 309 µs in the recording
		"lateness p50 at 200/s ≤ 50µs, with --busy-wait":            false,
		"rate at 200/s, as the server sees it, within 0.1 %":        true,
		"every planned hit sent or dropped, and seen by the server": true,
	} {
		if held, known := got[promise]; !known || held != want {
			t.Errorf("%s: held %v, want %v", promise, held, want)
		}
	}
	cheap := cpus()
	cheap["bench"], cheap["k6"] = 9*ms, 20*ms
	got = verdicts(cheap)
	if got["CPU time per hit at 200/s ≤ 0.35 of k6's"] || !got["CPU time per hit at 200/s ≤ 1 of hey's"] {
		t.Errorf("%v", got)
	}
}

// A cost at a rate that was not reached is said to be none at that rate.
func TestARateThatWasNotReachedIsSaid(t *testing.T) {
	f := measured(t, &stage{t: t, cpu: cpus()}, everyone())
	f.Plan.CostRate = 400 // twice that of the recordings
	want := "0.50 (50µs / 100µs); bench came to 200/s only; vegeta came to 200/s only"
	if got := f.cost("vegeta", 0.6); got.Measured != want || !got.Held {
		t.Errorf("%+v, want %s", got, want)
	}
}

func TestTablesSayWhoWins(t *testing.T) {
	f := measured(t, &stage{t: t, cpu: cpus()}, everyone())
	sections := f.Sections(Machine{Processor: "a 6502", CPUs: 1, Before: 3})
	for section, wants := range map[string][]string{
		SectionCost:     {"| h2load | 10µs | 0.20 |", "| hey | 45µs | 0.90 |", "| bench | 50µs | 1.00 |", "Cheaper than bench: h2load, hey.\n"},
		SectionClosed:   {"| wrk | 200 | 1.00 | 5µs | 8 MiB |", "Faster than bench: none."},
		SectionLatency:  {"### Fixed 1ms, 200/s for 1s", "| hey | 2.3ms (1ms) |", "+1549.3 % at p99.9 |", "wrk at p50 (23."},
		SectionSchedule: {"| bench | 200 of 200 | 200.0/s | 0s |", "### Bimodal", "| *a bare wait* | – | – | 60µs | 61µs | 90µs | 2.5ms |"},
		SectionMachine:  {"a 6502, 1 CPUs", "Other work was going on", "| vegeta | 1.2.3 | github.com/tsenart/vegeta/v12 |", "At a glance"},
		SectionAsked:    {"\nwrk -t 1 -c 1 -d 1s -s script.lua http://SERVER/v24.0/", "--- bench: scenario.yaml"},
		SectionHeld:     {"Other work was going on", "| held |", "| **not held** |"},
	} {
		for _, want := range wants {
			if !strings.Contains(sections[section], want) {
				t.Errorf("%s does not say %q:\n%s", section, want, sections[section])
			}
		}
	}
	if strings.Contains(sections[SectionSchedule], "wrk") {
		t.Error("a closed tool has a schedule")
	}
	page := "# Page\n"
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		page += marker(name) + "\nstale\n" + endMarker + "\nbetween\n"
	}
	filled, err := Fill([]byte(page), sections)
	if err != nil || strings.Contains(string(filled), "stale") || strings.Count(string(filled), "between") != len(sections) {
		t.Errorf("%v\n%s", err, filled)
	}
	if again, err := Fill(filled, sections); err != nil || string(again) != string(filled) {
		t.Errorf("filled twice: %v\n%s", err, again)
	}
	if _, err := Fill([]byte("# Page"), map[string]string{"held": "x"}); err == nil || !strings.Contains(err.Error(), "<!-- accuracy: held -->") {
		t.Errorf("%v", err)
	}
}

// A promise that the machine itself does not keep is neither held nor broken.
func TestAMachineThatIsLateItselfIsSaidToBe(t *testing.T) {
	f := measured(t, &stage{t: t, cpu: cpus()}, everyone())
	for i := range f.Known {
		f.Known[i].Bare = Quantiles{ms, ms, ms, time.Second}
	}
	late := f.Targets()[2] // p99.9, 1 ms asked and 43 ms in the recording
	if late.Held || late.Excuse == "" || !strings.HasSuffix(late.Measured, "a bare wait 1s") {
		t.Errorf("%+v", late)
	}
	// One of three bare waits is enough: p99.9 is of a few moments.
	f.Known[0].Bare[3], f.Known[1].Bare[3], f.Known[2].Bare[3] = 44*ms, 2*ms, 3*ms
	if late := f.Targets()[2]; late.Held || late.Excuse == "" || !strings.HasSuffix(late.Measured, "a bare wait 3ms (2ms–44ms)") {
		t.Errorf("%+v", late)
	}
	f.Known[0].Bare[3] = 43 * ms
	if late := f.Targets()[2]; late.Held || late.Excuse != "" {
		t.Errorf("%+v", late)
	}
	f.Known[0].Bare[3] = time.Second
	if got := f.heldSection(); !strings.Contains(got, "| no later than a bare wait |") {
		t.Errorf("%s", got)
	}
}
