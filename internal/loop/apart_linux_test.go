package loop

import (
	"errors"
	"net"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// spin waits for what another goroutine does, and lets no work go on.
func spin(t *testing.T, so func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !so(); runtime.Gosched() {
		if time.Now().After(giveUp) {
			t.Fatal("it never was so")
		}
	}
}

func TestWhatIsDoneApartHoldsUpNobody(t *testing.T) {
	l := newLoop(t)
	const many = 8
	release := make(chan struct{}) // closed by a work that goes on meanwhile
	ended := 0
	for i := range many {
		l.Go(func() {
			did := -1
			err := l.Apart(func() {
				<-release
				did = i
			})
			if did != i || err != nil {
				t.Errorf("%d is seen of what %d did; %v", did, i, err)
			}
			ended++
		})
	}
	l.Go(func() {
		for range 3 {
			if err := l.Pause(time.Now().Add(brief)); !isTimeout(err) {
				t.Error(err)
			}
		}
		if ended != 0 {
			t.Errorf("%d works went on before what they did apart had ended", ended)
		}
		close(release)
	})
	if drain(t, l); ended != many {
		t.Errorf("%d of %d ended", ended, many)
	}
}

func TestAWorkDoesOneThingAfterAnotherApart(t *testing.T) {
	l := newLoop(t)
	n := 0
	l.Go(func() {
		for range 50 {
			if err := l.Apart(func() { n++ }); err != nil {
				t.Error(err)
			}
		}
	})
	if drain(t, l); n != 50 {
		t.Errorf("%d of 50", n)
	}
}

func TestWhatIsDoneApartWakesNobodyElse(t *testing.T) {
	l := newLoop(t)
	for range 2 { // the second finds the first waiting for other things
		l.Go(func() {
			if err := l.Apart(func() {}); err != nil {
				t.Error(err)
			}
			if err := l.Pause(time.Now().Add(5 * brief)); !isTimeout(err) {
				t.Errorf("%v, want a time-out", err)
			}
		})
		until(t, l, func() bool { return !l.earliest.IsZero() })
	}
	drain(t, l)
}

func TestAWakeDoesNotEndWhatIsDoneApart(t *testing.T) {
	l := newLoop(t)
	release := make(chan struct{})
	ended := false
	var task *Task
	l.Go(func() {
		task = l.Current()
		_ = l.Apart(func() { <-release }) // no loop is closed here
		ended = true
	})
	l.Wake(task)
	if sleep(l, brief); ended {
		t.Error("it did not wait for what it did apart")
	}
	close(release)
	drain(t, l)
}

// A work that is woken when what it did apart has ended, and the loop has not
// heard of that, may end: the news is for nobody then.
func TestAWorkMayEndBeforeTheLoopHearsWhatItDidApart(t *testing.T) {
	defer func() {
		if fault := recover(); fault != nil {
			t.Errorf("the loop woke a coroutine that has no work: %v", fault)
		}
	}()
	l := newLoop(t)
	var task *Task
	l.Go(func() {
		task = l.Current()
		_ = l.Apart(func() {}) // no loop is closed here
	})
	spin(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.ended) > 0
	})
	l.Wake(task)
	drain(t, l)
	sleep(l, brief)
}

// A loop's descriptor may be another's when the loop is closed.
func TestWhatIsDoneApartWritesNothingOnceTheLoopIsClosed(t *testing.T) {
	l := begin(t)
	goroutines := runtime.NumGoroutine()
	release := make(chan struct{}) // closed when the loop is
	var err error
	l.Background(func() { err = l.Apart(func() { <-release }) })
	wake := l.wake
	if l.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v, want %v", err, net.ErrClosed)
	}
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_NONBLOCK|unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = unix.Close(pipe[0]), unix.Close(pipe[1]) }()
	if pipe[0] != wake && pipe[1] != wake {
		if _, err := unix.FcntlInt(uintptr(wake), unix.F_GETFD, 0); err == unix.EBADF { // it is nobody's
			if err := unix.Dup3(pipe[1], wake, unix.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			defer unix.Close(wake)
		}
	}
	close(release)
	spin(t, func() bool { return runtime.NumGoroutine() <= goroutines })
	var got [8]byte
	if n, err := unix.Read(pipe[0], got[:]); err != unix.EAGAIN {
		t.Errorf("a descriptor that is no longer the loop's was sent %v, %v", got[:max(n, 0)], err)
	}
}
