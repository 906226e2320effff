package load

import (
	"fmt"
	"math"
	"runtime/metrics"
	"time"

	"wabench/internal/hist"
	"wabench/internal/units"
	"wabench/results"
)

// Bounds of the generator's verdict on itself.
const (
	faultShare   = 0.001 // of the planned hits, dropped or failed by our fault: invalid
	busyDegraded = 0.80  // of all CPUs, by this process: degraded
	// Lateness is compared with the target's service time at p50: what is small
	// beside it does not bend the response clock. A late tail makes the tail of
	// the response clock doubtful; only where the typical hit is later than the
	// target is slow do the figures speak of this machine and not of the target.
	lateDegraded = 0.10 // of p99
	lateInvalid  = 1.00 // of p50
	// lateFloor is never held against a run: it is below what any platform's
	// latency is resolved to.
	lateFloor = 2 * time.Millisecond
)

// evidence is what the verdict is judged by.
type evidence struct {
	planned, dropped, faults int64
	// held is how many arrivals the bound on requests in flight delayed.
	held     int64
	lateness *hist.Histogram // of arrivals that the bound did not delay
	service  *hist.Histogram
	usage    usage
	backlog  int
}

// judge returns the generator's verdict with its reasons in words.
func (e evidence) judge() results.Generator {
	g := results.Generator{
		Verdict: results.Valid, Reasons: []string{},
		CPUShare: e.usage.cpuShare, GCPauseMax: e.usage.gcPauseMax,
		SchedLatencyP99: e.usage.schedP99, WriteBacklogMax: e.backlog,
	}
	demote := func(verdict, format string, args ...any) {
		if g.Verdict != results.Invalid {
			g.Verdict = verdict
		}
		g.Reasons = append(g.Reasons, fmt.Sprintf(format, args...))
	}
	if share := ratio(e.dropped, e.planned); share > faultShare {
		demote(results.Invalid, "%d of %d planned hits (%v) were not sent; lower the rate, raise max_in_flight, or use a faster machine",
			e.dropped, e.planned, units.Percent(share))
	}
	if share := ratio(e.faults, e.planned); share > faultShare {
		demote(results.Invalid, "%d hits failed on this machine, not on the target (descriptors, ports, buffers); raise ulimit -n or lower the rate",
			e.faults)
	}
	if e.held > 0 {
		demote(results.Degraded, "%d arrivals waited because max_in_flight requests were under way; their wait is in the response clock as lateness", e.held)
	}
	e.judgeLateness(demote)
	if e.usage.cpuShare > busyDegraded {
		demote(results.Degraded, "this process used %v of all CPUs; latencies include waits for a CPU", units.Percent(e.usage.cpuShare))
	}
	return g
}

// judgeLateness compares our own delay with what is measured.
func (e evidence) judgeLateness(demote func(verdict, format string, args ...any)) {
	if e.lateness.Count() == 0 || e.service.Count() == 0 {
		return
	}
	typical := e.service.Quantile(0.5)
	beside := func(late time.Duration) float64 { return float64(late) / float64(max(typical, 1)) }
	const text = "%s of lateness is %s beside a median service time of %s; the machine could not keep the schedule"
	median, tail := e.lateness.Quantile(0.5), e.lateness.Quantile(0.99)
	switch {
	case median > lateFloor && beside(median) > lateInvalid:
		demote(results.Invalid, text, "the median", units.FormatDuration(median), units.FormatDuration(typical))
	case tail > lateFloor && beside(tail) > lateDegraded:
		demote(results.Degraded, text, "p99", units.FormatDuration(tail), units.FormatDuration(typical))
	}
}

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// usage is what the run cost this process.
type usage struct {
	cpuShare   float64
	gcPauseMax time.Duration
	schedP99   time.Duration
}

// meter measures usage between newMeter and read.
type meter struct {
	began  time.Time
	cpu    time.Duration
	cpus   int
	pauses *metrics.Float64Histogram
	sched  *metrics.Float64Histogram
}

// The runtime's own histograms, in seconds since the process began.
const (
	metricPauses = "/sched/pauses/total/gc:seconds"
	metricSched  = "/sched/latencies:seconds"
)

func newMeter(cpus int) *meter {
	pauses, sched := readRuntime()
	return &meter{began: time.Now(), cpu: processCPU(), cpus: cpus, pauses: pauses, sched: sched}
}

func (m *meter) read() usage {
	pauses, sched := readRuntime()
	elapsed := time.Since(m.began)
	u := usage{
		gcPauseMax: upperQuantile(m.pauses, pauses, 1),
		schedP99:   upperQuantile(m.sched, sched, 0.99),
	}
	if elapsed > 0 {
		u.cpuShare = float64(processCPU()-m.cpu) / float64(elapsed) / float64(m.cpus)
	}
	return u
}

// readRuntime returns copies of the runtime's histograms, nil where it has
// none of that name.
func readRuntime() (pauses, sched *metrics.Float64Histogram) {
	samples := []metrics.Sample{{Name: metricPauses}, {Name: metricSched}}
	metrics.Read(samples)
	out := [2]*metrics.Float64Histogram{}
	for i, s := range samples {
		if s.Value.Kind() == metrics.KindFloat64Histogram {
			out[i] = s.Value.Float64Histogram()
		}
	}
	return out[0], out[1]
}

// upperQuantile returns the upper bound of the bucket that holds quantile q of
// what was counted between two readings.
func upperQuantile(before, after *metrics.Float64Histogram, q float64) time.Duration {
	if before == nil || after == nil {
		return 0
	}
	var total, seen uint64
	for i := range after.Counts {
		total += after.Counts[i] - before.Counts[i]
	}
	for i := range after.Counts {
		seen += after.Counts[i] - before.Counts[i]
		if seen > 0 && float64(seen) >= q*float64(total) {
			bound := after.Buckets[i+1]
			if math.IsInf(bound, 1) {
				bound = after.Buckets[i]
			}
			return time.Duration(bound * float64(time.Second))
		}
	}
	return 0
}
