package alarm

import "time"

// Turn waits without giving the processor back, but to a thread that could use it
// at once. It returns how long it has waited, and that the time is over.
func Turn(length time.Duration) (idle time.Duration, over bool) {
	start := time.Now()
	for idle < length {
		GiveWay()
		idle = time.Since(start)
	}
	return idle, true
}
