// Package alarm waits until a moment, more exactly than Go's timers: those are
// rounded up to the network poller's milliseconds whenever the process has
// nothing else to do.
package alarm

import "time"

// Alarm waits for one goroutine at a time.
type Alarm struct {
	sleep func(length time.Duration) (over bool)
	close func() error
	early time.Duration // how much earlier than needed to ask for
}

// New returns an alarm, which holds a descriptor until it is closed.
func New() (*Alarm, error) {
	kernel, err := newTimer()
	if err != nil {
		return nil, err
	}
	return &Alarm{sleep: kernel.sleep, close: kernel.close}, nil
}

// Over returns an alarm that sleeps by a function, which may return sooner and
// says whether the length is over.
func Over(sleep func(length time.Duration) (over bool)) *Alarm {
	return &Alarm{sleep: sleep, close: func() error { return nil }}
}

// Close gives the descriptor back.
func (a *Alarm) Close() error { return a.close() }

// Wait returns at a moment, or at once if that has passed; never before it.
func (a *Alarm) Wait(until time.Time) {
	left := time.Until(until)
	for left > a.early {
		over := a.sleep(left - a.early)
		left = time.Until(until)
		if over {
			a.learn(-left)
		}
	}
	for left > 0 { // less than what early was learned from
		left = time.Until(until)
	}
}

// A process is woken some microseconds to a tenth of a millisecond after its
// timer fired, depending on the machine and how deep it slept. The alarm learns
// how much most wake-ups take at least, and sets its timers that much earlier.
// What is left is waited for by turning: rarely and briefly, since turning
// costs what sleeping saves.
const (
	turning = 0.1 // share of wake-ups that are to come too early
	step    = time.Microsecond
)

// learn takes how much later than due a wake-up came: early follows the
// turning-quantile of what wake-ups take.
func (a *Alarm) learn(late time.Duration) {
	if late > 0 {
		a.early += time.Duration(turning * float64(step))
	} else {
		a.early -= time.Duration((1 - turning) * float64(step))
	}
	a.early = min(max(a.early, 0), mostEarly)
}
