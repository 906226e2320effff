package results

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// mergeRuns merges what is not computed from the logs. recs are in the order
// of their first shards.
func mergeRuns(recs []*Record, shards []Shard) Run {
	run := recs[0].Run
	run.Comparison, run.Gates = nil, nil
	run.Complete, run.Shards = true, shards
	for _, s := range shards {
		run.Complete = run.Complete && s.Complete
	}
	run.Started = slices.MinFunc(shards, byStart).Started
	run.Ended = slices.MaxFunc(shards, func(p, q Shard) int { return p.Ended.Compare(q.Ended) }).Ended
	run.ID = mergedID(run.Started, shards)
	run.Environment = mergeEnvironments(shards)
	run.Generator = mergeGenerators(shards)
	run.Floor = mergeFloors(recs)
	run.Notes = mergeNotes(recs, shards)
	run.Plan.Legs = mergeLegs(recs)
	run.Targets = map[string]*Target{}
	for _, rec := range recs {
		for name, target := range rec.Run.Targets {
			run.Targets[name] = mergeTargets(run.Targets[name], target)
		}
	}
	run.fill()
	return run
}

// mergedID is a UUID v7 that follows from the shards: the moment of the first
// start, then a hash of their ids.
func mergedID(started time.Time, shards []Shard) string {
	hash := sha256.New()
	for _, s := range shards {
		fmt.Fprintln(hash, s.ID)
	}
	var id uuid.UUID
	copy(id[:], hash.Sum(nil))
	var milli [8]byte
	binary.BigEndian.PutUint64(milli[:], uint64(started.UnixMilli()))
	copy(id[:6], milli[2:])
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562
	return id.String()
}

// mergeEnvironments takes the first shard's, and names and counts all hosts.
func mergeEnvironments(shards []Shard) Environment {
	env := shards[0].Environment
	cpus := map[string]int{}
	for _, s := range shards {
		cpus[s.Environment.Host] = max(cpus[s.Environment.Host], s.Environment.CPUs)
	}
	env.CPUs = 0
	for _, n := range cpus {
		env.CPUs += n
	}
	env.Host = strings.Join(slices.Sorted(maps.Keys(cpus)), ", ")
	return env
}

// mergeGenerators is as good as the worst shard: one late generator bends the
// figures of all.
func mergeGenerators(shards []Shard) Generator {
	merged := Generator{Verdict: Valid, Reasons: []string{}}
	for i, s := range shards {
		g := s.Generator
		if badness(g.Verdict) > badness(merged.Verdict) {
			merged.Verdict = g.Verdict
		}
		for _, reason := range g.Reasons {
			merged.Reasons = append(merged.Reasons, fmt.Sprintf("shard %d of %d (%s): %s", i+1, len(shards), cmp.Or(s.Environment.Host, s.ID), reason))
		}
		merged.CPUShare = max(merged.CPUShare, g.CPUShare)
		merged.GCPauseMax = max(merged.GCPauseMax, g.GCPauseMax)
		merged.SchedLatencyP99 = max(merged.SchedLatencyP99, g.SchedLatencyP99)
		merged.WriteBacklogMax = max(merged.WriteBacklogMax, g.WriteBacklogMax)
		if math.Abs(g.RateError) > math.Abs(merged.RateError) {
			merged.RateError = g.RateError
		}
		merged.Descriptors, merged.Ports = merged.Descriptors.fuller(g.Descriptors), merged.Ports.fuller(g.Ports)
	}
	return merged
}

// fuller is the one of which the greater share is in use.
func (u Use) fuller(other Use) Use {
	if u.Of == 0 || other.Of > 0 && float64(other.InUse)/float64(other.Of) > float64(u.InUse)/float64(u.Of) {
		return other
	}
	return u
}

// badness orders the generator's verdicts; a word we do not know is the worst.
func badness(verdict string) int {
	if i := slices.Index([]string{"", Valid, Degraded, Invalid}, verdict); i >= 0 {
		return i
	}
	return 4
}

// mergeLegs unites the legs: the same stretch of load time on the same target
// begins with its first shard and ends with its last. A leg of a shard that was
// killed has no times.
func mergeLegs(recs []*Record) []Leg {
	type key struct {
		target   string
		from, to time.Duration
	}
	all := map[key]Leg{}
	for _, rec := range recs {
		for _, leg := range rec.Run.Plan.Legs {
			k := key{leg.Target, leg.From, leg.To}
			if known, ok := all[k]; ok && known.End > 0 {
				if leg.End == 0 {
					continue
				}
				leg.Start, leg.End = min(leg.Start, known.Start), max(leg.End, known.End)
			}
			all[k] = leg
		}
	}
	return slices.SortedFunc(maps.Values(all), func(p, q Leg) int {
		return cmp.Or(cmp.Compare(p.Start, q.Start), cmp.Compare(p.From, q.From), cmp.Compare(p.Target, q.Target), cmp.Compare(p.To, q.To))
	})
}

// mergeTargets adds what q counted to a copy of p, which may be nil. What the
// logs hold is left to Summarize. A fake's own metrics are a reading of one
// process and cannot be added: two records keep none.
func mergeTargets(p, q *Target) *Target {
	if p == nil {
		return q.clone()
	}
	p.API, p.URL, p.Fake = least(p.API, q.API), least(p.URL, q.URL), least(p.Fake, q.Fake)
	p.CostPerHour, p.CostPerMsg = least(p.CostPerHour, q.CostPerHour), least(p.CostPerMsg, q.CostPerMsg)
	p.Logins += q.Logins
	p.ConnsOpened += q.ConnsOpened
	p.ConnsReused += q.ConnsReused
	p.FakeMetrics = nil
	p.Webhook = mergeWebhooks(p.Webhook, q.Webhook)
	return p
}

// least returns the smaller of two words, where both are set: for what shards
// should agree on, so that their order does not matter where they do not.
func least(p, q string) string {
	if p == "" || q != "" && q < p {
		return q
	}
	return p
}

// mergeWebhooks adds counts; either may be nil.
func mergeWebhooks(p, q *Webhook) *Webhook {
	if p == nil || q == nil {
		return cloned(cmp.Or(p, q))
	}
	sum := Webhook{
		Expected: p.Expected + q.Expected, Matched: p.Matched + q.Matched, Lost: p.Lost + q.Lost,
		Delivered: p.Delivered + q.Delivered, Failed: p.Failed + q.Failed, Duplicates: p.Duplicates + q.Duplicates,
		OutOfOrder: p.OutOfOrder + q.OutOfOrder, Conflicts: p.Conflicts + q.Conflicts, Unknown: p.Unknown + q.Unknown,
		BadSignature: p.BadSignature + q.BadSignature, Malformed: p.Malformed + q.Malformed,
		Codes: map[string]int64{},
	}
	addCounts(sum.Codes, p.Codes)
	addCounts(sum.Codes, q.Codes)
	return &sum
}
