package compare_test

import (
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
