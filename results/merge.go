package results

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wabench/internal/whatsapp"
)

// Merge makes one run of the shards of a plan, exactly: histograms are added
// interval by interval and counts summed, and every figure is computed anew
// from that. The order of recs does not matter, and merged runs can be merged
// further. Run time is aligned by each shard's start; intervals of a block
// whose middle is in the same second become one.
//
// The comparison and the gates are left out: they are to be judged again.
// The records must stay readable as long as the merged one is used.
func Merge(recs []*Record) (*Record, error) {
	if len(recs) == 0 {
		return nil, errors.New("nothing to merge")
	}
	recs = slices.Clone(recs)
	for _, rec := range recs {
		if err := rec.mergeable(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(recs, func(p, q *Record) int { return cmp.Compare(p.shards()[0].ID, q.shards()[0].ID) })
	shards, err := mergeShards(recs)
	if err != nil {
		return nil, err
	}
	rec := &Record{
		Run: mergeRuns(recs, shards), Events: mergeEvents(recs),
		series: mergeSeries(recs), source: mergeSources(recs),
	}
	for _, from := range recs {
		if len(from.Scenario) > 0 && (rec.Scenario == nil || bytes.Compare(from.Scenario, rec.Scenario) < 0) {
			rec.Scenario = from.Scenario
		}
	}
	if rec.Points, err = mergePoints(recs, rec.source); err != nil {
		return nil, err
	}
	if err := rec.checkPlanned(); err != nil {
		return nil, err
	}
	return rec, rec.Summarize()
}

// shards returns what a record was merged of: of itself, if it was not.
func (r *Record) shards() []Shard {
	if len(r.Run.Shards) > 0 {
		return r.Run.Shards
	}
	return []Shard{{
		ID: r.Run.ID, Started: r.Run.Started, Ended: r.Run.Ended, Complete: r.Run.Complete,
		Environment: r.Run.Environment, Generator: r.Run.Generator,
	}}
}

// mergeable refuses a record that cannot be told apart, or whose evidence is
// not all there.
func (r *Record) mergeable() error {
	if r.Run.ID == "" {
		return errors.New("a run without id cannot be merged")
	}
	if r.Run.Plan.SHA256 == "" {
		return fmt.Errorf("run %s does not say which plan it ran", r.Run.ID)
	}
	planned := map[[2]string]int64{}
	for _, p := range r.Points {
		planned[[2]string{p.Target, p.Op}] += p.Planned
	}
	for name, target := range r.Run.Targets {
		for op, counts := range target.Ops {
			if got := planned[[2]string{name, op}]; got != counts.Planned {
				return fmt.Errorf("run %s: %s holds %d planned hits of %s on %s, %s says %d",
					r.Run.ID, FileIntervals, got, op, name, FileRun, counts.Planned)
			}
		}
	}
	return nil
}

// mergeShards lists the shards by id, and refuses other plans and repetition.
func mergeShards(recs []*Record) ([]Shard, error) {
	var all []Shard
	first := recs[0].Run
	for _, rec := range recs {
		if rec.Run.Plan.SHA256 != first.Plan.SHA256 {
			return nil, fmt.Errorf("runs %s and %s are of different plans (%.12s and %.12s): they are no shards of one",
				first.ID, rec.Run.ID, first.Plan.SHA256, rec.Run.Plan.SHA256)
		}
		all = append(all, rec.shards()...)
	}
	slices.SortFunc(all, func(p, q Shard) int { return cmp.Compare(p.ID, q.ID) })
	for i := 1; i < len(all); i++ {
		if all[i].ID == all[i-1].ID {
			return nil, fmt.Errorf("run %s is given twice", all[i].ID)
		}
	}
	return all, nil
}

// checkPlanned refuses shards that overlap, and notes when some are missing or
// began apart. Closed stages are in no plan's count.
func (r *Record) checkPlanned() error {
	var got int64
	for _, p := range r.Points {
		if p.Op != OpWebhook && p.Op != string(whatsapp.OpRetry) {
			got += p.Planned
		}
	}
	plan := r.Run.Plan
	closed := slices.ContainsFunc(plan.Stages, func(s Stage) bool { return s.Users > 0 })
	if plan.Planned == 0 || closed {
		return nil
	}
	if got > plan.Planned {
		return fmt.Errorf("the shards hold %d planned hits and their plan only %d: they overlap, or are runs of the whole plan", got, plan.Planned)
	}
	if got < plan.Planned && r.Run.Complete {
		r.Run.Notes = append(r.Run.Notes, Note{
			Code:   noteMissing,
			Text:   fmt.Sprintf("the shards hold %d of the plan's %d hits: one of them is missing.", got, plan.Planned),
			Advice: "merge all shards; until then the load was lower than planned",
		})
	}
	return nil
}

// Codes of the notes that Merge writes; those of its parts are dropped.
const (
	noteMissing = "shards_missing"
	noteSkewed  = "shards_skewed"
)

// maxSkew is how far apart the starts of shards may be before it shows in
// intervals of a second.
const maxSkew = 100 * time.Millisecond

// mergeNotes unites the notes of all parts.
func mergeNotes(recs []*Record, shards []Shard) []Note {
	seen := map[Note]bool{}
	for _, rec := range recs {
		for _, note := range rec.Run.Notes {
			seen[note] = note.Code != noteMissing && note.Code != noteSkewed
		}
	}
	maps.DeleteFunc(seen, func(_ Note, wanted bool) bool { return !wanted })
	notes := slices.SortedFunc(maps.Keys(seen), func(p, q Note) int {
		return cmp.Or(cmp.Compare(p.Code, q.Code), cmp.Compare(p.Text, q.Text), cmp.Compare(p.Advice, q.Advice))
	})
	first := slices.MinFunc(shards, byStart).Started
	last := slices.MaxFunc(shards, byStart).Started
	if skew := last.Sub(first); skew > maxSkew {
		notes = append(notes, Note{
			Code:   noteSkewed,
			Text:   fmt.Sprintf("the shards began %v apart; their figures are added as if they had begun together.", skew.Round(time.Millisecond)),
			Advice: "start the shards at one moment, and keep the clocks of their machines in step",
		})
	}
	return notes
}

func byStart(p, q Shard) int { return p.Started.Compare(q.Started) }
