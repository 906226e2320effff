package results

import (
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

// slot counts what ended in one slot.
type slot struct{ good, bad int64 }

// availability computes ok / (ok + target_* + network) over the measured
// requests, and the outages over the whole run; nil if nothing was measured.
func (r *Record) availability(target string) *Availability {
	var good, bad int64
	var slots []slot
	for _, p := range r.Points {
		if p.Target != target || p.Op == OpWebhook {
			continue
		}
		ok, failed := p.Outcomes[whatsapp.OK.String()], targetFailures(p.Outcomes)
		if p.Block != WarmupBlock {
			good, bad = good+ok, bad+failed
		}
		i := int(p.Start / outageSlot)
		for len(slots) <= i {
			slots = append(slots, slot{})
		}
		slots[i].good += ok
		slots[i].bad += failed
	}
	if good+bad == 0 {
		return nil
	}
	interval := stat.Proportion{K: bad, N: good + bad}.ClopperPearson(Confidence)
	a := &Availability{
		Ratio:   float64(good) / float64(good+bad),
		CI95:    [2]float64{1 - interval.Hi, 1 - interval.Lo},
		Outages: outages(slots),
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

// outages applies the outage rule. Slots in which nothing ended are passed
// over: they are evidence of neither.
func outages(slots []slot) []Outage {
	out := []Outage{}
	var recent []int // indexes of the last slots with evidence, newest last
	var goodRun, firstGood int
	down := false
	for i, s := range slots {
		if s.good+s.bad == 0 {
			continue
		}
		isBad := s.bad > s.good
		if recent = append(recent, i); len(recent) > outageOf {
			recent = recent[1:]
		}
		if isBad {
			goodRun = 0
		} else if goodRun++; goodRun == 1 {
			firstGood = i
		}
		switch {
		case !down && isBad:
			if start, yes := outageStart(slots, recent); yes {
				down = true
				out = append(out, Outage{Start: time.Duration(start) * outageSlot})
			}
		case down && goodRun == outageOf:
			down = false
			out[len(out)-1].End = time.Duration(firstGood) * outageSlot
			recent = nil
		}
	}
	if down {
		out[len(out)-1].End = time.Duration(len(slots)) * outageSlot
		out[len(out)-1].Open = true
	}
	return out
}

// outageStart returns the first bad slot of the recent ones if enough of them
// are bad.
func outageStart(slots []slot, recent []int) (first int, yes bool) {
	bad := 0
	for k := len(recent) - 1; k >= 0; k-- {
		if s := slots[recent[k]]; s.bad > s.good {
			bad++
			first = recent[k]
		}
	}
	return first, bad >= outageBad
}
