package scenarios

import (
	"wabench/internal/pace"
	"wabench/internal/strictyaml"
	"wabench/internal/units"
)

// shape is one of the keys that say what a stage is.
type shape struct {
	kind pace.Kind
	pos  strictyaml.Pos
	ok   bool
}

// shapes lists the shapes that a stage has; one is right.
func (e *StageEntry) shapes() []shape {
	all := []shape{
		{pace.Hold, e.Hold.Pos, e.Hold.OK},
		{pace.Ramp, e.Ramp.Pos, e.Ramp.OK},
		{pace.Steps, e.Steps.Pos, e.Steps.OK},
		{pace.Sine, e.Sine.Pos, e.Sine.OK},
		{pace.Replay, e.Replay.Pos, e.Replay.OK},
		{pace.Closed, e.Closed.Pos, e.Closed.OK},
	}
	var have []shape
	for _, s := range all {
		if s.pos.Known() {
			have = append(have, s)
		}
	}
	return have
}

// pace returns the stage as pace knows it, but for a replay's times.
func (e *StageEntry) pace(kind pace.Kind) pace.Stage {
	stage := pace.Stage{Kind: kind, For: e.For.Value}
	switch kind {
	case pace.Hold:
		stage.From, stage.To = e.Hold.Value, e.Hold.Value
	case pace.Ramp:
		stage.From, stage.To = e.Ramp.Value.From, e.Ramp.Value.To
	case pace.Steps:
		stage.From, stage.To = e.Steps.Value.From, e.Steps.Value.To
		stage.By, stage.Each = e.By.Value, e.Each.Value
		stage.For = 0
		if stage.By > 0 {
			stage.For = stage.Length()
		}
	case pace.Sine:
		s := e.Sine.Value
		stage.Mean, stage.Amplitude, stage.Period = s.Mean.Value, s.Amplitude.Value, s.Period.Value
	case pace.Closed:
		stage.Users, stage.Think = e.Closed.Value.Users.Value, e.Closed.Value.Think.Value
	}
	return stage
}

// stage checks stage i, and returns it as far as it is right.
func (c *checker) stage(i int, entry At[StageEntry]) (pace.Stage, bool) {
	if entry.Node == nil || entry.Node.Kind != strictyaml.Map {
		return pace.Stage{}, false
	}
	before := c.Count()
	shapes := entry.Value.shapes()
	switch {
	case len(shapes) == 0:
		c.Problem(entry.Pos, "write {hold: 50/s, for: 30s}, or ramp, steps, sine, replay, closed", "stage %d has no shape", i+1)
	case len(shapes) > 1:
		c.Problem(shapes[1].pos, "write a stage for each", "stage %d is both %s and %s", i+1, shapes[0].kind, shapes[1].kind)
	default:
		c.shape(i+1, &entry, shapes[0])
	}
	if !entry.OK || len(shapes) != 1 || c.Count() > before {
		return pace.Stage{}, false
	}
	return entry.Value.pace(shapes[0].kind), true
}

// stageKey is a key of a stage that goes with some shapes.
type stageKey struct {
	name string
	pos  strictyaml.Pos
	// with lists the shapes that need the key.
	with []pace.Kind
}

// shape checks a stage with one shape.
func (c *checker) shape(number int, entry *At[StageEntry], s shape) {
	e := &entry.Value
	for _, key := range []stageKey{
		{"for", e.For.Pos, []pace.Kind{pace.Hold, pace.Ramp, pace.Sine, pace.Closed}},
		{"by", e.By.Pos, []pace.Kind{pace.Steps}},
		{"each", e.Each.Pos, []pace.Kind{pace.Steps}},
	} {
		c.stageKey(number, entry.Pos, s, key)
	}
	positive(c, "for", e.For)
	positive(c, "by", e.By)
	positive(c, "each", e.Each)
	if s.ok {
		c.rates(number, e, s)
	}
}

func (c *checker) stageKey(number int, pos strictyaml.Pos, s shape, key stageKey) {
	needed := false
	for _, kind := range key.with {
		needed = needed || kind == s.kind
	}
	switch {
	case needed && !key.pos.Known():
		c.Problem(pos, "", "stage %d: %s needs %q", number, s.kind, key.name)
	case !needed && key.pos.Known() && (s.kind != pace.Replay || key.name != "for"):
		c.Problem(key.pos, "", "stage %d: %s has no use for %q", number, s.kind, key.name)
	}
}

// rates checks what the stage's figures add up to.
func (c *checker) rates(number int, e *StageEntry, s shape) {
	stage := e.pace(s.kind)
	switch {
	case s.kind == pace.Closed:
		positive(c, "users", e.Closed.Value.Users)
	case s.kind == pace.Sine && stage.Amplitude > stage.Mean:
		c.Problem(e.Sine.Value.Amplitude.Pos, "", "stage %d: amplitude %s is above the mean %s", number, stage.Amplitude, stage.Mean)
	case s.kind == pace.Sine && stage.Period <= 0:
		c.Problem(e.Sine.Value.Period.Pos, "", "stage %d: period must be above 0", number)
	case s.kind == pace.Steps && stage.From == stage.To:
		c.Problem(s.pos, "write hold", "stage %d: steps from %s to %s do not climb", number, stage.From, stage.To)
	case s.kind == pace.Steps && e.By.OK && stage.By > 0 && !reaches(stage.From, stage.To, stage.By):
		c.Problem(e.By.Pos, "choose a step that divides the difference", "stage %d: steps of %s do not end at %s", number, stage.By, stage.To)
	case s.kind != pace.Replay && stage.Peak() == 0:
		c.Problem(s.pos, "", "stage %d: rate %s for %s sends nothing", number, stage.Peak(), e.For.Value)
	case stage.Peak() > maxRate:
		c.Problem(s.pos, "", "stage %d: rate %s is above %s", number, stage.Peak(), maxRate)
	}
}

// maxRate bounds what a stage may ask for; no machine sends as much.
const maxRate units.Rate = 1e6

// reaches reports whether steps by some height lead from one rate to the other
// exactly.
func reaches(from, to, by units.Rate) bool {
	count := float64(to-from) / float64(by)
	if count < 0 {
		count = -count
	}
	rest := count - float64(int64(count+0.5))
	return rest < 1e-6 && rest > -1e-6
}
