package keepalive

import (
	"errors"
	"iter"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Loop performs many requests at once from one goroutine. Each has a coroutine
// of its own, which gives way where it would wait; the goroutine waits for all
// of them, and for moments of its caller's, in one system call. Next to a
// goroutine for each request this spares the Go scheduler's part of each wait:
// some system calls, and a thread that is woken to look for work.
//
// While it waits the goroutine keeps its share of GOMAXPROCS, so that a loop is
// for processes that have more than one. It may be used by one goroutine at a
// time. Connections are those of a Client, which a Loop takes over one by one.
type Loop struct {
	client  *Client
	epoll   int
	wake    int // an eventfd: something has ended that was done apart
	timer   int // a timerfd, which is more exact than the wait's own time-out
	armed   time.Time
	events  [64]unix.EpollEvent
	sockets map[int32]*socket
	idle    map[Base]*stack

	free    []*task
	busy    int
	current *task // that runs
	// earliest is no later than the first deadline of those who wait.
	earliest time.Time

	mu    sync.Mutex
	ended []*task // what they did apart has
}

// task is a coroutine that does one work after another.
type task struct {
	resume   func() (struct{}, bool)
	stop     func()
	yield    func(struct{}) bool
	work     func() // nil is none
	deadline time.Time
	late     bool // resumed by the deadline
}

// NewLoop returns a loop for a client's requests.
func (c *Client) NewLoop() (*Loop, error) {
	l := &Loop{client: c, epoll: -1, wake: -1, timer: -1, sockets: map[int32]*socket{}, idle: map[Base]*stack{}}
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

// Close closes the connections. No request may be under way.
func (l *Loop) Close() {
	for _, t := range l.free {
		t.stop()
	}
	for _, s := range l.idle {
		for _, k := range s.conns {
			l.client.farewell(k)
		}
	}
	for _, fd := range []int{l.epoll, l.wake, l.timer} {
		_ = unix.Close(fd) // it holds nothing
	}
}

// Busy returns how many works are under way.
func (l *Loop) Busy() int { return l.busy }

// Go begins a work in a coroutine, and returns when that first waits in Do, or
// is done. A work that waits for anything else holds up all others.
func (l *Loop) Go(work func()) {
	var t *task
	if last := len(l.free) - 1; last >= 0 {
		t, l.free = l.free[last], l.free[:last]
	} else {
		t = newTask()
	}
	t.work = work
	l.busy++
	l.run(t)
}

func newTask() *task {
	t := &task{}
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
func (l *Loop) run(t *task) {
	l.current = t
	t.resume()
	l.current = nil
	if t.work == nil {
		l.busy--
		l.free = append(l.free, t)
	}
}

// Sleep lets works go on for a time. It returns sooner when one has, and says
// whether the time is over.
func (l *Loop) Sleep(length time.Duration) (over bool) {
	until := time.Now().Add(length)
	first := until
	if !l.earliest.IsZero() && l.earliest.Before(until) {
		first = l.earliest
	}
	l.arm(first)
	rings := false
	for _, event := range l.wait() {
		if int(event.Fd) == l.timer {
			rings = true
		} else {
			l.tell(event)
		}
	}
	if rings {
		l.armed = time.Time{}
		l.expire()
	}
	return rings && first.Equal(until)
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

// wait waits for events. The call is made without telling Go's scheduler,
// which would have another thread stand in for this one; signals, by which the
// scheduler asks for the processor, end it.
func (l *Loop) wait() []unix.EpollEvent {
	const forEver = ^uintptr(0)
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(l.epoll), uintptr(unsafe.Pointer(&l.events)),
		uintptr(len(l.events)), forEver, 0, 0)
	if errno != 0 {
		return nil
	}
	return l.events[:n]
}

// watch has a descriptor's changes told, once each.
func (l *Loop) watch(fd int) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(fd)}
	return sysError("epoll_ctl", unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event))
}

// tell resumes whoever waits for an event.
func (l *Loop) tell(event unix.EpollEvent) {
	if int(event.Fd) == l.wake {
		l.resumeEnded()
		return
	}
	s := l.sockets[event.Fd]
	switch {
	case s == nil: // closed by the event before
	case s.waits != nil:
		l.run(s.waits)
	case s.idle && s.unwanted(event.Events):
		l.drop(s.conn)
	default:
		s.changed = true
	}
}

// expire resumes those whose deadline is over.
func (l *Loop) expire() {
	now := time.Now()
	if l.earliest.IsZero() || l.earliest.After(now) {
		return
	}
	var late []*task
	l.earliest = time.Time{}
	for _, s := range l.sockets {
		if t := s.waits; t != nil && !t.deadline.IsZero() {
			if t.deadline.After(now) {
				l.before(t.deadline)
			} else {
				late = append(late, t)
			}
		}
	}
	for _, t := range late {
		t.late = true
		l.run(t)
	}
}

// before notes a deadline.
func (l *Loop) before(deadline time.Time) {
	if l.earliest.IsZero() || deadline.Before(l.earliest) {
		l.earliest = deadline
	}
}

// apart does what waits in ways of its own in a goroutine, for the coroutine
// that runs.
func (l *Loop) apart(work func()) {
	t := l.current
	go func() { // ends with its word to resumeEnded
		work()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ended = append(l.ended, t)
		one := [8]byte{0: 1}
		_, _ = unix.Write(l.wake, one[:]) // its only error is that it was told before
	}()
	t.yield(struct{}{})
}

// resumeEnded resumes those whose work apart has ended.
func (l *Loop) resumeEnded() {
	var count [8]byte
	_, _ = unix.Read(l.wake, count[:]) // resets it
	l.mu.Lock()
	ended := l.ended
	l.ended = nil
	l.mu.Unlock()
	for _, t := range ended {
		l.run(t)
	}
}

// Do is the Client's Do, for a work of the loop.
func (l *Loop) Do(req *Request, deadline time.Time) (answer *Answer, err error) {
	if len(req.Body) > smallBody { // written by a goroutine
		large := *req
		l.apart(func() { answer, err = l.client.Do(&large, deadline) })
		return answer, err
	}
	return l.client.do(l, req, deadline)
}
