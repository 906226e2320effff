package compare

import (
	"fmt"
	"math"
	"slices"
	"time"

	"wabench/internal/units"
	"wabench/results"
)

// orderInterleaved is the order of a run in which blocks alternate between
// the targets.
const orderInterleaved = "interleaved"

// Differs says in what the loads of two runs differ so much that their
// results do not compare: arrivals, duration, warm-up or rates. It is empty
// for two targets of one run. Who was asked, and with what content, may
// differ: that is what a comparison is about.
func Differs(base, head Side) []string {
	b, h := base.Record.Run.Plan, head.Record.Run.Plan
	if base.Record == head.Record || b.SHA256 != "" && b.SHA256 == h.SHA256 {
		return nil
	}
	var reasons []string
	if b.Arrivals != h.Arrivals {
		reasons = append(reasons, fmt.Sprintf("arrivals are %s in base and %s in head", b.Arrivals, h.Arrivals))
	}
	if b.Warmup != h.Warmup {
		reasons = append(reasons, fmt.Sprintf("warm-up is %s in base and %s in head",
			units.FormatDuration(b.Warmup), units.FormatDuration(h.Warmup)))
	}
	return append(reasons, stagesDiffer(b.Stages, h.Stages)...)
}

func stagesDiffer(base, head []results.Stage) []string {
	if len(base) != len(head) {
		return []string{fmt.Sprintf("base has %d stages and head %d", len(base), len(head))}
	}
	for i, b := range base {
		h := head[i]
		b.Label, h.Label = "", ""
		if b != h {
			return []string{fmt.Sprintf("stage %d is %q in base and %q in head", i+1, base[i].Label, head[i].Label)}
		}
	}
	return nil
}

// pairable reports whether blocks of the same number had the same arrivals.
func pairable(base, head Side) bool {
	return base.Record == head.Record ||
		base.Record.Run.Plan.Block == head.Record.Run.Plan.Block && len(Differs(base, head)) == 0
}

// Steady reports whether all measured blocks had the same load and no fault
// was injected, so that the blocks of one side are alike.
func Steady(side Side) bool {
	plan := side.Record.Run.Plan
	rate, users := math.NaN(), -1
	for _, s := range plan.Stages {
		if s.To <= plan.Warmup {
			continue
		}
		if math.IsNaN(rate) {
			rate, users = s.Start, s.Users
		}
		if s.Start != rate || s.End != rate || s.Users != users {
			return false
		}
	}
	return !slices.ContainsFunc(side.Record.Events, func(e results.Event) bool {
		return e.Kind == "fault" && (e.Target == "" || e.Target == side.Target)
	})
}

// planNotes are the warnings that follow from how the sides were run.
func planNotes(base, head Side) []results.Note {
	var notes []results.Note
	for _, reason := range Differs(base, head) {
		notes = append(notes, results.Note{
			Code: "plan_differs", Text: "the runs had different loads: " + reason,
			Advice: "run both with the same scenario",
		})
	}
	b, h := base.Record.Run.Plan, head.Record.Run.Plan
	switch {
	case base.is(head):
		notes = append(notes, results.Note{
			Code: "same_run", Text: "base and head are the same target of the same run, so nothing can differ",
			Advice: "compare with another run or target",
		})
	case base.Record != head.Record:
		notes = append(notes, separateRuns(base, head))
		notes = append(notes, floorNotes(base, head)...)
		if b.Seed != h.Seed {
			notes = append(notes, results.Note{
				Code: "seed_differs", Text: fmt.Sprintf("the seed is %d in base and %d in head, so the messages differ", b.Seed, h.Seed),
				Advice: "run both with the same --seed",
			})
		}
	case b.Order != orderInterleaved:
		notes = append(notes, results.Note{
			Code:   "not_interleaved",
			Text:   fmt.Sprintf("the targets ran in %s order, so drift between them is not cancelled and is part of the differences", orderName(b.Order)),
			Advice: "set compare.order to interleaved",
		})
	}
	return append(notes, generatorNotes(base, head)...)
}

func orderName(order string) string {
	if order == "" {
		return "unknown"
	}
	return order
}

// separateRuns warns of what two runs cannot show, however long each is.
func separateRuns(base, head Side) results.Note {
	apart := head.Record.Run.Started.Sub(base.Record.Run.Started).Abs()
	text := "base and head are one run each"
	if apart > time.Minute {
		text += ", " + units.FormatDuration(apart) + " apart"
	}
	return results.Note{
		Code:   "separate_runs",
		Text:   text + ": what varies from run to run is not in the intervals",
		Advice: "compare both targets in one interleaved run, or repeat the runs",
	}
}

// floorNotes say that a machine's floor is not known; of one run its own notes
// say so.
func floorNotes(base, head Side) []results.Note {
	if base.Record.Run.Floor != nil && head.Record.Run.Floor != nil {
		return nil
	}
	return []results.Note{{
		Code:   "no_tool_floor",
		Text:   "what the tool itself adds is not known of both runs' machines, so differences are held against lateness alone",
		Advice: "run 'bench calibrate' on each machine before the runs",
	}}
}

// generatorNotes warn of sides whose generator was not up to its plan.
func generatorNotes(base, head Side) []results.Note {
	var notes []results.Note
	for _, s := range []struct {
		name string
		side Side
	}{{"base", base}, {"head", head}} {
		verdict := s.side.Record.Run.Generator.Verdict
		if verdict != results.Invalid && verdict != results.Degraded {
			continue
		}
		if s.name == "head" && base.Record == head.Record {
			continue // said of base
		}
		notes = append(notes, results.Note{
			Code: "generator_" + verdict, Text: "the generator of " + s.name + "'s run judged its own work " + verdict,
			Advice: "lower the rate, or run on a machine with more to spare",
		})
	}
	return notes
}
