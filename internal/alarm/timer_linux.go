package alarm

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mostEarly bounds how long an alarm turns: a wake-up that takes longer was
// delayed by something that the next one will not meet.
const mostEarly = 100 * time.Microsecond

// GiveWay lets a thread go first that waits for this one's processor: of this
// process, or of another one, such as a server under test on the same machine.
// The scheduler need not know, as in visit.
func GiveWay() { _, _, _ = unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) } // it has no errors

// timer is a timer of the kernel among the descriptors that Go's network poller
// watches: the goroutine that waits is parked like one that waits for an
// answer, and no thread is held for it.
type timer struct {
	file *os.File
	raw  syscall.RawConn
	step func(fd uintptr) bool // visit, bound once

	length time.Duration
	armed  bool
}

func newTimer() (*timer, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	t := &timer{file: os.NewFile(uintptr(fd), "timer")}
	t.step = t.visit
	if t.raw, err = t.file.SyscallConn(); err != nil {
		return nil, err
	}
	return t, nil
}

// sleep returns when the time is over.
func (t *timer) sleep(length time.Duration) bool {
	t.length, t.armed = length, false
	if t.raw.Read(t.step) != nil || !t.armed {
		time.Sleep(length) // less exact, but a wait
	}
	return true
}

// visit is called by the poller, first at once and then when the timer has
// fired, and returns whether the wait is over. The timer's count is not read:
// setting it again clears it, and the poller only tells of a new firing.
func (t *timer) visit(fd uintptr) (over bool) {
	if t.armed {
		return true
	}
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(t.length))}
	// The call never blocks, so the scheduler need not know of it: told of one by
	// a process that was idle, it wakes the thread that watches for those that do.
	_, _, failed := unix.RawSyscall6(unix.SYS_TIMERFD_SETTIME, fd, 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	t.armed = failed == 0
	return !t.armed
}

func (t *timer) close() error { return t.file.Close() }
