package fakeapi

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

// shardsOf splits recipients 0 to n-1 by their shard.
func shardsOf(d *onPremDesk, n int) (byShard map[*shard][]int) {
	byShard = map[*shard][]int{}
	for i := range n {
		s := d.fake.onprem.shards.shardOf(onPremNumber(i))
		byShard[s] = append(byShard[s], i)
	}
	return byShard
}

func TestALostShardHurtsItsUsersOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-4-shards", atOnce)
		lost := d.fake.onprem.shards.shards[1]
		if _, err := d.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: 2}); err != nil {
			t.Fatal(err)
		}
		hurt := map[string]bool{}
		for s, users := range shardsOf(d, 40) {
			for _, user := range users {
				hurt[d.text(user).MessageID] = s == lost
			}
		}
		elapse(time.Minute)
		sent := d.reached(whatsapp.StateSent)
		for id, hurt := range hurt {
			if at := sent[id]; hurt != (at > 30*time.Second) || at > 32*time.Second {
				t.Errorf("message of a lost shard %v: sent after %v", hurt, at)
			}
		}
	})
}

func TestTheStandbyStandsInForOneShard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		for shard := range 2 {
			f := Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: shard + 1, For: 10 * time.Minute, At: time.Duration(shard) * time.Second}
			if _, err := d.fake.Inject(f); err != nil {
				t.Fatal(err)
			}
		}
		elapse(2 * time.Second)
		for _, users := range shardsOf(d, 20) {
			d.text(users[0])
		}
		elapse(time.Hour)
		got := slices.Sorted(maps.Values(d.reached(whatsapp.StateSent)))
		want := []time.Duration{30*time.Second + 100*time.Millisecond, 601*time.Second + 100*time.Millisecond}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

func TestFailoverWaitsForAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		d.expect("PATCH", "/v1/settings/application", `{"heartbeat_interval":7,"unhealthy_interval":20}`, 200, 0)
		if got := d.fake.onprem.failover(); got != 21*time.Second {
			t.Errorf("got %v, want the third heartbeat after 21 s", got)
		}
	})
}

func TestNoSuchShard(t *testing.T) {
	d := newOnPremDesk(t, "onprem-2-shards", nil)
	for _, shard := range []int{-1, 3} {
		if _, err := d.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: shard}); err == nil {
			t.Errorf("shard %d of 2 can be lost", shard)
		}
	}
}

func TestOtherShardsInTheMiddleOfWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		var ids []string
		for range 10 {
			ids = append(ids, d.text(1).MessageID)
		}
		d.burst(30) // to others
		elapse(350 * time.Millisecond)
		d.expect("POST", "/v1/account/shards", `{"cc":"1","phone_number":"5550783881","shards":8}`, 201, 0)
		elapse(time.Minute)
		sent := d.reached(whatsapp.StateSent)
		if len(sent) != 40 {
			t.Errorf("%d sent, want 40", len(sent))
		}
		if !slices.IsSortedFunc(ids, func(x, y string) int { return int(sent[x] - sent[y]) }) {
			t.Error("one recipient's messages changed places")
		}
		if last := slices.Max(slices.Collect(maps.Values(sent))); last > 2*time.Second {
			t.Errorf("the last one was sent after %v, as if there were still one shard", last)
		}
		answer := d.expect("GET", "/v1/account/shards", "", 200, 0)
		if string(answer.Account) != `{"shards":8}` {
			t.Errorf("got %s", answer.Account)
		}
	})
}

// A shard that was lost before the shards were dealt anew does not take the
// standby from the new ones.
func TestAnOldLossLeavesTheStandbyAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		for _, at := range []time.Duration{0, time.Minute} {
			if _, err := d.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: 1, At: at}); err != nil {
				t.Fatal(err)
			}
		}
		d.expect("POST", "/v1/account/shards", `{"shards":1}`, 201, 0)
		elapse(61 * time.Second)
		d.text(1)
		elapse(time.Hour)
		for _, at := range d.reached(whatsapp.StateSent) {
			if want := 90*time.Second + 100*time.Millisecond; at != want {
				t.Errorf("sent at %v, want %v, when the standby took over", at, want)
			}
		}
		if n := len(d.reached(whatsapp.StateSent)); n != 1 {
			t.Errorf("%d sent, want 1", n)
		}
	})
}

func TestTheStandbyIsFreeAgainAfterARecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		for shard := range 2 { // one after the other
			f := Fault{Kind: ShardDown, API: whatsapp.OnPrem, Shard: shard + 1, At: time.Duration(shard) * 2 * time.Minute, For: time.Minute}
			if _, err := d.fake.Inject(f); err != nil {
				t.Fatal(err)
			}
		}
		elapse(2*time.Minute + time.Second)
		for _, users := range shardsOf(d, 20) {
			d.text(users[0])
		}
		elapse(time.Hour)
		got := slices.Sorted(maps.Values(d.reached(whatsapp.StateSent)))
		want := []time.Duration{121*time.Second + 100*time.Millisecond, 150*time.Second + 100*time.Millisecond}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

func TestWithoutAStandbyALostShardStaysLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", func(p *OnPremProfile) {
			atOnce(p)
			p.Pending = 0
		})
		if _, err := d.fake.Inject(Fault{Kind: ShardDown, API: whatsapp.OnPrem, For: 72 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		id := d.text(1).MessageID
		elapse(96 * time.Hour)
		want := map[string]time.Duration{id: 72*time.Hour + 100*time.Millisecond}
		if diff := cmp.Diff(want, d.reached(whatsapp.StateSent)); diff != "" {
			t.Errorf("times of sent (-want +got):\n%s", diff)
		}
	})
}

func TestFewerShardsKeepTheOrderOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-4-shards", atOnce)
		var ids []string
		for i := range 40 {
			ids = append(ids, d.text(i).MessageID)
		}
		d.expect("POST", "/v1/account/shards", `{"shards":1}`, 201, 0)
		elapse(time.Minute)
		sent := d.reached(whatsapp.StateSent)
		if !slices.IsSortedFunc(ids, func(x, y string) int { return int(sent[x] - sent[y]) }) || len(sent) != 40 {
			t.Errorf("%d sent, not in the order of arrival", len(sent))
		}
	})
}
