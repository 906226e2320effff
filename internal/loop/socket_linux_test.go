package loop

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestASocketReadsWhileItsWriteWaits(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	up, down := noise(1, tooMuch), noise(2, tooMuch)
	sent := -1
	l.Go(func() {
		n, err := s.Write(up)
		if sent = n; err != nil {
			t.Error(err)
		}
	})
	heard := make(chan struct{}) // closed when the half of down is
	l.Go(func() {
		got := make([]byte, len(down))
		half := len(down) / 2
		if _, err := io.ReadFull(s, got[:half]); err != nil {
			t.Error(err)
		}
		if sent >= 0 || s.writer.waits == nil {
			t.Errorf("the write has ended with %d bytes, that nobody has read", sent)
		}
		close(heard)
		if _, err := io.ReadFull(s, got[half:]); err != nil || !bytes.Equal(got, down) {
			t.Errorf("read something else; %v", err)
		}
	})
	said, took := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := peer.Write(down)
		said <- err
	}()
	go func() {
		<-heard
		got, err := read(peer, len(up))
		if err == nil && got != string(up) {
			err = errors.New("took something else")
		}
		took <- err
	}()
	drain(t, l)
	if err := errors.Join(<-said, <-took); err != nil || sent != len(up) {
		t.Errorf("sent %d of %d; the peer: %v", sent, len(up), err)
	}
}

func TestAReadDeadlineIsNotTheWriters(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	up := noise(1, tooMuch)
	late := make(chan struct{}) // closed when the reader is
	deadline := time.Now().Add(brief)
	if err := s.SetReadDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	l.Go(func() {
		defer close(late)
		if _, err := s.Read(make([]byte, 1)); !isTimeout(err) || time.Now().Before(deadline) {
			t.Errorf("read: %v, want a time-out, and not before the deadline", err)
		}
	})
	l.Go(func() {
		if n, err := s.Write(up); n != len(up) || err != nil {
			t.Errorf("wrote %d of %d, %v", n, len(up), err)
		}
	})
	took := make(chan string, 1)
	go func() {
		<-late
		got, _ := read(peer, len(up))
		took <- got
	}()
	if drain(t, l); <-took != string(up) {
		t.Error("the peer took something else")
	}
}

func TestAWriteDeadlineIsNotTheReaders(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	up := noise(1, tooMuch)
	sent := 0
	deadline := time.Now().Add(brief)
	if err := s.SetWriteDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	l.Go(func() {
		if got, err := read(s, 1); got != "x" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
	l.Go(func() {
		n, err := s.Write(up)
		if sent = n; n == 0 || n == len(up) || !isTimeout(err) || time.Now().Before(deadline) {
			t.Errorf("wrote %d of %d, %v; want a part, and not before the deadline a time-out", n, len(up), err)
		}
		if s.reader.waits == nil {
			t.Error("the reader does not wait any more")
		}
		go func() { _, _ = peer.Write([]byte("x")) }() // the reader says whether
	})
	drain(t, l)
	_ = s.Close() // the peer reads to this end
	if got, err := io.ReadAll(peer); err != nil || !bytes.Equal(got, up[:sent]) {
		t.Errorf("the peer took %d bytes, %v; want the %d written", len(got), err, sent)
	}
}

func TestASocketGoesOnAfterADeadline(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	l.Go(func() {
		if err := s.SetDeadline(time.Now().Add(-time.Hour)); err != nil {
			t.Error(err)
		}
		if _, err := s.Read(make([]byte, 1)); !isTimeout(err) {
			t.Errorf("read: %v, want a time-out", err)
		}
		if _, err := s.Write(make([]byte, tooMuch)); !isTimeout(err) {
			t.Errorf("write: %v, want a time-out", err)
		}
		if err := s.SetDeadline(time.Time{}); err != nil {
			t.Error(err)
		}
		go func() { _, _ = peer.Write([]byte("x")) }() // the read says whether
		if got, err := read(s, 1); got != "x" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
	drain(t, l)
}

func TestAReadEndsWithItsPeer(t *testing.T) {
	for _, c := range []struct {
		name, text string
		early      bool // all has come before the read
		small      bool // it is read byte by byte
	}{
		{name: "nothing but the end"},
		{name: "the end before the read", early: true},
		{name: "data with the end", text: "hello"},
		{name: "data with the end before the read", text: "hello", early: true},
		{name: "data with the end, in parts", text: "hello", small: true},
		{name: "data with the end before the read, in parts", text: "hello", early: true, small: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := connect(t, l)
			sleep(l, brief) // it has heard that the socket is there
			come := func() {
				if c.text != "" {
					say(t, s, peer, c.text)
				}
				leave(t, s, peer)
			}
			if c.early {
				come()
			}
			l.Go(func() {
				var from io.Reader = s
				if c.small {
					from = iotest.OneByteReader(s)
				}
				if got, err := io.ReadAll(from); string(got) != c.text || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
				if n, err := s.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("then read %d bytes, %v; want %v", n, err, io.EOF)
				}
			})
			if !c.early {
				come()
			}
			drain(t, l)
		})
	}
}

func TestACloseWakesWhoReadsAndWhoWrites(t *testing.T) {
	l := newLoop(t)
	s, _ := connect(t, l)
	ended := map[string]error{}
	l.Go(func() { _, ended["read"] = s.Read(make([]byte, 1)) })
	l.Go(func() { _, ended["write"] = s.Write(make([]byte, tooMuch)) })
	if sleep(l, brief); len(ended) != 0 {
		t.Fatalf("ended before the close: %v", ended)
	}
	l.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		ended["second close"] = s.Close()
		_, ended["later read"] = s.Read(make([]byte, 1))
		_, ended["later write"] = s.Write([]byte("x"))
		_, ended["later question"] = s.Ask([]byte("x"))
	})
	drain(t, l)
	for _, name := range []string{"read", "write", "second close", "later read", "later write", "later question"} {
		if !errors.Is(ended[name], net.ErrClosed) {
			t.Errorf("%s: %v, want %v", name, ended[name], net.ErrClosed)
		}
	}
}

func TestAnotherGoroutineShutsASocketDown(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	down := make(chan struct{})
	l.Go(func() {
		if n, err := s.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("read %d bytes, %v; want %v", n, err, io.EOF)
		}
	})
	l.Go(func() {
		var fault *net.OpError
		if _, err := s.Write(make([]byte, tooMuch)); !errors.As(err, &fault) || fault.Op != "write" || fault.Timeout() {
			t.Errorf("write: %v", err)
		}
	})
	if sleep(l, brief); l.Busy() != 2 {
		t.Fatalf("%d works wait, want 2", l.Busy())
	}
	go func() {
		defer close(down)
		s.Shutdown()
	}()
	drain(t, l)
	<-down
	if _, err := io.Copy(io.Discard, peer); err != nil {
		t.Errorf("the peer: %v", err)
	}
}

// Outside of the works nobody is there who could wait.
func TestASocketThatNobodyWaitsForDoesNotWait(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	if _, err := s.Read(make([]byte, 1)); !isTimeout(err) {
		t.Errorf("read: %v, want a time-out", err)
	}
	if n, err := s.Write(make([]byte, tooMuch)); n == 0 || !isTimeout(err) {
		t.Errorf("wrote %d bytes, %v; want some, and a time-out", n, err)
	}
	sleep(l, brief) // the socket has said what it can
	say(t, s, peer, "x")
	l.Sleep(0)
	if got, err := read(s, 1); got != "x" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestASocketKeepsItsAddresses(t *testing.T) {
	s, peer := connect(t, newLoop(t))
	here := []string{s.LocalAddr().String(), s.RemoteAddr().String()}
	if there := []string{peer.RemoteAddr().String(), peer.LocalAddr().String()}; !slices.Equal(here, there) {
		t.Errorf("%q here, %q there", here, there)
	}
}

func TestALoopNeedsTCP(t *testing.T) {
	l := newLoop(t)
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	if s, err := l.Adopt(here); s != nil || err == nil || !strings.Contains(err.Error(), "a loop needs TCP") {
		t.Errorf("%v, %v", s, err)
	}
	if err := here.SetDeadline(time.Now()); err != nil {
		t.Errorf("what was refused was closed: %v", err)
	}
	closed, _ := dial(t)
	_ = closed.Close()
	before := descriptors(t)
	if s, err := l.Adopt(closed); s != nil || !errors.Is(err, net.ErrClosed) {
		t.Errorf("adopted what was closed: %v, %v", s, err)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, then %d", before, after)
	}
}

func TestAReadLeavesTheRestToTheNext(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	got := ""
	l.Go(func() {
		for range len("hello") / 2 {
			p := make([]byte, 2)
			n, err := s.Read(p)
			if got += string(p[:n]); err != nil {
				t.Error(err)
			}
		}
		p := make([]byte, 2)
		n, err := s.Read(p)
		if got += string(p[:n]); n != 1 || err != nil {
			t.Errorf("read %d bytes, %v; want the last", n, err)
		}
		_ = s.SetReadDeadline(time.Now().Add(brief)) // it has no errors
		if n, err := s.Read(p); n != 0 || !isTimeout(err) {
			t.Errorf("then read %d bytes, %v; want a time-out", n, err)
		}
	})
	say(t, s, peer, "hello")
	if drain(t, l); got != "hello" {
		t.Errorf("read %q", got)
	}
}
