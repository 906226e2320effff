package fakeapi

import (
	"errors"
	"net"
	"sync"
	"time"
)

// deadline is when a wire's reading has to end. net/http sets and lifts four for
// every request, of which hardly one is ever met, and each is an entry in the
// runtime's heap of timers. So a later one is only noted, and when an earlier
// one strikes, Read looks whether it still holds.
type deadline struct {
	mu    sync.Mutex
	holds time.Time // zero is none
	armed time.Time // never later than holds, zero if there is none
}

// SetReadDeadline implements net.Conn.
func (w *wire) SetReadDeadline(at time.Time) error {
	w.deadline.mu.Lock()
	defer w.deadline.mu.Unlock()
	w.deadline.holds = at
	armed := w.deadline.armed
	if armed.IsZero() && at.IsZero() || !armed.IsZero() && (at.IsZero() || at.After(armed)) {
		return nil
	}
	w.deadline.armed = at
	return w.Conn.SetReadDeadline(at)
}

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(at time.Time) error {
	return errors.Join(w.SetReadDeadline(at), w.SetWriteDeadline(at))
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	for {
		n, err := w.Conn.Read(p)
		if n > 0 || err == nil || !isTimeout(err) || !w.rearm() {
			return n, err
		}
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// rearm reports whether the deadline that struck no longer holds, and arms the
// one that does.
func (w *wire) rearm() bool {
	w.deadline.mu.Lock()
	defer w.deadline.mu.Unlock()
	holds := w.deadline.holds
	if !holds.IsZero() && !holds.After(time.Now()) {
		return false
	}
	w.deadline.armed = holds
	return w.Conn.SetReadDeadline(holds) == nil
}

// CloseWrite ends the sending side, as net/http does so that a client may still
// read why its request was refused.
func (w *wire) CloseWrite() error {
	if tcp, ok := w.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return nil
}
