package keepalive

import (
	"context"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// connect implements pool. The client's connections are there for the loop too.
func (l *Loop) connect(ctx context.Context, base Base, deadline time.Time) (k *conn, err error) {
	if k = l.idle[base].pop(); k != nil {
		k.wire.Conn.(*socket).idle = false
		return k, nil
	}
	if k = l.client.idleConn(base); k == nil {
		l.apart(func() { k, err = l.client.open(ctx, base, deadline) })
		if err != nil {
			return nil, err
		}
	}
	if err := l.adopt(k); err != nil {
		_ = l.client.retire(k) // it is of no use
		return nil, err
	}
	return k, nil
}

// adopt takes a connection out of Go's poller.
func (l *Loop) adopt(k *conn) error {
	tcp, ok := k.wire.Conn.(*net.TCPConn)
	if !ok {
		return fmt.Errorf("a loop needs TCP, not %T", k.wire.Conn)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	s := &socket{loop: l, conn: k, local: tcp.LocalAddr(), remote: tcp.RemoteAddr()}
	duplicating := raw.Control(func(fd uintptr) { s.fd, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) })
	if duplicating != nil {
		return duplicating
	}
	if err != nil {
		return sysError("fcntl", err)
	}
	if err := l.watch(s.fd); err != nil {
		_ = unix.Close(s.fd)
		return err
	}
	l.sockets[int32(s.fd)] = s
	_ = tcp.Close() // the connection lives on in its duplicate
	k.wire.Conn, k.wire.raw = s, nil
	k.close = s.shutdown
	if !l.client.enlist(k, k.close) {
		return *l.client.interrupted.Load()
	}
	return nil
}

// put implements pool.
func (l *Loop) put(k *conn) {
	socket := k.wire.Conn.(*socket)
	if socket.changed && socket.unwanted(unix.EPOLLIN) {
		_ = l.client.retire(k) // something came after the answer
		return
	}
	socket.idle = true
	s := stackOf(l.idle, k.base)
	s.conns = append(s.conns, k)
}

// drop closes an idle connection.
func (l *Loop) drop(k *conn) {
	l.idle[k.base].remove(k)
	_ = l.client.retire(k) // the server had closed it
}

// socket is a TCP connection that a loop watches. What would wait gives way
// instead.
type socket struct {
	loop          *Loop
	fd            int
	conn          *conn
	local, remote net.Addr
	deadline      time.Time

	idle    bool
	waits   *task
	changed bool // since it was last read or written to the full
}

// unwanted reports whether an event means the end of an idle connection. Under
// TLS a server may say more than answers.
func (s *socket) unwanted(events uint32) bool {
	over := uint32(unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR)
	if s.conn.state == nil {
		over |= unix.EPOLLIN
	}
	return events&over != 0
}

// Read implements net.Conn.
func (s *socket) Read(p []byte) (int, error) {
	for {
		n, err := retried(readNow, uintptr(s.fd), p)
		switch {
		case err == syscall.EAGAIN:
		case err != nil:
			return 0, s.failed("read", err)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
		if err := s.pause("read"); err != nil {
			return 0, err
		}
	}
}

// send implements asker: it writes until all is sent, or an answer has come
// before that.
func (s *socket) send(p []byte) (sent int, err error) {
	if sent, err = s.write(p, s.readable); err != nil || sent < len(p) {
		return sent, err
	}
	return sent, s.pause("read")
}

// readable reports whether there is something to read, were it the end.
func (s *socket) readable() bool {
	var one [1]byte
	_, _, err := unix.Recvfrom(s.fd, one[:], unix.MSG_PEEK)
	return err != unix.EAGAIN && err != unix.EINTR
}

// Write implements net.Conn.
func (s *socket) Write(p []byte) (int, error) {
	return s.write(p, func() bool { return false })
}

// write writes until all is sent or, when it had to wait, enough says so.
func (s *socket) write(p []byte, enough func() bool) (sent int, err error) {
	for {
		n, err := retried(writeNow, uintptr(s.fd), p[sent:])
		sent += max(n, 0)
		switch {
		case err != nil && err != syscall.EAGAIN:
			return sent, s.failed("write", err)
		case sent == len(p):
			return sent, nil
		}
		if err := s.pause("write"); err != nil || enough() {
			return sent, err
		}
	}
}

// pause gives way until something has changed.
func (s *socket) pause(op string) error {
	l := s.loop
	t := l.current
	if t == nil {
		return s.failed(op, errDeadline) // of a connection that nobody waits for
	}
	if s.changed {
		s.changed = false
		return nil
	}
	t.deadline, t.late = s.deadline, false
	if !t.deadline.IsZero() {
		l.before(t.deadline)
	}
	s.waits = t
	t.yield(struct{}{})
	s.waits = nil
	if t.late {
		return s.failed(op, errDeadline)
	}
	return nil
}

func (s *socket) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: s.local, Addr: s.remote, Err: err}
}

// shutdown ends the connection for other goroutines: the loop hears of it.
func (s *socket) shutdown() { _ = unix.Shutdown(s.fd, unix.SHUT_RDWR) }

// Close implements net.Conn.
func (s *socket) Close() error {
	delete(s.loop.sockets, int32(s.fd))
	return unix.Close(s.fd)
}

// LocalAddr implements net.Conn.
func (s *socket) LocalAddr() net.Addr { return s.local }

// RemoteAddr implements net.Conn.
func (s *socket) RemoteAddr() net.Addr { return s.remote }

// SetDeadline implements net.Conn.
func (s *socket) SetDeadline(t time.Time) error {
	s.deadline = t
	return nil
}

// SetReadDeadline implements net.Conn.
func (s *socket) SetReadDeadline(t time.Time) error { return s.SetDeadline(t) }

// SetWriteDeadline implements net.Conn.
func (s *socket) SetWriteDeadline(t time.Time) error { return s.SetDeadline(t) }

// sysError names the system call that returned an error, if it did.
func sysError(call string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", call, err)
}

// deadlineError is that of a loop's connections: a net.Error.
type deadlineError struct{}

var errDeadline deadlineError

func (deadlineError) Error() string   { return "i/o timeout" }
func (deadlineError) Timeout() bool   { return true }
func (deadlineError) Temporary() bool { return true }
