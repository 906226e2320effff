package scenarios

import (
	"slices"
	"strings"

	"wabench/internal/gate"
	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

func (c *checker) gates() {
	for i := range c.scenario.Gates.Value {
		entry := &c.scenario.Gates.Value[i].Value
		if entry.Confidence.OK && (entry.Confidence.Value < 0.5 || entry.Confidence.Value >= 1) {
			c.Problem(entry.Confidence.Pos, "write it as 95% or 99%", "confidence must be from 50%% up to, not including, 100%%")
		}
		if entry.Rule.OK {
			c.gate(entry.Rule)
		}
	}
}

// gate notes a rule that could never be judged in this scenario.
func (c *checker) gate(g At[GateRule]) {
	rule := g.Value.Rule
	targets := c.scenario.Targets.Value
	for _, name := range rule.Targets() {
		if targets.named(name) == nil && len(targets) > 0 {
			c.Problem(inRule(g, name), strictyaml.Suggest(name, targets.names()), "there is no target %q", name)
		}
	}
	switch op := rule.Op(); {
	case op == whatsapp.OpRetry && !c.retries():
		c.Problem(g.Pos, "", "rule is about retries, and no target has retry")
	case op != "" && op != whatsapp.OpRetry && !c.does(op):
		c.Problem(g.Pos, "", "rule is about %s, and nothing in the mix does that", op)
	case rule.NeedsWebhooks() && !c.scenario.Webhooks.Written():
		c.Problem(g.Pos, "add webhooks: {wait: 10s}", "rule is about webhooks, and the scenario receives none")
	case rule.NeedsFaults() && !c.scenario.Faults.Written():
		c.Problem(g.Pos, "", "%s follows a fault, and the scenario has none", rule.Metric)
	case slices.Contains([]string{"response", "lateness"}, rule.Series().Clock()) && c.onlyClosed():
		c.Problem(g.Pos, "use send.service", "a closed load has no %s clock: nothing is ever due", rule.Series().Clock())
	}
}

// inRule finds a word of a rule.
func inRule(g At[GateRule], word string) strictyaml.Pos {
	text := g.Value.Text
	for at := 0; ; {
		i := strings.Index(text[at:], " "+word)
		if i < 0 {
			return g.Pos
		}
		end := at + i + 1 + len(word)
		if end == len(text) || text[end] == ' ' || strings.ContainsRune("<>=", rune(text[end])) {
			return g.Node.At(at + i + 1)
		}
		at = end
	}
}

func (c *checker) retries() bool {
	for _, t := range c.scenario.Targets.Value {
		if t.Value.Retry.Written() {
			return true
		}
	}
	return false
}

// does reports whether an entry of the mix does the operation.
func (c *checker) does(op whatsapp.Op) bool {
	for i := range c.scenario.Messages.Value {
		if c.scenario.Messages.Value[i].Value.op() == op {
			return true
		}
	}
	return !c.scenario.Messages.OK
}

// onlyClosed reports whether every stage is a closed one.
func (c *checker) onlyClosed() bool {
	stages := c.scenario.Load.Value.Stages
	for i := range stages.Value {
		if !stages.Value[i].Value.Closed.Written() {
			return false
		}
	}
	return stages.OK && len(stages.Value) > 0
}

// resolved returns the rule with the options of the long form.
func (g *GateEntry) resolved() gate.Rule {
	rule := g.Rule.Value.Rule
	rule.Options.Abort = g.Abort.Value
	if g.Confidence.OK {
		rule.Options.Confidence = float64(g.Confidence.Value)
	}
	return rule
}
