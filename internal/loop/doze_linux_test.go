package loop

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// nod is a time that may be dozed.
const nod = longestDoze / 2

// doze is Doze for all of a time.
func doze(t *testing.T, l *Loop, length time.Duration) {
	t.Helper()
	start := time.Now()
	for left := length; !l.Doze(left); left = length - time.Since(start) {
		continue
	}
	if took := time.Since(start); took < length {
		t.Errorf("over after %v of %v", took, length)
	}
}

// ask has a work ask and read what is answered; it is told then.
func ask(t *testing.T, l *Loop, s *Socket, then func(got string)) {
	t.Helper()
	l.Go(func() {
		if _, err := s.Ask([]byte("?")); err != nil {
			t.Error(err)
		}
		got, err := gulp(s)
		if err != nil {
			t.Error(err)
		}
		then(got)
	})
}

// An answer that comes during a doze is read after the doze, and before the next
// is over; it arrived when it did.
func TestAnAnswerIsReadAfterADoze(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	got := ""
	ask(t, l, s, func(answer string) { got = answer })
	said := time.Now()
	say(t, s, peer, "!")
	there := time.Now()
	l.Doze(nod) // which a signal of the scheduler's may end too soon, with a look all the same
	if got != "" {
		t.Fatal("it was read during the doze")
	}
	if l.Doze(nod) {
		t.Error("the second doze did not end for it")
	}
	if got != "!" {
		t.Fatalf("read %q", got)
	}
	between(t, s.Arrived(), said, there)
	doze(t, l, nod)
}

func TestADozeOfNoTimeIsOver(t *testing.T) {
	l := newLoop(t)
	stampedSocket(t, l)
	doze(t, l, 0)
	doze(t, l, -time.Second)
}

// Where something else than an answer's beginning is waited for, or the answer's
// arrival would not be known, it is read as soon as it comes.
func TestADozeIsASleepWhereItMust(t *testing.T) {
	for _, c := range []struct {
		name   string
		length time.Duration
		other  func(t *testing.T, l *Loop) (end func()) // that is under way
	}{
		{name: "a long time", length: longestDoze + patience},
		{name: "the rest of an answer", length: nod, other: func(t *testing.T, l *Loop) func() {
			s, peer := stampedSocket(t, l)
			l.Go(func() { _, _ = read(s, 1) }) // the peer says it in the end
			return func() { say(t, s, peer, "x") }
		}},
		{name: "another work", length: nod, other: func(t *testing.T, l *Loop) func() {
			var waits *Task
			l.Go(func() {
				waits = l.Current()
				if err := l.Pause(time.Time{}); err != nil {
					t.Error(err)
				}
			})
			return func() { l.Wake(waits) }
		}},
		{name: "no stamps", length: nod, other: func(t *testing.T, l *Loop) func() {
			s, peer := connect(t, l)
			say(t, s, peer, "x")
			heard := false
			l.Go(func() {
				_, err := gulp(s)
				heard = err == nil
			})
			until(t, l, func() bool { return heard })
			return func() {}
		}},
		{name: "a deadline", length: nod, other: func(t *testing.T, l *Loop) func() {
			l.before(time.Now())
			return func() {}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := stampedSocket(t, l)
			got := ""
			ask(t, l, s, func(answer string) { got = answer })
			end := func() {}
			if c.other != nil {
				end = c.other(t, l)
			}
			say(t, s, peer, "!")
			for giveUp := time.Now().Add(patience); got == "" && time.Now().Before(giveUp); {
				// The answer is there, so that a sleep ends for it and has it read,
				// and a doze only has it told.
				if l.Doze(c.length); l.current == nil && got == "" && slices.ContainsFunc(l.woken, func(t *Task) bool { return t == s.reader.waits }) {
					t.Fatal("it was left for later")
				}
			}
			if got != "!" {
				t.Errorf("read %q", got)
			}
			end()
			drain(t, l)
		})
	}
}

// A connection that the other side closes during a doze is known for that when it
// is over, before anybody would use it.
func TestAConnectionThatEndsDuringADozeIsNotUsed(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	over := 0
	if !s.Rest(true, func() { over++ }) {
		t.Fatal("it does not rest")
	}
	doze(t, l, nod)
	if over != 0 {
		t.Fatal("it was over before")
	}
	leave(t, s, peer)
	if doze(t, l, nod); over != 1 {
		t.Errorf("over %d times", over)
	}
}

// A deadline within the doze is kept.
func TestADeadlineEndsADoze(t *testing.T) {
	l := newLoop(t)
	s, _ := stampedSocket(t, l)
	if err := s.SetDeadline(time.Now().Add(nod / 2)); err != nil {
		t.Fatal(err)
	}
	var fault error
	l.Go(func() { _, fault = s.Ask([]byte("?")) })
	for start := time.Now(); l.Busy() > 0 && time.Since(start) < patience; {
		l.Doze(nod)
	}
	if !isTimeout(fault) {
		t.Errorf("%v, want a time-out", fault)
	}
	if l.patient != 0 {
		t.Errorf("%d wait for an answer", l.patient)
	}
}

// A signal, by which the scheduler asks for the processor, ends a doze that is not
// over.
func TestASignalEndsADoze(t *testing.T) {
	l := newLoop(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread, over := unix.Gettid(), make(chan struct{})
	var signals sync.WaitGroup
	signals.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				_ = unix.Tgkill(unix.Getpid(), thread, unix.SIGURG) // the thread lives on
			}
		}
	})
	start := time.Now()
	if l.nap(patience) || time.Since(start) >= patience {
		t.Error("it was over")
	}
	close(over)
	signals.Wait()
}

// Sleeps and dozes do not spoil each other's timers.
func TestSleepsAndDozesTakeTurns(t *testing.T) {
	l := newLoop(t)
	stampedSocket(t, l)
	for i := range 40 {
		length := time.Duration(i%4) * nod
		for start := time.Now(); !l.Doze(length-time.Since(start)) && time.Since(start) < patience; {
			l.Sleep(nod / 8) // may leave a timer that rings during the doze
		}
		start := time.Now()
		if sleep(l, length); time.Since(start) > patience {
			t.Fatalf("sleep %d hung", i)
		}
	}
}
