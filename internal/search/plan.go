package search

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"wabench/internal/compare"
	"wabench/internal/gate"
	"wabench/internal/pace"
	"wabench/internal/stat"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

// Narrow returns the plan of one target of a scenario with the rules of a
// search as its gates. Its load, faults and comparison are left out, and its
// webhooks too unless a rule needs them, since every step would wait for them.
// Rules that one target under a steady load cannot be held against are refused.
func Narrow(plan *scenarios.Plan, target string, rules []gate.Rule) (*scenarios.Plan, error) {
	t := plan.Target(target)
	switch {
	case t == nil:
		return nil, fmt.Errorf("the scenario has no target %s", target)
	case len(rules) == 0:
		return nil, errors.New("a search needs a rule to meet")
	}
	p := *plan
	p.Targets, p.Gates = []scenarios.Target{*t}, rules
	p.Compare, p.Faults, p.Until, p.WarmupAuto = nil, nil, nil, false
	webhooks := false
	for _, rule := range rules {
		if err := searchable(plan, target, rule); err != nil {
			return nil, fmt.Errorf("%s: %w", rule, err)
		}
		webhooks = webhooks || rule.NeedsWebhooks()
	}
	if !webhooks {
		p.Webhooks = nil
	}
	return scenarios.New(p)
}

// searchable says why a rule cannot be searched by.
func searchable(plan *scenarios.Plan, target string, rule gate.Rule) error {
	switch {
	case rule.Vs != "":
		return errors.New("a search has one target and no baseline; drop vs")
	case rule.Of != "" && rule.Of != target:
		return fmt.Errorf("the search is of target %s", target)
	case rule.NeedsFaults():
		return errors.New("a search has no faults")
	case rule.NeedsWebhooks() && plan.Webhooks == nil:
		return errors.New("the scenario has no webhooks")
	case opShare(plan, rule.Op()) == 0:
		return fmt.Errorf("the scenario's messages have no %s", rule.Op())
	}
	return nil
}

// opShare is the share of arrivals that an operation has. How many retries
// there will be is not planned; they are taken for as many as arrivals.
func opShare(plan *scenarios.Plan, op whatsapp.Op) float64 {
	if op == "" || op == whatsapp.OpRetry {
		return 1
	}
	part, whole := 0.0, 0.0
	for _, m := range plan.Messages {
		whole += m.Weight
		if m.Op == op {
			part += m.Weight
		}
	}
	return part / whole
}

// approach is the part of a step before it is measured: a lower rate on the
// way up, so that the rate is come to and not burst into; the rate itself on
// the way down, where what went before is the overload.
type approach struct {
	rate units.Rate
	time time.Duration
}

// approachShare of the least hold is spent on the approach.
const approachShare = 5

func approachOf(step Step, least time.Duration) approach {
	a := approach{rate: step.Rate, time: (least / approachShare).Round(time.Millisecond)}
	if step.Direction == Up {
		a.rate /= 2
	}
	return a
}

// stepPlan is the plan of one step: its approach as warm-up, then the hold.
// Steps draw from seeds of their own, so that they are independent, and begin
// with the recipient after the last one of those sent: to begin anew would
// run into the platform's limit on messages to one user.
func stepPlan(base *scenarios.Plan, step Step, least time.Duration, sent int64) (*scenarios.Plan, error) {
	p := *base
	p.Recipients.First += sent
	before, hold := approachOf(step, least), holdFor(base, step.Rate, least)
	p.Seed = base.Seed + uint64(step.N-1)
	p.Stages = []pace.Stage{
		{Kind: pace.Hold, For: before.time, From: before.rate, To: before.rate},
		{Kind: pace.Hold, For: hold, From: step.Rate, To: step.Rate},
	}
	p.Warmup = before.time
	p.Block = max(least/blocksLeast, shortestBlock)
	return scenarios.New(p)
}

// Blocks of a step are a tenth of the least hold, so that clusters show.
const (
	blocksLeast   = 10
	shortestBlock = 500 * time.Millisecond
)

// holdFor is how long a rate is held at most: the least hold, and so long that
// the rules have twice the samples that they need at the least, for then a few
// of them may be beyond the bound. A step ends sooner once it is decided.
func holdFor(plan *scenarios.Plan, rate units.Rate, least time.Duration) time.Duration {
	hold := least
	for _, rule := range plan.Gates {
		seconds := 2 * float64(needed(rule)) / (float64(rate) * opShare(plan, rule.Op()))
		hold = max(hold, time.Duration(math.Ceil(seconds))*time.Second, 2*rule.Over)
	}
	return hold
}

// needed is the least number of samples with which a rule can pass.
func needed(rule gate.Rule) int64 {
	c, bound := rule.Confidence(), rule.Bound.Value
	switch {
	case rule.Metric.Kind == gate.Quantile:
		return stat.SamplesForQuantile(rule.Metric.Q, c)
	case rule.Metric.Kind == gate.Mean:
		return compare.LeastForMean
	case rule.Metric.Unit() != gate.Share || bound == 0 || bound == 1:
		return 1
	case slices.Contains([]gate.Comparator{gate.More, gate.AtLeast}, rule.Comparator):
		return stat.ZeroFailures(1-bound, c)
	}
	return stat.ZeroFailures(bound, c)
}
