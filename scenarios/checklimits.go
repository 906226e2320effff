package scenarios

import (
	"wabench/internal/units"
)

// limits refuses a plan that exceeds its own limits before anything is sent.
func (r *resolver) limits() {
	if !r.scenario.Limits.Written() {
		return
	}
	plan, err := r.finish()
	if err != nil {
		return // Resolve reports it
	}
	facts, err := plan.Facts()
	if err != nil {
		return // the load is already a problem
	}
	l := r.scenario.Limits.Value
	if l.MaxMessages.OK && facts.Messages > l.MaxMessages.Value {
		r.Problem(l.MaxMessages.Pos, "shorten the load or raise the limit",
			"the plan sends %d messages, max_messages allows %d", facts.Messages, l.MaxMessages.Value)
	}
	if whole := facts.Duration + facts.Wait; l.MaxDuration.OK && whole > l.MaxDuration.Value {
		r.Problem(l.MaxDuration.Pos, "shorten the load or raise the limit",
			"the plan takes %s, max_duration allows %s", units.FormatDuration(whole), units.FormatDuration(l.MaxDuration.Value))
	}
	r.maxCost(facts)
}

func (r *resolver) maxCost(facts Facts) {
	limit := r.scenario.Limits.Value.MaxCost
	if !limit.OK {
		return
	}
	total := units.Money{Currency: limit.Value.Currency}
	for _, t := range facts.Targets {
		switch {
		case r.plan.Target(t.Name).Cost == nil:
		case t.Cost == nil || t.Cost.Currency != total.Currency:
			r.Problem(limit.Pos, "state all costs in one currency", "max_cost is in %s, the cost of target %s is not", total.Currency, t.Name)
			return
		default:
			total.Amount += t.Cost.Amount
		}
	}
	if total.Amount > limit.Value.Amount {
		r.Problem(limit.Pos, "shorten the load or raise the limit", "the plan costs %s, max_cost allows %s", total, limit.Value)
	}
}
