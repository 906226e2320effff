package scenarios

import (
	"fmt"
	"time"

	"wabench/internal/pace"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Facts is what a plan would do, in figures. Closed stages are not in the
// counts: how much they send depends on the target.
type Facts struct {
	Targets []TargetFacts `json:"targets"`
	// Hits are all requests on all targets, and Messages the sends among them,
	// retries not counted.
	Hits     int64 `json:"hits"`
	Messages int64 `json:"messages"`
	// Measured are the arrivals of one target outside warm-up, by operation:
	// the samples that gates have.
	Measured map[whatsapp.Op]int64 `json:"measured"`
	// Load is the load time of one target, Duration the time that all legs
	// take, without draining between them, and Wait the wait for webhooks
	// after that.
	Load     time.Duration `json:"load_ns"`
	Duration time.Duration `json:"duration_ns"`
	Wait     time.Duration `json:"wait_ns"`
	// PeakRate is the highest rate that one target is asked for.
	PeakRate units.Rate `json:"peak_rate"`
	// Recipients are the numbers that get a message, PerRecipient the most
	// arrivals that one of them has on one target.
	Recipients   int64 `json:"recipients"`
	PerRecipient int64 `json:"per_recipient"`
	// PairRate is how often one recipient is written to at the peak, PairLimit
	// what the Cloud API allows in the long run.
	PairRate  units.Rate `json:"pair_rate"`
	PairLimit units.Rate `json:"pair_limit"`
	// Closed says that there are closed stages.
	Closed bool `json:"closed,omitempty"`
	// Notes are warnings about the run's worth.
	Notes []results.Note `json:"notes,omitempty"`
}

// TargetFacts is what one target would be asked.
type TargetFacts struct {
	Name string                `json:"name"`
	Ops  map[whatsapp.Op]int64 `json:"ops"`
	// Duration is how long the target's own legs take.
	Duration time.Duration `json:"duration_ns"`
	// Cost is nil if the scenario states none, or states two currencies.
	Cost *units.Money `json:"cost,omitempty"`
}

// Facts returns what the plan would do.
func (p *Plan) Facts() (Facts, error) {
	schedule, err := p.Schedule()
	if err != nil {
		return Facts{}, err
	}
	f := Facts{
		Load: p.Length(), Duration: p.duration(), PairLimit: pairRefill, Measured: map[whatsapp.Op]int64{},
	}
	if p.Webhooks != nil {
		f.Wait = p.Webhooks.Wait
	}
	for _, stage := range p.Stages {
		f.PeakRate = max(f.PeakRate, stage.Peak())
		f.Closed = f.Closed || stage.Kind == pace.Closed
	}
	p.people(&f, schedule)
	ops := p.ops(schedule, f.Measured)
	for _, t := range p.Targets {
		f.Targets = append(f.Targets, p.targetFacts(t, ops))
		f.Hits += schedule.Len()
		f.Messages += ops[whatsapp.OpSend]
	}
	f.Notes = p.notes(&f, schedule)
	return f, nil
}

// duration returns how long all legs take; those of one group run together.
func (p *Plan) duration() time.Duration {
	var total time.Duration
	group := -1
	for _, leg := range p.Legs() {
		if leg.Group != group {
			total += leg.Length()
		}
		group = leg.Group
	}
	return total
}

// ops counts the arrivals of one target by operation, and in measured those
// outside warm-up.
func (p *Plan) ops(schedule pace.Schedule, measured map[whatsapp.Op]int64) map[whatsapp.Op]int64 {
	warm := firstDue(schedule, p.Warmup)
	if op, only := p.onlyOp(); only {
		measured[op] = schedule.Len() - warm
		return map[whatsapp.Op]int64{op: schedule.Len()}
	}
	counts := map[whatsapp.Op]int64{}
	for n := range schedule.Len() {
		op := p.Op(n)
		counts[op]++
		if n >= warm {
			measured[op]++
		}
	}
	return counts
}

// onlyOp returns the operation of the whole mix, and false if there are
// several.
func (p *Plan) onlyOp() (whatsapp.Op, bool) {
	for _, m := range p.Messages {
		if m.Op != p.Messages[0].Op {
			return "", false
		}
	}
	return p.Messages[0].Op, true
}

// firstDue returns the first arrival that is due at a load time or later.
func firstDue(schedule pace.Schedule, at time.Duration) int64 {
	low, high := int64(0), schedule.Len()
	for low < high {
		if middle := (low + high) / 2; schedule.Due(middle) < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (p *Plan) targetFacts(t Target, ops map[whatsapp.Op]int64) TargetFacts {
	f := TargetFacts{Name: t.Name, Ops: ops}
	for _, leg := range p.Legs() {
		if leg.Target == t.Name {
			f.Duration += leg.Length()
		}
	}
	if t.Cost != nil {
		f.Cost = t.Cost.of(ops[whatsapp.OpSend], f.Duration)
	}
	return f
}

// of returns what messages and time cost, nil if that mixes currencies.
func (c *Cost) of(messages int64, length time.Duration) *units.Money {
	total := units.Money{}
	add := func(m *units.Money, times float64) bool {
		if m == nil {
			return true
		}
		if total.Currency != "" && total.Currency != m.Currency {
			return false
		}
		total.Currency = m.Currency
		total.Amount += m.Amount * times
		return true
	}
	if !add(c.PerMessage, float64(messages)) || !add(c.PerHour, length.Hours()) || total.Currency == "" {
		return nil
	}
	return &total
}

// people fills in who gets how much.
func (p *Plan) people(f *Facts, schedule pace.Schedule) {
	known := p.Recipients.Len()
	if known == 0 || schedule.Len() == 0 {
		return
	}
	f.Recipients = min(known, schedule.Len())
	f.PerRecipient = (schedule.Len() + known - 1) / known
	f.PairRate = f.PeakRate / units.Rate(known)
}

// notes lists warnings about the run's worth.
func (p *Plan) notes(f *Facts, schedule pace.Schedule) []results.Note {
	var notes []results.Note
	add := func(code, advice, format string, args ...any) {
		notes = append(notes, results.Note{Code: code, Text: fmt.Sprintf(format, args...), Advice: advice})
	}
	if at, exceeded := p.pairLimitReached(schedule); exceeded {
		add("pair_rate", fmt.Sprintf("use at least %d recipients", p.enoughRecipients(f.PeakRate)),
			"the pair rate limit (1 message in 6 s to one number, 45 ahead) is reached %s into the load",
			units.FormatDuration(at))
	}
	if f.Closed && len(p.Gates) > 0 {
		add("closed", "put closed stages in a scenario of their own, or use send.service",
			"closed stages have no response clock; rules on it are about the other stages only")
	}
	if p.Order() == Interleaved && p.Blocks() < fewestPairs {
		add("few_blocks", fmt.Sprintf("lengthen the load, or set compare.block to %s or less",
			units.FormatDuration((f.Load-p.Warmup)/fewestPairs)),
			"the comparison has %d pairs of blocks; fewer than %d seldom settle anything", p.Blocks(), fewestPairs)
	}
	return notes
}

// fewestPairs is the least number of pairs from which a rank test can find
// anything at 95 %: with five, the smallest two-sided p-value is 2/2^5 = 6 %.
const fewestPairs = 6

// The Cloud API lets a number write to one user once in six seconds, and 45
// messages ahead of that (platform documentation, pair rate limits).
const (
	pairRefill units.Rate = 1.0 / 6
	pairBurst             = 45
)

// pairLimitReached replays the arrivals of a few recipients through the
// platform's bucket, and returns when one is first over the limit.
func (p *Plan) pairLimitReached(schedule pace.Schedule) (time.Duration, bool) {
	known := p.Recipients.Len()
	if known == 0 || !p.speaks(whatsapp.Cloud) || schedule.Len()/known < pairBurst {
		return 0, false
	}
	first, found := time.Duration(0), false
	for _, recipient := range []int64{0, known / 2, known - 1} {
		if at, exceeded := p.bucketFull(schedule, recipient); exceeded && (!found || at < first) {
			first, found = at, true
		}
	}
	return first, found
}

func (p *Plan) bucketFull(schedule pace.Schedule, recipient int64) (time.Duration, bool) {
	level, last := 0.0, time.Duration(0)
	for n := recipient; n < schedule.Len(); n += p.Recipients.Len() {
		if p.Op(n) != whatsapp.OpSend {
			continue
		}
		at := schedule.Due(n)
		level = max(0, level-(at-last).Seconds()*float64(pairRefill)) + 1
		if last = at; level > pairBurst {
			return at, true
		}
	}
	return 0, false
}

// enoughRecipients returns how many recipients keep the pair limit at a rate.
func (p *Plan) enoughRecipients(rate units.Rate) int64 { return int64(rate/pairRefill) + 1 }
