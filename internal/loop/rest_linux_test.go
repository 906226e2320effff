package loop

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestARestIsOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool
		text  string // said before
		left  bool   // then left
		want  int    // how often it is over
	}{
		{name: "nothing, plain", plain: true},
		{name: "nothing"},
		{name: "a byte, plain", plain: true, text: "x", want: 1},
		{name: "a byte", text: "x"},
		{name: "the end, plain", plain: true, left: true, want: 1},
		{name: "the end", left: true, want: 1},
		{name: "a byte and the end, plain", plain: true, text: "x", left: true, want: 1},
		{name: "a byte and the end", text: "x", left: true, want: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := connect(t, l)
			got := 0
			if !s.Rest(c.plain, func() { got++ }) {
				t.Fatal("it does not rest")
			}
			if sleep(l, brief); got != 0 {
				t.Fatal("it was over before anything came")
			}
			if c.text != "" {
				say(t, s, peer, c.text)
				sleep(l, brief)
			}
			if c.left {
				leave(t, s, peer)
				sleep(l, brief)
			}
			if got != c.want {
				t.Errorf("it was over %d times, want %d", got, c.want)
			}
			if s.Rise(); c.left {
				return
			}
			// What came during the rest is there after it.
			l.Go(func() {
				if c.text == "" {
					go func() { _, _ = peer.Write([]byte("x")) }() // the read says whether
				}
				if got, err := read(s, 1); got != "x" || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
			})
			if drain(t, l); got != c.want {
				t.Error("it was over once it had risen")
			}
		})
	}
}

func TestASocketThatHasRisenIsNotOver(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	if !s.Rest(true, func() { t.Error("over, and in use") }) {
		t.Fatal("it does not rest")
	}
	s.Rise()
	leave(t, s, peer)
	sleep(l, brief)
	if !s.hungUp {
		t.Error("the loop has not heard of the end")
	}
}

// Who is told that a rest is over may close the socket, and others.
func TestARestThatIsOverMayCloseSockets(t *testing.T) {
	l := newLoop(t)
	first, firstPeer := connect(t, l)
	second, secondPeer := connect(t, l)
	sleep(l, brief) // it has heard that the sockets are there
	over := 0
	closeBoth := func() {
		over++
		_, _ = first.Close(), second.Close() // they are closed below
	}
	if !first.Rest(true, closeBoth) || !second.Rest(true, closeBoth) {
		t.Fatal("they do not rest")
	}
	leave(t, first, firstPeer)
	leave(t, second, secondPeer)
	if sleep(l, brief); over != 1 || !first.closed || !second.closed {
		t.Errorf("over %d times; closed: %v, %v", over, first.closed, second.closed)
	}
}

func TestASocketThatHasEndedDoesNotRest(t *testing.T) {
	for _, c := range []struct {
		name  string
		plain bool
		text  string // that came
		left  bool
		used  string // read before it came
		want  bool
	}{
		{name: "nothing came, plain", plain: true, want: true},
		{name: "nothing came", want: true},
		{name: "all that came was read, plain", plain: true, used: "hello", want: true},
		{name: "a byte came, plain", plain: true, text: "x"},
		{name: "a byte came", text: "x", want: true},
		{name: "a byte came after others, plain", plain: true, used: "hello", text: "x"},
		{name: "the peer left, plain", plain: true, left: true},
		{name: "the peer left", left: true},
		{name: "the peer left after an answer", used: "hello", left: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := connect(t, l)
			sleep(l, brief) // it has heard that the socket is there
			if c.used != "" {
				l.Go(func() {
					if got, err := read(s, len(c.used)); got != c.used || err != nil {
						t.Errorf("read %q, %v", got, err)
					}
				})
				say(t, s, peer, c.used)
				drain(t, l)
			}
			if c.text != "" {
				say(t, s, peer, c.text)
			}
			if c.left {
				leave(t, s, peer)
			}
			sleep(l, brief)
			if got := s.Rest(c.plain, func() { t.Error("over, and nothing has come since") }); got != c.want {
				t.Errorf("it rests: %v, want %v", got, c.want)
			}
			sleep(l, brief)
		})
	}
}

// A byte that comes together with the last that is read is left by the read.
func TestASocketDoesNotRestWhenAReadLeftAByte(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	sleep(l, brief) // it has heard that the socket is there
	rests, over := false, 0
	l.Go(func() {
		if got, err := read(s, 2); got != "ab" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		rests = s.Rest(true, func() { over++ })
	})
	say(t, s, peer, "abx")
	drain(t, l)
	if sleep(l, brief); rests && over == 0 {
		t.Error("it rests with a byte that was not read, and nobody is told")
	}
}

func TestAnAskSendsAllBeforeItsAnswer(t *testing.T) {
	l := newLoop(t)
	s, peer := connect(t, l)
	up := noise(1, tooMuch)
	took := make(chan string, 1)
	go func() {
		got, _ := read(peer, len(up))
		took <- got
		_, _ = peer.Write([]byte("yes")) // the read says whether
	}()
	l.Go(func() {
		if sent, err := s.Ask(up); sent != len(up) || err != nil {
			t.Errorf("sent %d of %d, %v", sent, len(up), err)
		}
		if got, err := read(s, 3); got != "yes" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
	})
	if drain(t, l); <-took != string(up) {
		t.Error("the peer took something else")
	}
}

func TestAnAskWaitsForItsAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		heard bool // the loop has heard that the socket is there
	}{
		{name: "on a new socket"},
		{name: "on one that has been there", heard: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := connect(t, l)
			if c.heard {
				sleep(l, brief)
			}
			l.Go(func() {
				if sent, err := s.Ask([]byte("hello")); sent != 5 || err != nil {
					t.Errorf("sent %d of 5, %v", sent, err)
				}
				if !s.readable() {
					t.Error("there is nothing to read, and it does not wait")
				}
			})
			sleep(l, brief)
			say(t, s, peer, "yes")
			drain(t, l)
		})
	}
}

func TestAnAskEndsWithAnAnswerThatComesBeforeAllIsSent(t *testing.T) {
	for _, c := range []struct {
		name  string
		taken int  // before the answer
		early bool // it is there before the question
	}{
		{name: "to a part", taken: tooMuch / 4},
		{name: "to nothing"},
		{name: "before the question", early: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLoop(t)
			s, peer := connect(t, l)
			if c.early {
				say(t, s, peer, "no")
				sleep(l, brief)
			}
			up := noise(1, tooMuch)
			sent := 0
			l.Go(func() {
				n, err := s.Ask(up)
				if sent = n; n <= c.taken || n == len(up) || err != nil {
					t.Errorf("sent %d of %d, %v; want a part", n, len(up), err)
				}
				if got, err := read(s, 2); got != "no" || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
			})
			took := make(chan []byte, 1)
			go func() {
				got, _ := read(peer, c.taken)
				if !c.early {
					_, _ = peer.Write([]byte("no")) // the read says whether
				}
				took <- []byte(got)
			}()
			drain(t, l)
			first := <-took
			_ = s.Close() // the peer reads to this end
			rest, err := io.ReadAll(peer)
			if got := append(first, rest...); err != nil || !bytes.Equal(got, up[:sent]) {
				t.Errorf("the peer took %d bytes, %v; want the %d sent", len(got), err, sent)
			}
		})
	}
}

func TestADeadlineEndsAnAsk(t *testing.T) {
	l := newLoop(t)
	s, _ := connect(t, l)
	sleep(l, brief)
	_ = s.SetDeadline(time.Now().Add(brief)) // it has no errors
	l.Go(func() {
		if sent, err := s.Ask([]byte("hello")); sent != 5 || !isTimeout(err) {
			t.Errorf("sent %d of 5, %v; want all and a time-out", sent, err)
		}
		if sent, err := s.Ask(make([]byte, tooMuch)); sent == 0 || sent == tooMuch || !isTimeout(err) {
			t.Errorf("sent %d of %d, %v; want a part and a time-out", sent, tooMuch, err)
		}
	})
	drain(t, l)
}

func TestACloseEndsAnAsk(t *testing.T) {
	for _, size := range []int{5, tooMuch} {
		l := newLoop(t)
		s, _ := connect(t, l)
		l.Go(func() {
			sent, err := s.Ask(make([]byte, size))
			if sent == tooMuch {
				t.Error("all is sent, and nobody has read it")
			}
			if _, after := s.Read(make([]byte, 1)); !errors.Is(errors.Join(err, after), net.ErrClosed) {
				t.Errorf("sent %d of %d, %v; then a read: %v", sent, size, err, after)
			}
		})
		if sleep(l, brief); l.Busy() != 1 {
			t.Error("it did not wait for an answer")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		drain(t, l)
	}
}
