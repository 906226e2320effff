package loop

import (
	"errors"
	"fmt"
	"iter"
	"net"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Loop runs coroutines in one goroutine: each gives way where it would wait,
// and the goroutine waits for all of them, and for moments of its caller's, in
// one system call. Next to a goroutine for each this spares the Go scheduler's
// part of each wait: some system calls, and a thread that is woken to look for
// work.
//
// While it waits the goroutine keeps its share of GOMAXPROCS, so that a loop is
// for processes that have more than one. It may be used by one goroutine at a
// time, and by the coroutines that it runs.
type Loop struct {
	epoll   int
	wake    int // an eventfd: something has ended that was done apart
	timer   int // a timerfd, which is more exact than the wait's own time-out
	armed   time.Time
	events  [64]unix.EpollEvent
	sockets map[int32]*Socket

	free    []*Task
	busy    int
	current *Task   // that runs
	waiting []*Task // in no order
	// earliest is no later than the first deadline of those that wait.
	earliest time.Time
	woken    []*Task // go on in the next round
	later    []func()
	patient  int     // of those that wait: for an answer's first bytes
	stamped  bool    // the kernel said when it received what was read last
	exact    uintptr // the thread that has exact timers

	mu     sync.Mutex
	ended  []*Task // what they did apart has
	closed bool    // nobody is to be woken any more
}

// Task is a coroutine that does one work after another.
type Task struct {
	resume  func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
	work    func() // nil is none
	counted bool   // by Busy

	at       int // among those that wait
	deadline time.Time
	late     bool // woken by the deadline
	overdue  bool // woken by something else when that was over
	paused   bool
	woken    bool // goes on in the next round
}

// New returns a loop; on other systems than Linux, errors.ErrUnsupported.
func New() (*Loop, error) {
	l := &Loop{epoll: -1, wake: -1, timer: -1, sockets: map[int32]*Socket{}}
	if err := l.open(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Loop) open() (err error) {
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return sysError("epoll_create1", err)
	}
	if l.wake, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return sysError("eventfd", err)
	}
	if l.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return sysError("timerfd_create", err)
	}
	return errors.Join(l.watch(l.wake), l.watch(l.timer))
}

// sysError names the system call that returned an error, if it did.
func sysError(call string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", call, err)
}

// Close ends what still waits, with net.ErrClosed, and gives the descriptors
// back but those of sockets, which are their owners'. No work that Busy counts
// may be under way.
func (l *Loop) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	for len(l.waiting) > 0 {
		l.current = l.waiting[len(l.waiting)-1]
		l.current.stop()
	}
	for _, t := range l.free {
		t.stop()
	}
	for _, fd := range []int{l.epoll, l.wake, l.timer} {
		_ = unix.Close(fd) // it holds nothing
	}
}

// Busy returns how many works that Go began are under way.
func (l *Loop) Busy() int { return l.busy }

// Go begins a work in a coroutine, and returns when that first waits, or is
// done. A work that waits in other ways than the loop's holds up all others.
func (l *Loop) Go(work func()) {
	l.busy++
	l.begin(work, true)
}

// Background is Go for a work that Busy does not count. Close ends it.
func (l *Loop) Background(work func()) { l.begin(work, false) }

// Later begins a background work when the coroutine that runs has given way.
func (l *Loop) Later(work func()) { l.later = append(l.later, work) }

func (l *Loop) begin(work func(), counted bool) {
	var t *Task
	if last := len(l.free) - 1; last >= 0 {
		t, l.free = l.free[last], l.free[:last]
	} else {
		t = newTask()
	}
	t.work, t.counted = work, counted
	before := l.current
	l.run(t)
	l.current = before
}

func newTask() *Task {
	t := &Task{}
	t.resume, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		for more := true; more; more = yield(struct{}{}) {
			t.work()
			t.work = nil
		}
	})
	return t
}

// run lets a coroutine go on until it waits again, or is done.
func (l *Loop) run(t *Task) {
	l.current = t
	t.resume()
	l.current = nil
	if t.work != nil {
		return
	}
	if t.counted {
		l.busy--
	}
	l.free = append(l.free, t)
}

// Current returns the coroutine that runs, nil if none does.
func (l *Loop) Current() *Task { return l.current }

// Wake lets a coroutine that is in Pause go on when the one that runs has given
// way.
func (l *Loop) Wake(t *Task) {
	if t.paused && !t.woken {
		t.woken = true
		l.woken = append(l.woken, t)
	}
}

// Pause gives way until the coroutine is woken, by whatever: it is for loops
// that look whether what they wait for has come. It returns a net.Error of a
// time-out after the deadline, of which zero is none, and net.ErrClosed when
// the loop is closed.
func (l *Loop) Pause(deadline time.Time) error {
	t := l.current
	t.deadline, t.late, t.overdue = deadline, false, false
	if !deadline.IsZero() {
		l.before(deadline)
	}
	t.at = len(l.waiting)
	l.waiting = append(l.waiting, t)
	t.paused = true
	more := t.yield(struct{}{})
	t.paused = false
	last := len(l.waiting) - 1
	l.waiting[t.at] = l.waiting[last]
	l.waiting[t.at].at = t.at
	l.waiting[last] = nil
	l.waiting = l.waiting[:last]
	switch {
	case !more:
		return net.ErrClosed
	case t.late:
		return errDeadline
	}
	return nil
}

// deadlineError is that of a coroutine that waited for too long: a net.Error.
type deadlineError struct{}

var errDeadline deadlineError

func (deadlineError) Error() string   { return "i/o timeout" }
func (deadlineError) Timeout() bool   { return true }
func (deadlineError) Temporary() bool { return true }

// before notes a deadline.
func (l *Loop) before(deadline time.Time) {
	if l.earliest.IsZero() || deadline.Before(l.earliest) {
		l.earliest = deadline
	}
}

// Sleep lets works go on for a time. It returns sooner when one has, and says
// whether the time is over.
func (l *Loop) Sleep(length time.Duration) (over bool) {
	if l.turn() {
		return false
	}
	until := time.Now().Add(length)
	first := until
	if !l.earliest.IsZero() && l.earliest.Before(until) {
		first = l.earliest
	}
	l.arm(first)
	const forEver = -1
	rings := l.look(forEver)
	if rings {
		l.expire()
	}
	for l.turn() {
		continue
	}
	return rings && first.Equal(until)
}

// turn lets those go on that were woken, and reports whether there were any.
func (l *Loop) turn() bool {
	if len(l.woken)+len(l.later) == 0 {
		return false
	}
	later := l.later
	l.later = nil
	for _, work := range later {
		l.Background(work)
	}
	n := len(l.woken)
	for i := range n {
		t := l.woken[i]
		t.woken = false
		l.run(t)
	}
	l.woken = append(l.woken[:0], l.woken[n:]...)
	return true
}

// arm sets the timer, if that is not what it is set to.
func (l *Loop) arm(at time.Time) {
	if !l.armed.IsZero() && l.armed.Sub(at).Abs() < time.Microsecond {
		return
	}
	l.armed = at
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(max(time.Until(at), 1)))}
	_, _, _ = syscall.RawSyscall6(unix.SYS_TIMERFD_SETTIME, uintptr(l.timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0) // it has no errors left
}

// look waits for events, so many milliseconds at most, and wakes whoever waits
// for one. It reports whether the timer rang. The call is made without telling
// Go's scheduler, which would have another thread stand in for this one; signals,
// by which the scheduler asks for the processor, end it.
func (l *Loop) look(timeout int) (rings bool) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(l.epoll), uintptr(unsafe.Pointer(&l.events)),
		uintptr(len(l.events)), uintptr(timeout), 0, 0)
	if errno != 0 {
		return false
	}
	for _, event := range l.events[:n] {
		if int(event.Fd) == l.timer {
			rings, l.armed = true, time.Time{}
		} else {
			l.tell(event)
		}
	}
	return rings
}

// watch has a descriptor's changes told, once each.
func (l *Loop) watch(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(fd)}
	return sysError("epoll_ctl", unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event))
}

// tell wakes whoever waits for an event.
func (l *Loop) tell(event unix.EpollEvent) {
	if int(event.Fd) == l.wake {
		l.wakeEnded()
	} else if s := l.sockets[event.Fd]; s != nil { // else closed by the event before
		s.tell(event.Events)
	}
}

// expire wakes those whose deadline is over, and tells those who are woken
// without that.
func (l *Loop) expire() {
	now := time.Now()
	if l.earliest.IsZero() || l.earliest.After(now) {
		return
	}
	l.earliest = time.Time{}
	for _, t := range l.waiting {
		switch {
		case t.deadline.IsZero():
		case t.deadline.After(now):
			l.before(t.deadline)
		case t.woken:
			t.overdue = true
		default:
			t.late = true
			l.Wake(t)
		}
	}
}

// Apart does what waits in ways of its own in a goroutine, for the coroutine
// that runs. It returns net.ErrClosed, before the work is done, when the loop is
// closed.
func (l *Loop) Apart(work func()) error {
	t := l.current
	done := false
	go func() { // ends with the work
		work()
		l.mu.Lock()
		defer l.mu.Unlock()
		done = true
		if l.closed {
			return
		}
		l.ended = append(l.ended, t)
		one := [8]byte{0: 1}
		_, _ = unix.Write(l.wake, one[:]) // its only error is that it was told before
	}()
	for {
		if err := l.Pause(time.Time{}); err != nil {
			return err
		}
		l.mu.Lock()
		over := done
		l.mu.Unlock()
		if over {
			return nil
		}
	}
}

// wakeEnded wakes those whose work apart has ended.
func (l *Loop) wakeEnded() {
	var count [8]byte
	_, _ = unix.Read(l.wake, count[:]) // resets it
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.ended {
		l.Wake(t)
	}
	l.ended = l.ended[:0]
}
