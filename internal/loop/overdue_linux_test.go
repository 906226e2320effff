package loop

import (
	"net"
	"testing"
	"time"
)

// held is a loop that is held up while its sockets' deadline passes.
type held struct {
	*Loop
	sockets  []*Socket
	peers    []net.Conn
	deadline time.Time
	answered int
	late     int
}

// hold has many sockets ask, more than a loop hears of at once.
func hold(t *testing.T, stamp bool) *held {
	t.Helper()
	const many = 100
	h := &held{Loop: newLoop(t)}
	if stamp {
		stampedSocket(t, h.Loop) // so that the kernel stamps
	}
	for range many {
		here, there := dial(t)
		if stamp {
			Stamp(here)
		}
		h.sockets, h.peers = append(h.sockets, adopt(t, h.Loop, here)), append(h.peers, there)
	}
	h.deadline = time.Now().Add(300 * time.Millisecond) // time to answer all
	for _, s := range h.sockets {
		if err := s.SetDeadline(h.deadline); err != nil {
			t.Fatal(err)
		}
		h.Go(func() {
			_, err := s.Ask([]byte("?"))
			if err == nil {
				_, err = gulp(s)
			}
			switch {
			case err == nil:
				h.answered++
			case isTimeout(err):
				h.late++
			default:
				t.Error(err)
			}
		})
	}
	return h
}

// answer has every peer answer.
func (h *held) answer(t *testing.T) {
	t.Helper()
	for i, s := range h.sockets {
		say(t, s, h.peers[i], "!")
	}
}

// A loop that is held up until the deadline is over hears of it and of the
// answers at once. Those that came before are answers, those that came later
// are not, and those of which it is not known are.
func TestWhatCameBeforeTheDeadlineIsInTime(t *testing.T) {
	for _, c := range []struct {
		name    string
		stamp   bool
		before  bool // the deadline is over
		inTime  bool
		nothing bool // is answered
	}{
		{name: "in time", stamp: true, before: true, inTime: true},
		{name: "too late", stamp: true},
		{name: "in time, for all that is known", inTime: true},
		{name: "not at all", stamp: true, nothing: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := hold(t, c.stamp)
			if c.before {
				h.answer(t)
				if time.Now().After(h.deadline) {
					t.Fatal("the machine is too slow for the test's deadline")
				}
			}
			<-time.After(time.Until(h.deadline))
			if !c.before && !c.nothing {
				h.answer(t)
			}
			drain(t, h.Loop)
			want := [2]int{0, len(h.sockets)}
			if c.inTime {
				want = [2]int{len(h.sockets), 0}
			}
			if got := [2]int{h.answered, h.late}; got != want {
				t.Errorf("%v answered and late, want %v", got, want)
			}
		})
	}
}

func TestTooLateIsWhatIsKnownToBe(t *testing.T) {
	deadline := time.Now()
	for arrived, want := range map[time.Time]bool{
		{}:                                 false,
		deadline.Round(0):                  false,
		deadline.Add(-time.Second):         false,
		deadline.Round(0).Add(time.Second): true,
	} {
		if got := TooLate(arrived, deadline); got != want {
			t.Errorf("%v beside %v: %v", arrived, deadline, got)
		}
	}
}
