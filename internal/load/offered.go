package load

import "time"

// span is the stretch of a leg over which arrivals were sent, by the first and
// the last due moment, with how late each of the two was.
type span struct {
	any                 bool
	first, last         time.Duration // since the leg's start
	firstLate, lastLate time.Duration
}

// note counts an arrival; they come in no certain order.
func (s *span) note(due, late time.Duration) {
	if !s.any || due < s.first {
		s.first, s.firstLate = due, late
	}
	if !s.any || due >= s.last {
		s.last, s.lastLate = due, late
	}
	s.any = true
}

// offered is how the load that was offered differs from the plan's: the legs
// took planned by the plan, and behind longer in truth (less than nothing if
// they were shorter).
type offered struct{ planned, behind time.Duration }

func (o *offered) add(s span) {
	o.planned += s.last - s.first
	o.behind += s.lastLate - s.firstLate
}

// rateError is by what share the rate differed from the plan's: n arrivals in
// planned + behind, and not in planned.
func (o offered) rateError() float64 {
	if o.planned <= 0 || o.planned+o.behind <= 0 {
		return 0
	}
	return float64(o.planned)/float64(o.planned+o.behind) - 1
}
