package webhook

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// tell plays a story to a correlator, one word a second: "id:accepted" or
// "id:state", a failed state with its code as "id:failed/131026". It returns
// what was observed, as "id:state latency" (a message's block is its id).
func tell(c *Correlator, story string) {
	for word := range strings.FieldsSeq(story) {
		id, event, _ := strings.Cut(word, ":")
		if event == "accepted" {
			c.Accepted("cloud", id, time.Now(), blockOf(id))
		} else {
			c.Status("cloud", statusOf(id, event), time.Now())
		}
		<-time.After(time.Second) // in a bubble: no one waits for it
	}
}

func statusOf(id, event string) whatsapp.Status {
	state, code, _ := strings.Cut(event, "/")
	st := whatsapp.Status{MessageID: id, State: whatsapp.State(state)}
	fmt.Sscan(code, &st.Code)
	return st
}

func blockOf(id string) int { return int(id[0]) }

// record returns an Observe that writes down what it is told.
func record(into *[]string) Observe {
	return func(target string, state whatsapp.State, block int, latency time.Duration) {
		*into = append(*into, fmt.Sprintf("%s %c:%s %s", target, rune(block), state, latency))
	}
}

func TestCorrelatorCounts(t *testing.T) {
	for _, test := range []struct {
		name, story string
		want        results.Webhook
		observed    []string
	}{
		{
			name:     "in order",
			story:    "a:accepted a:sent a:delivered a:read",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1},
			observed: []string{"cloud a:sent 1s", "cloud a:delivered 2s", "cloud a:read 3s"},
		},
		{
			name:  "no status at all is a loss",
			story: "a:accepted b:accepted b:sent",
			want:  results.Webhook{Expected: 2, Matched: 1, Lost: 1}, observed: []string{"cloud b:sent 1s"},
		},
		{
			name:     "the same state again is a duplicate and not observed again",
			story:    "a:accepted a:delivered a:delivered a:delivered",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, Duplicates: 2},
			observed: []string{"cloud a:delivered 1s"},
		},
		{
			name:     "sent after delivered is out of order",
			story:    "a:accepted a:delivered a:sent",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, OutOfOrder: 1},
			observed: []string{"cloud a:delivered 1s", "cloud a:sent 2s"},
		},
		{
			name:     "read may skip delivered, and counts as delivered",
			story:    "a:accepted a:sent a:read",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1},
			observed: []string{"cloud a:sent 1s", "cloud a:read 2s"},
		},
		{
			name:     "delivered after read is out of order and delivered once",
			story:    "a:accepted a:read a:delivered",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, OutOfOrder: 1},
			observed: []string{"cloud a:read 1s", "cloud a:delivered 2s"},
		},
		{
			name:     "a late duplicate is a duplicate, not out of order",
			story:    "a:accepted a:sent a:delivered a:sent",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, Duplicates: 1},
			observed: []string{"cloud a:sent 1s", "cloud a:delivered 2s"},
		},
		{
			name:     "sent after failed is out of order",
			story:    "a:accepted a:failed/131026 a:sent",
			want:     results.Webhook{Expected: 1, Matched: 1, Failed: 1, OutOfOrder: 1, Codes: map[string]int64{"131026": 1}},
			observed: []string{"cloud a:failed 1s", "cloud a:sent 2s"},
		},
		{
			name:     "delivered on one device and failed on another is one conflict",
			story:    "a:accepted a:delivered a:failed/131026 a:failed/131026 a:read",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, Failed: 1, Conflicts: 1, Duplicates: 1, Codes: map[string]int64{"131026": 1}},
			observed: []string{"cloud a:delivered 1s", "cloud a:failed 2s", "cloud a:read 4s"},
		},
		{
			name:     "a conflict the other way round is not out of order",
			story:    "a:accepted a:failed/131026 a:delivered",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, Failed: 1, Conflicts: 1, Codes: map[string]int64{"131026": 1}},
			observed: []string{"cloud a:failed 1s", "cloud a:delivered 2s"},
		},
		{
			name:     "statuses that overtake the answer are kept, in their order",
			story:    "a:sent a:delivered a:accepted a:read",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1},
			observed: []string{"cloud a:sent 0s", "cloud a:delivered 0s", "cloud a:read 1s"},
		},
		{
			name:  "statuses of messages we did not send are unknown",
			story: "x:sent x:delivered y:sent",
			want:  results.Webhook{Unknown: 3},
		},
		{
			name:     "a played voice message has arrived",
			story:    "a:accepted a:played a:read",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1, OutOfOrder: 1},
			observed: []string{"cloud a:played 1s", "cloud a:read 2s"},
		},
		{
			name:  "deleted, warning and states yet to be invented match and no more",
			story: "a:accepted b:accepted c:accepted a:deleted b:warning c:teleported c:teleported",
			want:  results.Webhook{Expected: 3, Matched: 3}, observed: []string{"cloud a:deleted 3s", "cloud b:warning 3s"},
		},
		{
			name:     "an id accepted twice is one message",
			story:    "a:accepted a:accepted a:delivered",
			want:     results.Webhook{Expected: 1, Matched: 1, Delivered: 1},
			observed: []string{"cloud a:delivered 2s"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var observed []string
				c := NewCorrelator(Config{Targets: []string{"cloud"}, Observe: record(&observed)})
				tell(c, test.story)
				if diff := cmp.Diff(test.want, c.Summary("cloud"), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("counts after %q (-want +got):\n%s", test.story, diff)
				}
				if diff := cmp.Diff(test.observed, observed); diff != "" {
					t.Errorf("observed after %q (-want +got):\n%s", test.story, diff)
				}
			})
		})
	}
}

func TestCorrelatorTellsTargetsWithTheSameIDsApart(t *testing.T) {
	c := NewCorrelator(Config{Targets: []string{"base", "head"}})
	now := time.Now()
	c.Status("head", statusOf("a", "sent"), now) // early
	c.Accepted("base", "a", now, 0)
	c.Accepted("head", "a", now, 0)
	c.Status("base", statusOf("a", "failed/131000"), now)
	base, head := c.Summary("base"), c.Summary("head")
	if base.Failed != 1 || base.Duplicates+base.OutOfOrder+base.Unknown != 0 {
		t.Errorf("base = %+v, want only the failure", base)
	}
	if head.Matched != 1 || head.Failed != 0 || head.Unknown != 0 {
		t.Errorf("head = %+v, want only the early sent", head)
	}
}

func TestCorrelatorFindsTheTargetOfASharedAddress(t *testing.T) {
	c := NewCorrelator(Config{Targets: []string{"base", "head"}})
	now := time.Now()
	c.Status("", statusOf("early", "delivered"), now)
	c.Accepted("head", "early", now, 0)
	c.Accepted("head", "known", now, 0)
	if base, head := c.PendingOf("base"), c.PendingOf("head"); base != 0 || head != 1 {
		t.Errorf("%d pending of base and %d of head, want 0 and 1", base, head)
	}
	c.Status("", statusOf("known", "sent"), now)
	c.Status("", statusOf("stranger", "sent"), now)
	base, head := c.Summary("base"), c.Summary("head")
	if head.Matched != 2 || head.Delivered != 1 || head.Unknown != 0 {
		t.Errorf("head = %+v, want both messages matched", head)
	}
	if base.Matched != 0 || base.Unknown != 1 {
		t.Errorf("base = %+v, want the stranger counted with the first target", base)
	}
}

func TestWaitReturnsWhenTheLastMessageSettles(t *testing.T) {
	for _, test := range []struct {
		name, before, during string
		settled              bool
		took                 time.Duration
	}{
		{name: "nothing was sent", settled: true, took: 0},
		{name: "all settled before", before: "a:accepted a:read", settled: true, took: 0},
		{name: "the last one settles", before: "a:accepted b:accepted a:failed/131000", during: "b:sent b:delivered", settled: true, took: time.Second},
		{name: "sent is not the end", before: "a:accepted", during: "a:sent", settled: false, took: time.Minute},
		{name: "read may come first", before: "a:accepted", during: "a:read", settled: true, took: 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := NewCorrelator(Config{})
				tell(c, test.before)
				began := time.Now()
				var talk sync.WaitGroup
				talk.Go(func() { tell(c, test.during) })
				settled := c.Wait(t.Context(), time.Minute)
				if took := time.Since(began); settled != test.settled || took != test.took {
					t.Errorf("Wait = %t after %s, want %t after %s", settled, took, test.settled, test.took)
				}
				talk.Wait()
			})
		})
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewCorrelator(Config{})
		c.Accepted("cloud", "a", time.Now(), 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if c.Wait(ctx, time.Hour) || time.Since(began) != time.Second || c.Pending() != 1 {
			t.Errorf("Wait took %s with %d pending, want 1s with 1 pending", time.Since(began), c.Pending())
		}
	})
}

func TestNothingCountsAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var observed []string
		c := NewCorrelator(Config{Targets: []string{"cloud"}, Observe: record(&observed)})
		tell(c, "a:accepted a:sent")
		before := c.Summary("cloud")
		c.Close()
		tell(c, "a:delivered b:accepted stranger:sent")
		c.tally("cloud", func(counts *results.Webhook) { counts.Malformed++ })
		if diff := cmp.Diff(before, c.Summary("cloud")); diff != "" {
			t.Errorf("counts changed after Close (-before +after):\n%s", diff)
		}
		if len(observed) != 1 {
			t.Errorf("observed %q, want only what came before Close", observed)
		}
	})
}

func TestSetObserveReplacesTheObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var before, after []string
		c := NewCorrelator(Config{Observe: record(&before)})
		tell(c, "a:accepted a:sent")
		c.SetObserve(record(&after))
		tell(c, "a:delivered")
		c.SetObserve(nil)
		tell(c, "a:read")
		if diff := cmp.Diff([][]string{{"cloud a:sent 1s"}, {"cloud a:delivered 2s"}}, [][]string{before, after}); diff != "" {
			t.Errorf("observed before and after (-want +got):\n%s", diff)
		}
	})
}

func TestOldMessagesAreForgottenWithTheirFiguresStanding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewCorrelator(Config{Remember: 2})
		tell(c, "a:accepted a:sent b:accepted b:delivered c:accepted d:accepted")
		if c.Pending() != 2 || len(c.messages) != 2 || len(c.recent) != 2 {
			t.Errorf("%d pending, %d kept, want the newest 2", c.Pending(), len(c.messages))
		}
		tell(c, "a:delivered d:delivered c:delivered")
		want := results.Webhook{Expected: 4, Matched: 4, Delivered: 3, Unknown: 1}
		if diff := cmp.Diff(want, c.Summary("cloud"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		if !c.Wait(t.Context(), 0) {
			t.Errorf("%d messages still waited for, want none", c.Pending())
		}
	})
}

func TestEarlyStatusesAreBounded(t *testing.T) {
	c := NewCorrelator(Config{})
	now := time.Now()
	const strangers = 3*generation + 1
	for n := range strangers {
		c.Status("cloud", statusOf(fmt.Sprint(n), "sent"), now)
	}
	if kept := len(c.early.young) + len(c.early.old); kept > 2*generation {
		t.Errorf("%d early statuses kept, want at most %d", kept, 2*generation)
	}
	c.Accepted("cloud", "0", now, 0)                      // came too long ago
	c.Accepted("cloud", fmt.Sprint(3*generation), now, 0) // young
	c.Accepted("cloud", fmt.Sprint(2*generation), now, 0) // old
	got := c.Summary("cloud")
	if got.Matched != 2 || got.Lost != 1 || got.Unknown != strangers-2 {
		t.Errorf("matched %d, lost %d, unknown %d; want 2, 1, %d", got.Matched, got.Lost, got.Unknown, strangers-2)
	}
}

func TestMessagesInFlightAreSmall(t *testing.T) {
	const messages, limit = 200_000, 150 // bytes each
	c := NewCorrelator(Config{})
	now := time.Now()
	before := heapInUse()
	for n := range messages {
		c.Accepted("cloud", fmt.Sprint("wamid.", n), now, 0)
	}
	if each := (heapInUse() - before) / messages; each > limit {
		t.Errorf("a message in flight takes %d bytes, want at most %d", each, limit)
	}
	runtime.KeepAlive(c)
}

func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestStatusOfAKnownMessageDoesNotAllocate(t *testing.T) {
	c := NewCorrelator(Config{})
	now := time.Now()
	c.Accepted("cloud", "a", now, 0)
	c.Status("cloud", whatsapp.Status{MessageID: "a", State: whatsapp.StateSent}, now)
	allocs := testing.AllocsPerRun(1000, func() {
		c.Status("cloud", whatsapp.Status{MessageID: "a", State: whatsapp.StateSent}, now)
	})
	if allocs != 0 {
		t.Errorf("a status allocates %v times, want 0", allocs)
	}
}

func BenchmarkCorrelator(b *testing.B) {
	ids := make([]string, 1<<16)
	for n := range ids {
		ids[n] = fmt.Sprint("wamid.HBgLMTU1NTAxMDAwMDEVAgARGBI", n)
	}
	var seen int
	c := NewCorrelator(Config{Remember: len(ids) / 2, Observe: func(string, whatsapp.State, int, time.Duration) { seen++ }})
	now := time.Now()
	b.ReportAllocs()
	n := 0
	for b.Loop() { // one message's whole life: four calls
		id := ids[n%len(ids)]
		c.Accepted("cloud", id, now, 0)
		for _, state := range []whatsapp.State{whatsapp.StateSent, whatsapp.StateDelivered, whatsapp.StateRead} {
			c.Status("cloud", whatsapp.Status{MessageID: id, State: state}, now)
		}
		n++
	}
	if seen != 3*n {
		b.Errorf("observed %d statuses of %d messages", seen, n)
	}
}
