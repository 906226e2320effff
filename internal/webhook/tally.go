package webhook

import (
	"maps"
	"strconv"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// tally counts what the webhooks said of one target's messages.
type tally struct {
	name     string
	counts   results.Webhook
	received map[whatsapp.State]int64
}

func newTally(name string) *tally {
	return &tally{
		name:     name,
		counts:   results.Webhook{Codes: map[string]int64{}},
		received: map[whatsapp.State]int64{},
	}
}

// receive counts a status when it comes, whatever it turns out to be worth.
// States that no platform documents are left out, so that a stranger who posts
// to a public address cannot make the table grow.
func (t *tally) receive(state whatsapp.State) {
	if stepOf(state).bit != 0 {
		t.received[state]++
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

// copyReceived returns how many statuses of each state came.
func (t *tally) copyReceived() map[whatsapp.State]int64 { return maps.Clone(t.received) }
