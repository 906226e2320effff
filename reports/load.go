package reports

import (
	"math"
	"slices"

	"wabench/internal/hist"
	"wabench/results"
)

// offered is what one target did at one rate: the blocks of about that rate,
// added up.
type offered struct {
	rate      float64 // planned, per second
	load      float64 // seconds of load time
	planned   float64
	finished  float64
	throttled float64
	failed    float64
	response  *hist.Histogram
	delivered *hist.Histogram
}

// rateBins is how many rates the axis tells apart.
const rateBins = 40

// fewestRates is how many different rates make a curve.
const fewestRates = 3

// loadFigure is latency and refusals against the rate that was offered: the
// shape by which the two APIs differ.
func loadFigure(rec *results.Record, targets []string, t *timeline) (Figure, bool, error) {
	f := Figure{
		Name: "load", Title: "What load does: latency and refusals by planned rate",
		Subtitle: "each point is all blocks of about that rate, outside warm-up; thick is the median, thin is p95",
		Note:     "Planned rate, not achieved: a target that refuses is not spared. Time to delivered runs from due, so a backlog left by earlier blocks counts.",
		Alt:      "Median and 95th percentile of response and time to delivered, and the share refused or failed, against the planned rate for each target.",
		X:        Axis{Label: "planned requests per second", Unit: PerSecond, Scale: Linear},
	}
	response := Panel{Title: "request to answer (response)", Y: Axis{Unit: Latency, Scale: Log}, Height: 150}
	delivered := Panel{Title: "request to delivered webhook", Y: Axis{Unit: Latency, Scale: Log}, Height: 150}
	refused := Panel{Title: "refused by rate limit (marked) and failed (thin), of finished requests", Y: Axis{Unit: Share, Scale: Linear}, Height: 110}
	if !ratesDiffer(t, targets) {
		return f, false, nil
	}
	for i, name := range targets {
		bins, err := offeredBy(rec, t, name)
		if err != nil {
			return f, false, err
		}
		response.Series = append(response.Series, loadQuantiles(i, name, bins, func(o offered) *hist.Histogram { return o.response })...)
		delivered.Series = append(delivered.Series, loadQuantiles(i, name, bins, func(o offered) *hist.Histogram { return o.delivered })...)
		refused.Series = append(refused.Series, refusals(i, name, bins)...)
	}
	for _, p := range []Panel{response, delivered, refused} {
		if len(p.Series) > 0 {
			f.Panels = append(f.Panels, p)
		}
	}
	return f, len(response.Series) > 0, nil
}

// ratesDiffer reports whether some target was loaded at enough different rates
// for a curve. It looks at the points only: blocks are large.
func ratesDiffer(t *timeline, targets []string) bool {
	for _, name := range targets {
		blocks := blocksOf(t.points[name])
		most := fastest(blocks)
		keys := map[int]bool{}
		for _, o := range blocks {
			keys[o.key(most)] = true
		}
		if len(keys) >= fewestRates {
			return true
		}
	}
	return false
}

// fastest is the highest rate of any block.
func fastest(blocks map[int]*offered) float64 {
	most := 0.0
	for _, o := range blocks {
		most = max(most, o.rate)
	}
	return most
}

// key is the bin of a rate.
func (o *offered) key(most float64) int { return int(math.Round(o.rate / most * rateBins)) }

// offeredBy adds up a target's blocks by planned rate, ascending.
func offeredBy(rec *results.Record, t *timeline, target string) ([]offered, error) {
	blocks := blocksOf(t.points[target])
	_, op := mainOp(rec.Run.Targets[target])
	response, err := rec.Blocks(target, op+".response")
	if err != nil {
		return nil, err
	}
	delivered, err := rec.Blocks(target, "webhook.delivered")
	if err != nil {
		return nil, err
	}
	most := fastest(blocks)
	bins := map[int]*offered{}
	for number, o := range blocks {
		if o.load <= 0 || o.planned == 0 {
			continue
		}
		key := o.key(most)
		if bins[key] == nil {
			bins[key] = &offered{}
		}
		o.response, o.delivered = nth(response, number), nth(delivered, number)
		bins[key].add(*o)
	}
	var all []offered
	for _, o := range bins {
		all = append(all, *o)
	}
	slices.SortFunc(all, func(a, b offered) int { return int(math.Copysign(1, a.rate-b.rate)) })
	return all, nil
}

// blocksOf adds up points by block. The load time of a point is what it
// advanced: while a block is drained there is none.
func blocksOf(points []results.Point) map[int]*offered {
	blocks := map[int]*offered{}
	at := 0.0
	for _, p := range points {
		advanced := max(p.Load.Seconds()-at, 0)
		at = max(at, p.Load.Seconds())
		if p.Block == results.WarmupBlock {
			continue
		}
		o := blocks[p.Block]
		if o == nil {
			o = &offered{}
			blocks[p.Block] = o
		}
		failed, throttled, all := tallies(p.Outcomes)
		o.load, o.planned = o.load+advanced, o.planned+float64(p.Planned)
		o.failed, o.throttled, o.finished = o.failed+float64(failed), o.throttled+float64(throttled), o.finished+float64(all)
		if o.load > 0 {
			o.rate = o.planned / o.load
		}
	}
	return blocks
}

// nth returns the histogram of a block, nil if there is none.
func nth(blocks []*hist.Histogram, n int) *hist.Histogram {
	if n < 0 || n >= len(blocks) {
		return nil
	}
	return blocks[n]
}

// add adds another block; the rate is that of all together.
func (o *offered) add(b offered) {
	o.load, o.planned = o.load+b.load, o.planned+b.planned
	o.failed, o.throttled, o.finished = o.failed+b.failed, o.throttled+b.throttled, o.finished+b.finished
	o.rate = o.planned / o.load
	o.response, o.delivered = sum(o.response, b.response), sum(o.delivered, b.delivered)
}

// sum adds b to a; a is ours, b the record's, which must not change.
func sum(a, b *hist.Histogram) *hist.Histogram {
	switch {
	case b == nil:
		return a
	case a == nil:
		return b.Clone()
	}
	a.Add(b)
	return a
}

// loadQuantiles are the median and p95 of a target by rate.
func loadQuantiles(i int, name string, bins []offered, of func(offered) *hist.Histogram) []Series {
	look := lookOf(i)
	median := Series{Name: label(name) + " p50", Kind: Line, Tone: look.tone, Dash: look.dash, Marker: look.marker, Width: 2.4}
	p95 := Series{Name: label(name) + " p95", Kind: Line, Tone: look.tone, Dash: look.dash, Width: 1.1}
	for _, o := range bins {
		if h := of(o); h != nil && h.Count() > 0 {
			median.X, median.Y = append(median.X, o.rate), append(median.Y, h.Quantile(0.50).Seconds())
			p95.X, p95.Y = append(p95.X, o.rate), append(p95.Y, h.Quantile(0.95).Seconds())
		}
	}
	if len(median.X) == 0 {
		return nil
	}
	return []Series{median, p95}
}

// refusals are the shares of a target's requests that were throttled and, if
// any, that failed.
func refusals(i int, name string, bins []offered) []Series {
	look := lookOf(i)
	throttled := Series{Name: label(name) + " throttled", Kind: Line, Tone: look.tone, Dash: look.dash, Marker: look.marker}
	failed := Series{Name: label(name) + " failed", Kind: Line, Tone: look.tone, Dash: look.dash, Width: 0.9}
	any := false
	for _, o := range bins {
		if o.finished == 0 {
			continue
		}
		throttled.X, throttled.Y = append(throttled.X, o.rate), append(throttled.Y, o.throttled/o.finished)
		failed.X, failed.Y = append(failed.X, o.rate), append(failed.Y, o.failed/o.finished)
		any = any || o.failed > 0
	}
	if !any {
		return []Series{throttled}
	}
	return []Series{throttled, failed}
}
