package loop

import (
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// stampedSocket is connect's, of a connection that was stamped; the stamps have
// begun to come.
func stampedSocket(t *testing.T, l *Loop) (*Socket, *net.TCPConn) {
	t.Helper()
	here, there := dial(t)
	Stamp(here)
	s := adopt(t, l, here)
	for giveUp := time.Now().Add(patience); !l.stamped; {
		if time.Now().After(giveUp) {
			t.Fatal("the kernel does not say when bytes arrive")
		}
		say(t, s, there, "x")
		l.Go(func() { _, _ = gulp(s) }) // the test's own reads say whether
		drain(t, l)
	}
	return s, there
}

// gulp reads what is there, as who knows no length does: less than there is room
// for.
func gulp(from io.Reader) (string, error) {
	var p [64]byte
	n, err := from.Read(p[:])
	return string(p[:n]), err
}

// between fails unless a moment by the real-time clock is no sooner than one and
// no later than the other.
func between(t *testing.T, at, sooner, later time.Time) {
	t.Helper()
	if at.Before(sooner.Round(0)) || at.After(later.Round(0)) {
		t.Errorf("arrived at %v, not between %v and %v", at, sooner, later)
	}
}

// What is read late has arrived when it did, and in several pieces when the last
// did.
func TestASocketKnowsWhenBytesArrived(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	for _, pieces := range [][]string{{"ab"}, {"ab", "cd"}} {
		var said, there time.Time
		all := ""
		for _, piece := range pieces {
			sleep(l, brief) // so that later is later
			said = time.Now()
			say(t, s, peer, piece)
			all += piece
			for n := 0; n < len(all); { // all is there
				var err error
				if n, err = unix.IoctlGetInt(s.fd, unix.SIOCINQ); err != nil {
					t.Fatal(err)
				}
			}
			there = time.Now()
		}
		sleep(l, brief)
		l.Go(func() {
			if got, err := gulp(s); got != all || err != nil {
				t.Errorf("%q, %v, want %q", got, err, all)
			}
		})
		drain(t, l)
		between(t, s.Arrived(), said, there)
	}
}

func TestTheEndHasNoArrival(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	if s.Arrived().IsZero() {
		t.Error("nothing was noted")
	}
	leave(t, s, peer)
	l.Go(func() {
		if got, err := read(s, 1); got != "" || err != io.EOF {
			t.Errorf("%q, %v", got, err)
		}
	})
	drain(t, l)
	if at := s.Arrived(); !at.IsZero() {
		t.Errorf("the end arrived at %v, of which the kernel says nothing", at)
	}
}

func TestWhatIsNotStampedHasNoArrival(t *testing.T) {
	l := newLoop(t)
	stampedSocket(t, l)
	s, peer := connect(t, l)
	say(t, s, peer, "x")
	l.Go(func() { _, _ = read(s, 1) }) // l.stamped says that it was read
	drain(t, l)
	if at := s.Arrived(); !at.IsZero() || l.stamped {
		t.Errorf("arrived at %v, stamped %v", at, l.stamped)
	}
}

func TestAReadThatFindsNothingLeavesTheArrival(t *testing.T) {
	l := newLoop(t)
	s, _ := stampedSocket(t, l)
	before := s.Arrived()
	var p [1]byte
	if n, err := s.from.ReadNow(s.fd, p[:]); n > 0 || err != syscall.EAGAIN {
		t.Fatalf("%d, %v", n, err)
	}
	if s.Arrived() != before || before.IsZero() {
		t.Errorf("%v, want %v", s.Arrived(), before)
	}
	if n, err := s.from.ReadNow(-1, p[:]); n > 0 || err != unix.EBADF || !s.Arrived().IsZero() {
		t.Errorf("%d, %v; arrived at %v", n, err, s.Arrived())
	}
}

func TestAConnectionOfGosPollerKnowsWhenBytesArrived(t *testing.T) {
	here, there := dial(t)
	c := Stamped(here)
	if at := Arrived(c); !at.IsZero() {
		t.Errorf("arrived at %v before anything was read", at)
	}
	for giveUp := time.Now().Add(patience); Arrived(c).IsZero(); { // until the stamps have begun to come
		if time.Now().After(giveUp) {
			t.Fatal("the kernel does not say when bytes arrive")
		}
		said := time.Now()
		if _, err := there.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if got, err := read(c, 5); got != "hello" || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		if at := Arrived(c); !at.IsZero() {
			between(t, at, said, time.Now())
		}
	}
	if err := there.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := read(c, 1); got != "" || err != io.EOF {
		t.Errorf("%q, %v", got, err)
	}
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := read(c, 1); !isTimeout(err) {
		t.Errorf("%v after the deadline", err)
	}
}

// What is not TCP, or is closed, is as it was.
func TestOnlyTCPIsStamped(t *testing.T) {
	here, _ := net.Pipe()
	defer here.Close()
	if Stamp(here); Stamped(here) != here {
		t.Error("a pipe is another")
	}
	if at := Arrived(here); !at.IsZero() {
		t.Errorf("arrived at %v", at)
	}
	tcp, _ := dial(t)
	if err := tcp.Close(); err != nil {
		t.Fatal(err)
	}
	Stamp(tcp)
	if _, err := Stamped(tcp).Read(make([]byte, 1)); err == nil {
		t.Error("a closed connection was read")
	}
}

func TestALoopAdoptsWhatIsStamped(t *testing.T) {
	l := newLoop(t)
	here, there := dial(t)
	s := adopt(t, l, Stamped(here))
	say(t, s, there, "x")
	l.Go(func() {
		if got, err := read(s, 1); got != "x" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
	drain(t, l)
}
