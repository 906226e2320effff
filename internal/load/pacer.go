package load

import (
	"time"

	"wabench/internal/pace"
)

// pacer releases the arrivals first..end of a schedule when they are due. It
// is a vegeta.Pacer that does the waiting itself and always returns 0, because
// vegeta's timers are half a millisecond late; and it stops by count, because
// vegeta tests durations before its wait and loses the last hits.
type pacer struct {
	schedule  pace.Schedule
	next, end int64
	start     time.Time     // when load time from is reached
	from      time.Duration // load time at which the leg begins
	maxLate   time.Duration // an arrival later than this is dropped
	wait      func(until time.Time)
	stopped   func() bool  // looked at before each arrival and during long waits
	ended     func() bool  // enough is known, or a rule has failed: the rest is no longer planned
	released  chan arrival // those let go; buffered for every worker, so that Pace never blocks on it
	drop      func(arrival)
	cut       func(at time.Duration) // told the load time of the first arrival that is no longer planned
}

// arrival is a hit that is to be sent: its number, and when it is due in load
// time, which means nothing in a closed stage.
type arrival struct {
	n  int64
	at time.Duration
}

// waitSlice bounds how long a wait goes on without looking whether to stop.
const waitSlice = 20 * time.Millisecond

// Pace implements vegeta.Pacer. It is called by one goroutine.
func (p *pacer) Pace(time.Duration, uint64) (time.Duration, bool) {
	for p.next < p.end {
		a := p.arrival(p.next)
		due := p.start.Add(a.at - p.from)
		stop := p.sleepUntil(due)
		if p.ended() {
			p.end = p.next
			p.cut(a.at)
			break
		}
		if stop {
			break
		}
		p.next++
		if time.Since(due) > p.maxLate {
			p.drop(a)
			continue
		}
		p.released <- a
		return 0, false
	}
	for ; p.next < p.end; p.next++ {
		p.drop(p.arrival(p.next))
	}
	return 0, true
}

// Rate implements vegeta.Pacer; vegeta only prints it.
func (p *pacer) Rate(elapsed time.Duration) float64 {
	return float64(p.schedule.Rate(p.from + elapsed))
}

func (p *pacer) arrival(n int64) arrival { return arrival{n, p.schedule.Due(n)} }

// sleepUntil waits in slices and reports whether the run is to stop.
func (p *pacer) sleepUntil(due time.Time) (stop bool) {
	for {
		if p.stopped() {
			return true
		}
		left := time.Until(due)
		if left <= waitSlice {
			p.wait(due)
			return p.stopped()
		}
		p.wait(due.Add(waitSlice - left))
	}
}

// usersPacer starts the users of a closed stage, all at once. What they send,
// each in its own time, needs no pacing.
type usersPacer struct{ left int }

// Pace implements vegeta.Pacer.
func (p *usersPacer) Pace(time.Duration, uint64) (time.Duration, bool) {
	p.left--
	return 0, p.left < 0
}

// Rate implements vegeta.Pacer: a closed stage has none.
func (p *usersPacer) Rate(time.Duration) float64 { return 0 }
