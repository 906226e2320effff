package loop

import (
	"time"

	"wabench/internal/alarm"
)

// Spin is Sleep for who has a processor to spare: it keeps it, and looks all the
// time, since a processor that was given back comes late every so often. It also
// returns how long there was nothing to do.
func (l *Loop) Spin(length time.Duration) (idle time.Duration, over bool) {
	if l.turn() {
		return 0, false
	}
	for start := time.Now(); ; {
		alarm.GiveWay()
		l.look(0)
		l.expire()
		idle = time.Since(start)
		went := false
		for l.turn() {
			went = true
		}
		if went || idle >= length {
			return idle, !went
		}
	}
}
