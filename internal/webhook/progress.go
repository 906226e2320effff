package webhook

import "wabench/internal/whatsapp"

// progress is the set of states that a message's statuses have reported.
type progress uint8

const (
	sent progress = 1 << iota
	delivered
	read
	played
	failed
	deleted
	warned
	reported // at least one status came, of whatever state

	arrived = delivered | read | played // each implies that a device has it
	settled = arrived | failed          // nothing more need be waited for
)

// step is one state in a message's life: its bit, and the states that must not
// have been reported before it.
type step struct {
	bit   progress
	after progress
}

// stepOf returns the step of a state; for one we do not know, the zero step.
// Failed has nothing after it: a message may fail on one device before or
// after it is delivered to another, which is a conflict and not an order.
func stepOf(state whatsapp.State) step {
	switch state {
	case whatsapp.StateSent:
		return step{bit: sent, after: arrived | failed}
	case whatsapp.StateDelivered:
		return step{bit: delivered, after: read | played}
	case whatsapp.StateRead:
		return step{bit: read, after: played}
	case whatsapp.StatePlayed:
		return step{bit: played}
	case whatsapp.StateFailed:
		return step{bit: failed}
	case whatsapp.StateDeleted:
		return step{bit: deleted}
	case whatsapp.StateWarning:
		return step{bit: warned}
	}
	return step{}
}

// any reports whether p has at least one of the states in q.
func (p progress) any(q progress) bool { return p&q != 0 }

// conflicting reports whether the message both arrived and failed.
func (p progress) conflicting() bool { return p.any(arrived) && p.any(failed) }
