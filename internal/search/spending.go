package search

import (
	"fmt"
	"time"

	"wabench/internal/units"
	"wabench/scenarios"
)

// spending adds up what the steps took, against the scenario's limits. Those on
// messages and cost hold for the search as a whole; that on duration is of one
// run, and so of each step.
type spending struct {
	messages int64
	cost     float64
}

// exceeds says which limit a step could break; empty if none.
func (s spending) exceeds(plan *scenarios.Plan) (string, error) {
	facts, err := plan.Facts()
	if err != nil {
		return "", err
	}
	limits := plan.Limits
	messages, duration := s.messages+facts.Messages, facts.Duration+facts.Wait
	switch cost := s.cost + costOf(plan, facts.Messages, facts.Duration); {
	case limits.MaxMessages > 0 && messages > limits.MaxMessages:
		return fmt.Sprintf("the next step could send message %d, limits.max_messages allows %d; raise it for the search", messages, limits.MaxMessages), nil
	case limits.MaxDuration > 0 && duration > limits.MaxDuration:
		return fmt.Sprintf("the next step could take %s, limits.max_duration allows a run %s; raise it for the search",
			units.FormatDuration(duration), units.FormatDuration(limits.MaxDuration)), nil
	case limits.MaxCost != nil && cost > limits.MaxCost.Amount:
		return fmt.Sprintf("the next step could bring the cost to %v, limits.max_cost allows %v; raise it for the search",
			units.Money{Amount: cost, Currency: limits.MaxCost.Currency}, limits.MaxCost), nil
	}
	return "", nil
}

// within gives a step what is left of the messages: its retries are held to
// them while it goes.
func (s spending) within(plan *scenarios.Plan) *scenarios.Plan {
	if plan.Limits.MaxMessages == 0 {
		return plan
	}
	p := *plan
	p.Limits.MaxMessages -= s.messages
	return &p
}

// add counts what a step took.
func (s *spending) add(plan *scenarios.Plan, step StepSummary) {
	took := plan.Warmup + step.Held
	s.messages += step.Messages
	s.cost += costOf(plan, step.Messages, took)
}

// costOf is what messages and time cost; currencies were checked with the
// scenario's own load.
func costOf(plan *scenarios.Plan, messages int64, length time.Duration) (amount float64) {
	cost := plan.Targets[0].Cost
	if cost == nil {
		return 0
	}
	if cost.PerMessage != nil {
		amount += cost.PerMessage.Amount * float64(messages)
	}
	if cost.PerHour != nil {
		amount += cost.PerHour.Amount * length.Hours()
	}
	return amount
}
