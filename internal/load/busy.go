package load

import (
	"sync/atomic"
	"time"

	"wabench/internal/alarm"
	"wabench/scenarios"
)

// busyWait lets open legs wait for their moments without giving their CPU back.
// What they use of it so is idle all the same, and no sign of a machine that is
// too slow. nil is no busy wait.
type busyWait struct{ idle atomic.Int64 } // in ns

// in returns a wait that keeps a CPU by a function such as loop.Spin.
func (b *busyWait) in(spin func(length time.Duration) (idle time.Duration, over bool)) func(until time.Time) {
	return alarm.Over(func(length time.Duration) bool {
		idle, over := spin(length)
		b.idle.Add(int64(idle))
		return over
	}).Wait
}

// worked returns the CPU time this process has used for more than waiting. A
// thread that is held up while it waits makes it less than it was.
func (b *busyWait) worked() time.Duration {
	if b == nil {
		return processCPU()
	}
	return processCPU() - time.Duration(b.idle.Load())
}

// SideBySide returns how many targets a plan loads at once at most: a busy wait
// keeps so many CPUs, and needs one more for all that is not waiting.
func SideBySide(plan *scenarios.Plan) (most int) {
	for _, group := range groups(plan.Legs()) {
		most = max(most, len(group))
	}
	return most
}
