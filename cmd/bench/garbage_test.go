package main

import (
	"runtime/debug"
	"testing"
)

// What somebody chose higher, or turned off, stays; and all is as before in the
// end.
func TestGarbageIsCollectedRarelyWhileMeasuring(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for chosen, want := range map[int]int{100: garbagePercent, 800: 800, -1: -1} {
		debug.SetGCPercent(chosen)
		restore := collectRarely()
		during := debug.SetGCPercent(garbagePercent)
		debug.SetGCPercent(during)
		restore()
		if after := debug.SetGCPercent(100); during != want || after != chosen {
			t.Errorf("%d %%: %d while measuring, want %d, and %d after", chosen, during, want, after)
		}
	}
}
