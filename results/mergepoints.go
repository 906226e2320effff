package results

import (
	"cmp"
	"slices"
	"strings"

	"wabench/internal/hist"
)

// mergePoints adds up the points of each second. Their quantiles are those of
// the merged histograms: quantiles cannot be averaged.
func mergePoints(recs []*Record, from source) ([]Point, error) {
	sums := map[pointKey]*Point{}
	for _, rec := range recs {
		for _, p := range rec.Points {
			at := span{p.Block, p.Start, p.End}.logged()
			k := pointKey{at.second(), cellKey{p.Target, p.Op, p.Block}}
			if sums[k] == nil {
				sums[k] = newSum(p, at)
			} else {
				sums[k].addPoint(p, at)
			}
		}
	}
	points := make([]Point, 0, len(sums))
	for _, p := range sums {
		points = append(points, *p)
	}
	slices.SortFunc(points, comparePoints)
	return points, summarizePoints(points, from)
}

// pointKey is what a merged point speaks of.
type pointKey struct {
	second int64
	cellKey
}

// summarizePoints sets the quantiles of merged points from the histograms of
// their intervals.
func summarizePoints(points []Point, from source) error {
	at := map[pointKey]*Point{}
	ops := map[cellKey]bool{} // block 0 stands for all
	for i := range points {
		p := &points[i]
		at[pointKey{span{p.Block, p.Start, p.End}.second(), cellKey{p.Target, p.Op, p.Block}}] = p
		ops[cellKey{p.Target, p.Op, 0}] = true
	}
	scratch := hist.New()
	for of := range ops {
		for _, series := range headlines(of.op) {
			err := from(of.target, series, func(in span, add func(*hist.Histogram) error) error {
				p := at[pointKey{in.second(), cellKey{of.target, of.op, in.block}}]
				if p == nil || p.Max > 0 {
					return nil
				}
				scratch.Reset()
				if err := add(scratch); err != nil {
					return err
				}
				p.P50, p.P95, p.P99, p.Max = scratch.Quantile(0.5), scratch.Quantile(0.95), scratch.Quantile(0.99), scratch.Max()
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// headlines are the series that a point's quantiles come from: the first that
// has anything in its interval.
func headlines(op string) []string {
	if op == OpWebhook {
		return []string{op + ".delivered"}
	}
	return []string{op + ".response", op + ".service"}
}

// newSum begins a merged point.
func newSum(p Point, at span) *Point {
	sum := &Point{Target: p.Target, Op: p.Op, Block: p.Block, Start: at.start, End: at.end}
	sum.addPoint(p, at)
	return sum
}

// addPoint adds the counts of p.
func (sum *Point) addPoint(p Point, at span) {
	sum.Start, sum.End = min(sum.Start, at.start), max(sum.End, at.end)
	sum.Load = max(sum.Load, p.Load)
	sum.Planned += p.Planned
	sum.Sent += p.Sent
	sum.Dropped += p.Dropped
	sum.InFlight += p.InFlight
	for _, of := range []struct {
		into *map[string]int64
		from map[string]int64
	}{{&sum.Outcomes, p.Outcomes}, {&sum.Codes, p.Codes}, {&sum.Statuses, p.Statuses}} {
		if len(of.from) > 0 {
			fillMap(of.into)
			addCounts(*of.into, of.from)
		}
	}
}

func comparePoints(p, q Point) int {
	return cmp.Or(cmp.Compare(p.End, q.End), cmp.Compare(p.Start, q.Start), strings.Compare(p.Target, q.Target),
		strings.Compare(p.Op, q.Op), cmp.Compare(p.Block, q.Block))
}

// mergeEvents puts all events in order of time.
func mergeEvents(recs []*Record) []Event {
	var all []Event
	for _, rec := range recs {
		all = append(all, rec.Events...)
	}
	slices.SortFunc(all, func(p, q Event) int {
		return cmp.Or(cmp.Compare(p.At, q.At), strings.Compare(p.Kind, q.Kind), strings.Compare(p.Target, q.Target),
			strings.Compare(p.Text, q.Text), cmp.Compare(p.End, q.End), strings.Compare(p.Class, q.Class),
			cmp.Compare(p.Code, q.Code), cmp.Compare(p.Status, q.Status), strings.Compare(p.Body, q.Body))
	})
	return all
}
