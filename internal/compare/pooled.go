package compare

import (
	"slices"
	"sort"
	"time"

	"wabench/internal/hist"
	"wabench/internal/stat"
)

// pooled holds blocks so that the quantile of any choice of them is found
// without adding histograms: below[k*blocks+i] is how many samples of block i
// lie at or below values[k].
type pooled struct {
	blocks int
	values []time.Duration
	below  []int64
}

func pool(blocks []*hist.Histogram) pooled {
	p := pooled{blocks: len(blocks)}
	seen := map[time.Duration]bool{}
	for _, b := range blocks {
		b.Each(func(value time.Duration, _ int64) { seen[value] = true })
	}
	for value := range seen {
		p.values = append(p.values, value)
	}
	slices.Sort(p.values)
	p.below = make([]int64, len(p.values)*p.blocks)
	for i, b := range blocks {
		p.accumulate(i, b)
	}
	return p
}

// accumulate fills the column of one block.
func (p pooled) accumulate(i int, b *hist.Histogram) {
	k, sum := 0, int64(0)
	b.Each(func(value time.Duration, count int64) {
		for ; p.values[k] < value; k++ {
			p.below[k*p.blocks+i] = sum
		}
		sum += count
	})
	for ; k < len(p.values); k++ {
		p.below[k*p.blocks+i] = sum
	}
}

// atOrBelow counts the samples up to values[k] in a choice of blocks.
func (p pooled) atOrBelow(k int, indices []int) int64 {
	row, sum := p.below[k*p.blocks:(k+1)*p.blocks], int64(0)
	for _, i := range indices {
		sum += row[i]
	}
	return sum
}

// quantile is the quantile q of a choice of blocks, repeats counted.
func (p pooled) quantile(indices []int, q float64) time.Duration {
	last := len(p.values) - 1
	rank := stat.QuantileRank(p.atOrBelow(last, indices), q)
	k := sort.Search(last, func(k int) bool { return p.atOrBelow(k, indices) >= rank })
	return p.values[k]
}
