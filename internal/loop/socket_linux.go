package loop

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Socket is a TCP connection that a loop watches: a net.Conn whose reads and
// writes give way where they would wait. One coroutine at a time may read, and
// one may write.
type Socket struct {
	loop           *Loop
	fd             int
	from           Reader
	local, remote  net.Addr
	reader, writer side
	changed        bool // since a write was last found wanting

	closed bool
	hungUp bool   // the other side has ended it, or the network has
	quiet  bool   // all that had come by the last event was read
	late   bool   // the deadline was over when something was found to read
	rests  func() // told when a resting socket has something to say; nil is one in use
	plain  bool   // a resting one has nothing to say but that it is over
}

// side is a direction of a socket.
type side struct {
	waits    *Task
	deadline time.Time
}

// Adopt takes a TCP connection out of Go's poller. The connection is closed,
// and lives on as the socket.
func (l *Loop) Adopt(c net.Conn) (*Socket, error) {
	if s, ok := c.(*stamped); ok {
		c = s.TCPConn
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil, fmt.Errorf("a loop needs TCP, not %T", c)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &Socket{loop: l, local: tcp.LocalAddr(), remote: tcp.RemoteAddr(), quiet: true} // until the first event
	duplicating := raw.Control(func(fd uintptr) { s.fd, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) })
	if duplicating != nil {
		return nil, duplicating
	}
	if err != nil {
		return nil, sysError("fcntl", err)
	}
	if err := l.watch(s.fd); err != nil {
		_ = unix.Close(s.fd)
		return nil, err
	}
	l.sockets[int32(s.fd)] = s
	_ = tcp.Close() // the connection lives on in its duplicate
	return s, nil
}

// Rest says that nobody uses the socket for a while: over is called, by the
// loop, if it ends meanwhile. A plain one ends with the first byte that comes;
// under TLS a server may say more than answers. Rest reports false if it has
// ended already.
func (s *Socket) Rest(plain bool, over func()) (still bool) {
	if s.hungUp || plain && !s.quiet && s.readable() {
		return false
	}
	s.plain, s.rests = plain, over
	return true
}

// Rise says that the socket is used again.
func (s *Socket) Rise() { s.rests = nil }

// tell wakes whoever waits for an event.
func (s *Socket) tell(events uint32) {
	const end = unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR
	s.hungUp = s.hungUp || events&end != 0
	s.quiet = s.quiet && events&unix.EPOLLIN == 0
	s.changed = true
	if s.rests != nil && (s.hungUp || s.plain && s.readable()) {
		over := s.rests
		s.rests = nil
		over()
		return
	}
	s.wake()
}

// wake lets those go on that wait, who look for themselves.
func (s *Socket) wake() {
	for _, t := range []*Task{s.reader.waits, s.writer.waits} {
		if t != nil {
			s.loop.Wake(t)
		}
	}
}

// Read implements net.Conn.
func (s *Socket) Read(p []byte) (int, error) {
	for {
		if err := s.heard(); err != nil {
			return 0, err
		}
		n, err := s.from.ReadNow(s.fd, p)
		late := s.late
		s.late = false
		switch {
		case err == syscall.EAGAIN:
			s.quiet = true
		case late && TooLate(s.Arrived(), s.reader.deadline):
			return 0, s.failed("read", errDeadline)
		case err != nil:
			return 0, s.failed("read", err)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			s.quiet = n < len(p)
			s.loop.stamped = s.from.arrived != unix.Timespec{}
			return n, nil
		}
	}
}

// heard gives way until there may be something to read. What is there when the
// deadline is over may have come before.
func (s *Socket) heard() error {
	for s.quiet && !s.hungUp && !s.closed {
		err := s.pause("read", &s.reader)
		switch {
		case err == nil:
			s.late = s.loop.current.overdue
		case errors.Is(err, errDeadline) && s.loop.current != nil && s.readable():
			s.quiet, s.late = false, true
		default:
			return err
		}
	}
	if s.closed {
		return s.failed("read", net.ErrClosed)
	}
	return nil
}

// Arrived returns when the last byte of what was read last came in, by the
// system's real-time clock; zero if the kernel did not say.
func (s *Socket) Arrived() time.Time { return s.from.Arrived() }

// Ask writes until all is sent and something can be read, or an answer has
// come before that.
func (s *Socket) Ask(p []byte) (sent int, err error) {
	if sent, err = s.write(p, s.readable); err != nil || sent < len(p) {
		return sent, err
	}
	s.loop.patient++
	defer func() { s.loop.patient-- }()
	return sent, s.heard()
}

// readable reports whether there is something to read, were it the end.
func (s *Socket) readable() bool {
	if s.closed {
		return true
	}
	var one [1]byte
	_, _, err := unix.Recvfrom(s.fd, one[:], unix.MSG_PEEK)
	return err != unix.EAGAIN && err != unix.EINTR
}

// Write implements net.Conn.
func (s *Socket) Write(p []byte) (int, error) {
	return s.write(p, func() bool { return false })
}

// write writes until all is sent or, when it had to wait, enough says so.
func (s *Socket) write(p []byte, enough func() bool) (sent int, err error) {
	for !s.closed {
		n, err := WriteNow(s.fd, p[sent:])
		sent += max(n, 0)
		switch {
		case err != nil && err != syscall.EAGAIN:
			return sent, s.failed("write", err)
		case sent == len(p):
			return sent, nil
		}
		for !s.changed && !s.closed {
			if err := s.pause("write", &s.writer); err != nil {
				return sent, err
			}
		}
		s.changed = false
		if enough() {
			return sent, nil
		}
	}
	return sent, s.failed("write", net.ErrClosed)
}

// pause gives way until the side is woken.
func (s *Socket) pause(op string, d *side) error {
	if s.loop.current == nil {
		return s.failed(op, errDeadline) // of a connection that nobody waits for
	}
	d.waits = s.loop.current
	err := s.loop.Pause(d.deadline)
	d.waits = nil
	if err != nil {
		return s.failed(op, err)
	}
	return nil
}

func (s *Socket) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: s.local, Addr: s.remote, Err: err}
}

// Shutdown ends the connection. It may be called by other goroutines, while
// the socket is not closed: the loop hears of it.
func (s *Socket) Shutdown() { _ = unix.Shutdown(s.fd, unix.SHUT_RDWR) }

// Close implements net.Conn.
func (s *Socket) Close() error {
	if s.closed {
		return net.ErrClosed
	}
	s.closed = true
	delete(s.loop.sockets, int32(s.fd))
	s.wake()
	return unix.Close(s.fd)
}

// LocalAddr implements net.Conn.
func (s *Socket) LocalAddr() net.Addr { return s.local }

// RemoteAddr implements net.Conn.
func (s *Socket) RemoteAddr() net.Addr { return s.remote }

// SetDeadline implements net.Conn.
func (s *Socket) SetDeadline(t time.Time) error {
	s.reader.deadline, s.writer.deadline = t, t
	return nil
}

// SetReadDeadline implements net.Conn.
func (s *Socket) SetReadDeadline(t time.Time) error {
	s.reader.deadline = t
	return nil
}

// SetWriteDeadline implements net.Conn.
func (s *Socket) SetWriteDeadline(t time.Time) error {
	s.writer.deadline = t
	return nil
}
