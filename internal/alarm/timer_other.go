//go:build !linux

package alarm

import (
	"runtime"
	"time"
)

// mostEarly covers how late Go's timers are on systems that round them.
const mostEarly = 1500 * time.Microsecond

// GiveWay lets another goroutine go first.
func GiveWay() { runtime.Gosched() }

// timer is Go's own.
type timer struct{}

func newTimer() (*timer, error) { return &timer{}, nil }

// sleep returns when the time is over.
func (*timer) sleep(length time.Duration) bool {
	time.Sleep(length)
	return true
}

func (*timer) close() error { return nil }
