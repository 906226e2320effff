package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wabench/internal/gate"
	"wabench/internal/pace"
	"wabench/internal/strictyaml"
	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Resolve makes a plan of the scenario: overrides are applied, references to
// the environment and to files are followed, defaults filled in. The error is
// of type Problems; nothing in it has been sent.
func (s *Scenario) Resolve(env Env) (*Plan, error) {
	var d strictyaml.Decoder
	if len(env.Set) > 0 {
		s = s.overridden(&d, env.Set)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	r := &resolver{Decoder: &d, env: env, scenario: s, plan: &Plan{}}
	r.all()
	if err := d.Err(); err != nil {
		return nil, err
	}
	return r.finish()
}

// overridden returns the scenario with overrides applied.
func (s *Scenario) overridden(d *strictyaml.Decoder, overrides []string) *Scenario {
	root := s.root.Clone()
	for _, set := range overrides {
		o := override{Decoder: d, source: strictyaml.NewSource("--set", set)}
		o.apply(root, set)
	}
	if d.Count() > 0 {
		return s
	}
	changed := read(d, root)
	changed.src = s.src
	return changed
}

// resolver turns a scenario into a plan and notes what only the environment
// shows to be a mistake.
type resolver struct {
	*strictyaml.Decoder
	env      Env
	scenario *Scenario
	plan     *Plan
	columns  map[string]strictyaml.Pos // that messages use
}

func (r *resolver) all() {
	s, p := r.scenario, r.plan
	p.Name, p.Description = s.Name.Value, s.Description.Value
	p.Seed = s.Seed.Or(1)
	if r.env.Seed != nil {
		p.Seed = *r.env.Seed
	}
	for i := range s.Targets.Value {
		p.Targets = append(p.Targets, r.target(&s.Targets.Value[i].Value))
	}
	r.messages()
	r.recipients()
	for i := range s.Gates.Value {
		p.Gates = append(p.Gates, s.Gates.Value[i].Value.resolved())
	}
	r.webhooks()
	r.load()
	r.faults()
	r.compare()
	l := s.Limits.Value
	p.Limits = Limits{MaxMessages: l.MaxMessages.Value, MaxCost: pointer(l.MaxCost), MaxDuration: l.MaxDuration.Value}
	r.real()
	if r.Count() == 0 {
		r.limits()
	}
}

// text returns a text with its ${NAME} references replaced.
func (r *resolver) text(a At[string]) string {
	var b strings.Builder
	last := 0
	for _, span := range reference.FindAllStringSubmatchIndex(a.Value, -1) {
		name := a.Value[span[2]:span[3]]
		value, set := r.env.lookup(name)
		if !set {
			r.Problem(a.Node.At(span[0]), "export "+name+"=…", "environment variable %s is not set", name)
		}
		b.WriteString(a.Value[last:span[0]])
		b.WriteString(value)
		last = span[1]
	}
	rest := a.Value[last:]
	if i := strings.Index(rest, "${"); i >= 0 {
		r.Problem(a.Node.At(last+i), "write ${NAME}", "reference is not closed or not a name")
	}
	b.WriteString(rest)
	return b.String()
}

// secret returns a reference, and notes a secret that is not there.
func (r *resolver) secret(a At[Secret]) *Secret {
	if !a.OK {
		return nil
	}
	if _, err := a.Value.Reveal(r.env); err != nil && !r.env.PlanOnly {
		r.Problem(a.Pos, "", "%s", err)
	}
	return &a.Value
}

func (r *resolver) load() {
	load, p := r.scenario.Load.Value, r.plan
	p.Arrivals = pace.Arrivals(load.Arrivals.Or(arrivalsName(pace.Uniform)))
	p.Warmup, p.WarmupAuto = load.Warmup.Value.For, load.Warmup.Value.Auto
	if load.Until.OK {
		p.Until = &load.Until.Value.Until
	}
	var hits int64
	for i := range load.Stages.Value {
		entry := &load.Stages.Value[i].Value
		stage := entry.pace(entry.shapes()[0].kind)
		if stage.Kind == pace.Replay {
			stage.Times, stage.For = r.replay(entry)
		}
		hits += stage.Hits()
		p.Stages = append(p.Stages, stage)
	}
	if hits > maxHits {
		r.Problem(load.Stages.Pos, "", "the load has %d arrivals; the most is %d", hits, int64(maxHits))
		return
	}
	if _, err := p.Schedule(); err != nil && r.Count() == 0 {
		r.Problem(load.Stages.Pos, "", "%s", err)
	}
	if p.Warmup >= p.Length() && r.Count() == 0 {
		r.Problem(load.Warmup.Pos, "", "warmup %s leaves nothing of the load's %s to measure",
			units.FormatDuration(p.Warmup), units.FormatDuration(p.Length()))
	}
	r.until()
	p.Block = r.scenario.Compare.Value.Block.Or(defaultBlock(p.Length() - p.Warmup))
}

// until lets the last stage go on for as long as limits.max_duration allows: the
// engine ends it when the interval is narrow enough.
func (r *resolver) until() {
	p, load := r.plan, r.scenario.Load.Value
	if p.Until == nil || r.Count() > 0 {
		return
	}
	limit := r.scenario.Limits.Value.MaxDuration.Value
	last := &p.Stages[len(p.Stages)-1]
	switch {
	case limit == 0:
		r.Problem(load.Until.Pos, "add limits: {max_duration: 10m}", "load.until needs limits.max_duration to end somewhere")
		return
	case p.Until.Gates && !slices.ContainsFunc(p.Gates, gate.Rule.Gathers):
		r.Problem(load.Until.Pos, "add a gate on a quantile or a share of requests, or ask for a precision, as {p99: ±5%}",
			"load.until: gates has no gate that can be decided under way")
		return
	case last.Kind != pace.Hold:
		r.Problem(load.Until.Pos, "end the load with a hold", "load.until goes on with the last stage, which is a %s", last.Kind)
		return
	}
	turns := time.Duration(1)
	if compared := r.scenario.Compare.Value.Order.Or(Interleaved) != Parallel; compared {
		turns = time.Duration(len(p.Targets))
	}
	if p.Webhooks != nil {
		limit -= p.Webhooks.Wait
	}
	if room := limit/turns - p.Length(); room > 0 {
		last.For += room
	}
}

// maxHits bounds the arrivals of a load.
const maxHits = 100_000_000

// A block is blockLength long if that makes at least blockCount of them, and
// else the load is cut into blockCount blocks, unless they would be shorter
// than shortestBlock. Of a long load blocks are so much longer that there are
// no more than mostBlocks: more of them would say nothing more.
const (
	blockLength   = 5 * time.Second
	blockCount    = 10
	mostBlocks    = 240
	shortestBlock = 500 * time.Millisecond
)

// defaultBlock returns the length of a block for a load that is measured for
// some time.
func defaultBlock(measured time.Duration) time.Duration {
	if measured >= blockCount*blockLength {
		return max(blockLength, (measured/mostBlocks + blockLength - 1).Truncate(blockLength))
	}
	block := (measured / blockCount).Truncate(100 * time.Millisecond)
	return max(block, shortestBlock)
}

func (r *resolver) webhooks() {
	section := r.scenario.Webhooks
	if !section.Written() {
		return
	}
	w := section.Value
	r.plan.Webhooks = &Webhooks{
		Listen:        "127.0.0.1:0",
		PublicURL:     r.text(w.PublicURL),
		Wait:          w.Wait.Or(10 * time.Second),
		Secret:        r.secret(w.Secret),
		AnswerLatency: w.Answer.Value.Latency.Value,
		AnswerFail:    w.Answer.Value.Fail.Value,
	}
	if w.Listen.Written() {
		r.plan.Webhooks.Listen = r.listen(w.Listen)
	}
}

func (r *resolver) faults() {
	c := &checker{Decoder: r.Decoder, scenario: r.scenario}
	for i := range r.scenario.Faults.Value {
		entry := r.scenario.Faults.Value[i]
		figure, ok := c.fault(entry)
		target := c.faultTarget(entry)
		if !ok || target == nil {
			continue
		}
		fault := figure.fault
		fault.On, fault.At, fault.For = target.name, entry.Value.At.Value, entry.Value.For.Value
		if fault.At >= r.plan.Length() {
			r.Problem(entry.Value.At.Pos, "", "fault begins at %s, when the load is over", units.FormatDuration(fault.At))
		}
		r.plan.Faults = append(r.plan.Faults, fault)
	}
}

func (r *resolver) compare() {
	section := r.scenario.Compare
	if !section.Written() {
		return
	}
	compare := section.Value
	r.plan.Compare = &Compare{
		Base: compare.Base.Value, Head: compare.Head.Value, Order: compare.Order.Or(Interleaved),
	}
}

// pointer returns the value if it is written, else nil.
func pointer[T any](a At[T]) *T {
	if !a.OK {
		return nil
	}
	return &a.Value
}

// finish compiles the plan.
func (r *resolver) finish() (*Plan, error) {
	plan, err := New(*r.plan)
	if err != nil {
		return nil, fmt.Errorf("compile messages: %w", err)
	}
	return plan, nil
}

// speaks reports whether a target of the plan speaks the API.
func (p *Plan) speaks(api whatsapp.API) bool {
	for _, t := range p.Targets {
		if t.API == api {
			return true
		}
	}
	return false
}
