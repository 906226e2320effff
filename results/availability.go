package results

import (
	"maps"
	"slices"
	"time"

	"wabench/internal/stat"
	"wabench/internal/whatsapp"
)

// The outage rule: slots of a second are bad if more than half of what ended
// in them failed by the target's fault. An outage begins with the first bad
// slot when three of five are bad, and ends with the first of five good ones.
const (
	outageSlot     = time.Second
	outageBad      = 3
	outageOf       = 5
	platformOutage = 10 * time.Minute // shorter ones do not count for the platform
)

// slot counts what ended in one slot, numbered from the run's start.
type slot struct{ number, good, bad int64 }

// down reports whether a slot is bad.
func (s slot) down() bool { return s.bad > s.good }

// availability computes ok / (ok + target_* + network) over the measured
// requests, and the outages over the whole run; nil if nothing was measured.
func (r *Record) availability(target string) *Availability {
	var good, bad int64
	var end time.Duration
	slots := map[int64]slot{}
	for _, p := range r.Points {
		if p.Target != target || p.Op == OpWebhook {
			continue
		}
		end = max(end, p.End)
		ok, failed := p.Outcomes[whatsapp.OK.String()], targetFailures(p.Outcomes)
		if p.Block != WarmupBlock {
			good, bad = good+ok, bad+failed
		}
		number := int64(span{start: p.Start, end: p.End}.middle() / outageSlot)
		slots[number] = slot{number, slots[number].good + ok, slots[number].bad + failed}
	}
	if good+bad == 0 {
		return nil
	}
	interval := stat.Proportion{K: bad, N: good + bad}.ClopperPearson(Confidence)
	a := &Availability{
		Ratio:   float64(good) / float64(good+bad),
		CI95:    [2]float64{1 - interval.Hi, 1 - interval.Lo},
		Outages: outages(slots, end),
	}
	for _, o := range a.Outages {
		if o.End-o.Start >= platformOutage {
			a.PlatformMinutesDown += (o.End - o.Start).Minutes()
		}
	}
	return a
}

// targetFailures counts the outcomes that are the target's fault.
func targetFailures(outcomes map[string]int64) int64 {
	var n int64
	for _, class := range whatsapp.Classes() {
		if class.TargetFailed() {
			n += outcomes[class.String()]
		}
	}
	return n
}

// outages applies the outage rule to the slots of a run that lasted until end.
// Slots in which nothing ended are passed over: they are evidence of neither.
func outages(slots map[int64]slot, end time.Duration) []Outage {
	out := []Outage{}
	var recent []slot // the last with evidence, since the last outage
	isDown := false
	for _, number := range slices.Sorted(maps.Keys(slots)) {
		s := slots[number]
		if s.good+s.bad == 0 {
			continue
		}
		if recent = append(recent, s); len(recent) > outageOf {
			recent = recent[1:]
		}
		bad := slices.DeleteFunc(slices.Clone(recent), func(s slot) bool { return !s.down() })
		switch {
		case !isDown && len(bad) >= outageBad:
			isDown = true
			out = append(out, Outage{Start: time.Duration(bad[0].number) * outageSlot})
		case isDown && len(bad) == 0 && len(recent) == outageOf:
			isDown = false
			out[len(out)-1].End = time.Duration(recent[0].number) * outageSlot
			recent = nil
		}
	}
	if isDown {
		out[len(out)-1].End = end
		out[len(out)-1].Open = true
	}
	return out
}
