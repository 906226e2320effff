package fakeapi

import (
	"context"
	"sync"
	"time"
)

// task is something to do at a later time. It runs on the agenda's one
// goroutine, so it must not block.
type task interface{ run(now time.Time) }

// taskFunc is a function as a task.
type taskFunc func(now time.Time)

func (f taskFunc) run(now time.Time) { f(now) }

// agenda runs tasks when they are due: one heap, one timer and one goroutine
// however many messages are on their way. Tasks due at the same time run in the
// order they were entered.
type agenda struct {
	start time.Time
	// wake tells the loop that the earliest task has changed; one place is
	// enough, because one wake covers all changes before it.
	wake chan struct{}

	mu      sync.Mutex
	heap    []appointment
	entered uint64
}

type appointment struct {
	due   time.Duration // since start: half the size of a time.Time
	entry uint64
	task  task
}

func newAgenda(start time.Time) *agenda {
	return &agenda{start: start, wake: make(chan struct{}, 1)}
}

// at enters t to run at due, or at once if that is past.
func (a *agenda) at(due time.Time, t task) {
	a.mu.Lock()
	a.entered++
	entry := appointment{due: due.Sub(a.start), entry: a.entered, task: t}
	a.push(entry)
	first := a.heap[0].entry == entry.entry
	a.mu.Unlock()
	if first {
		a.signal()
	}
}

func (a *agenda) signal() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// clear forgets everything entered.
func (a *agenda) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.heap)
	a.heap = a.heap[:0]
}

// len returns how many tasks wait.
func (a *agenda) len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.heap)
}

// loop runs tasks until ctx ends.
func (a *agenda) loop(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(a.runDue())
		select {
		case <-timer.C:
		case <-a.wake:
		case <-ctx.Done():
			return
		}
	}
}

// runDue runs all that is due and returns how long to wait for the next.
func (a *agenda) runDue() time.Duration {
	for {
		now := time.Now()
		t, wait := a.next(now.Sub(a.start))
		if t == nil {
			return wait
		}
		t.run(now)
	}
}

// next takes out the earliest task if it is due by at; otherwise it says how
// long until it is.
func (a *agenda) next(at time.Duration) (task, time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.heap) == 0 {
		return nil, time.Hour
	}
	if wait := a.heap[0].due - at; wait > 0 {
		return nil, wait
	}
	return a.pop().task, 0
}

func (p appointment) before(q appointment) bool {
	return p.due < q.due || p.due == q.due && p.entry < q.entry
}

// push and pop are a binary heap by hand: container/heap would allocate for
// every appointment.
func (a *agenda) push(p appointment) {
	a.heap = append(a.heap, p)
	i := len(a.heap) - 1
	for i > 0 && a.heap[i].before(a.heap[(i-1)/2]) {
		a.heap[i], a.heap[(i-1)/2] = a.heap[(i-1)/2], a.heap[i]
		i = (i - 1) / 2
	}
}

func (a *agenda) pop() appointment {
	top, last := a.heap[0], len(a.heap)-1
	a.heap[0], a.heap[last] = a.heap[last], appointment{}
	a.heap = a.heap[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if a.heap[child].before(a.heap[least]) {
				least = child
			}
		}
		if least == i {
			return top
		}
		a.heap[i], a.heap[least] = a.heap[least], a.heap[i]
		i = least
	}
}
