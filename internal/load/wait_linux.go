package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// spinFor is how long before the due moment the kernel's timer is to wake us:
// its own lateness on an idle machine is less, and the rest is spun away.
const spinFor = 60 * time.Microsecond

// precisely waits until a moment with a timer of the kernel and a short spin.
// Go's own timers are half a millisecond late at the median. The caller must
// have locked its thread, whose timer slack this sets.
func precisely(until time.Time) {
	for {
		left := time.Until(until)
		if left <= 0 {
			return
		}
		if left <= spinFor {
			continue
		}
		rest := unix.NsecToTimespec(int64(left - spinFor))
		_ = unix.Nanosleep(&rest, nil) // an interrupted sleep is resumed by the loop
	}
}

// tightenTimers asks the kernel not to group this thread's timers with others.
func tightenTimers() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // without it timers are 50 µs late
}
