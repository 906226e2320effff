package compare_test

import (
	"math"
	"math/rand/v2"
	"time"

	"wabench/internal/hist"
	"wabench/results"
)

const blockLength = 5 * time.Second

// newRecord is an interleaved run of targets base and head that has no samples
// yet.
func newRecord() *results.Record {
	return results.Memory(results.Run{
		Schema: results.Schema, ID: "run-1",
		Plan: results.PlanRef{Block: blockLength, Order: "interleaved", Arrivals: "uniform"},
		Targets: map[string]*results.Target{
			"base": {Ops: map[string]*results.Op{}},
			"head": {Ops: map[string]*results.Op{}},
		},
	})
}

// put adds a block of latencies.
func put(rec *results.Record, target, series string, block int, latencies ...time.Duration) {
	h := hist.New()
	for _, d := range latencies {
		h.Record(d)
	}
	start := time.Duration(block) * blockLength
	rec.Put(target, series, block, start, start+blockLength, h)
}

// count adds a block of outcomes, and an operation that has them.
func count(rec *results.Record, target string, block int, outcomes map[string]int64) {
	start := time.Duration(block) * blockLength
	sent := int64(0)
	op := rec.Run.Targets[target].Ops["send"]
	if op == nil {
		op = &results.Op{Measured: map[string]int64{}}
		rec.Run.Targets[target].Ops["send"] = op
	}
	for class, n := range outcomes {
		sent += n
		op.Measured[class] += n
	}
	op.Planned, op.Sent = op.Planned+sent, op.Sent+sent
	rec.Points = append(rec.Points, results.Point{
		Start: start, End: start + blockLength, Target: target, Op: "send", Block: block, Sent: sent, Outcomes: outcomes,
	})
	op.Rate = float64(op.Measured["ok"]) / (float64(block+1) * blockLength.Seconds())
}

// world draws two targets with the noise of real services: neighbouring
// requests resemble each other, the level drifts over the run, every block has
// a mood of its own, and a few requests are far slower than the rest.
type world struct {
	blocks, perBlock int
	change           float64 // head/base
}

func (w world) run(rng *rand.Rand) *results.Record {
	rec := newRecord()
	drift := 0.2 * rng.Float64()
	for block := range w.blocks {
		level := math.Sin(float64(block)/float64(w.blocks)*math.Pi) * drift
		for target, factor := range map[string]float64{"base": 1, "head": w.change} {
			put(rec, target, "send.response", block, w.block(rng, level, factor)...)
			count(rec, target, block, map[string]int64{"ok": int64(w.perBlock)})
		}
	}
	return rec
}

func (w world) block(rng *rand.Rand, level, factor float64) []time.Duration {
	const rho = 0.8
	latencies := make([]time.Duration, w.perBlock)
	mood, state := 0.03*rng.NormFloat64(), rng.NormFloat64()
	for i := range latencies {
		state = rho*state + math.Sqrt(1-rho*rho)*rng.NormFloat64()
		ms := 200 * factor * math.Exp(level+mood+0.3*state)
		if rng.Float64() < 0.03 {
			ms *= 2.5
		}
		latencies[i] = time.Duration(ms * float64(time.Millisecond))
	}
	return latencies
}
