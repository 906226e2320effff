package load

import (
	"sync"

	"wabench/scenarios"
)

// enough knows which targets have been measured well enough, so that their
// load may end before the longest it may take.
type enough struct {
	mu   sync.Mutex
	said map[string]bool
}

func (e *enough) of(target string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said[target]
}

func (e *enough) say(target string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.said == nil {
		e.said = map[string]bool{}
	}
	e.said[target] = true
}

// askEnough asks for each target whose leg is under way.
func (e *engine) askEnough(b batch) {
	if e.options.Enough == nil {
		return
	}
	for name, sum := range b.totals {
		if sum.active && !e.enough.of(name) && e.options.Enough(name) {
			e.enough.say(name)
		}
	}
}

// ends reports whether a target's leg is to end now because enough is known.
// Legs of an interleaved plan run to their end: blocks are compared in pairs.
func (e *engine) ends(target string) bool {
	return e.plan.Order() != scenarios.Interleaved && e.enough.of(target)
}

// skips reports whether a group of legs need not run. Of an interleaved plan
// the legs of one block run on both targets or on none.
func (e *engine) skips(group []scenarios.Leg) bool {
	if e.plan.Order() != scenarios.Interleaved {
		return false
	}
	for _, l := range e.plan.Legs() {
		if !e.enough.of(l.Target) {
			return false
		}
	}
	return group[0].Block < 0 || !e.halfDone(group[0])
}

// halfDone reports whether the other target has run the leg's block.
func (e *engine) halfDone(l scenarios.Leg) bool {
	e.flushing.Lock()
	defer e.flushing.Unlock()
	for _, done := range e.legs {
		if done.Target != l.Target && done.From == l.From && done.To == l.To {
			return true
		}
	}
	return false
}
