package keepalive

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"wabench/internal/loop"
)

// errStale is a connection on which something came before the request left: a
// farewell, or an answer nobody asked for.
var errStale = errors.New("idle connection received unexpected bytes")

// wire is a TCP connection, below TLS if there is any. It holds what is written
// until the first read, and then does three things in one visit to the
// network poller: it looks whether the connection is still silent, sends what
// it holds, and waits. The look is the read that would have found nothing
// anyway, so a stale connection is found at no cost and before it is used.
type wire struct {
	net.Conn
	raw  syscall.RawConn       // nil: not a socket of this system
	step func(fd uintptr) bool // visit, bound once
	from loop.Reader           // visit's
	by   time.Time             // the deadline

	holding bool
	held    []byte // to be sent by the next read
	own     []byte // the buffer behind held when bytes are copied

	into  []byte // visit's arguments and results
	n     int
	fault error
	op    string
	short bool

	sent   atomic.Int64 // bytes of this request
	unsent bool         // it was answered before it was sent to its end

	writing chan error // the writer's last word; buffer of 1: it never waits; nil is no writer
}

func newWire(c net.Conn) *wire {
	loop.Stamp(c)
	w := &wire{Conn: c, raw: loop.RawConn(c)}
	w.step = w.visit
	return w
}

// begin readies the wire for a request.
func (w *wire) begin() {
	w.holding, w.held, w.writing, w.unsent = true, nil, nil, false
	w.sent.Store(0)
}

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(t time.Time) error {
	w.by = t
	return w.Conn.SetDeadline(t)
}

// hold makes the next read send p, which stays the caller's and must not
// change before that.
func (w *wire) hold(p []byte) { w.held = p }

// Write implements net.Conn. TLS calls it; its records are copied while the
// wire holds.
func (w *wire) Write(p []byte) (int, error) {
	if !w.holding {
		n, err := w.Conn.Write(p)
		w.sent.Add(int64(n))
		return n, err
	}
	if len(w.held) == 0 {
		w.own = w.own[:0]
	}
	w.own = append(w.own, p...)
	w.held = w.own
	return len(p), nil
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	if socket, ok := w.Conn.(*loop.Socket); ok && w.pending() {
		return w.sendAndRead(socket, p)
	}
	if w.raw == nil {
		if w.pending() {
			w.writeHeld()
		}
		return w.Conn.Read(p)
	}
	w.into, w.n, w.fault, w.op, w.short = p, 0, nil, "", false
	err := w.raw.Read(w.step)
	if isTimeout(err) && w.overdue() {
		err = nil
	}
	w.into = nil
	switch {
	case err != nil:
		return 0, err
	case w.short:
		w.writeHeld()
		return w.Read(p)
	case w.fault != nil:
		return 0, &net.OpError{Op: w.op, Net: "tcp", Source: w.LocalAddr(), Addr: w.RemoteAddr(), Err: w.fault}
	case w.n == 0:
		return 0, io.EOF
	}
	return w.n, nil
}

// overdue reads what is there though the deadline is over, and reports whether it
// came before, for all that is known.
func (w *wire) overdue() bool {
	if w.pending() {
		return false // nothing was asked yet
	}
	if err := w.raw.Control(func(fd uintptr) { w.step(fd) }); err != nil {
		return false
	}
	return w.n > 0 && !loop.TooLate(w.arrived(), w.by)
}

// sendAndRead reads the answer to what is held.
func (w *wire) sendAndRead(socket *loop.Socket, p []byte) (int, error) {
	n, err := socket.Ask(w.held)
	w.sent.Add(int64(n))
	w.unsent = n < len(w.held)
	w.held = nil
	if err != nil {
		return 0, err
	}
	return w.Conn.Read(p)
}

// arrived returns when the last byte of what was read last came in, by the
// system's real-time clock; zero if nobody said.
func (w *wire) arrived() time.Time {
	if w.raw != nil {
		return w.from.Arrived()
	}
	return loop.Arrived(w.Conn)
}

// pending reports whether bytes are held that were not sent.
func (w *wire) pending() bool { return len(w.held) > 0 }

// writeHeld sends what is held, from a goroutine: the server may answer, and
// the answer must be read, before it takes the last of it.
func (w *wire) writeHeld() {
	rest := w.held
	w.held, w.holding = nil, false
	w.start(func() error {
		_, err := w.Write(rest)
		return err
	})
}

// start writes a request from a goroutine that settle or end waits for.
func (w *wire) start(write func() error) {
	w.holding = false
	done := make(chan error, 1)
	w.writing = done
	go func() { // ends with its word, which settle or end takes
		done <- write()
	}()
}

// settleTime is how long an answered request may take to be sent to its end;
// net/http grants the same.
const settleTime = 50 * time.Millisecond

// settle reports whether the whole request was sent.
func (w *wire) settle() bool {
	if w.writing == nil {
		return !w.pending() && !w.unsent
	}
	timer := time.NewTimer(settleTime)
	defer timer.Stop()
	select {
	case err := <-w.writing:
		w.writing = nil
		return err == nil
	case <-timer.C:
		return false
	}
}

// end closes the connection, waits for the writer and returns its error.
func (w *wire) end() error {
	w.held = nil
	err := w.Close()
	if w.writing == nil {
		return err
	}
	err = <-w.writing
	w.writing = nil
	return err
}
