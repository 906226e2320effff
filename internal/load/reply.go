package load

import (
	"time"

	"wabench/internal/whatsapp"
)

// reply is an answer to an exchange. Its body is valid until it is released.
type reply struct {
	whatsapp.Response
	// arrived is when the kernel received its last byte, by the real-time clock;
	// zero if it did not say.
	arrived time.Time
	buffers releaser // that it was read into; nil is none to give back
}

// releaser gives back what an answer was read into.
type releaser interface{ Release() }

// release ends the use of a reply, which may be an error's.
func (r reply) release() {
	if r.buffers != nil {
		r.buffers.Release()
	}
}

// done returns when the answer to a request that was sent at a moment was there,
// if it is read now: when the kernel received it, by the monotonic clock that
// both moments are of. What this process did since, or did not get to do, is then
// not in the target's time.
func (r reply) done(sent, now time.Time) time.Time {
	if r.arrived.IsZero() {
		return now
	}
	wall := now.Round(0)
	return now.Add(-unread(now.Sub(sent), wall.Sub(sent.Round(0)), wall.Sub(r.arrived)))
}

// unread returns how long an answer was there before it was read: what the
// real-time clock says, unless that was set since the request was sent, or had an
// answer before its request. took and tookByWall are what passed since that was
// sent, by the monotonic and by the real-time clock.
func unread(took, tookByWall, ago time.Duration) time.Duration {
	if set := tookByWall - took; set.Abs() > clockStep+took/slewed || ago < 0 || ago > took {
		return 0
	}
	return ago
}

const (
	// clockStep is more than passes between two looks at clocks one after the
	// other, as a rule.
	clockStep = 2 * time.Microsecond
	// slewed is what part of a second a clock may be slewed by in a second at
	// most, doubled: the kernel allows 500 millionths.
	slewed = 1000
)
