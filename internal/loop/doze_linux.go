package loop

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// longestDoze bounds how late an answer is read, and whatever follows from it.
const longestDoze = time.Millisecond

// Doze is Sleep for a time in which answers need not be read: a thread that is
// woken for each costs more than reading it. They are told when the time is
// over, and read by the next Sleep or Doze; their sockets know when they arrived.
// It is Sleep where the time is long, where the kernel does not say when bytes
// arrive, and where a work waits for something else than an answer to begin.
func (l *Loop) Doze(length time.Duration) (over bool) {
	if l.turn() {
		return false
	}
	until := time.Now().Add(length)
	if length > longestDoze || !l.stamped || l.patient < len(l.waiting) || !l.earliest.IsZero() && l.earliest.Before(until) {
		return l.Sleep(length)
	}
	over = l.nap(length)
	l.look(0) // also for connections that the other side has closed, which are not to be used
	return over
}

// nap lets the thread sleep, without telling Go's scheduler, as in look. It
// reports whether the time is over.
func (l *Loop) nap(length time.Duration) (over bool) {
	l.exactTimers()
	spec := unix.NsecToTimespec(int64(max(length, 0)))
	_, _, errno := syscall.RawSyscall6(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_MONOTONIC, 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	return errno == 0
}

// exactTimers has the kernel end this thread's sleeps when they are over: as a
// rule it may take 50 µs more, so that several end at once. The scheduler seldom
// moves a goroutine that never waits to another thread.
func (l *Loop) exactTimers() {
	thread, _, _ := syscall.RawSyscall(unix.SYS_GETTID, 0, 0, 0)
	if thread == l.exact {
		return
	}
	_, _, _ = syscall.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, 1, 0) // without it sleeps are less exact
	l.exact = thread
}
