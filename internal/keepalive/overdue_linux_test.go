package keepalive

import (
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wabench/internal/loop"
)

// A process that is held up until the deadline of its request is over hears of
// that and of the answer at once, which counts if it had come before.
func TestAnAnswerCountsThatCameBeforeItsDeadline(t *testing.T) {
	for _, c := range []struct {
		name    string
		said    string // by the deadline
		after   string // said after it
		pending bool   // the request was not sent
		want    string // none is a time-out
	}{
		{name: "in time", said: "hello", want: "hello"},
		{name: "too late", after: "hello"},
		{name: "not at all"},
		{name: "unasked", said: "hello", pending: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			listener := listen(t)
			defer listener.Close()
			here, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer here.Close()
			there, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer there.Close()
			w := newWire(here)
			untilStamped(t, w, there)
			w.begin()
			if _, err := io.WriteString(there, c.said); err != nil {
				t.Fatal(err)
			}
			awaitBytes(t, here, len(c.said))
			if err := w.SetDeadline(time.Now()); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Millisecond) // so that later is later
			if _, err := io.WriteString(there, c.after); err != nil {
				t.Fatal(err)
			}
			awaitBytes(t, here, len(c.said+c.after))
			if c.pending {
				w.hold([]byte("?"))
			}
			var p [64]byte
			n, err := w.Read(p[:])
			if got := string(p[:max(n, 0)]); c.want != "" && (got != c.want || err != nil) || c.want == "" && !isTimeout(err) {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// untilStamped has bytes come in until the kernel says when.
func untilStamped(t *testing.T, w *wire, peer net.Conn) {
	t.Helper()
	for giveUp := time.Now().Add(time.Minute); w.arrived().IsZero(); {
		if time.Now().After(giveUp) {
			t.Fatal("it is never known")
		}
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitBytes waits until so many bytes can be read.
func awaitBytes(t *testing.T, c net.Conn, n int) {
	t.Helper()
	raw := loop.RawConn(c)
	err := raw.Control(func(fd uintptr) {
		for there := -1; there < n; {
			var err error
			if there, err = unix.IoctlGetInt(int(fd), unix.SIOCINQ); err != nil {
				t.Error(err)
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
