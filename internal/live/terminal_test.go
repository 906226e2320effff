package live

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/load"
)

// display is a terminal: it obeys the few codes that a screen uses, and keeps
// what its user would see.
type display struct {
	rows []string // as wide as they need be
	row  int
	raw  strings.Builder
}

var code = regexp.MustCompile(`^\x1b\[(\d*)([A-Za-z])`)

func (d *display) Write(p []byte) (int, error) {
	d.raw.Write(p)
	text := string(p)
	column := -1 // at the end of the row
	for text != "" {
		if match := code.FindStringSubmatch(text); match != nil {
			text = text[len(match[0]):]
			d.obey(match[2], match[1])
			continue
		}
		switch c := text[0]; c {
		case '\r':
			column = 0
		case '\n':
			d.row++
			column = 0
		default:
			d.put(c, column)
			column = -1
		}
		text = text[1:]
	}
	return len(p), nil
}

func (d *display) obey(code, argument string) {
	switch code {
	case "A":
		n, _ := strconv.Atoi(argument)
		d.row -= n
	case "J":
		d.rows = d.rows[:min(d.row, len(d.rows))]
	}
}

func (d *display) put(c byte, column int) {
	for len(d.rows) <= d.row {
		d.rows = append(d.rows, "")
	}
	if column == 0 {
		d.rows[d.row] = ""
	}
	d.rows[d.row] += string(c)
}

func (d *display) seen() string { return strings.Join(d.rows, "\n") }

func TestScreenShowsWhatWasSaidAndTheLastBlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &display{}
		s := screen{out: d}
		var said, block []string
		for range rapid.IntRange(1, 20).Draw(t, "writes") {
			words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,8}`), 1, 4).Draw(t, "words")
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				s.show(words)
				block = words
			case 1:
				s.say([]byte(strings.Join(words, "\n") + "\n"))
				said = append(said, words...)
			case 2:
				s.clear()
				block = nil
			}
			want := strings.Join(append(append([]string(nil), said...), block...), "\n")
			if d.seen() != want {
				t.Fatalf("the user sees\n%s\nwant\n%s\nafter %q", d.seen(), want, d.raw.String())
			}
		}
	})
}

func TestTerminalRedrawsInPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &display{}
		terminal := NewTerminal(d, Options{Redraw: true, Width: func() int { return 54 }})
		terminal.Observe(seconds12(waiting(), calm()))
		synctest.Wait()
		fmt.Fprintln(terminal, "bench: cloud is slow to answer")
		terminal.Observe(seconds12(calm()))
		synctest.Wait()
		want := "bench: cloud is slow to answer\n" +
			"load  hold 50/s  [========>           ]  40%  18s left\n" +
			"  cloud  49.8/s of 50/s    p50 331ms   p99 742ms   17"
		if diff := cmp.Diff(want, d.seen()); diff != "" {
			t.Errorf("the user sees (-want +got):\n%s", diff)
		}
		terminal.Close()
		if diff := cmp.Diff("bench: cloud is slow to answer", d.seen()); diff != "" {
			t.Errorf("after the run the user sees (-want +got):\n%s", diff)
		}
	})
}

func TestTerminalPaintsOnlyIfAsked(t *testing.T) {
	for _, painted := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			d := &display{}
			terminal := NewTerminal(d, Options{Redraw: true, Colour: painted, Width: func() int { return 200 }})
			terminal.Observe(seconds12(troubled()))
			terminal.Close()
			if got := strings.Contains(d.raw.String(), string(red)+"  3 errors"); got != painted {
				t.Errorf("painted %t, asked %t: %q", got, painted, d.raw.String())
			}
		})
	}
}

func TestTerminalAssumesEightyColumns(t *testing.T) {
	for name, width := range map[string]func() int{"nobody knows": nil, "it will not say": func() int { return 0 }} {
		synctest.Test(t, func(t *testing.T) {
			d := &display{}
			terminal := NewTerminal(d, Options{Redraw: true, Width: width})
			terminal.Observe(seconds12(troubled()))
			synctest.Wait()
			if rows := strings.Split(d.seen(), "\n"); len(rows) != 2 || len(rows[1]) != 80 {
				t.Errorf("%s: the user sees\n%s\nwant two rows, the second 80 wide", name, d.seen())
			}
			terminal.Close()
		})
	}
}

func TestPipedOutputIsALineASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &display{}
		terminal := NewTerminal(d, Options{Colour: true})
		for _, snapshot := range []load.Snapshot{
			{At: 1000 * time.Millisecond, Phase: load.PhaseWarmup},
			{At: 1500 * time.Millisecond, Phase: load.PhaseWarmup}, // a block ended early
			{At: 1900 * time.Millisecond, Phase: load.PhaseLoad},   // a phase began
			{At: 2400 * time.Millisecond, Phase: load.PhaseLoad},
			{At: 2900 * time.Millisecond, Phase: load.PhaseLoad},
			{At: 3000 * time.Millisecond, Phase: load.PhaseDone},
		} {
			terminal.Observe(snapshot)
			synctest.Wait()
		}
		terminal.Close()
		if diff := cmp.Diff("1s warmup\n1s load\n2s load\n3s done\n", d.raw.String()); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

func TestQuietShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &display{}
		terminal := NewTerminal(d, Options{Quiet: true, Redraw: true})
		terminal.Observe(seconds12(calm()))
		terminal.Close()
		terminal.Close() // again is harmless
		if d.raw.Len() != 0 {
			t.Errorf("quiet shows %q", d.raw.String())
		}
	})
}

// stuck is a terminal that takes nothing until it is let.
type stuck struct {
	display
	free chan struct{} // closed, never sent on
}

func (s *stuck) Write(p []byte) (int, error) {
	<-s.free
	return s.display.Write(p)
}

func TestASlowTerminalMissesFramesAndNeverSlowsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stuck{free: make(chan struct{})}
		terminal := NewTerminal(s, Options{})
		for second := range 100 { // would block for ever if Observe waited
			terminal.Observe(load.Snapshot{At: time.Duration(second) * time.Second, Phase: load.PhaseLoad})
			synctest.Wait()
		}
		close(s.free)
		terminal.Close()
		if got := s.raw.String(); got != "0s load\n1m39s load\n" {
			t.Errorf("shown %q, want the first frame and the newest", got)
		}
	})
}
