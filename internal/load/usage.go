package load

import (
	"math"
	"runtime/metrics"
	"time"
)

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
	busy   *busyWait
	pauses *metrics.Float64Histogram
	sched  *metrics.Float64Histogram
}

// The runtime's own histograms, in seconds since the process began.
const (
	metricPauses = "/sched/pauses/total/gc:seconds"
	metricSched  = "/sched/latencies:seconds"
)

func newMeter(cpus int, busy *busyWait) *meter {
	pauses, sched := readRuntime()
	return &meter{began: time.Now(), cpu: busy.worked(), cpus: cpus, busy: busy, pauses: pauses, sched: sched}
}

// read returns the usage since newMeter; none of a meter that is not there.
func (m *meter) read() usage {
	if m == nil {
		return usage{}
	}
	pauses, sched := readRuntime()
	elapsed := time.Since(m.began)
	u := usage{
		gcPauseMax: upperQuantile(m.pauses, pauses, 1),
		schedP99:   upperQuantile(m.sched, sched, 0.99),
	}
	if elapsed > 0 {
		u.cpuShare = float64(m.busy.worked()-m.cpu) / float64(elapsed) / float64(m.cpus)
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
