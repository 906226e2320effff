package compare

import (
	"slices"
	"sort"
	"time"

	"wabench/internal/hist"
	"wabench/internal/stat"
)

// counts is a histogram as its non-empty buckets, which are few: below[k]
// samples lie at or below values[k], the high end of a bucket. It is small
// and quick to search, which matters for hundreds of blocks; sum is the total
// of the samples.
type counts struct {
	values []time.Duration
	below  []int64
	sum    float64
}

// compact returns the counts of a histogram, none for nil.
func compact(h *hist.Histogram) counts {
	var c counts
	if h == nil || h.Count() == 0 {
		return c
	}
	n := int64(0)
	h.Each(func(value time.Duration, count int64) {
		n += count
		c.values, c.below = append(c.values, value), append(c.below, n)
	})
	c.sum = float64(h.Mean()) * float64(n)
	return c
}

// compactAll returns the counts of each block.
func compactAll(blocks []*hist.Histogram) []counts {
	all := make([]counts, len(blocks))
	for i, b := range blocks {
		all[i] = compact(b)
	}
	return all
}

// n is the number of samples.
func (c counts) n() int64 {
	if len(c.below) == 0 {
		return 0
	}
	return c.below[len(c.below)-1]
}

// mean is the mean of the samples.
func (c counts) mean() float64 { return c.sum / float64(max(c.n(), 1)) }

// atRank is the sample of a 1-based rank, clamped to those there are; 0 of none.
func (c counts) atRank(rank int64) time.Duration {
	if len(c.values) == 0 {
		return 0
	}
	k := sort.Search(len(c.values)-1, func(k int) bool { return c.below[k] >= rank })
	return c.values[k]
}

func (c counts) quantile(q float64) time.Duration {
	if c.n() == 0 {
		return 0
	}
	return c.atRank(stat.QuantileRank(c.n(), q))
}

// above counts the samples in buckets over that of a value.
func (c counts) above(value time.Duration) int64 {
	k, found := slices.BinarySearch(c.values, value)
	if found {
		k++
	}
	if k == 0 {
		return c.n()
	}
	return c.n() - c.below[k-1]
}

// merge adds up blocks.
func merge(blocks []counts) counts {
	p := pool(blocks)
	total := counts{values: p.values, below: make([]int64, len(p.values))}
	for k := range total.below {
		for _, n := range p.row(k) {
			total.below[k] += n
		}
	}
	for _, b := range blocks {
		total.sum += b.sum
	}
	return total
}

// pooled holds blocks so that the quantile of any choice of them is found
// without adding them up: below[k*blocks+i] samples of block i lie at or below
// values[k].
type pooled struct {
	blocks int
	values []time.Duration
	below  []int64
}

func pool(blocks []counts) pooled {
	p := pooled{blocks: len(blocks)}
	for _, b := range blocks {
		p.values = append(p.values, b.values...)
	}
	slices.Sort(p.values)
	p.values = slices.Compact(p.values)
	p.below = make([]int64, len(p.values)*p.blocks)
	for i, b := range blocks {
		at, n := 0, int64(0)
		for k, value := range p.values {
			if at < len(b.values) && b.values[at] == value {
				n = b.below[at]
				at++
			}
			p.below[k*p.blocks+i] = n
		}
	}
	return p
}

// row counts the samples up to values[k], block by block.
func (p pooled) row(k int) []int64 { return p.below[k*p.blocks : (k+1)*p.blocks] }

// atOrBelow counts the samples up to values[k] in a choice of blocks.
func (p pooled) atOrBelow(k int, indices []int) int64 {
	row, n := p.row(k), int64(0)
	for _, i := range indices {
		n += row[i]
	}
	return n
}

// quantile is the quantile q of a choice of blocks, repeats counted.
func (p pooled) quantile(indices []int, q float64) time.Duration {
	last := len(p.values) - 1
	rank := stat.QuantileRank(p.atOrBelow(last, indices), q)
	k := sort.Search(last, func(k int) bool { return p.atOrBelow(k, indices) >= rank })
	return p.values[k]
}
