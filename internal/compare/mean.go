package compare

import (
	"fmt"
	"math"

	"wabench/internal/hist"
	"wabench/internal/stat"
)

// LeastForMean is the least number of samples that a side's mean is judged by
// without pairs: the central limit needs some.
const LeastForMean = 100

// Mean compares the mean of a series.
func Mean(base, head Side, series string, o Options) (Change, error) {
	o = o.filled()
	s, err := gather(base, head, series)
	if err != nil {
		return Change{}, err
	}
	c := Change{Relative: true, Base: s.baseAll.mean(), Head: s.headAll.mean()}
	c.Value = c.Head / c.Base
	switch {
	case s.stored:
		c.Lack = "a side has no histograms"
	case min(s.baseAll.n(), s.headAll.n()) < LeastForMean:
		c.Lack = fmt.Sprintf("needs %d samples a side, base has %d and head %d", LeastForMean, s.baseAll.n(), s.headAll.n())
	case s.same:
		c.Value, c.Interval, c.Method = 1, stat.Interval{Lo: 1, Hi: 1, Confidence: o.Confidence}, "one and the same run"
	case s.pairs.len() < leastPairs:
		return s.unpairedMean(c, o), nil
	default:
		return s.pairedMean(c, o), nil
	}
	return c, nil
}

// pairedMean bootstraps the ratio of the means of all pairs.
func (s *samples) pairedMean(c Change, o Options) Change {
	e := resample(s.pairs.len(), s.stretch, s.steady, o, func(indices []int) []float64 {
		return []float64{logRatio(meanOf(s.pairs.base, indices), meanOf(s.pairs.head, indices))}
	})[0]
	c.Value, c.Interval, c.Pairs = math.Exp(e.Value), e.Interval.Map(math.Exp), s.pairs.len()
	c.Method = fmt.Sprintf("%s of %d pairs", resampling(s.steady), c.Pairs)
	return c
}

func (s *samples) unpairedMean(c Change, o Options) Change {
	z := normalQuantile(o.Confidence)
	b, h := z*s.baseAll.standardError(), z*s.headAll.standardError()
	return joinRatio(c, c.Base-b, c.Base+b, c.Head-h, c.Head+h, o.Confidence, "central limit of each side, unpaired")
}

// MeanInterval is the interval of one side's mean: by the blocks' means if
// there are at least 6, else by the central limit; ok is false for too few
// samples.
func MeanInterval(blocks []*hist.Histogram, confidence float64) (i stat.Interval, ok bool) {
	var means []float64
	for _, b := range blocks {
		if holdsSamples(b) {
			means = append(means, float64(b.Mean()))
		}
	}
	if len(means) >= leastPairs {
		return stat.MeanInterval(means, confidence), true
	}
	all := merge(compactAll(blocks))
	if all.n() < LeastForMean {
		return stat.Interval{}, false
	}
	mean, half := all.mean(), normalQuantile(confidence)*all.standardError()
	return stat.Interval{Lo: mean - half, Hi: mean + half, Confidence: confidence}, true
}

// meanOf is the mean of a choice of blocks.
func meanOf(blocks []counts, indices []int) float64 {
	var sum, n float64
	for _, i := range indices {
		sum, n = sum+blocks[i].sum, n+float64(blocks[i].n())
	}
	return sum / n
}

// standardError is that of the mean of independent samples.
func (c counts) standardError() float64 {
	mean, squares, before := c.mean(), 0.0, int64(0)
	for k, value := range c.values {
		off := float64(value) - mean
		squares += off * off * float64(c.below[k]-before)
		before = c.below[k]
	}
	n := float64(c.n())
	return math.Sqrt(squares / (n - 1) / n)
}
