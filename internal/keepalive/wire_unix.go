//go:build unix

package keepalive

import (
	"syscall"

	"wabench/internal/loop"
)

// visit is called by the poller, first at once and then whenever there may be
// something to read; it returns whether the read is done. The poller forgets
// earlier readiness before the first call, so nothing may be left unread then:
// hence the read before the write.
func (w *wire) visit(fd uintptr) bool {
	n, err := w.from.ReadNow(int(fd), w.into)
	if err != syscall.EAGAIN {
		w.n, w.fault, w.op = max(n, 0), err, "read"
		return true
	}
	if !w.pending() {
		return false
	}
	n, err = loop.WriteNow(int(fd), w.held)
	if n > 0 {
		w.sent.Add(int64(n))
		w.held = w.held[n:]
	}
	switch {
	case !w.pending():
		w.held = nil
		return false
	case err == nil, err == syscall.EAGAIN:
		w.short = true
	default:
		w.fault, w.op = err, "write"
	}
	return true
}

// silent reports whether an idle connection is as it was left.
func (w *wire) silent() bool {
	if w.raw == nil {
		return true
	}
	silent := false
	err := w.raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		silent = err == syscall.EAGAIN || err == syscall.EINTR
		return true
	})
	return err == nil && silent
}
