package compare

import (
	"fmt"
	"math"

	"wabench/internal/stat"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Rate compares the accepted requests of an operation per second.
func Rate(base, head Side, op string, o Options) (Change, error) {
	o = o.filled()
	for _, s := range []Side{base, head} {
		if _, err := s.target(); err != nil {
			return Change{}, err
		}
	}
	b, h := base.op(op), head.op(op)
	if b == nil || h == nil || b.Rate <= 0 || h.Rate <= 0 {
		return Change{Relative: true, Lack: "a side accepted nothing"}, nil
	}
	c := Change{Relative: true, Base: b.Rate, Head: h.Rate, Value: h.Rate / b.Rate}
	if base.is(head) {
		c.Interval, c.Method = stat.Interval{Lo: 1, Hi: 1, Confidence: o.Confidence}, "one and the same run"
		return c, nil
	}
	bBlocks, hBlocks := acceptedPairs(base, head, op)
	if len(bBlocks) < leastPairs {
		return unpairedRate(c, b, h, o), nil
	}
	steady := Steady(base) && Steady(head)
	e := resample(len(bBlocks), stretch(len(bBlocks), hBlocks), steady, o, func(indices []int) []float64 {
		return []float64{math.Log(sum(hBlocks, indices)) - math.Log(sum(bBlocks, indices))}
	})[0]
	c.Value, c.Interval, c.Pairs = math.Exp(e.Value), e.Interval.Map(math.Exp), len(bBlocks)
	c.Method = fmt.Sprintf("%s of %d pairs", resampling(steady), c.Pairs)
	return c, nil
}

// unpairedRate takes the accepted requests as independent events: the log of
// a Poisson count n has variance 1/n.
func unpairedRate(c Change, base, head *results.Op, o Options) Change {
	nb, nh := measured(base)[whatsapp.OK.String()], measured(head)[whatsapp.OK.String()]
	if nb == 0 || nh == 0 {
		c.Lack = "a side does not say how many requests it accepted"
		return c
	}
	half := normalQuantile(o.Confidence) * math.Sqrt(1/float64(nb)+1/float64(nh))
	c.Interval = stat.Interval{Lo: c.Value * math.Exp(-half), Hi: c.Value * math.Exp(half), Confidence: o.Confidence}
	c.Method = "independent requests of each side, unpaired"
	return c
}

// acceptedPairs counts the accepted requests of each side in the blocks that
// both ran.
func acceptedPairs(base, head Side, op string) (b, h []float64) {
	if !pairable(base, head) {
		return nil, nil
	}
	bBlocks, hBlocks := acceptedByBlock(base, op), acceptedByBlock(head, op)
	for number := range min(len(bBlocks), len(hBlocks)) {
		if bBlocks[number] >= 0 && hBlocks[number] >= 0 {
			b, h = append(b, bBlocks[number]), append(h, hBlocks[number])
		}
	}
	return b, h
}

// acceptedByBlock is indexed by block number; -1 for a block not run.
func acceptedByBlock(s Side, op string) []float64 {
	var blocks []float64
	for _, p := range s.Record.Points {
		if p.Target != s.Target || p.Op != op || p.Block < 0 {
			continue
		}
		for len(blocks) <= p.Block {
			blocks = append(blocks, -1)
		}
		blocks[p.Block] = max(blocks[p.Block], 0) + float64(p.Outcomes[whatsapp.OK.String()])
	}
	return blocks
}

func sum(values []float64, indices []int) float64 {
	total := 0.0
	for _, i := range indices {
		total += values[i]
	}
	return total
}
