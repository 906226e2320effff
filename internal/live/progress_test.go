package live

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/load"
)

func seconds12(targets ...load.TargetSnapshot) load.Snapshot {
	return load.Snapshot{At: 12 * time.Second, Total: 30 * time.Second, Phase: load.PhaseLoad, Stage: "hold 50/s", Targets: targets}
}

func calm() load.TargetSnapshot {
	return load.TargetSnapshot{
		Name: "cloud", Active: true, Planned: 50, Achieved: 49.83, P50: 331 * time.Millisecond, P99: 742 * time.Millisecond,
		InFlight: 17, Sent: 600, OK: 583,
	}
}

func troubled() load.TargetSnapshot {
	t := calm()
	t.Failed, t.Throttled, t.Dropped, t.Delivered, t.Pending = 3, 41, 2, 480, 12
	return t
}

func waiting() load.TargetSnapshot { return load.TargetSnapshot{Name: "onprem", Sent: 300, OK: 300} }

func TestShownText(t *testing.T) {
	for _, test := range []struct {
		name     string
		snapshot load.Snapshot
		block    string // with a line break before
		plain    string
	}{
		{
			name:     "one target at a steady rate",
			snapshot: seconds12(calm()),
			block: `
load  hold 50/s  [========>           ]  40%  18s left
  cloud  49.8/s of 50/s    p50 331ms   p99 742ms   17 in flight  0 errors`,
			plain: `12s load "hold 50/s": cloud 49.8/s of 50/s, p50 331ms, p99 742ms, 17 in flight, 0 errors; 18s left`,
		},
		{
			name:     "interleaved: one target waits while the other works",
			snapshot: seconds12(waiting(), troubled()),
			block: `
load  hold 50/s  [========>           ]  40%  18s left
  onprem  waits, 300 sent  0 errors
  cloud   49.8/s of 50/s    p50 331ms   p99 742ms   17 in flight  3 errors (0.5%)  41 throttled  2 dropped  480 delivered, 12 to come`,
			plain: `12s load "hold 50/s": cloud 49.8/s of 50/s, p50 331ms, p99 742ms, 17 in flight, 3 errors (0.5%), 41 throttled, 2 dropped, 480 delivered, 12 to come; 18s left`,
		},
		{
			name: "the first second, before any answer",
			snapshot: load.Snapshot{
				At: time.Second, Total: 90 * time.Second, Phase: load.PhaseWarmup, Stage: "ramp 0/s..1000/s",
				Targets: []load.TargetSnapshot{{Name: "cloud", Active: true, Planned: 1000, InFlight: 1}},
			},
			block: `
warmup  ramp 0/s..1000/s  [>                   ]   1%  1m29s left
  cloud  0/s of 1000/s     p50 -       p99 -       1 in flight  0 errors`,
			plain: `1s warmup "ramp 0/s..1000/s": cloud 0/s of 1000/s, p50 -, p99 -, 1 in flight, 0 errors; 1m29s left`,
		},
		{
			name: "a closed stage plans no rate",
			snapshot: seconds12(load.TargetSnapshot{
				Name: "cloud", Active: true, Achieved: 301.4, P50: 1250 * time.Microsecond, P99: 2 * time.Second, Sent: 1, Failed: 1,
			}),
			block: `
load  hold 50/s  [========>           ]  40%  18s left
  cloud  301/s             p50 1.25ms  p99 2s      0 in flight  1 error (100%)`,
			plain: `12s load "hold 50/s": cloud 301/s, p50 1.25ms, p99 2s, 0 in flight, 1 error (100%); 18s left`,
		},
		{
			name: "two targets at once",
			snapshot: seconds12(calm(), load.TargetSnapshot{
				Name: "onprem", Active: true, Planned: 50, Achieved: 50, P50: 25 * time.Millisecond, P99: 80100 * time.Microsecond,
			}),
			block: `
load  hold 50/s  [========>           ]  40%  18s left
  cloud   49.8/s of 50/s    p50 331ms   p99 742ms   17 in flight  0 errors
  onprem  50/s of 50/s      p50 25ms    p99 80.1ms  0 in flight  0 errors`,
			plain: `12s load "hold 50/s": cloud 49.8/s of 50/s, p50 331ms, p99 742ms, 17 in flight, 0 errors; ` +
				`onprem 50/s of 50/s, p50 25ms, p99 80.1ms, 0 in flight, 0 errors; 18s left`,
		},
		{
			name: "longer than planned, as drained blocks are",
			snapshot: load.Snapshot{
				At: 31 * time.Second, Total: 30 * time.Second, Phase: load.PhaseLoad, Stage: "hold 50/s", Targets: []load.TargetSnapshot{waiting()},
			},
			block: `
load  hold 50/s  [====================] 100%
  onprem  waits, 300 sent  0 errors`,
			plain: `31s load "hold 50/s"`,
		},
		{
			name: "no total is known",
			snapshot: load.Snapshot{
				At: 90 * time.Second, Phase: load.PhaseLoad, Targets: []load.TargetSnapshot{waiting()},
			},
			block: `
load
  onprem  waits, 300 sent  0 errors`,
			plain: `1m30s load`,
		},
		{
			name: "waiting for webhooks",
			snapshot: load.Snapshot{
				At: 30400 * time.Millisecond, Total: 30 * time.Second, Phase: load.PhaseDrain,
				Targets: []load.TargetSnapshot{{Name: "cloud", Sent: 1500, OK: 1500, Delivered: 1480, Pending: 20}},
			},
			block: `
drain
  cloud  1500 sent  0 errors  1480 delivered, 20 to come`,
			plain: `30s drain: cloud 1500 sent, 0 errors, 1480 delivered, 20 to come`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rows []string
			for _, l := range block(test.snapshot) {
				rows = append(rows, l.render(200, false))
			}
			if diff := cmp.Diff(test.block, "\n"+strings.Join(rows, "\n")); diff != "" {
				t.Errorf("block (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.plain, plain(test.snapshot)); diff != "" {
				t.Errorf("plain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBarIsAsLongAsItSays(t *testing.T) {
	for share, want := range map[float64]string{0: "[>    ]", 0.199: "[>    ]", 0.2: "[=>   ]", 0.99: "[====>]", 1: "[=====]"} {
		if got := bar(share, 5); got != want {
			t.Errorf("bar(%v) = %s, want %s", share, got, want)
		}
	}
}

func TestLinesFitTheTerminal(t *testing.T) {
	words := plainLine("né").add("red", red).add("plain", noColour)
	for _, test := range []struct {
		width   int
		painted bool
		want    string
	}{
		{width: 80, want: "né  red  plain"},
		{width: 80, painted: true, want: "né\x1b[31m  red\x1b[0m  plain"},
		{width: 5, want: "né  r"},
		{width: 5, painted: true, want: "né\x1b[31m  r\x1b[0m"},
		{width: 2, painted: true, want: "né"},
		{width: 3, want: "né"},
		{width: 0, painted: true, want: ""},
	} {
		if got := words.render(test.width, test.painted); got != test.want {
			t.Errorf("render(%d, painted %t) = %q, want %q", test.width, test.painted, got, test.want)
		}
	}
}

func TestTroublesAreColoured(t *testing.T) {
	var colours []colour
	for _, c := range troubles(troubled()) {
		colours = append(colours, c.colour)
	}
	if diff := cmp.Diff([]colour{red, yellow, yellow}, colours); diff != "" {
		t.Errorf("colours of errors, throttled, dropped (-want +got):\n%s", diff)
	}
	if cells := troubles(calm()); len(cells) != 1 || cells[0].colour != noColour {
		t.Errorf("a calm target shows %v, want its errors without colour", cells)
	}
}
