package load

import (
	"sync/atomic"
	"time"

	"wabench/internal/pace"
)

// pacer hands the arrivals of a leg to its workers when they are due. The
// workers take turns: one of them waits for the next arrival, makes over the
// turn, and sends it itself, so that nothing is handed from one goroutine to
// another between the moment that an arrival is due and its sending.
type pacer struct {
	schedule  pace.Schedule
	next, end int64         // arrivals that are left
	start     time.Time     // when load time from is reached
	from      time.Duration // load time at which the leg begins
	maxLate   time.Duration // an arrival later than this is dropped
	waits
	full    func() bool                     // as many requests are under way as may be
	admit   func(due time.Time) (held bool) // counts another, and says whether that many were at any moment since it was due
	stopped func() bool                     // looked at before each arrival and during long waits
	ended   func() bool                     // enough is known, or a rule has failed: the rest is no longer planned
	drop    func(arrival)
	cut     func(at time.Duration) // told the load time of the first arrival that is no longer planned

	turn    chan struct{} // holds one while nobody has the turn
	waiting atomic.Int64  // workers that wait for the turn
	short   chan struct{} // told when none does; closed when no arrival is left
	over    bool          // short is closed
}

// waits are ways to wait: for a moment, and until a request may have ended.
type waits struct {
	wait func(until time.Time)
	rest func()
}

// arrival is a hit that is to be sent: its number, when it is due in load time,
// which means nothing in a closed stage, and whether the bound on requests in
// flight was met since then.
type arrival struct {
	n    int64
	at   time.Duration
	held bool
}

// waitSlice bounds how long a wait goes on without looking whether to stop.
const waitSlice = 20 * time.Millisecond

// begin makes the turn free, unless it is kept for who leads.
func (p *pacer) begin(led bool) {
	p.turn, p.short = make(chan struct{}, 1), make(chan struct{}, 1)
	if !led {
		p.turn <- struct{}{}
	}
}

// take waits for the turn, and returns the next arrival when it is due; false
// when there is no other.
func (p *pacer) take() (a arrival, ok bool) {
	p.waiting.Add(1)
	<-p.turn
	p.waiting.Add(-1)
	if a, ok = p.await(); !ok {
		p.finish()
	} else if p.waiting.Load() == 0 {
		select {
		case p.short <- struct{}{}:
		default: // was told, and is at it
		}
	}
	p.turn <- struct{}{}
	return a, ok
}

// lead gives every arrival to send, for as long as it may go on, and then the turn
// to the others, which begin has kept from them. It waits in its own way.
func (p *pacer) lead(own waits, may func() bool, send func(arrival)) {
	others := p.waits
	p.waits = own
	for may() {
		a, ok := p.await()
		if !ok {
			p.finish()
			break
		}
		send(a)
	}
	p.waits = others
	p.turn <- struct{}{}
}

// await is take of whoever has the turn.
func (p *pacer) await() (arrival, bool) {
	for p.next < p.end {
		for p.full() && !p.stopped() {
			p.rest()
		}
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
		if time.Since(due) <= p.maxLate {
			a.held = p.admit(due)
			return a, true
		}
		p.drop(a)
	}
	for ; p.next < p.end; p.next++ {
		p.drop(p.arrival(p.next))
	}
	return arrival{}, false
}

// finish says that no arrival is left.
func (p *pacer) finish() {
	if !p.over {
		p.over = true
		close(p.short)
	}
}

func (p *pacer) arrival(n int64) arrival { return arrival{n: n, at: p.schedule.Due(n)} }

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

// starter is the vegeta.Pacer of every leg. A tick of vegeta's is not a hit but
// a worker, which sends until the leg ends: in a closed stage a user, else
// whoever takes turns with the others. It lets vegeta start the first at once,
// and another whenever it is told that all are busy.
type starter struct {
	started, first, most int
	short                <-chan struct{} // closed when no worker is wanted any more
}

// Pace implements vegeta.Pacer: it returns when a worker is to start.
func (s *starter) Pace(time.Duration, uint64) (wait time.Duration, stop bool) {
	if s.started >= s.first {
		_, wanted := <-s.short
		for wanted && s.started >= s.most {
			_, wanted = <-s.short
		}
		if !wanted {
			return 0, true
		}
	}
	s.started++
	return 0, false
}

// Rate implements vegeta.Pacer; vegeta only prints it.
func (s *starter) Rate(time.Duration) float64 { return 0 }
