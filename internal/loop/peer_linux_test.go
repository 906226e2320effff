package loop

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// tooMuch is more than a connection takes whose peer does not read.
const tooMuch = 2 << 20

// dial returns both ends of a connection. Neither holds much.
func dial(t *testing.T) (here, there *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, end := range []struct {
		conn **net.TCPConn
		open func() (net.Conn, error)
	}{
		{&here, func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) }},
		{&there, listener.Accept},
	} {
		c, err := end.open()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() }) // it may be closed
		tcp := c.(*net.TCPConn)
		*end.conn = tcp
		if err := errors.Join(tcp.SetReadBuffer(1<<16), tcp.SetWriteBuffer(1<<16), tcp.SetDeadline(time.Now().Add(patience))); err != nil {
			t.Fatal(err)
		}
	}
	return here, there
}

// connect returns a socket of the loop's and its peer.
func connect(t *testing.T, l *Loop) (*Socket, *net.TCPConn) {
	t.Helper()
	here, there := dial(t)
	return adopt(t, l, here), there
}

// adopt makes a connection the loop's until the test is over.
func adopt(t *testing.T, l *Loop, c net.Conn) *Socket {
	t.Helper()
	s, err := l.Adopt(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // it may be closed
	return s
}

// read reads so many bytes.
func read(from io.Reader, n int) (string, error) {
	p := make([]byte, n)
	n, err := io.ReadFull(from, p)
	return string(p[:n]), err
}

// arrived waits until the system has something for a socket, which its loop has
// not heard of.
func arrived(t *testing.T, s *Socket, what int16) {
	t.Helper()
	fds := []unix.PollFd{{Fd: int32(s.fd), Events: what}}
	for {
		n, err := unix.Poll(fds, int(patience.Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if n != 1 || fds[0].Revents&what != what {
			t.Fatalf("%d, %v, %+v; want %x", n, err, fds, what)
		}
		return
	}
}

// say has a peer say something that arrives.
func say(t *testing.T, s *Socket, peer net.Conn, text string) {
	t.Helper()
	if _, err := peer.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, unix.POLLIN)
}

// leave has a peer close its end, and the end arrives.
func leave(t *testing.T, s *Socket, peer net.Conn) {
	t.Helper()
	if err := peer.Close(); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, unix.POLLIN|unix.POLLRDHUP)
}

// noise is bytes none of which can be missing, or elsewhere.
func noise(seed byte, n int) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(p) // it has no errors
	return p
}
