//go:build !linux

package load

import "time"

// spinFor covers the lateness of Go's timers.
const spinFor = 1500 * time.Microsecond

// newWaiter returns a wait by a timer and a short spin.
func newWaiter() func(until time.Time) {
	return func(until time.Time) {
		if left := time.Until(until); left > spinFor {
			time.Sleep(left - spinFor)
		}
		for time.Until(until) > 0 {
			continue
		}
	}
}
