package scenarios

import (
	"math/rand/v2"
	"time"
)

// Leg is a stretch of load time that runs on one target.
type Leg struct {
	// Group numbers the legs that run at the same time; groups run in order.
	Group  int           `json:"group"`
	Target string        `json:"target"`
	From   time.Duration `json:"from_ns"`
	To     time.Duration `json:"to_ns"`
	// Block is the block that the leg is, -1 if it is warm-up or spans several.
	Block int `json:"block"`
}

// Length returns how long the leg takes.
func (l Leg) Length() time.Duration { return l.To - l.From }

// Legs returns what runs when. One target, or several without a comparison,
// each run the whole plan, one after the other; so do the base and the head of
// a sequential comparison, and of a parallel one at the same time. An
// interleaved comparison warms up base and head, then runs each block on both
// in an order drawn from the seed: of two neighbouring blocks one runs base
// first and the other head first (ABBA or BAAB), so that a drift of the
// machine favours neither.
func (p *Plan) Legs() []Leg {
	if p.Order() == Interleaved {
		return p.interleaved()
	}
	names := p.turns()
	legs := make([]Leg, len(names))
	for i, name := range names {
		legs[i] = Leg{Group: i, Target: name, To: p.Length(), Block: -1}
		if p.Order() == Parallel {
			legs[i].Group = 0
		}
	}
	return legs
}

// turns lists the targets in the order in which they first run.
func (p *Plan) turns() []string {
	if p.Compare != nil {
		return []string{p.Compare.Base, p.Compare.Head}
	}
	names := make([]string, len(p.Targets))
	for i, t := range p.Targets {
		names[i] = t.Name
	}
	return names
}

func (p *Plan) interleaved() []Leg {
	var legs []Leg
	add := func(target string, from, to time.Duration, block int) {
		legs = append(legs, Leg{Group: len(legs), Target: target, From: from, To: to, Block: block})
	}
	base, head := p.Compare.Base, p.Compare.Head
	if p.Warmup > 0 {
		add(base, 0, p.Warmup, -1)
		add(head, 0, p.Warmup, -1)
	}
	first, second := base, head
	for block := 0; p.blockStart(block) < p.Length(); block++ {
		coin := draw(p.Seed, saltOrder, uint64(block))
		if block%2 == 1 || coin.flip() {
			first, second = second, first
		}
		from, to := p.blockStart(block), min(p.blockStart(block+1), p.Length())
		add(first, from, to, block)
		add(second, from, to, block)
	}
	return legs
}

// blockStart returns the load time at which a block begins.
func (p *Plan) blockStart(block int) time.Duration {
	return p.Warmup + time.Duration(block)*p.Block
}

// Blocks returns the number of blocks of load time after warm-up.
func (p *Plan) Blocks() int {
	measured := p.Length() - p.Warmup
	return int((measured + p.Block - 1) / p.Block)
}

// What draws are for, so that no two use the same numbers.
const (
	saltMix uint64 = iota + 1
	saltOrder
	saltUUID
	saltInbound
	saltDigits // and the number of digits above
)

// dice are the random numbers of one thing, keyed by the seed and its number.
type dice struct{ source rand.PCG }

func draw(seed, salt, n uint64) (d dice) {
	d.source.Seed(seed^salt*0x9e3779b97f4a7c15, n)
	return d
}

func (d *dice) flip() bool { return d.source.Uint64()>>63 == 1 }

// share returns a number from 0 up to, not including, 1.
func (d *dice) share() float64 { return float64(d.source.Uint64()>>11) / (1 << 53) }
