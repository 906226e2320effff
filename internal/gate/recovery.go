package gate

import (
	"fmt"
	"slices"
	"time"

	"wabench/internal/compare"
	"wabench/internal/units"
	"wabench/results"
)

// The rule for recovery: it lasts from a fault's end to the first interval
// whose p95 is within 10 % of the usual one, if two of three successive
// intervals from there, or from the one or two before it, are, and if in each
// of them more requests succeed than fail. The usual p95 is the median
// over the intervals in the 30 seconds before the fault, or before the first
// of faults that overlap it. The resolution is that of the intervals, a second.
const (
	recoveryShare  = 1.1
	recoveryRun    = 3
	recoveryBefore = 30 * time.Second
)

// recovery is how a target came back from one fault.
type recovery struct {
	fault results.Event
	usual time.Duration
	took  time.Duration
	// open is true if the run ended before the target was back; took is then
	// how long it was watched.
	open bool
}

// recovered judges the slowest recovery. One that the run did not see the end
// of has failed if it took longer than the bound already.
func (j *judgement) recovered() finding {
	slowest, _ := slowestRecovery(j.rec, j.target)
	f := j.exactly(float64(slowest.took), slowest.detail())
	if slowest.open {
		f.observed = "over " + f.observed
		if j.rule.Comparator.holds(float64(slowest.took), j.rule.Bound.Value) == j.rule.Comparator.upper() {
			f.verdict = results.Inconclusive
		}
	}
	return f
}

func recoveryValue(rec *results.Record, target string) (value float64, detail, lack string) {
	slowest, lack := slowestRecovery(rec, target)
	return float64(slowest.took), slowest.detail(), lack
}

func (r recovery) detail() string {
	text := fmt.Sprintf("from the end of %s at %s until p95 was within 10%% of the %s before it",
		r.fault.Text, at(r.fault.End), units.FormatDuration(r.usual))
	if r.open {
		text += "; the run ended first"
	}
	return text
}

// slowestRecovery looks at every fault that hit the target and ended within
// the run; lack says why there is none to look at.
func slowestRecovery(rec *results.Record, target string) (slowest recovery, lack string) {
	points := headlinePoints(rec, target)
	lack = "no fault was injected that ended within the run"
	for _, fault := range faults(rec, target) {
		usual, ok := usualBefore(points, fault, faults(rec, target))
		if !ok {
			lack = "there is nothing from before the fault to compare with"
			continue
		}
		r, ok := recoveryAfter(points, fault, usual)
		if ok && (slowest.usual == 0 || r.took > slowest.took || r.open && r.took == slowest.took) {
			slowest = r
		}
	}
	if slowest.usual > 0 {
		return slowest, ""
	}
	return slowest, lack
}

func faults(rec *results.Record, target string) []results.Event {
	var found []results.Event
	for _, e := range rec.Events {
		if e.Kind == "fault" && e.End > 0 && (e.Target == "" || e.Target == target) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(p, q results.Event) int { return int(p.At - q.At) })
	return found
}

// headlinePoints are a target's measured intervals of its most frequent
// operation, in order.
func headlinePoints(rec *results.Record, target string) []results.Point {
	sent, op := map[string]int64{}, ""
	for _, p := range rec.Points {
		if p.Target != target || p.Op == results.OpWebhook {
			continue
		}
		sent[p.Op] += p.Sent
		if n := sent[p.Op]; n > sent[op] || n == sent[op] && (op == "" || p.Op < op) {
			op = p.Op
		}
	}
	var points []results.Point
	for _, p := range rec.Points {
		if p.Target == target && p.Op == op && p.Block != results.WarmupBlock {
			points = append(points, p)
		}
	}
	return points
}

// usualBefore is the median p95 before a fault, and before those that were
// still under way when it began.
func usualBefore(points []results.Point, fault results.Event, all []results.Event) (time.Duration, bool) {
	began := fault.At
	for _, other := range slices.Backward(all) {
		if other.At < began && other.End > began {
			began = other.At
		}
	}
	var usual []time.Duration
	for _, p := range points {
		if p.End <= began && p.Start >= began-recoveryBefore && healthy(p) {
			usual = append(usual, p.P95)
		}
	}
	if len(usual) == 0 {
		return 0, false
	}
	return middle(usual), true
}

// recoveryAfter looks for the first intervals after a fault that are as usual;
// ok is false if there are too few to tell.
func recoveryAfter(points []results.Point, fault results.Event, usual time.Duration) (r recovery, ok bool) {
	r = recovery{fault: fault, usual: usual, open: true}
	var after []results.Point
	for _, p := range points {
		if p.Start >= fault.End && (healthy(p) || failures(p) > 0) {
			after = append(after, p)
			r.took = p.End - fault.End
		}
	}
	limit := time.Duration(float64(usual) * recoveryShare)
	for i := range len(after) - recoveryRun + 1 {
		if at, ok := asUsual(after[i:i+recoveryRun], limit); ok {
			r.open, r.took = false, at-fault.End
			return r, true
		}
	}
	return r, len(after) >= recoveryRun
}

// asUsual reports whether most of a few intervals, all healthy, are within the
// limit, and when the first of those began.
func asUsual(points []results.Point, limit time.Duration) (at time.Duration, ok bool) {
	within := 0
	for _, p := range points {
		if !healthy(p) {
			return 0, false
		}
		if p.P95 > limit {
			continue
		}
		if within++; within == 1 {
			at = p.Start
		}
	}
	return at, 2*within > len(points)
}

// healthy reports whether more requests of an interval succeeded than failed
// by the target's fault.
func healthy(p results.Point) bool {
	return p.P95 > 0 && p.Outcomes["ok"] > failures(p)
}

// failures counts what ended by the target's fault.
func failures(p results.Point) int64 {
	counts := compare.Availability().Of(p.Outcomes)
	return counts.N - counts.K
}

// middle is the median, the lower one of two.
func middle(values []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}
