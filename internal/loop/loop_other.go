//go:build !linux

package loop

import (
	"errors"
	"net"
	"time"
)

// Loop is not to be had on this system.
type Loop struct{}

// Task is a coroutine.
type Task struct{}

// Socket is a connection of a loop's.
type Socket struct{ net.Conn }

// New returns errors.ErrUnsupported.
func New() (*Loop, error) { return nil, errors.ErrUnsupported }

// Close does nothing.
func (*Loop) Close() {}

// Busy returns 0.
func (*Loop) Busy() int { return 0 }

// Go does the work.
func (*Loop) Go(work func()) { work() }

// Background does the work.
func (*Loop) Background(work func()) { work() }

// Later does the work.
func (*Loop) Later(work func()) { work() }

// Apart does the work.
func (*Loop) Apart(work func()) error {
	work()
	return nil
}

// Current returns nil.
func (*Loop) Current() *Task { return nil }

// Wake does nothing.
func (*Loop) Wake(*Task) {}

// Pause returns errors.ErrUnsupported.
func (*Loop) Pause(time.Time) error { return errors.ErrUnsupported }

// Sleep sleeps.
func (*Loop) Sleep(length time.Duration) (over bool) {
	time.Sleep(length)
	return true
}

// Doze sleeps.
func (l *Loop) Doze(length time.Duration) (over bool) { return l.Sleep(length) }

// Spin sleeps.
func (l *Loop) Spin(length time.Duration) (idle time.Duration, over bool) {
	return length, l.Sleep(length)
}

// Adopt returns errors.ErrUnsupported.
func (*Loop) Adopt(net.Conn) (*Socket, error) { return nil, errors.ErrUnsupported }

// Rest does nothing.
func (*Socket) Rest(bool, func()) (still bool) { return false }

// Rise does nothing.
func (*Socket) Rise() {}

// Ask returns errors.ErrUnsupported.
func (*Socket) Ask([]byte) (int, error) { return 0, errors.ErrUnsupported }

// Shutdown does nothing.
func (*Socket) Shutdown() {}
