package results

import (
	"slices"
	"strings"

	"wabench/internal/hist"
)

// Condense returns a record with the same figures and one interval for each
// block, small enough to be kept for ever: comparisons still find their pairs.
// What happened within a block is gone, and so are the events, the plan in full
// and the clocks that no comparison reads.
func (r *Record) Condense() (*Record, error) {
	run := r.Run.clone()
	run.Plan.Full = nil
	out := Memory(run)
	out.Scenario = r.Scenario
	for target := range r.series {
		for _, series := range r.Series(target) {
			if !compared(series) {
				continue
			}
			if err := out.condenseSeries(r, target, series); err != nil {
				return nil, err
			}
		}
	}
	out.Points = condensePoints(r.Points)
	return out, nil
}

// compared reports whether comparisons read a series: not the generator's own
// lateness, nor the histograms of single classes of failure.
func compared(series string) bool {
	parts := strings.Split(series, ".")
	return len(parts) == 2 && parts[1] != "lateness"
}

// condenseSeries adds the blocks of a series of another record.
func (r *Record) condenseSeries(from *Record, target, series string) error {
	blocks, err := from.Blocks(target, series)
	if err != nil {
		return err
	}
	spans := make([]span, len(blocks))
	err = from.measured(target, series, func(at span, _ func(*hist.Histogram) error) error {
		if s := &spans[at.block]; s.end == 0 {
			*s = at
		} else {
			s.start, s.end = min(s.start, at.start), max(s.end, at.end)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for number, h := range blocks {
		if h != nil {
			r.Put(target, series, number, spans[number].start, spans[number].end, h)
		}
	}
	return nil
}

// condensePoints adds up the points of each block, in the order in which blocks
// began. They keep no quantiles.
func condensePoints(points []Point) []Point {
	sums := map[cellKey]*Point{}
	for _, p := range points {
		at := span{p.Block, p.Start, p.End}.logged()
		k := cellKey{p.Target, p.Op, p.Block}
		if sums[k] == nil {
			sums[k] = newSum(p, at)
			continue
		}
		sums[k].addPoint(p, at)
	}
	out := make([]Point, 0, len(sums))
	for _, p := range sums {
		p.InFlight = 0 // of one moment, not of a block
		out = append(out, *p)
	}
	slices.SortFunc(out, comparePoints)
	return out
}
