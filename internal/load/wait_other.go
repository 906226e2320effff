//go:build !linux

package load

import "time"

// spinFor covers the lateness of Go's timers.
const spinFor = 1500 * time.Microsecond

// precisely waits until a moment by a timer and a short spin.
func precisely(until time.Time) {
	if left := time.Until(until); left > spinFor {
		time.Sleep(left - spinFor)
	}
	for time.Until(until) > 0 {
		continue
	}
}

// tightenTimers has nothing to ask for on this system.
func tightenTimers() {}
