package compare

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"wabench/internal/hist"
	"wabench/internal/stat"
)

// The highest quantile that is taken block by block, and the number of samples
// expected beyond it that a block needs for that. In the merged blocks a
// quantile with fewer than thinTail samples beyond it is not left to the
// bootstrap alone, which cannot see past the greatest sample.
const (
	highestPaired = 0.95
	blockTail     = 5
	thinTail      = 20
)

// Quantile compares a quantile of a series, such as 0.95 of send.response.
func Quantile(base, head Side, series string, q float64, o Options) (Change, error) {
	changes, err := quantiles(base, head, series, []float64{q}, o.filled())
	if err != nil {
		return Change{}, err
	}
	return changes[0], nil
}

// quantiles compares several quantiles of a series over the same resamples.
func quantiles(base, head Side, series string, qs []float64, o Options) ([]Change, error) {
	s, err := gather(base, head, series)
	if err != nil {
		return nil, err
	}
	return s.quantiles(qs, o), nil
}

func (s *samples) quantiles(qs []float64, o Options) []Change {
	changes := make([]Change, len(qs))
	var open []int // those that need the bootstrap
	for i, q := range qs {
		c, done := s.withoutBootstrap(q, o)
		if changes[i] = c; !done {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return changes
	}
	for k, e := range s.bootstrap(qs, open, o) {
		changes[open[k]] = s.pooledChange(changes[open[k]], qs[open[k]], e, o)
	}
	return changes
}

// samples are what two sides have of one series.
type samples struct {
	base, head             Side
	series                 string
	baseBlocks, headBlocks []counts
	baseAll, headAll       counts
	pairs                  pairs
	stretch                int
	basePool, headPool     pooled
	same, steady, stored   bool
}

func gather(base, head Side, series string) (*samples, error) {
	baseBlocks, err := base.Record.Blocks(base.Target, series)
	if err != nil {
		return nil, err
	}
	headBlocks, err := head.Record.Blocks(head.Target, series)
	if err != nil {
		return nil, err
	}
	s := &samples{base: base, head: head, series: series, same: base.is(head)}
	s.steady = Steady(base) && Steady(head)
	s.fill(compactAll(baseBlocks), compactAll(headBlocks))
	return s, nil
}

// fill takes the blocks of both sides and pairs them up.
func (s *samples) fill(baseBlocks, headBlocks []counts) {
	s.baseBlocks, s.headBlocks = baseBlocks, headBlocks
	s.baseAll, s.headAll = merge(s.baseBlocks), merge(s.headBlocks)
	s.stored = s.storedOnly(s.base, s.baseAll) || s.storedOnly(s.head, s.headAll)
	if pairable(s.base, s.head) && !s.stored {
		s.pairs = pairUp(s.baseBlocks, s.headBlocks)
	}
	if s.pairs.len() >= leastPairs {
		s.stretch = stretch(s.pairs.len(), s.pairs.medians())
		s.basePool, s.headPool = pool(s.pairs.base), pool(s.pairs.head)
	}
}

// storedOnly reports whether a side has only the summary of a series, as a
// stored baseline may.
func (s *samples) storedOnly(side Side, all counts) bool {
	return all.n() == 0 && side.latency(s.series) != nil
}

// withoutBootstrap compares a quantile by any of the ways that need no
// resampling; done is false if none applies.
func (s *samples) withoutBootstrap(q float64, o Options) (c Change, done bool) {
	c = Change{Relative: true, Base: float64(s.baseAll.quantile(q)), Head: float64(s.headAll.quantile(q))}
	if s.stored {
		return s.storedChange(q, o), true
	}
	c.Value = c.Head / c.Base
	if c.Lack = s.lack(q, o.Confidence); c.Lack != "" {
		return c, true
	}
	if s.same {
		c.Value, c.Interval, c.Method = 1, stat.Interval{Lo: 1, Hi: 1, Confidence: o.Confidence}, "one and the same run"
		return c, true
	}
	if s.pairs.len() < leastPairs {
		return s.unpaired(c, q, o), true
	}
	return s.paired(c, q, o)
}

// lack says that a side has too few samples for the quantile; empty if
// neither has.
func (s *samples) lack(q, confidence float64) string {
	need := stat.SamplesForQuantile(q, confidence)
	b, h := s.baseAll.n(), s.headAll.n()
	if min(b, h) >= need {
		return ""
	}
	return fmt.Sprintf("needs %d samples a side, base has %d and head %d", need, b, h)
}

// paired compares block by block. It declines (done is false) where blocks
// are thin or unlike each other.
func (s *samples) paired(c Change, q float64, o Options) (_ Change, done bool) {
	if q > highestPaired || !s.steady {
		return c, false
	}
	ratios := make([]float64, s.pairs.len())
	for i, b := range s.pairs.base {
		h := s.pairs.head[i]
		if tail := math.Min(q, 1-q); float64(min(b.n(), h.n()))*tail < blockTail-1e-9 {
			return c, false
		}
		ratios[i] = logRatio(float64(b.quantile(q)), float64(h.quantile(q)))
	}
	found := stat.PairedRatio(ratios, o.Confidence)
	if len(found.Warnings) > 0 || s.disagrees(found.Wilcoxon, q, o) {
		return c, false
	}
	c.Value, c.Interval, c.Pairs = found.HodgesLehmann, found.Wilcoxon, found.N
	c.Method = fmt.Sprintf("signed-rank interval of %d pairs of blocks", c.Pairs)
	return c, true
}

// disagrees reports whether the merged blocks differ from the typical block by
// more than the least effect: some blocks are then unlike the rest, and the
// typical one does not speak for the run.
func (s *samples) disagrees(typical stat.Interval, q float64, o Options) bool {
	b, h := s.merged(q)
	room := 1 + s.effect(q, o)
	return h/b > typical.Hi*room || h/b < typical.Lo/room
}

// merged is the quantile of all pairs' blocks, of each side.
func (s *samples) merged(q float64) (base, head float64) {
	all := sequence(s.pairs.len())
	return float64(s.basePool.quantile(all, q)), float64(s.headPool.quantile(all, q))
}

// bootstrap resamples the log ratio of the merged quantiles qs[i], i in open.
func (s *samples) bootstrap(qs []float64, open []int, o Options) []stat.Estimate {
	return resample(s.pairs.len(), s.stretch, s.steady, o, func(indices []int) []float64 {
		out := make([]float64, len(open))
		for k, i := range open {
			b := s.basePool.quantile(indices, qs[i])
			h := s.headPool.quantile(indices, qs[i])
			out[k] = logRatio(float64(b), float64(h))
		}
		return out
	})
}

func (s *samples) pooledChange(c Change, q float64, e stat.Estimate, o Options) Change {
	c.Value, c.Interval, c.Pairs = math.Exp(e.Value), e.Interval.Map(math.Exp), s.pairs.len()
	c.Method = fmt.Sprintf("%s of %d pairs", resampling(s.steady), c.Pairs)
	if tail := float64(min(s.baseAll.n(), s.headAll.n())) * math.Min(q, 1-q); tail >= thinTail {
		return c
	}
	alone := s.unpaired(c, q, o)
	if alone.Lack != "" {
		c.Lack = alone.Lack
		return c
	}
	c.Interval.Lo = min(c.Interval.Lo, alone.Interval.Lo)
	c.Interval.Hi = max(c.Interval.Hi, alone.Interval.Hi)
	c.Method += " and order statistics"
	return c
}

// unpaired joins the order-statistic intervals of the sides.
func (s *samples) unpaired(c Change, q float64, o Options) Change {
	bLo, bHi, bOK := alone(s.baseAll, s.baseBlocks, q, o.Confidence)
	hLo, hHi, hOK := alone(s.headAll, s.headBlocks, q, o.Confidence)
	if !bOK || !hOK {
		c.Lack = "the requests come in clusters worth too few independent ones"
		return c
	}
	return joinRatio(c, bLo, bHi, hLo, hHi, o.Confidence, "order statistics of each side, unpaired")
}

// alone is the order-statistic interval of a quantile of one side, stretched
// by how far its blocks differ.
func alone(all counts, blocks []counts, q, confidence float64) (lo, hi float64, ok bool) {
	effect := Clustering(beyond(blocks, all.quantile(q)))
	first, last, ok := stat.ClusteredRanks(all.n(), effect, q, confidence)
	return float64(all.atRank(first)), float64(all.atRank(last)), ok
}

// Precision returns a quantile of one target with its interval, stretched by
// how far its blocks differ; ok is false for too few samples.
func Precision(blocks []*hist.Histogram, q, confidence float64) (value, lo, hi time.Duration, ok bool) {
	compact := compactAll(blocks)
	all := merge(compact)
	l, h, ok := alone(all, compact, q, confidence)
	return all.quantile(q), time.Duration(l), time.Duration(h), ok
}

// beyond counts the samples above a limit, block by block.
func beyond(blocks []counts, limit time.Duration) []stat.Proportion {
	var proportions []stat.Proportion
	for _, b := range blocks {
		if b.n() > 0 {
			proportions = append(proportions, stat.Proportion{K: b.above(limit), N: b.n()})
		}
	}
	return proportions
}

// joinRatio is the interval of head/base from those of base and head, by
// MOVER on the logs: each side's distance to its far end, added in squares.
func joinRatio(c Change, bLo, bHi, hLo, hHi, confidence float64, method string) Change {
	d := logRatio(c.Base, c.Head)
	below := math.Hypot(logRatio(hLo, c.Head), logRatio(c.Base, bHi))
	above := math.Hypot(logRatio(c.Head, hHi), logRatio(bLo, c.Base))
	c.Value, c.Method = math.Exp(d), method
	c.Interval = stat.Interval{Lo: math.Exp(d - below), Hi: math.Exp(d + above), Confidence: confidence}
	return c
}

// effect is the least relative change of the quantile that matters.
func (s *samples) effect(q float64, o Options) float64 {
	return leastEffect(float64(s.baseAll.quantile(q)), float64(s.headAll.quantile(q)), o.LeastLatency, o)
}

// quantileName is p95 for 0.95, p99.9 for 0.999.
func quantileName(q float64) string {
	return "p" + strconv.FormatFloat(math.Round(q*1e8)/1e6, 'f', -1, 64)
}

// logRatio is log(head/base); durations below a nanosecond count as one.
func logRatio(base, head float64) float64 { return math.Log(max(head, 1)) - math.Log(max(base, 1)) }

func nanoseconds(x float64) time.Duration { return time.Duration(math.Round(finiteOrZero(x))) }

func sequence(n int) []int {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	return indices
}
