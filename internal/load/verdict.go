package load

import (
	"fmt"
	"math"
	"time"

	"wabench/internal/hist"
	"wabench/internal/machine"
	"wabench/internal/units"
	"wabench/results"
)

// Bounds of the generator's verdict on itself. What spoils the tail of the
// figures makes a run degraded, what would be mistaken for the target invalid.
const (
	faultShare   = 0.001 // of the planned hits, dropped or failed by our fault: invalid
	rateDegraded = 0.01  // by which the rate differed from the plan's
	rateInvalid  = 0.05
	busyDegraded = 0.80 // of all CPUs, by this process: degraded
	fullDegraded = 0.90 // of the descriptors or ports: degraded, for the next are not to be had
	// Lateness is compared with the target's service time at p50: what is small
	// beside it does not bend the response clock. A late tail makes the tail of
	// the response clock doubtful; only where the typical hit is later than the
	// target is slow do the figures speak of this machine and not of the target.
	lateDegraded = 0.10 // of p99
	lateInvalid  = 1.00 // of p50
	// lateFloor is never held against a run: it is below what any platform's
	// latency is resolved to.
	lateFloor = 2 * time.Millisecond
	// A pause of the garbage collector stops everything, once: it is held
	// against a run if it is longer than this and than the target is slow.
	pauseFloor = 10 * time.Millisecond
	// behindFloor is how far behind its plan a load may end without a word.
	behindFloor = 5 * lateFloor
)

// evidence is what the verdict is judged by.
type evidence struct {
	planned, dropped, faults int64
	// held is how many arrivals the bound on requests in flight delayed.
	held     int64
	offered  offered
	lateness *hist.Histogram // of arrivals that the bound did not delay
	service  *hist.Histogram
	usage    usage
	machine  headroom
	backlog  int
	// timedByUs is how many answers were there when this process read them, for
	// all that is known; of the others the kernel said when it received them.
	timedByUs int64
	webhooks  bool // which always are
	stalls    stalls
	busyWait  bool
	length    time.Duration // of the plan
}

// opinion is a verdict on its way, with its reasons.
type opinion struct{ generator *results.Generator }

// demote gives a reason why a run is no better than verdict.
func (o opinion) demote(verdict, format string, args ...any) {
	if o.generator.Verdict != results.Invalid {
		o.generator.Verdict = verdict
	}
	o.generator.Reasons = append(o.generator.Reasons, fmt.Sprintf(format, args...))
}

// judge returns the generator's verdict with its reasons in words.
func (e evidence) judge() results.Generator {
	g := results.Generator{
		Verdict: results.Valid, Reasons: []string{},
		CPUShare: e.usage.cpuShare, GCPauseMax: e.usage.gcPauseMax,
		SchedLatencyP99: e.usage.schedP99, WriteBacklogMax: e.backlog,
		RateError:   e.offered.rateError(),
		Descriptors: share(e.machine.descriptors), Ports: share(e.machine.ports),
	}
	o := opinion{&g}
	e.judgeHits(o)
	e.judgeRate(o)
	e.judgeStalls(o)
	e.judgeLateness(o)
	e.judgeUsage(o)
	e.judgeHeadroom(o)
	return g
}

func share(u machine.Use) results.Use { return results.Use{InUse: u.InUse, Of: u.Of} }

// judgeHits looks at the hits that were not sent, or failed on this machine.
func (e evidence) judgeHits(o opinion) {
	if share := ratio(e.dropped, e.planned); share > faultShare {
		o.demote(results.Invalid, "%d of %d planned hits (%v) were not sent; lower the rate, raise max_in_flight, or use a faster machine",
			e.dropped, e.planned, units.Percent(share))
	}
	if share := ratio(e.faults, e.planned); share > faultShare {
		o.demote(results.Invalid, "%d hits failed on this machine, not on the target (descriptors, ports, buffers); raise ulimit -n or lower the rate",
			e.faults)
	}
	if e.held > 0 {
		o.demote(results.Degraded, "%d arrivals waited because max_in_flight requests were under way; their wait is in the response clock as lateness; raise max_in_flight if the target is to be offered more at once", e.held)
	}
}

// judgeRate compares the rate of the arrivals with the plan's. Where the bound
// on requests in flight held them back, the response clock has their wait.
func (e evidence) judgeRate(o opinion) {
	off := math.Abs(e.offered.rateError())
	if e.offered.behind.Abs() < behindFloor || off <= rateDegraded {
		return
	}
	verdict := results.Degraded
	if off > rateInvalid && e.held == 0 {
		verdict = results.Invalid
	}
	o.demote(verdict, "the rate was %s off the plan's: a load of %s took %s; lower the rate, or use a faster machine",
		units.Percent(off), units.FormatDuration(e.offered.planned), units.FormatDuration(e.offered.planned+e.offered.behind))
}

// judgeStalls looks for how long the process did not run: a load that paused for
// so long was another load.
func (e evidence) judgeStalls(o opinion) {
	if e.stalls.total == 0 {
		return
	}
	verdict := results.Degraded
	if float64(e.stalls.total) > rateInvalid*float64(e.length) {
		verdict = results.Invalid
	}
	o.demote(verdict, "this process did not run for %s in one piece, %s in all: it was stopped, or its machine was; nothing was sent meanwhile, and the slowest answers may be its doing: run again",
		units.FormatDuration(e.stalls.longest), units.FormatDuration(e.stalls.total))
}

// judgeLateness compares our own delay with what is measured.
func (e evidence) judgeLateness(o opinion) {
	if e.lateness.Count() == 0 || e.service.Count() == 0 {
		return
	}
	typical := e.service.Quantile(0.5)
	text := "%s of lateness is %s beside a median service time of %s; the machine could not keep the schedule: stop what else runs on it, or lower the rate"
	if !e.busyWait {
		text += ", or keep a CPU for it (--busy-wait)"
	}
	median, tail := e.lateness.Quantile(0.5), e.lateness.Quantile(0.99)
	switch {
	case median > lateFloor && beside(median, typical) > lateInvalid:
		o.demote(results.Invalid, text, "the median", units.FormatDuration(median), units.FormatDuration(typical))
	case tail > lateFloor && beside(tail, typical) > lateDegraded:
		o.demote(results.Degraded, text, "p99", units.FormatDuration(tail), units.FormatDuration(typical))
	}
}

// judgeUsage looks at what in this process can delay a hit after it was sent,
// which no lateness shows.
func (e evidence) judgeUsage(o opinion) {
	if e.usage.cpuShare > busyDegraded {
		o.demote(results.Degraded, "this process used %v of all CPUs; latencies include waits for a CPU; lower the rate, or run the fake on another machine",
			units.Percent(e.usage.cpuShare))
	}
	if !e.webhooks && ratio(e.timedByUs, e.planned) <= faultShare {
		return // what held this process up is in its lateness, or in no clock
	}
	typical := e.service.Quantile(0.5)
	if wait := e.usage.schedP99; wait > lateFloor && beside(wait, typical) > lateDegraded {
		o.demote(results.Degraded, "a goroutine that could run waited up to %s for a CPU (p99), beside a median service time of %s; answers were read that much late: stop what else runs on this machine, or lower the rate",
			units.FormatDuration(wait), units.FormatDuration(typical))
	}
	if pause := e.usage.gcPauseMax; pause > pauseFloor && pause > typical {
		o.demote(results.Degraded, "the garbage collector stopped this process for %s, beside a median service time of %s; the slowest answers may be its doing: run again, or with GOGC=400",
			units.FormatDuration(pause), units.FormatDuration(typical))
	}
}

// judgeHeadroom looks at what a system has only so many of.
func (e evidence) judgeHeadroom(o opinion) {
	if d := e.machine.descriptors; d.Share() > fullDegraded {
		o.demote(results.Degraded, "%d of the %d descriptors that this process may have were open; raise ulimit -n before the next fail", d.InUse, d.Of)
	}
	if p := e.machine.ports; p.Share() > fullDegraded {
		o.demote(results.Degraded, "%d TCP sockets were in use or not yet usable again, of %d ports that connections may begin from; widen net.ipv4.ip_local_port_range, or let the target keep connections open",
			p.InUse, p.Of)
	}
}

// beside is a delay as a share of what is typical.
func beside(delay, typical time.Duration) float64 { return float64(delay) / float64(max(typical, 1)) }

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
