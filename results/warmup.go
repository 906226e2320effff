package results

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"wabench/internal/hist"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// TrimWarmup finds where the targets settled, if the plan left the length of
// warm-up to be found (WarmupAuto): by MSER-5 on the medians of the intervals,
// target by target. The longest warm-up is that of the run, in whole blocks; it
// is then excluded from every figure as a given one is. A Note says what was
// found, or why nothing could be. It is to be called before Summarize.
func (r *Record) TrimWarmup() {
	if !r.Run.Plan.WarmupAuto || r.Run.Plan.Block <= 0 {
		return
	}
	var longest time.Duration
	for name := range r.Run.Targets {
		at, medians := r.settling(name)
		found := stat.MSER5(medians)
		for _, w := range found.Warnings {
			r.Run.Notes = append(r.Run.Notes, Note{
				Code: "warmup_unsettled", Text: fmt.Sprintf("the end of %s's warm-up could not be found: %s", name, w.Text),
				Advice: "state its length, as warmup: 10s, or " + w.Advice,
			})
		}
		if found.Drop > 0 && found.Settled {
			longest = max(longest, at[found.Drop-1])
		}
	}
	block := r.Run.Plan.Block
	r.Run.Plan.WarmupBlocks = int((longest + block - 1) / block)
	r.Run.Plan.Warmup = time.Duration(r.Run.Plan.WarmupBlocks) * block
	r.hideWarmup()
	r.Run.Notes = append(r.Run.Notes, Note{
		Code: "warmup_found", Text: "the first " + units.FormatDuration(r.Run.Plan.Warmup) + " were found to be warm-up (MSER-5 on the medians of each second) and are not counted",
		Advice: "state warmup yourself where runs are to be compared, so that all leave out the same",
	})
}

// settling returns the medians of a target's sends over load time.
func (r *Record) settling(target string) (at []time.Duration, medians []float64) {
	points := slices.DeleteFunc(slices.Clone(r.Points), func(p Point) bool {
		return p.Target != target || p.Op != string(whatsapp.OpSend) || p.P50 == 0
	})
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(a.Load, b.Load) })
	for _, p := range points {
		at, medians = append(at, p.Load), append(medians, float64(p.P50))
	}
	return at, medians
}

// hideWarmup makes what the first WarmupBlocks blocks hold look like warm-up.
func (r *Record) hideWarmup() {
	n := r.Run.Plan.WarmupBlocks
	if n == 0 {
		return
	}
	for i := range r.Points {
		if r.Points[i].Block < n {
			r.Points[i].Block = WarmupBlock
		}
	}
	source := r.source
	if source == nil {
		return
	}
	r.source = func(target, series string, f intervalFunc) error {
		return source(target, series, func(at span, add func(*hist.Histogram) error) error {
			if at.block < n {
				at.block = WarmupBlock
			}
			return f(at, add)
		})
	}
	r.blocks, r.totals = nil, nil
}
