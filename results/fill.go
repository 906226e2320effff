package results

// clone copies a run as deep as fill goes, so that filling the copy leaves the
// original alone.
func (r Run) clone() Run {
	targets := make(map[string]*Target, len(r.Targets))
	for name, target := range r.Targets {
		targets[name] = target.clone()
	}
	r.Targets = targets
	r.Comparison = cloned(r.Comparison)
	return r
}

func (t *Target) clone() *Target {
	if t == nil {
		return nil
	}
	copied := *t
	copied.Ops = make(map[string]*Op, len(t.Ops))
	for name, op := range t.Ops {
		op = cloned(op)
		if op != nil {
			op.Response, op.Service, op.Lateness = cloned(op.Response), cloned(op.Service), cloned(op.Lateness)
		}
		copied.Ops[name] = op
	}
	copied.Availability = cloned(t.Availability)
	if copied.Webhook = cloned(t.Webhook); t.Webhook != nil {
		w := copied.Webhook
		w.SentLatency, w.DeliveredTime, w.ReadLatency = cloned(w.SentLatency), cloned(w.DeliveredTime), cloned(w.ReadLatency)
	}
	return &copied
}

// cloned copies what p points to, if anything.
func cloned[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// fill replaces what is nil or empty, so that run.json has [] and {} where a
// reader expects them.
func (r *Run) fill() {
	r.Schema = Schema
	fillMap(&r.Targets)
	fillSlice(&r.Gates)
	fillSlice(&r.Notes)
	fillSlice(&r.Plan.Stages)
	fillSlice(&r.Plan.Legs)
	r.Generator.fill()
	for i := range r.Shards {
		r.Shards[i].Generator.fill()
	}
	for name, target := range r.Targets {
		if target == nil {
			target = &Target{}
			r.Targets[name] = target
		}
		target.fill()
	}
	if r.Comparison != nil {
		fillSlice(&r.Comparison.Deltas)
	}
}

func (g *Generator) fill() {
	fillSlice(&g.Reasons)
	if g.Verdict == "" {
		g.Verdict = Valid
	}
}

func (t *Target) fill() {
	fillMap(&t.Ops)
	for name, op := range t.Ops {
		if op == nil {
			op = &Op{}
			t.Ops[name] = op
		}
		fillMap(&op.Outcomes)
		fillMap(&op.Codes)
		fillMap(&op.Measured)
		fillLatencies(op.Response, op.Service, op.Lateness)
	}
	if w := t.Webhook; w != nil {
		fillMap(&w.Codes)
		fillLatencies(w.SentLatency, w.DeliveredTime, w.ReadLatency)
	}
	if t.Availability != nil {
		fillSlice(&t.Availability.Outages)
	}
}

func fillLatencies(latencies ...*Latency) {
	for _, l := range latencies {
		if l != nil {
			fillMap(&l.CI95)
		}
	}
}

func fillMap[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}

func fillSlice[V any](s *[]V) {
	if *s == nil {
		*s = []V{}
	}
}
