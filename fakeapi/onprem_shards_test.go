package fakeapi

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

// The heart of the matter: 60 messages at once are accepted at once, and are
// sent at the rate of the shards.
func TestShardsDrainAtTheirRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		for i, out := range d.burst(60) {
			if out.Class != whatsapp.OK || out.Status != 201 {
				t.Fatalf("message %d: %+v, want it accepted", i, out)
			}
		}
		if passed := time.Since(d.fake.start); passed != 0 {
			t.Fatalf("accepting took %v", passed)
		}
		elapse(time.Minute)
		got := slices.Sorted(maps.Values(d.reached(whatsapp.StateSent)))
		var want []time.Duration
		for i := range 30 { // two shards, each one message every 100 ms
			at := time.Duration(i+1) * 100 * time.Millisecond
			want = append(want, at, at)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

// The same with the profile as it is shipped.
func TestShippedProfileTakesThreeSecondsForSixty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", nil)
		d.burst(60)
		elapse(time.Minute)
		sent := d.reached(whatsapp.StateSent)
		last := slices.Max(slices.Collect(maps.Values(sent)))
		if len(sent) != 60 || last < 2900*time.Millisecond || last > 3300*time.Millisecond {
			t.Errorf("%d sent, the last after %v; want 60 after about 3 s", len(sent), last)
		}
	})
}

// At twice the rate the shards can do, the wait grows by a second a second.
func TestLatencyGrowsWithTheBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		arrived := map[string]time.Duration{}
		for i := range 400 { // 40 a second for 10 s
			arrived[d.text(i).MessageID] = time.Since(d.fake.start)
			elapse(25 * time.Millisecond)
		}
		elapse(time.Minute)
		for id, sent := range d.reached(whatsapp.StateSent) {
			want := 100*time.Millisecond + arrived[id]
			if got := sent - arrived[id]; got < want-200*time.Millisecond || got > want+200*time.Millisecond {
				t.Fatalf("message of %v waited %v, want about %v", arrived[id], got, want)
			}
		}
	})
}

// Each shard is a queue with one server and a constant service time, so Lindley's
// recursion says to the nanosecond when each message is sent:
//
//	sent(i) = max(sent(i-1), arrived(i)) + 1/rate
func TestShardsFollowLindley(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		r := rand.New(rand.NewPCG(1, 2))
		free := map[*shard]time.Duration{}
		want := map[string]time.Duration{}
		for i := range 400 { // 19 a second for shards that do 20: busy, with pauses
			s := d.fake.onprem.shards.shardOf(onPremNumber(i))
			free[s] = max(free[s], time.Since(d.fake.start)) + 100*time.Millisecond
			want[d.text(i).MessageID] = free[s]
			elapse(time.Duration(r.ExpFloat64() * float64(time.Second) / 19))
		}
		elapse(time.Minute)
		if diff := cmp.Diff(want, d.reached(whatsapp.StateSent)); diff != "" {
			t.Errorf("times of sent (-Lindley +got):\n%s", diff)
		}
	})
}

func TestSameSeedSameRun(t *testing.T) {
	run := func(t *testing.T) (sent map[string]time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			d := newOnPremDesk(t, "onprem-4-shards", nil)
			for i := range 100 {
				d.text(i)
				elapse(5 * time.Millisecond)
			}
			elapse(24 * time.Hour)
			sent = d.reached(whatsapp.StateSent)
			maps.Copy(sent, d.reached(whatsapp.StateRead))
		})
		return sent
	}
	first, again := run(t), run(t)
	if diff := cmp.Diff(first, again); diff != "" || len(first) != 100 {
		t.Errorf("%d messages; two runs differ:\n%s", len(first), diff)
	}
}

func TestARecipientGetsMessagesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-8-shards", atOnce)
		var ids []string
		for range 20 {
			ids = append(ids, d.text(1).MessageID)
		}
		elapse(time.Minute)
		sent := d.reached(whatsapp.StateSent)
		got := slices.SortedFunc(maps.Keys(sent), func(x, y string) int { return int(sent[x] - sent[y]) })
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("order (-sent in +reported in):\n%s", diff)
		}
	})
}

func TestNewUsersTakeLongerButCostNoThroughput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", func(p *OnPremProfile) {
			atOnce(p)
			p.Drain.NewUser = 1.5
		})
		first, second, other := d.text(1).MessageID, d.text(1).MessageID, d.text(2).MessageID
		elapse(time.Minute)
		want := map[string]time.Duration{
			first: 150 * time.Millisecond, second: 200 * time.Millisecond, other: 350 * time.Millisecond,
		}
		if diff := cmp.Diff(want, d.reached(whatsapp.StateSent)); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

func TestMediaTakeLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		_, small := d.do("POST", "/v1/media", "a picture")
		_, large := d.do("POST", "/v1/media", string(make([]byte, 2<<20)))
		for _, image := range []string{
			`{"link":"https://example.com/a.jpg"}`, fmt.Sprintf(`{"id":%q}`, small.Media[0].ID), fmt.Sprintf(`{"id":%q}`, large.Media[0].ID),
		} {
			d.expect("POST", "/v1/messages", `{"to":"15550100001","type":"image","image":`+image+`}`, 201, 0)
		}
		elapse(time.Minute)
		got := slices.Sorted(maps.Values(d.reached(whatsapp.StateSent)))
		want := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

// What every shipped profile sends on from a full queue.
func TestShippedProfilesSendTheirRate(t *testing.T) {
	for profile, rate := range map[string]int{
		"onprem-1-shard": 10, "onprem-2-shards": 20, "onprem-4-shards": 40,
		"onprem-8-shards": 80, "onprem-16-shards": 160, "onprem-32-shards": 250,
	} {
		t.Run(profile, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newOnPremDesk(t, profile, func(p *OnPremProfile) {
					atOnce(p)
					p.Messages, p.Queue, p.Mute = RequestLimit{}, 0, Mute{Sent: true, Delivered: true, Read: true}
				})
				for i := range 4 * rate {
					d.text(i)
				}
				elapse(2 * time.Second)
				counts, _ := d.fake.onprem.ledger.tally()
				if got := int(counts[stepSent]); got < 95*2*rate/100 || got > 2*rate {
					t.Errorf("%d sent in 2 s, want about %d", got, 2*rate)
				}
			})
		})
	}
}

func TestQueueDepth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
			atOnce(p)
			p.Queue = 10
		})
		for i := range 10 {
			if out := d.text(i); out.Class != whatsapp.OK {
				t.Fatalf("message %d: %+v", i, out)
			}
		}
		r := d.exchange(d.request("POST", "/v1/messages", `{"to":"15550100099","text":{"body":"x"}}`))
		if want := `{"errors":[{"code":1016,"title":"System overloaded"}]}`; r.Status != 503 || string(r.Body) != want {
			t.Errorf("got HTTP %d %s, want HTTP 503 %s", r.Status, r.Body, want)
		}
		elapse(101 * time.Millisecond) // two messages later
		for i, want := range []whatsapp.Class{whatsapp.OK, whatsapp.OK, whatsapp.Target5xx} {
			if out := d.text(20 + i); out.Class != want {
				t.Errorf("message %d after two places were free: %+v, want %v", i, out, want)
			}
		}
	})
}

func TestPendingTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		id, err := d.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem})
		if err != nil {
			t.Fatal(err)
		}
		old := d.text(1).MessageID
		elapse(23 * time.Hour)
		young := d.text(1).MessageID
		elapse(2 * time.Hour)
		if diff := cmp.Diff(map[string]int{old: 408}, d.failures()); diff != "" {
			t.Errorf("failures after 25 hours (-want +got):\n%s", diff)
		}
		d.fake.Clear(id)
		elapse(time.Minute)
		if sent := d.reached(whatsapp.StateSent); len(sent) != 1 || sent[young] == 0 {
			t.Errorf("sent %v, want the younger message %s", sent, young)
		}
	})
}
