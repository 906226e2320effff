package webhook

import (
	"time"

	"wabench/internal/whatsapp"
)

// generation is how many early statuses are kept for sure; at most twice as
// many are kept at all. The race they bridge is short: at 3,000 statuses a
// second this is ten seconds in which the answer with the id may lag behind.
const generation = 1 << 15

// status is what the correlator keeps of one status update.
type status struct {
	target int  // whose address it came to
	shared bool // it came to the address that all targets share
	state  whatsapp.State
	code   int
	at     time.Duration // since the correlator's epoch
}

// early holds statuses that came before their message was accepted, by the
// hash of its id. Two generations bound it: when the young one is full, it
// becomes the old one, and what was in the old one is forgotten.
type early struct {
	young, old map[uint64][]status
	count      int // statuses in young
}

// add keeps a status until its message is accepted.
func (e *early) add(hash uint64, s status) {
	if e.young == nil || e.count >= generation {
		e.young, e.old, e.count = map[uint64][]status{}, e.young, 0
	}
	e.young[hash] = append(e.young[hash], s)
	e.count++
}

// claim takes out the statuses that are for the target's message, in the order
// in which they came. Those of another target's message with the same id stay.
func (e *early) claim(hash uint64, target int) []status {
	claimed := take(e.old, hash, target)
	young := take(e.young, hash, target)
	e.count -= len(young)
	return append(claimed, young...)
}

// take moves the target's statuses under hash out of a generation.
func take(from map[uint64][]status, hash uint64, target int) (taken []status) {
	waiting, found := from[hash]
	if !found {
		return nil
	}
	var left []status
	for _, s := range waiting {
		if s.shared || s.target == target {
			taken = append(taken, s)
		} else {
			left = append(left, s)
		}
	}
	if left == nil {
		delete(from, hash)
	} else {
		from[hash] = left
	}
	return taken
}
