package loop

import (
	"errors"
	"net"
	"os"
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
			l.Apart(func() {
				<-release
				did = i
			})
			if did != i {
				t.Errorf("%d is seen of what %d did", did, i)
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
			l.Apart(func() { n++ })
		}
	})
	if drain(t, l); n != 50 {
		t.Errorf("%d of 50", n)
	}
}

func TestAWakeDoesNotEndWhatIsDoneApart(t *testing.T) {
	l := newLoop(t)
	release := make(chan struct{})
	ended := false
	var task *Task
	l.Go(func() {
		task = l.Current()
		l.Apart(func() { <-release })
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
		l.Apart(func() {})
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

func TestBackgroundWorksEndWithTheLoop(t *testing.T) {
	l := begin(t)
	s, _ := connect(t, l)
	ended := map[string]error{}
	again := 0
	l.Background(func() { ended["pause"] = l.Pause(time.Time{}) })
	l.Background(func() { ended["deadline"] = l.Pause(time.Now().Add(time.Hour)) })
	l.Background(func() {
		_, ended["read"] = s.Read(make([]byte, 1))
	})
	l.Background(func() {
		_, ended["write"] = s.Write(make([]byte, tooMuch))
	})
	l.Background(func() {
		for l.Pause(time.Time{}) == nil {
			continue
		}
		l.Background(func() { ended["begun meanwhile"] = l.Pause(time.Time{}) })
		for range 3 { // it does not take the hint
			if again++; !errors.Is(l.Pause(time.Time{}), net.ErrClosed) {
				t.Error("a closed loop lets a work wait")
			}
		}
	})
	l.Background(func() {})
	if sleep(l, brief); l.Busy() != 0 || len(ended) != 0 {
		t.Errorf("%d works are counted; ended: %v", l.Busy(), ended)
	}
	l.Close()
	for _, name := range []string{"pause", "deadline", "read", "write", "begun meanwhile"} {
		if !errors.Is(ended[name], net.ErrClosed) {
			t.Errorf("%s: %v, want %v", name, ended[name], net.ErrClosed)
		}
	}
	if again != 3 {
		t.Errorf("a work that went on to wait did so %d times, want 3", again)
	}
}

func TestBackgroundWorksAreNotCounted(t *testing.T) {
	l := newLoop(t)
	ended := false
	l.Background(func() {
		l.Go(func() { _ = l.Pause(time.Now().Add(brief)) })
		if l.Busy() != 1 {
			t.Errorf("%d works are counted, want the one begun by Go", l.Busy())
		}
		_ = l.Pause(time.Now().Add(2 * brief))
		ended = true
	})
	drain(t, l)
	until(t, l, func() bool { return ended })
	if l.Busy() != 0 {
		t.Errorf("%d works are counted when all have ended", l.Busy())
	}
}

// descriptors counts those of this process.
func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestAClosedLoopLeavesNothingOpen(t *testing.T) {
	connect(t, newLoop(t)) // by now Go's poller is there
	before, goroutines := descriptors(t), runtime.NumGoroutine()
	l := begin(t)
	sockets, peers := []*Socket{}, []net.Conn{}
	for range 5 { // coroutines are kept for the next works
		s, peer := connect(t, l)
		sockets, peers = append(sockets, s), append(peers, peer)
		l.Go(func() {
			l.Apart(func() {})
			if got, err := read(s, 5); got != "hello" || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
		})
		l.Background(func() { _ = l.Pause(time.Time{}) })
	}
	if open := descriptors(t); open != before+3+2*len(sockets) {
		t.Errorf("%d descriptors, want %d and the loop's 3 and %d connections", open, before, len(sockets))
	}
	for _, peer := range peers {
		_, _ = peer.Write([]byte("hello")) // read says whether
		_ = peer.Close()
	}
	drain(t, l)
	for _, s := range sockets {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	l.Close()
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, then %d", before, after)
	}
	spin(t, func() bool { return runtime.NumGoroutine() <= goroutines })
}

// A loop's descriptor may be another's when the loop is closed.
func TestWhatIsDoneApartWritesNothingOnceTheLoopIsClosed(t *testing.T) {
	l := begin(t)
	goroutines := runtime.NumGoroutine()
	release := make(chan struct{}) // closed when the loop is
	l.Background(func() { l.Apart(func() { <-release }) })
	wake := l.wake
	l.Close()
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
