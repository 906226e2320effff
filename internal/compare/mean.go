package compare

import (
	"fmt"
	"math"
	"time"

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
	c := Change{Relative: true, Base: float64(s.baseAll.Mean()), Head: float64(s.headAll.Mean())}
	c.Value = c.Head / c.Base
	switch {
	case s.stored:
		c.Lack = "a side has no histograms"
	case min(s.baseAll.Count(), s.headAll.Count()) < LeastForMean:
		c.Lack = fmt.Sprintf("needs %d samples a side, base has %d and head %d", LeastForMean, s.baseAll.Count(), s.headAll.Count())
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
	base, head := totals(s.pairs.base), totals(s.pairs.head)
	e := resample(s.pairs.len(), s.stretch, o, func(indices []int) []float64 {
		return []float64{logRatio(base.mean(indices), head.mean(indices))}
	})[0]
	c.Value, c.Interval, c.Pairs = math.Exp(e.Value), e.Interval.Map(math.Exp), s.pairs.len()
	c.Method = fmt.Sprintf("block bootstrap of %d pairs", c.Pairs)
	return c
}

func (s *samples) unpairedMean(c Change, o Options) Change {
	z := normalQuantile(o.Confidence)
	b, h := z*standardError(s.baseAll), z*standardError(s.headAll)
	return joinRatio(c, c.Base-b, c.Base+b, c.Head-h, c.Head+h, o.Confidence, "central limit of each side, unpaired")
}

// MeanInterval is the interval of one side's mean: by the blocks' means if
// there are at least 6, else by the central limit; ok is false for too few
// samples.
func MeanInterval(blocks []*hist.Histogram, confidence float64) (i stat.Interval, ok bool) {
	var means []float64
	var used []*hist.Histogram
	for _, b := range blocks {
		if holdsSamples(b) {
			means, used = append(means, float64(b.Mean())), append(used, b)
		}
	}
	if len(used) >= leastPairs {
		return stat.MeanInterval(means, confidence), true
	}
	all := merged(used)
	if all.Count() < LeastForMean {
		return stat.Interval{}, false
	}
	mean, half := float64(all.Mean()), normalQuantile(confidence)*standardError(all)
	return stat.Interval{Lo: mean - half, Hi: mean + half, Confidence: confidence}, true
}

// sums are the total and the number of samples of each block.
type sums struct{ total, count []float64 }

func totals(blocks []*hist.Histogram) sums {
	var s sums
	for _, b := range blocks {
		n := float64(b.Count())
		s.total, s.count = append(s.total, float64(b.Mean())*n), append(s.count, n)
	}
	return s
}

func (s sums) mean(indices []int) float64 {
	var total, count float64
	for _, i := range indices {
		total, count = total+s.total[i], count+s.count[i]
	}
	return total / count
}

// standardError is that of the mean of independent samples.
func standardError(h *hist.Histogram) float64 {
	mean, n, squares := float64(h.Mean()), float64(h.Count()), 0.0
	h.Each(func(value time.Duration, count int64) {
		off := float64(value) - mean
		squares += off * off * float64(count)
	})
	return math.Sqrt(squares / (n - 1) / n)
}
