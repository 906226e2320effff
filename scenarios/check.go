package scenarios

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"wabench/internal/pace"
	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// checker finds what is well-formed and yet cannot be meant, in the file
// alone.
type checker struct {
	*strictyaml.Decoder
	scenario *Scenario
}

func (c *checker) all() {
	s := c.scenario
	if s.Version.OK && s.Version.Value != 1 {
		c.Problem(s.Version.Pos, "write version: 1", "version %d of the scenario language is not known", s.Version.Value)
	}
	if s.Name.OK && !scenarioName.MatchString(s.Name.Value) {
		c.Problem(s.Name.Pos, "use lower-case letters, digits and dashes", "name %q is not a scenario name", s.Name.Value)
	}
	c.targets()
	c.recipients()
	c.messages()
	c.load()
	c.webhooks()
	c.faults()
	c.compare()
	c.gates()
	c.limits()
	c.real()
}

var (
	scenarioName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	targetName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
)

// positive notes a value that is written and not above zero.
func positive[T cmp.Ordered](c *checker, name string, a At[T]) {
	var zero T
	if a.OK && a.Value <= zero {
		c.Problem(a.Pos, "", "%s must be above 0", name)
	}
}

// share notes a share outside 0 % to 100 %.
func (c *checker) share(name string, value float64, pos strictyaml.Pos) {
	if value < 0 || value > 1 {
		c.Problem(pos, "", "%s must be from 0%% to 100%%", name)
	}
}

func (c *checker) recipients() {
	r := c.scenario.Recipients
	if !r.OK {
		if !r.Written() && c.needsRecipients() {
			c.Problem(c.scenario.Messages.Pos, "add recipients: {range: 15550100000..15550109999}", "messages have no recipients")
		}
		return
	}
	ways := written(r.Value.Range.Pos, r.Value.File.Pos, r.Value.List.Pos)
	switch {
	case len(ways) == 0:
		c.Problem(r.Pos, "set range, list, or file and column", "recipients are empty")
	case len(ways) > 1:
		c.Problem(ways[1], "set only one of range, file and list", "recipients are given twice")
	case r.Value.File.Written() != r.Value.Column.Written():
		c.Problem(r.Pos, "write {file: recipients.csv, column: phone}", "file and column belong together")
	case r.Value.List.OK && len(r.Value.List.Value) == 0:
		c.Problem(r.Value.List.Pos, "", "recipients are empty")
	}
}

// written lists the positions that are known.
func written(all ...strictyaml.Pos) []strictyaml.Pos {
	var known []strictyaml.Pos
	for _, pos := range all {
		if pos.Known() {
			known = append(known, pos)
		}
	}
	return known
}

// needsRecipients reports whether anything in the mix goes to a number.
func (c *checker) needsRecipients() bool {
	for _, entry := range c.scenario.Messages.Value {
		switch entry.Value.op() {
		case whatsapp.OpSend, whatsapp.OpContacts, whatsapp.OpMarkRead:
			return true
		}
	}
	return false
}

func (c *checker) load() {
	load := c.scenario.Load
	if load.Value.Stages.OK && len(load.Value.Stages.Value) == 0 {
		c.Problem(load.Value.Stages.Pos, "add a stage such as {hold: 50/s, for: 30s}", "load has no stages")
	}
	length, known := time.Duration(0), true
	for i, entry := range load.Value.Stages.Value {
		stage, ok := c.stage(i, entry)
		known = known && ok && stage.Kind != pace.Replay
		length += stage.Length()
	}
	warmup := load.Value.Warmup
	if known && length > 0 && warmup.OK && warmup.Value.For >= length {
		c.Problem(warmup.Pos, "shorten it or lengthen the stages",
			"warmup %s leaves nothing of the load's %s to measure", warmup.Value.For, length)
	}
}

func (c *checker) webhooks() {
	w := c.scenario.Webhooks.Value
	if w.Answer.OK && w.Answer.Value.Fail.OK {
		c.share("fail", float64(w.Answer.Value.Fail.Value), w.Answer.Value.Fail.Pos)
	}
	if w.PublicURL.OK && !strings.Contains(w.PublicURL.Value, "${") {
		if _, err := parseURL(w.PublicURL.Value); err != nil {
			c.Problem(w.PublicURL.Pos, "", "public_url: %s", err)
		}
	}
}

func (c *checker) faults() {
	for _, entry := range c.scenario.Faults.Value {
		positive(c, "for", entry.Value.For)
		figure, ok := c.fault(entry)
		target := c.faultTarget(entry)
		if !ok || target == nil {
			continue
		}
		c.faultFigures(figure)
		fault, facts := figure.fault, figure.fault.Kind.facts()
		if api := whatsapp.API(target.API.Value); facts.api != "" && target.API.OK && api != facts.api {
			c.Problem(entry.Pos, "", "fault %s is of the %s API; target %s is %s", fault.Kind, facts.api, target.name, api)
		}
	}
}

// faultFigures checks the ranges of a fault's figures.
func (c *checker) faultFigures(f figure) {
	switch f.fault.Kind {
	case Slow:
		if f.fault.Factor <= 0 {
			c.Problem(f.pos, "", "factor must be above 0")
		}
	case ShardDown:
		if f.fault.Shard < 0 {
			c.Problem(f.pos, "", "shards are numbered from 0")
		}
	case Errors, DeliveredAndFailed, Undelivered:
		if f.fault.Kind == Errors && f.fault.Code <= 0 {
			c.Problem(f.pos, "", "code must be above 0")
		}
		if f.fault.Share <= 0 || f.fault.Share > 1 {
			c.Problem(f.pos, "", "share must be above 0%% and at most 100%%")
		}
	}
}

// faultTarget returns the fake that a fault is on, nil if there is none.
func (c *checker) faultTarget(entry At[FaultEntry]) *TargetSection {
	targets := c.scenario.Targets.Value
	on := entry.Value.On
	switch {
	case !on.Written() && len(targets) == 1:
		return c.mustBeFake(&targets[0].Value, entry.Pos)
	case !on.Written() && len(targets) > 1:
		c.Problem(entry.Pos, "add on: "+strings.Join(targets.names(), " or on: "), "fault says not on which target")
		return nil
	case !on.OK || len(targets) == 0:
		return nil
	}
	return c.mustBeFake(c.targetNamed(on), on.Pos)
}

func (c *checker) mustBeFake(t *TargetSection, pos strictyaml.Pos) *TargetSection {
	if t != nil && t.URL.Written() {
		c.Problem(pos, "faults are for fakes only", "target %s is no fake", t.name)
		return nil
	}
	return t
}

// targetNamed returns the target that a field names, and notes a wrong name.
func (c *checker) targetNamed(a At[string]) *TargetSection {
	targets := c.scenario.Targets.Value
	t := targets.named(a.Value)
	if t == nil && a.OK && len(targets) > 0 {
		c.Problem(a.Pos, strictyaml.Suggest(a.Value, targets.names()), "there is no target %q", a.Value)
	}
	return t
}

func (c *checker) compare() {
	compare := c.scenario.Compare
	base, head := compare.Value.Base, compare.Value.Head
	positive(c, "block", compare.Value.Block)
	c.targetNamed(base)
	c.targetNamed(head)
	if !base.OK || !head.OK {
		return
	}
	if base.Value == head.Value {
		c.Problem(head.Pos, "", "base and head are the same target")
	}
	for _, t := range c.scenario.Targets.Value {
		if name := t.Value.name; name != base.Value && name != head.Value {
			c.Problem(t.Value.key, "leave it out, or compare it in a scenario of its own",
				"target %s is neither base nor head and would not run", name)
		}
	}
}

func (c *checker) limits() {
	l := c.scenario.Limits.Value
	positive(c, "max_messages", l.MaxMessages)
	positive(c, "max_duration", l.MaxDuration)
}

func (c *checker) real() {
	real := c.scenario.Real
	if !real.OK {
		return
	}
	allowed := real.Value.AllowedRecipients
	if len(allowed.Value) == 0 && !real.Value.LoadTestNumber.Value {
		c.Problem(real.Pos, "set allowed_recipients, or load_test_number: true", "real says not to whom messages may go")
	}
	if !c.scenario.Limits.Value.MaxMessages.Written() {
		c.Problem(real.Pos, "add limits: {max_messages: 100}", "a real run needs limits.max_messages")
	}
}
