package load

import (
	"runtime"
	"sync/atomic"
	"time"

	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/scenarios"
)

// economy is for a load that a part of one CPU is enough for: its messages are
// sent, and their answers read, by one goroutine, in a loop.Loop. A hit
// that is handed between goroutines costs more than all else that is done for
// it, since each hand-over wakes a thread. It ends as soon as one CPU turns out
// not to be enough.
type economy struct {
	over atomic.Bool
	busy *busyWait
	at   time.Time
	cpu  time.Duration
}

const (
	// oneCPURate is the highest rate that begins with one goroutine: it leaves
	// half of a CPU idle even where a hit costs 100 µs.
	oneCPURate = 5000
	// busyShare of one CPU is what this process may use before the economy ends.
	busyShare = 0.8
)

// economize returns the economy of a plan; nil is none.
func economize(plan *scenarios.Plan, options *Options, busy *busyWait) *economy {
	if !options.Alone || options.Wait != nil || runtime.GOMAXPROCS(0) < 2 || !oneIsEnough(plan, options) {
		return nil
	}
	return &economy{busy: busy, at: time.Now(), cpu: busy.worked()}
}

// oneIsEnough reports whether one CPU can be expected to do. A loop keeps one,
// also while it waits: a fake in this process needs all, and so do legs side by
// side.
func oneIsEnough(plan *scenarios.Plan, options *Options) bool {
	var peak units.Rate
	for _, stage := range plan.Stages {
		if stage.Kind == pace.Closed {
			return false
		}
		peak = max(peak, stage.Peak())
	}
	for _, t := range options.Targets {
		if t.Inject != nil {
			return false
		}
	}
	for _, group := range groups(plan.Legs()) {
		if len(group) > 1 {
			return false
		}
	}
	return peak <= oneCPURate
}

// holds reports whether there is an economy still.
func (e *economy) holds() bool { return e != nil && !e.over.Load() }

// review ends the economy if one CPU was not enough since the last review.
func (e *economy) review() {
	if !e.holds() {
		return
	}
	now, cpu := time.Now(), e.busy.worked()
	e.over.Store(cpu-e.cpu > time.Duration(busyShare*float64(now.Sub(e.at))))
	e.at, e.cpu = now, cpu
}

// openLoops gives targets a loop if there is an economy. A system that has no
// loops does without.
func (e *engine) openLoops() (closeAll func()) {
	var opened []coroutines
	for _, t := range e.targets {
		if x, ok := t.exchanger.(loopable); ok && e.economy.holds() {
			if looped, loop, err := x.inLoop(); err == nil {
				t.looped, t.loop, opened = looped, loop, append(opened, loop)
			}
		}
	}
	return func() {
		for _, loop := range opened {
			loop.Close()
		}
	}
}
