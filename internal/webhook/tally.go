package webhook

import (
	"maps"
	"strconv"

	"wabench/results"
)

// tally counts what the webhooks said of one target's messages.
type tally struct {
	name    string
	counts  results.Webhook
	pending int // accepted messages that are not settled yet
}

func newTally(name string) *tally {
	return &tally{
		name:   name,
		counts: results.Webhook{Codes: map[string]int64{}},
	}
}

// advance counts what a message's next status changes: from what was known of
// it to what is known now.
func (t *tally) advance(from, to progress, code int) {
	newly := func(q progress) bool { return !from.any(q) && to.any(q) }
	if newly(reported) {
		t.counts.Matched++
	}
	if newly(arrived) {
		t.counts.Delivered++
	}
	if newly(failed) {
		t.counts.Failed++
		if code != 0 {
			t.counts.Codes[strconv.Itoa(code)]++
		}
	}
	if !from.conflicting() && to.conflicting() {
		t.counts.Conflicts++
	}
}

// summary returns the counts as a run reports them.
func (t *tally) summary() results.Webhook {
	w := t.counts
	w.Lost = w.Expected - w.Matched
	w.Codes = maps.Clone(w.Codes)
	return w
}
