package loop

import (
	"errors"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

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
			if err := l.Apart(func() {}); err != nil {
				t.Error(err)
			}
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
