package compare

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wabench/internal/hist"
	"wabench/internal/stat"
)

func TestPooledQuantileIsThatOfTheMergedBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := rapid.SliceOfN(rapid.Custom(drawBlock), 1, 2).Draw(t, "blocks")
		choice := rapid.SliceOfN(rapid.IntRange(0, len(blocks)-1), 1, 3).Draw(t, "choice")
		q := rapid.Float64Range(0.001, 0.9999).Draw(t, "q")
		all := hist.New()
		for _, i := range choice {
			all.Add(blocks[i])
		}
		if got, want := pool(compactAll(blocks)).quantile(choice, q), all.Quantile(q); got != want {
			t.Fatalf("quantile %g of blocks %v: got %v, want %v", q, choice, got, want)
		}
	})
}

func drawBlock(t *rapid.T) *hist.Histogram {
	h := hist.New()
	for _, ms := range rapid.SliceOfN(rapid.IntRange(1, 60), 1, 12).Draw(t, "ms") {
		h.Record(time.Duration(ms) * time.Millisecond)
	}
	return h
}

func TestClustering(t *testing.T) {
	even := func(k ...int64) []stat.Proportion {
		var blocks []stat.Proportion
		for _, n := range k {
			blocks = append(blocks, stat.Proportion{K: n, N: 100})
		}
		return blocks
	}
	for _, tc := range []struct {
		name   string
		blocks []stat.Proportion
		want   float64
	}{
		{"no blocks", nil, 1},
		{"one block says nothing of others", even(50), 1},
		{"none", even(0, 0, 0), 1},
		{"what chance does is not doubted", even(10, 12, 9, 11, 14, 8), 1},
		// Share 0.1 of 600, so a block varies by 9 if independent; it varies by
		// (50²+5·10²)/5 = 600.
		{"all in one block", even(60, 0, 0, 0, 0, 0), 600.0 / 9},
	} {
		if got := Clustering(tc.blocks); math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("%s: got %g, want %g", tc.name, got, tc.want)
		}
	}
}

func TestPairUpJoinsNeighboursOfALongRun(t *testing.T) {
	blocks := make([]counts, 2*mostPairs+1)
	for i := range blocks {
		blocks[i] = counts{values: []time.Duration{time.Duration(i + 1)}, below: []int64{1}}
	}
	blocks[3] = counts{}
	p := pairUp(blocks, blocks)
	if p.len() != mostPairs {
		t.Fatalf("got %d pairs of %d blocks, want %d", p.len(), len(blocks), mostPairs)
	}
	if got := merge(p.head).n(); got != int64(len(blocks)-1) {
		t.Errorf("joined blocks hold %d samples, want %d", got, len(blocks)-1)
	}
}
