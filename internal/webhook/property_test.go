package webhook

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wabench/internal/whatsapp"
	"wabench/results"
)

var lifeStates = []whatsapp.State{
	whatsapp.StateSent, whatsapp.StateDelivered, whatsapp.StateRead, whatsapp.StatePlayed,
	whatsapp.StateFailed, whatsapp.StateDeleted, whatsapp.StateWarning,
}

// life is what is to happen to one message, in no order.
type life struct {
	id       string
	accepted bool
	states   []whatsapp.State // with repetitions
}

// lives draws some messages' lives; a message's error code is its number.
func lives(t *rapid.T) []life {
	states := rapid.SliceOfN(rapid.SampledFrom(lifeStates), 0, 8)
	lives := make([]life, rapid.IntRange(0, 20).Draw(t, "messages"))
	for n := range lives {
		lives[n] = life{
			id:       strconv.Itoa(n + 1),
			accepted: rapid.Bool().Draw(t, "accepted"),
			states:   states.Draw(t, "states"),
		}
	}
	return lives
}

// total counts lives straight from the definitions.
func total(lives []life) (w results.Webhook, firsts int) {
	w.Codes = map[string]int64{}
	for _, l := range lives {
		if !l.accepted {
			w.Unknown += int64(len(l.states))
			continue
		}
		seen := map[whatsapp.State]bool{}
		for _, state := range l.states {
			seen[state] = true
		}
		w.Expected++
		w.Duplicates += int64(len(l.states) - len(seen))
		arrived := seen["delivered"] || seen["read"] || seen["played"]
		count(&w.Matched, len(seen) > 0)
		count(&w.Lost, len(seen) == 0)
		count(&w.Delivered, arrived)
		count(&w.Failed, seen["failed"])
		count(&w.Conflicts, arrived && seen["failed"])
		if seen["failed"] {
			w.Codes[l.id]++
		}
		firsts += len(seen)
	}
	return w, firsts
}

func count(n *int64, met bool) {
	if met {
		*n++
	}
}

// shuffled returns the lives' events in an order drawn by seed.
func shuffled(c *Correlator, lives []life, seed uint64) (events []func()) {
	now := time.Now()
	for _, l := range lives {
		if l.accepted {
			events = append(events, func() { c.Accepted("cloud", l.id, now, 0) })
		}
		for _, state := range l.states {
			st := whatsapp.Status{MessageID: l.id, State: state}
			if state == whatsapp.StateFailed {
				fmt.Sscan(l.id, &st.Code)
			}
			events = append(events, func() { c.Status("cloud", st, now) })
		}
	}
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	return events
}

func TestTotalsDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lives := lives(t)
		var observed int
		c := NewCorrelator(Config{Observe: func(string, whatsapp.State, int, time.Duration) { observed++ }})
		for _, event := range shuffled(c, lives, rapid.Uint64().Draw(t, "order")) {
			event()
		}
		want, firsts := total(lives)
		got := c.Summary("cloud")
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(results.Webhook{}, "OutOfOrder"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("totals of %+v (-want +got):\n%s", lives, diff)
		}
		if observed != firsts {
			t.Errorf("observed %d first statuses of %+v, want %d", observed, lives, firsts)
		}
		if c.PendingOf("cloud") != c.Pending() {
			t.Errorf("%d of cloud's messages pending, %d of all", c.PendingOf("cloud"), c.Pending())
		}
		if settled := got.Delivered + got.Failed - got.Conflicts; int64(c.Pending()) != got.Expected-settled {
			t.Errorf("%d pending of %d expected, %d settled", c.Pending(), got.Expected, settled)
		}
		if c.early.count != int(got.Unknown) {
			t.Errorf("%d early statuses kept, %d unknown", c.early.count, got.Unknown)
		}
	})
}

func TestTotalsDoNotDependOnConcurrency(t *testing.T) {
	lives := make([]life, 500)
	for n := range lives {
		lives[n] = life{id: strconv.Itoa(n + 1), accepted: n%10 != 0, states: lifeStates[:n%len(lifeStates)]}
	}
	var observed int // guarded by the promise that Observe's calls never overlap
	c := NewCorrelator(Config{Observe: func(string, whatsapp.State, int, time.Duration) { observed++ }})
	var all sync.WaitGroup
	events := shuffled(c, lives, 1)
	for worker := range 4 {
		all.Go(func() {
			for n := worker; n < len(events); n += 4 {
				events[n]()
			}
		})
	}
	all.Wait()
	want, firsts := total(lives)
	if diff := cmp.Diff(want, c.Summary("cloud"), cmpopts.IgnoreFields(results.Webhook{}, "OutOfOrder"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if observed != firsts {
		t.Errorf("observed %d first statuses, want %d", observed, firsts)
	}
}
