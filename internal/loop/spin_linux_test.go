package loop

import (
	"testing"
	"time"
)

func TestASpinTakesItsTime(t *testing.T) {
	l := newLoop(t)
	start := time.Now()
	idle, over := l.Spin(brief)
	if took := time.Since(start); !over || idle < brief || idle > took {
		t.Errorf("over %v, idle %v of %v", over, idle, took)
	}
	for _, none := range []time.Duration{0, -time.Second} {
		if _, over := l.Spin(none); !over {
			t.Errorf("a spin of %v is not over", none)
		}
	}
}

// A spin ends for an answer, which goes on at once: what it does is not idle.
func TestASpinEndsForAnAnswer(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	got := ""
	ask(t, l, s, func(answer string) {
		<-time.After(brief)
		got = answer
	})
	start := time.Now()
	say(t, s, peer, "!")
	idle, over := l.Spin(patience)
	if took := time.Since(start); over || got != "!" || idle > took-brief {
		t.Errorf("over %v, read %q, idle %v of %v", over, got, idle, took)
	}
}

func TestADeadlineEndsASpin(t *testing.T) {
	l := newLoop(t)
	s, _ := stampedSocket(t, l)
	if err := s.SetDeadline(time.Now().Add(brief)); err != nil {
		t.Fatal(err)
	}
	var fault error
	l.Go(func() { _, fault = s.Ask([]byte("?")) })
	if idle, over := l.Spin(patience); over || !isTimeout(fault) || idle > patience {
		t.Errorf("over %v, %v, want a time-out", over, fault)
	}
}

// Works that can go on do so before anything is waited for.
func TestASpinBeginsWithWhatCanGoOn(t *testing.T) {
	l := newLoop(t)
	done := false
	l.Later(func() { done = true })
	if idle, over := l.Spin(patience); idle != 0 || over || !done {
		t.Errorf("idle %v, over %v, done %v", idle, over, done)
	}
}

// A timer that a sleep has left does not end a spin.
func TestASpinAfterASleep(t *testing.T) {
	l := newLoop(t)
	s, peer := stampedSocket(t, l)
	ask(t, l, s, func(string) {})
	say(t, s, peer, "!")
	l.Sleep(brief / 2) // ends for the answer
	start := time.Now()
	if _, over := l.Spin(brief); !over || time.Since(start) < brief {
		t.Errorf("over %v after %v", over, time.Since(start))
	}
}
