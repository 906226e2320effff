package loop

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// brief is a time that is to be over, patience one that is not.
const (
	brief    = 2 * time.Millisecond
	patience = 10 * time.Second
)

func TestMain(m *testing.M) {
	flag.Parse()
	// A loop keeps its processor while it waits: there must be others for peers.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 4)
	os.Exit(m.Run())
}

// begin returns a loop, which its test closes.
func begin(t *testing.T) *Loop {
	t.Helper()
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// newLoop returns a loop that is closed when the test is over.
func newLoop(t *testing.T) *Loop {
	t.Helper()
	l := begin(t)
	t.Cleanup(l.Close)
	return l
}

// until lets works go on until something is so.
func until(t *testing.T, l *Loop, so func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !so(); l.Sleep(brief) {
		if time.Now().After(giveUp) {
			t.Fatalf("it never was so; %d works are under way", l.Busy())
		}
	}
}

// drain lets all works end.
func drain(t *testing.T, l *Loop) {
	t.Helper()
	until(t, l, func() bool { return l.Busy() == 0 })
}

// sleep lets works go on for all of a time.
func sleep(l *Loop, length time.Duration) {
	for start := time.Now(); !l.Sleep(length - time.Since(start)); {
		continue
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestALoopHasManyWorksUnderWay(t *testing.T) {
	const many = 100 // more than the loop hears of at once
	l := newLoop(t)
	var peers []net.Conn
	ended := 0
	for i := range many {
		s, peer := connect(t, l)
		peers = append(peers, peer)
		l.Go(func() {
			for round := range 2 {
				text := fmt.Sprintf("%3d in round %d", i, round)
				if _, err := s.Write([]byte(text)); err != nil {
					t.Error(err)
				}
				if got, err := read(s, len(text)); got != text || err != nil {
					t.Errorf("read %q, %v; want %q", got, err, text)
				}
			}
			ended++
		})
	}
	if l.Busy() != many {
		t.Errorf("%d works are under way, want %d", l.Busy(), many)
	}
	served := make(chan error, 1)
	go func() { // answers when all have asked, the last first
		served <- func() error {
			for range 2 {
				var asked []string
				for _, peer := range peers {
					text, err := read(peer, len("100 in round 1"))
					if err != nil {
						return err
					}
					asked = append(asked, text)
				}
				for i, text := range slices.Backward(asked) {
					if _, err := peers[i].Write([]byte(text)); err != nil {
						return err
					}
				}
			}
			return nil
		}()
	}()
	drain(t, l)
	if err := <-served; err != nil || ended != many {
		t.Errorf("%d of %d ended; the peers: %v", ended, many, err)
	}
}

func TestALoopSleepsNoLessThanItSays(t *testing.T) {
	l := newLoop(t)
	const nap = 300 * time.Microsecond
	for _, busy := range []bool{false, true} {
		turns := 0
		if busy {
			l.Background(func() {
				for isTimeout(l.Pause(time.Now().Add(nap / 10))) {
					turns++
				}
			})
		}
		sooner := 0
		for range 20 {
			start := time.Now()
			for !l.Sleep(nap - time.Since(start)) {
				sooner++
			}
			if slept := time.Since(start); slept < nap {
				t.Errorf("slept %v of %v", slept, nap)
			}
		}
		if busy && (turns == 0 || sooner == 0) {
			t.Errorf("a work went on %d times; Sleep returned sooner %d times", turns, sooner)
		}
	}
}

func TestASleepOfNoLengthIsOver(t *testing.T) {
	l := newLoop(t)
	for _, length := range []time.Duration{0, -time.Hour} {
		until(t, l, func() bool { return l.Sleep(length) })
	}
}

func TestASleepIsNotOverWithOneThatWasCutShort(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	for range 5 {
		say(t, s, peer, "x")
		l.Sleep(brief) // hears of it at once
		const nap = brief + 800*time.Microsecond
		start := time.Now()
		if sleep(l, nap); time.Since(start) < nap {
			t.Errorf("slept %v of %v", time.Since(start), nap)
		}
	}
}

func TestAWorkBeginsAnother(t *testing.T) {
	l := newLoop(t)
	var order []string
	note := func(s string) { order = append(order, fmt.Sprintf("%s/%d", s, l.Busy())) }
	l.Go(func() {
		outer := l.Current()
		note("outer")
		l.Go(func() {
			if l.Current() == outer {
				t.Error("the inner work runs in the outer one's coroutine")
			}
			note("inner")
			_ = l.Pause(time.Now().Add(brief))
			note("inner goes on")
			l.Wake(outer)
		})
		l.Go(func() { note("short") })
		if l.Current() != outer {
			t.Error("the outer work does not go on in its own coroutine")
		}
		note("outer waits")
		if err := l.Pause(time.Time{}); err != nil {
			t.Error(err)
		}
		note("outer goes on")
	})
	if l.Current() != nil {
		t.Error("a coroutine runs that has given way")
	}
	drain(t, l)
	const want = "outer/1 inner/2 short/3 outer waits/2 inner goes on/2 outer goes on/1"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestALaterWorkBeginsWhenTheCurrentOneGaveWay(t *testing.T) {
	l := newLoop(t)
	var order []string
	note := func(s string) { order = append(order, s) }
	l.Go(func() {
		l.Later(func() {
			note("later")
			l.Later(func() { note("later still"); _ = l.Pause(time.Time{}) })
			note("later gives way")
		})
		note("first")
		_ = l.Pause(time.Now().Add(brief))
		note("last")
	})
	note("given way")
	if drain(t, l); strings.Join(order, ", ") != "first, given way, later, later gives way, later still, last" {
		t.Errorf("%q", order)
	}
}
