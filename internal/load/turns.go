package load

import (
	"time"

	"wabench/internal/pace"
	"wabench/scenarios"
)

// groups splits legs into those that run at the same time, in order.
func groups(legs []scenarios.Leg) [][]scenarios.Leg {
	var out [][]scenarios.Leg
	for _, l := range legs {
		if len(out) == 0 || out[len(out)-1][0].Group != l.Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], l)
	}
	return out
}

// planned returns how long the legs take together.
func planned(legs []scenarios.Leg) time.Duration {
	var total time.Duration
	for _, group := range groups(legs) {
		longest := time.Duration(0)
		for _, l := range group {
			longest = max(longest, l.Length())
		}
		total += longest
	}
	return total
}

// parts cuts a planned leg at the borders between open and closed stages.
func (e *engine) parts(planned scenarios.Leg) []*leg {
	var parts []*leg
	at := time.Duration(0)
	for _, stage := range e.plan.Stages {
		from, to := max(at, planned.From), min(at+stage.Length(), planned.To)
		at += stage.Length()
		if from >= to {
			continue
		}
		users, think := 0, time.Duration(0)
		if stage.Kind == pace.Closed {
			users, think = stage.Users, stage.Think
		}
		if last := len(parts) - 1; last >= 0 && users == 0 && parts[last].users == 0 {
			parts[last].to = to
			continue
		}
		parts = append(parts, &leg{from: from, to: to, users: users, think: think})
	}
	return parts
}

// arrivals returns the numbers of the arrivals due in from..to of load time.
func (e *engine) arrivals(from, to time.Duration) (first, end int64) {
	return e.firstAt(from), e.firstAt(to)
}

// firstAt returns the first arrival due at or after a moment of load time.
func (e *engine) firstAt(at time.Duration) int64 {
	low, high := int64(0), e.schedule.Len()
	for low < high {
		middle := (low + high) / 2
		if e.schedule.Due(middle) < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// take reports whether one more message is within the plan's limit, and counts
// it. Planned arrivals are within it, or the plan would have been refused; what
// users of closed stages send, and retries, must be held to it while they go.
func (e *engine) take() bool {
	limit := e.plan.Limits.MaxMessages
	if n := e.messages.Add(1); limit > 0 && n > limit {
		e.messages.Add(-1)
		return false
	}
	return true
}

// nextClosed returns a number for a request of a closed stage: they follow the
// schedule's arrivals.
func (e *engine) nextClosed() int64 { return e.closed.Add(1) - 1 }
