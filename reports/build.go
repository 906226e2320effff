package reports

import (
	"maps"
	"slices"
	"time"

	"wabench/results"
)

// Build makes the report of a run. It works for any record that can be read:
// cut, closed, without webhooks, with one target or many, even without samples.
func Build(rec *results.Record) (*Document, error) {
	targets := targetNames(&rec.Run)
	figures, err := drawFigures(rec, targets)
	if err != nil {
		return nil, err
	}
	run := &rec.Run
	d := &Document{
		Title:    tidy(run.Scenario.Name),
		Tested:   tested(run, targets),
		Verdict:  verdict(run),
		Answer:   answer(run, targets),
		Cautions: cautions(rec, targets),
		run:      *run,
		figures:  figures,
	}
	d.Sections = d.keepFigures(sections(rec, targets))
	return d, nil
}

// targetNames orders the targets as every table and figure does: base, head,
// then the others by name.
func targetNames(run *results.Run) []string {
	base, head := run.Plan.Base, run.Plan.Head
	if run.Comparison != nil {
		base, head = run.Comparison.Base, run.Comparison.Head
	}
	rank := func(name string) int {
		switch name {
		case base:
			return 0
		case head:
			return 1
		}
		return 2
	}
	names := slices.Sorted(maps.Keys(run.Targets))
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}

// sections lists the report's parts in reading order: the verdict and the
// comparison, then what they rest on, then what limits them.
func sections(rec *results.Record, targets []string) []Section {
	run := &rec.Run
	var all []Section
	add := func(s Section, applies bool) {
		if applies {
			all = append(all, s)
		}
	}
	add(gatesSection(run))
	add(comparisonSection(run.Comparison))
	add(latencySection(run, targets), true)
	add(requestsSection(run, targets), true)
	add(outcomesSection(run, targets), true)
	add(webhooksSection(run, targets))
	add(availabilitySection(rec, targets))
	add(costSection(run, targets))
	add(generatorSection(run, targets), true)
	add(notesSection(run))
	add(environmentSection(run), true)
	add(scopeSection(run, targets), true)
	return all
}

// keepFigures drops the names of figures that this run does not have.
func (d *Document) keepFigures(all []Section) []Section {
	for i := range all {
		all[i].Figures = slices.DeleteFunc(all[i].Figures, func(name string) bool {
			_, ok := d.figure(name)
			return !ok
		})
	}
	return all
}

// lastMoment is how far the record reaches, in run time.
func lastMoment(points []results.Point) time.Duration {
	var last time.Duration
	for _, p := range points {
		last = max(last, p.End)
	}
	return last
}
