package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"wabench/internal/accuracy"
)

// usageOf is what an ended process took. The kernel begins a child's maximum
// with its parent's at the fork, so that the figure of the process's end counts
// only above our own; a smaller one is known from what was seen on the way.
func usageOf(state *os.ProcessState, own, seen int64) accuracy.Usage {
	u := accuracy.Usage{CPU: state.UserTime() + state.SystemTime(), Memory: seen}
	if most := maxResident(state); most > own {
		u.Memory = max(most, seen)
	}
	return u
}

// watchPeak looks at a process until the function that it returns is called,
// which returns the most that was resident.
func watchPeak(pid int) func() int64 {
	var most int64
	stop := make(chan struct{}) // closed by the returned function
	var watching sync.WaitGroup
	watching.Go(func() {
		ticks := time.NewTicker(100 * time.Millisecond)
		defer ticks.Stop()
		for {
			most = max(most, peakOf(strconv.Itoa(pid)))
			select {
			case <-ticks.C:
			case <-stop:
				return
			}
		}
	})
	return func() int64 {
		close(stop)
		watching.Wait()
		return most
	}
}

// peakOf is the most that a process has had resident, in bytes; 0 where the
// system does not say. The name is its number, or self.
func peakOf(process string) int64 { return statusOf(process, "VmHWM:") }

// residentOf is what a process has resident now.
func residentOf(process string) int64 { return statusOf(process, "VmRSS:") }

// statusOf reads a size in kB from a process's status.
func statusOf(process, field string) int64 {
	content, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(content) {
		var kilobytes int64
		if _, err := fmt.Sscanf(string(line), field+" %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}
