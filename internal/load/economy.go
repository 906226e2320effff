package load

import (
	"runtime"
	"sync/atomic"
	"time"

	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/scenarios"
)

// economy fits the Go runtime to a run that has the process to itself.
//
// A hit is handed between goroutines a few times, and every hand-over wakes a
// further thread that then finds nothing to do, if the runtime may use one:
// at some thousand hits a second this costs more than the hits. So a load that
// a part of one CPU is enough for gets one, and all of them as soon as it turns
// out that it is not. And garbage is collected rarely, as there is little that
// stays.
type economy struct {
	allowed int // CPUs, by who started the process
	used    atomic.Int32
	at      time.Time
	cpu     time.Duration
}

const (
	// oneCPURate is the highest rate that begins with one CPU: it leaves half of
	// it idle even where a hit costs 100 µs.
	oneCPURate = 5000
	// busyShare of one CPU is what it may be used for before all are.
	busyShare = 0.8
)

// economize begins the economy; end must be called.
func economize(plan *scenarios.Plan, options *Options) *economy {
	if !options.Alone {
		return nil
	}
	e := &economy{allowed: runtime.GOMAXPROCS(0), at: time.Now(), cpu: processCPU()}
	e.used.Store(int32(e.allowed))
	if oneIsEnough(plan, options) {
		e.use(1)
	}
	return e
}

// oneIsEnough reports whether one CPU can be expected to do. A fake in this
// process needs more, and so does a rule that reads the run directory while
// arrivals fall due.
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
	return options.Abort == nil && options.Enough == nil && peak*units.Rate(len(options.Targets)) <= oneCPURate
}

func (e *economy) use(cpus int) {
	if e.used.Swap(int32(cpus)) != int32(cpus) {
		runtime.GOMAXPROCS(cpus)
	}
}

// review gives the load all CPUs if one was not enough since the last review.
func (e *economy) review() {
	if e == nil || int(e.used.Load()) == e.allowed {
		return
	}
	now, cpu := time.Now(), processCPU()
	if cpu-e.cpu > time.Duration(busyShare*float64(now.Sub(e.at))) {
		e.use(e.allowed)
	}
	e.at, e.cpu = now, cpu
}

// rest lets arrivals be sent that fell due during work on the only CPU: the
// runtime looks for what is due when that has nothing left to do.
func (e *economy) rest() {
	if e != nil && e.used.Load() == 1 {
		time.Sleep(time.Millisecond)
	}
}

// end puts back what was.
func (e *economy) end() {
	if e != nil {
		e.use(e.allowed)
	}
}
