package load

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// waiter waits until a moment with a timer of the kernel and a short spin: Go's
// own timers are half a millisecond late at the median, and the kernel's wake a
// thread some microseconds to a tenth of a millisecond late, depending on the
// machine and how busy it is. It learns how late, and asks to be woken that much
// earlier, so that little time is spun away.
type waiter struct {
	margin time.Duration // how much earlier than needed to ask for
}

// The margin follows the wakeAhead-quantile of how late wake-ups are: it rises
// by marginStep·wakeAhead after one that came later and falls by the rest of the
// step after one that came sooner.
const (
	wakeAhead  = 0.5
	marginStep = time.Microsecond
	mostMargin = 200 * time.Microsecond
)

// newWaiter returns a wait for one goroutine, which its first call locks to its
// thread for good: the kernel is asked not to group that thread's timers with
// others, and the thread ends with the goroutine.
func newWaiter() func(until time.Time) {
	w := &waiter{margin: 50 * time.Microsecond}
	tight := false
	return func(until time.Time) {
		if !tight {
			tight = true
			runtime.LockOSThread()
			_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // without it timers are 50 µs late
		}
		w.wait(until)
	}
}

func (w *waiter) wait(until time.Time) {
	if left := time.Until(until); left > w.margin {
		rest := unix.NsecToTimespec(int64(left - w.margin))
		_ = unix.Nanosleep(&rest, nil) // an interrupted sleep is made up for by the spin
		w.learn(w.margin - time.Until(until))
	}
	for time.Until(until) > 0 {
		continue
	}
}

// learn takes how late a wake-up came.
func (w *waiter) learn(late time.Duration) {
	if late > w.margin {
		w.margin += time.Duration(wakeAhead * float64(marginStep))
	} else {
		w.margin -= time.Duration((1 - wakeAhead) * float64(marginStep))
	}
	w.margin = min(max(w.margin, 0), mostMargin)
}
