package results

import (
	"fmt"
	"strings"
	"time"

	"wabench/internal/hist"
)

// rebuild computes the figures of a run that was cut from its logs, as far as
// they agree: what has a point has its histograms, and only that counts.
func (r *Record) rebuild() error {
	r.source = whole(r.source, r.Points)
	killed := r.Run.Ended.IsZero()
	if err := r.Summarize(); err != nil {
		return err
	}
	if killed {
		r.judgeKilled()
	}
	return nil
}

// cellKey is what a point speaks of, apart from when.
type cellKey struct {
	target, op string
	block      int
}

// opOf returns the operation of a series: send of send.response.throttled.
func opOf(series string) string {
	op, _, _ := strings.Cut(series, ".")
	return op
}

// whole yields only the intervals that have their point. Histograms are
// written before it, so that a kill between the two leaves some without.
func whole(from source, points []Point) source {
	last := map[cellKey]time.Duration{}
	for _, p := range points {
		key := cellKey{p.Target, p.Op, p.Block}
		last[key] = max(last[key], p.End)
	}
	return func(target, series string, f intervalFunc) error {
		op := opOf(series)
		return from(target, series, func(at span, add func(*hist.Histogram) error) error {
			// Times in the logs are rounded to 1 µs: compare the middle.
			if at.middle() >= last[cellKey{target, op, at.block}] {
				return nil
			}
			return f(at, add)
		})
	}
}

// maxDropped is the share of planned hits that may be dropped before a run
// says more about this machine than about the target.
const maxDropped = 0.001

// judgeKilled gives a run whose generator could not judge itself the verdict
// that its points allow.
func (r *Record) judgeKilled() {
	g := &r.Run.Generator
	g.Verdict = Degraded
	g.Reasons = append(g.Reasons, "the run was killed before the generator could judge itself")
	var planned, dropped int64
	for _, p := range r.Points {
		planned, dropped = planned+p.Planned, dropped+p.Dropped
	}
	if float64(dropped) > maxDropped*float64(planned) {
		g.Verdict = Invalid
		g.Reasons = append(g.Reasons, fmt.Sprintf("%d of %d planned hits were not sent", dropped, planned))
	}
}
