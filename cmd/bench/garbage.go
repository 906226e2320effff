package main

import "runtime/debug"

// garbagePercent lets the heap of a command that measures grow to five times
// what is live before garbage is collected. Little of it is live, and each
// collection costs arrivals their punctuality and pictures the time to stop
// what paints them.
const garbagePercent = 400

// collectRarely sets it, unless the user asked for as much or more; the function
// that it returns puts back what was.
func collectRarely() func() {
	before := debug.SetGCPercent(garbagePercent)
	if before < 0 || before > garbagePercent {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}
