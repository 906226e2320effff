//go:build !linux

package keepalive

import (
	"errors"
	"time"
)

// Loop performs many requests at once from one goroutine, where the system is
// Linux.
type Loop struct{}

// NewLoop returns an error.
func (c *Client) NewLoop() (*Loop, error) { return nil, errors.ErrUnsupported }

// Close does nothing.
func (*Loop) Close() {}

// Busy returns 0.
func (*Loop) Busy() int { return 0 }

// Go does the work.
func (*Loop) Go(work func()) { work() }

// Sleep sleeps.
func (*Loop) Sleep(length time.Duration) (over bool) {
	time.Sleep(length)
	return true
}

// Do returns an error.
func (*Loop) Do(*Request, time.Time) (*Answer, error) { return nil, errors.ErrUnsupported }
