package loop

import (
	"io"
	"net"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Stamp has the kernel note when bytes come in by a TCP connection, for a
// Reader to tell. Where that cannot be, nothing changes.
func Stamp(c net.Conn) {
	raw := RawConn(c)
	if raw == nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // it may be closed, which others will find
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
}

// Reader reads from one descriptor, and keeps when the kernel received what was
// read: an answer can then be looked at late, and still be known to have been in
// time.
type Reader struct {
	arrived unix.Timespec
	header  unix.Msghdr
	vector  unix.Iovec
	control struct {
		unix.Cmsghdr
		stamp unix.Timespec
	}
}

// ReadNow reads what is there from a descriptor that never blocks;
// syscall.EAGAIN if nothing is.
func (r *Reader) ReadNow(fd int, p []byte) (n int, err error) {
	r.vector.Base = unsafe.SliceData(p)
	r.vector.SetLen(len(p))
	r.header.Iov = &r.vector
	r.header.SetIovlen(1)
	r.header.Control = (*byte)(unsafe.Pointer(&r.control))
	r.header.SetControllen(int(unsafe.Sizeof(r.control)))
	if n, err = now(unix.SYS_RECVMSG, fd, unsafe.Pointer(&r.header), 0); err != syscall.EAGAIN {
		r.arrived = unix.Timespec{}
	}
	if n > 0 && int(r.header.Controllen) >= int(unsafe.Sizeof(r.control)) && r.control.Type == unix.SCM_TIMESTAMPNS {
		r.arrived = r.control.stamp
	}
	return n, err
}

// Arrived returns when the last byte of what was read last came in, by the
// system's real-time clock; zero if the kernel did not say. Of what was not read
// to its end it may be when that came.
func (r *Reader) Arrived() time.Time {
	if r.arrived == (unix.Timespec{}) {
		return time.Time{}
	}
	return time.Unix(r.arrived.Unix())
}

// stamped is a TCP connection in Go's poller, read by a Reader.
type stamped struct {
	*net.TCPConn
	Reader
	raw   syscall.RawConn
	visit func(fd uintptr) (done bool) // reads into p; bound once
	p     []byte
	n     int
	err   error
}

// Stamped stamps a connection of Go's poller, and returns it with the Arrived of
// a Reader; one that is not TCP's as it is. One goroutine at a time may read.
func Stamped(c net.Conn) net.Conn {
	raw := RawConn(c)
	if raw == nil {
		return c
	}
	Stamp(c)
	s := &stamped{TCPConn: c.(*net.TCPConn), raw: raw}
	s.visit = func(fd uintptr) bool {
		s.n, s.err = s.ReadNow(int(fd), s.p)
		return s.err != syscall.EAGAIN
	}
	return s
}

// Read implements net.Conn.
func (s *stamped) Read(p []byte) (int, error) {
	s.p = p
	err := s.raw.Read(s.visit)
	s.p = nil
	switch {
	case err != nil:
		return 0, err
	case s.err != nil:
		return 0, &net.OpError{Op: "read", Net: "tcp", Source: s.LocalAddr(), Addr: s.RemoteAddr(), Err: s.err}
	case s.n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return s.n, nil
}

// Arrived returns the Arrived of a connection that has one, else zero.
func Arrived(c net.Conn) time.Time {
	if r, ok := c.(interface{ Arrived() time.Time }); ok {
		return r.Arrived()
	}
	return time.Time{}
}
