package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"wabench/internal/stat"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Share is a share of requests or messages: how many of which.
type Share struct {
	// Name is the share as rules spell it.
	Name string
	// LessIsBetter is true of errors, false of successes.
	LessIsBetter bool

	op           string // empty for all operations
	event, trial func(whatsapp.Class) bool
	// messages are counted as a whole, by their webhooks.
	messages func(*results.Webhook) stat.Proportion
}

// ErrorRate is the share of an operation's requests that failed by fault of
// the client, the target or the network. Throttled is not failed.
func ErrorRate(op string) Share {
	return Share{Name: "error_rate(" + op + ")", LessIsBetter: true, op: op, event: whatsapp.Class.Failed, trial: every}
}

// ThrottleRate is the share of an operation's requests that a rate limit
// refused.
func ThrottleRate(op string) Share {
	throttled := func(c whatsapp.Class) bool { return c == whatsapp.Throttled }
	return Share{Name: "throttle_rate(" + op + ")", LessIsBetter: true, op: op, event: throttled, trial: every}
}

// Availability is ok / (ok + target_* + network) over all operations.
func Availability() Share {
	ok := func(c whatsapp.Class) bool { return c == whatsapp.OK }
	either := func(c whatsapp.Class) bool { return ok(c) || c.TargetFailed() }
	return Share{Name: "availability", event: ok, trial: either}
}

// DeliveredRatio is the share of the accepted messages that were reported as
// delivered.
func DeliveredRatio() Share {
	return Share{Name: "delivered_ratio", messages: func(w *results.Webhook) stat.Proportion {
		return stat.Proportion{K: min(w.Delivered, w.Expected), N: w.Expected}
	}}
}

func every(whatsapp.Class) bool { return true }

// Counts are the share's events and trials, outside warm-up: in all, and block
// by block where the run's points tell them.
func (s Share) Counts(side Side) (whole stat.Proportion, blocks []stat.Proportion, err error) {
	t, err := side.target()
	switch {
	case err != nil:
		return whole, nil, err
	case s.messages != nil && t.Webhook != nil:
		return s.messages(t.Webhook), nil, nil
	case s.messages != nil:
		return whole, nil, nil
	}
	for name, op := range t.Ops {
		if s.op == "" || s.op == name {
			whole = add(whole, s.Of(measured(op)))
		}
	}
	return whole, s.byBlock(side), nil
}

// Of counts the share's events and trials among outcomes.
func (s Share) Of(outcomes map[string]int64) stat.Proportion {
	var p stat.Proportion
	if s.messages != nil {
		return p
	}
	for _, class := range whatsapp.Classes() {
		n := outcomes[class.String()]
		if s.trial(class) {
			p.N += n
		}
		if s.event(class) {
			p.K += n
		}
	}
	return p
}

// applies reports whether a point counts towards the share.
func (s Share) applies(p results.Point) bool {
	return p.Op != results.OpWebhook && (s.op == "" || s.op == p.Op) && p.Block != results.WarmupBlock
}

func (s Share) byBlock(side Side) []stat.Proportion {
	byNumber := map[int]stat.Proportion{}
	for _, p := range side.Record.Points {
		if p.Target == side.Target && s.applies(p) {
			byNumber[p.Block] = add(byNumber[p.Block], s.Of(p.Outcomes))
		}
	}
	var blocks []stat.Proportion
	for _, number := range slices.Sorted(maps.Keys(byNumber)) {
		blocks = append(blocks, byNumber[number])
	}
	return blocks
}

// measured are an operation's outcomes outside warm-up; of runs from elsewhere,
// which have no warm-up, all of them.
func measured(op *results.Op) map[string]int64 {
	if len(op.Measured) == 0 && op.Warmup == 0 {
		return op.Outcomes
	}
	return op.Measured
}

func add(p, q stat.Proportion) stat.Proportion { return stat.Proportion{K: p.K + q.K, N: p.N + q.N} }

// Worth is what a proportion is worth in independent trials, given how its
// events cluster in blocks.
func Worth(p stat.Proportion, blocks []stat.Proportion) stat.Proportion {
	effect := Clustering(blocks)
	if effect <= 1 {
		return p
	}
	n := max(1, int64(float64(p.N)/effect))
	return stat.Proportion{K: min(n, int64(math.Round(p.Share()*float64(n)))), N: n}
}

// Shares compares a share. The change is the difference, in units of 1.
func Shares(base, head Side, s Share, o Options) (Change, error) {
	o = o.filled()
	b, bBlocks, err := s.Counts(base)
	if err != nil {
		return Change{}, err
	}
	h, hBlocks, err := s.Counts(head)
	if err != nil {
		return Change{}, err
	}
	if b.N == 0 || h.N == 0 {
		return Change{Lack: "a side has nothing to count"}, nil
	}
	c := Change{Base: b.Share(), Head: h.Share(), Value: h.Share() - b.Share()}
	if base.is(head) {
		c.Interval, c.Method = stat.Interval{Confidence: o.Confidence}, "one and the same run"
		return c, nil
	}
	bWorth, hWorth := Worth(b, bBlocks), Worth(h, hBlocks)
	c.Interval = stat.Difference(bWorth, hWorth, o.Confidence)
	c.Interval.Lo = min(c.Interval.Lo, c.Value)
	c.Interval.Hi = max(c.Interval.Hi, c.Value)
	c.Method = fmt.Sprintf("Newcombe's interval of %d of %d and %d of %d", b.K, b.N, h.K, h.N)
	if bWorth != b || hWorth != h {
		c.Method += fmt.Sprintf(", which come in clusters worth %d and %d", bWorth.N, hWorth.N)
	}
	return c, nil
}
