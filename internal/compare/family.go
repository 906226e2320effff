package compare

import (
	"fmt"
	"slices"
	"strings"

	"wabench/internal/stat"
	"wabench/results"
)

// adjust withdraws verdicts that a family of so many metrics brings about by
// chance: Holm's rule among those that gate, Benjamini and Hochberg's among
// the rest.
func (table rows) adjust(o Options) {
	var gating, rest rows
	for _, r := range table {
		switch {
		case !r.change.known():
		case slices.Contains(o.Gating, r.metric):
			gating = append(gating, r)
		default:
			rest = append(rest, r)
		}
	}
	gating.withdraw(o, stat.Holm, "Holm")
	rest.withdraw(o, stat.BenjaminiHochberg, "Benjamini-Hochberg")
}

func (table rows) withdraw(o Options, adjusted func([]float64) []float64, name string) {
	p := make([]float64, len(table))
	for i, r := range table {
		p[i] = r.change.PValue(r.change.edge(r.effect), o.Confidence)
	}
	for i, q := range adjusted(p) {
		r := table[i]
		if decided := r.verdict == stat.Better || r.verdict == stat.Worse; decided && q > 1-o.Confidence+1e-12 {
			r.verdict = stat.Unsure
			r.remark = fmt.Sprintf("not sure enough among %d metrics (%s)", len(table), name)
		}
	}
}

// errorsFirst withdraws latency verdicts in favour of a side that failed or
// refused more: a faster answer to fewer requests is not faster. A rate limit
// that refuses is a policy, so it only spoils the clocks of requests, which a
// quick refusal flatters; those of webhooks are of accepted messages alone.
func (table rows) errorsFirst() []results.Note {
	var notes []results.Note
	for _, r := range table {
		if r.refuses == "" || r.verdict != stat.Better && r.verdict != stat.Worse {
			continue
		}
		side, unearned := "head", stat.Better
		if r.verdict == stat.Better {
			side, unearned = "base", stat.Worse
		}
		if table.withdrawLatencies(unearned, r, side) {
			notes = append(notes, results.Note{
				Code:   "errors_first",
				Text:   fmt.Sprintf("%s is faster in part, but its %s is higher; a faster answer to fewer requests is not counted", side, r.metric),
				Advice: "look at the outcomes first, and compare latencies once they are alike",
			})
		}
	}
	return notes
}

func (table rows) withdrawLatencies(unearned stat.Verdict, because *row, side string) (found bool) {
	for _, r := range table {
		spoiled := because.refuses == failed || !strings.Contains(r.metric, "("+results.OpWebhook+".")
		if r.latency && spoiled && r.verdict == unearned {
			found = true
			r.verdict = stat.Unsure
			r.remark = side + " has the higher " + because.metric
		}
	}
	return found
}

// notes say what limits the table as a whole.
func (table rows) notes(o Options) []results.Note {
	family, gating, unpaired, service := 0, 0, false, false
	for _, r := range table {
		if r.change.known() {
			family++
			unpaired = unpaired || r.change.Relative && r.change.Pairs == 0
			if slices.Contains(o.Gating, r.metric) {
				gating++
			}
		}
		service = service || strings.HasSuffix(r.metric, ".service)")
	}
	var notes []results.Note
	if family > 1 {
		notes = append(notes, results.Note{
			Code: "family", Text: familyText(family, gating, o.Confidence),
			Advice: "decide before the run which metrics gate, and gate on few",
		})
	}
	if unpaired {
		notes = append(notes, results.Note{
			Code:   "unpaired",
			Text:   fmt.Sprintf("there are fewer than %d pairs of blocks, so the sides are compared as wholes; drift and clustered requests make such intervals too narrow", leastPairs),
			Advice: "run longer, with shorter blocks or interleaved",
		})
	}
	if service {
		notes = append(notes, results.Note{
			Code: "service_clock", Text: "a side has no response clock, so service times are compared; they leave out the wait before a request was sent",
			Advice: "compare under an open load",
		})
	}
	return notes
}

func familyText(family, gating int, confidence float64) string {
	text := fmt.Sprintf("%d metrics are compared at %g%%, so their verdicts are held to Benjamini and Hochberg's rule", family, confidence*100)
	if gating > 0 {
		text += fmt.Sprintf(", the %d that gate to Holm's", gating)
	}
	return text
}

// method is the number of pairs behind the table and the method in words.
func (table rows) method(o Options) (pairs int, method string) {
	for _, r := range table {
		pairs = max(pairs, r.change.Pairs)
	}
	if pairs == 0 {
		return 0, fmt.Sprintf("unpaired intervals of each side, %g%%", o.Confidence*100)
	}
	return pairs, fmt.Sprintf("%d pairs of blocks: signed-rank intervals of block quantiles up to p95, block bootstrap of merged ones above, %g%%",
		pairs, o.Confidence*100)
}
