package fakeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestFaultsThatRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		fault        string
		status, code int
	}{
		"unavailable":   {`"unavailable"`, 503, 2},
		"throttle":      {`"throttle"`, 400, 130429},
		"token expired": {`"token_expired"`, 401, 190},
		"errors":        {`{"errors":{"code":131000}}`, 500, 131000},
		"failover":      {`"region_failover"`, 500, 131016},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := startCloud(t, Options{})
				var f Fault
				if err := json.Unmarshal([]byte(`{"at":"10s","for":"5s","on":"cloud","fault":`+c.fault+`}`), &f); err != nil {
					t.Fatal(err)
				}
				if _, err := client.server.Inject(f); err != nil {
					t.Fatal(err)
				}
				for _, at := range []struct {
					after        time.Duration
					status, code int
				}{{9 * time.Second, 200, 0}, {3 * time.Second, c.status, c.code}, {4 * time.Second, 200, 0}} {
					pass(at.after)
					a := client.send(textTo("16505551234"))
					if a.status != at.status || a.code(t) != at.code {
						t.Errorf("answered %d %s, want %d and %d", a.status, a.body, at.status, at.code)
					}
				}
			})
		})
	}
}

func TestErrorsHitTheirShare(t *testing.T) {
	c := startCloud(t, Options{})
	if _, err := c.server.Inject(Fault{Kind: Errors, Code: 131000, Share: 0.2}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for range 1000 {
		if c.send(textTo("16505551234")).status != http.StatusOK {
			failed++
		}
	}
	if failed < 150 || failed > 250 { // 4 standard deviations of 12.6
		t.Errorf("%d of 1000 failed, want about 200", failed)
	}
}

func TestStallFreezesAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		id, err := c.server.Inject(Fault{Kind: Stall, For: 30 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if a := c.send(textTo("16505551234")); a.status != 200 || time.Since(began) != 30*time.Second {
			t.Errorf("answered %d after %s", a.status, time.Since(began))
		}
		if c.server.Clear(id) {
			t.Error("the fault is still there after its time")
		}
	})
}

func TestStallCanBeCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		id, err := c.server.Inject(Fault{Kind: Stall})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Minute, func() { c.server.Clear(id) })
		began := time.Now()
		if a := c.send(textTo("16505551234")); a.status != 200 || time.Since(began) != time.Minute {
			t.Errorf("answered %d after %s", a.status, time.Since(began))
		}
	})
}

func TestSlowMultipliesTheLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Accept = Constant(100 * time.Millisecond) }))
		if _, err := c.server.Inject(Fault{Kind: Slow, Factor: 5}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if c.send(textTo("16505551234")); time.Since(began) != 500*time.Millisecond {
			t.Errorf("took %s, want 500ms", time.Since(began))
		}
	})
}

func TestResetBreaksConnections(t *testing.T) {
	for name, o := range map[string]Options{
		"in process": {Listen: NoListener}, "socket": {Listen: "127.0.0.1:0"}, "TLS": {Listen: "127.0.0.1:0", TLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := startCloud(t, o)
			if o.Listen != NoListener {
				c.http = trusting(t, c.server)
			}
			if _, err := c.server.Inject(Fault{Kind: Reset}); err != nil {
				t.Fatal(err)
			}
			a := c.send(textTo("16505551234"))
			if a.err == nil {
				t.Fatalf("answered %d %s", a.status, a.body)
			}
			if name != "TLS" && !errors.Is(a.err, syscall.ECONNRESET) { // HTTP/2 resets the stream alone
				t.Errorf("error is %v, want a reset connection", a.err)
			}
			c.server.Clear("")
			if a := c.send(textTo("16505551234")); a.status != http.StatusOK {
				t.Errorf("afterwards: %d %v", a.status, a.err)
			}
		})
	}
}

func TestFailoverBeginsWithResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		c.send(textTo("16505551234"))
		synctest.Wait()
		if _, err := c.server.Inject(Fault{Kind: RegionFailover, For: 100 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if a := c.send(textTo("16505551234")); !errors.Is(a.err, syscall.ECONNRESET) {
			t.Errorf("at first: %d, %v", a.status, a.err)
		}
		pass(20 * time.Second)
		if a := c.send(textTo("16505551234")); a.status != 500 || a.code(t) != 131016 {
			t.Errorf("later: %d %s", a.status, a.body)
		}
	})
}

func TestStoppedWebhooksFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		if _, err := c.server.Inject(Fault{Kind: WebhooksStopped, For: time.Minute}); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			c.send(textTo("16505551234"))
		}
		pass(59 * time.Second)
		if got := len(hook.all()); got != 0 {
			t.Errorf("%d webhooks while stopped", got)
		}
		pass(2 * time.Second)
		if got := len(hook.statuses(t)); got != 20 {
			t.Errorf("%d statuses afterwards, want 20", got)
		}
	})
}

func TestDuplicatedWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		if _, err := c.server.Inject(Fault{Kind: WebhooksDuplicated}); err != nil {
			t.Fatal(err)
		}
		c.send(textTo("16505551234"))
		synctest.Wait()
		want := []whatsapp.State{"delivered", "delivered", "sent", "sent"}
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(states(hook.statuses(t))))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestShuffledWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		if _, err := c.server.Inject(Fault{Kind: WebhooksShuffled}); err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)))
		}
		pass(time.Second)
		sent, wrong := map[string]bool{}, 0
		list := hook.statuses(t)
		for _, s := range list {
			if s.State == whatsapp.StateDelivered && !sent[s.MessageID] {
				wrong++
			}
			sent[s.MessageID] = sent[s.MessageID] || s.State == whatsapp.StateSent
		}
		if len(list) != 200 || wrong < 25 || wrong > 75 {
			t.Errorf("%d statuses, %d of 100 delivered before sent; want about half", len(list), wrong)
		}
	})
}

func TestSharesOfMessages(t *testing.T) {
	for kind, want := range map[FaultKind]func(map[whatsapp.State]int) bool{
		Undelivered: func(n map[whatsapp.State]int) bool {
			return n["sent"] == 400 && n["delivered"] > 160 && n["delivered"] < 240 && n["failed"] == 0
		},
		DeliveredAndFailed: func(n map[whatsapp.State]int) bool {
			return n["sent"] == 400 && n["delivered"] == 400 && n["failed"] > 160 && n["failed"] < 240
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			hook := &receiver{}
			c := hooked(t, hook, func(*Profile) {})
			if _, err := c.server.Inject(Fault{Kind: kind, Share: 0.5}); err != nil {
				t.Fatal(err)
			}
			for range 400 {
				c.send(textTo("16505551234"))
			}
			synctest.Wait()
			count := map[whatsapp.State]int{}
			for _, s := range hook.statuses(t) {
				count[s.State]++
			}
			if !want(count) {
				t.Errorf("%s of 50 %%: %v", kind, count)
			}
		})
	}
}

func TestMigrationMovesTheNumber(t *testing.T) {
	c := startCloud(t, Options{})
	if _, err := c.server.Inject(Fault{Kind: Migrate, To: whatsapp.OnPrem}); err != nil {
		t.Fatal(err)
	}
	if a := c.send(textTo("16505551234")); a.status != 400 || a.code(t) != 133010 {
		t.Errorf("after moving away: %d %s", a.status, a.body)
	}
	if n := heard(t, c, "16505551234"); n != 0 {
		t.Errorf("%d inbound messages were not lost", n)
	}
	if _, err := c.server.Inject(Fault{Kind: Migrate, API: whatsapp.OnPrem, To: whatsapp.Cloud}); err != nil {
		t.Fatal(err)
	}
	if a := c.send(textTo("16505551234")); a.status != 200 {
		t.Errorf("after moving back: %d %s", a.status, a.body)
	}
}

func TestFaultsThatCannotBe(t *testing.T) {
	s := Start(t, Options{})
	for _, f := range []Fault{
		{},
		{Kind: "dance"},
		{Kind: Slow},
		{Kind: Errors},
		{Kind: Migrate},
		{Kind: Undelivered, Share: 2},
		{Kind: Stall, API: "sms"},
		{Kind: Stall, For: -1},
		{Kind: ShardDown, API: whatsapp.Cloud},
	} {
		if id, err := s.Inject(f); err == nil {
			t.Errorf("%+v was taken as %s", f, id)
		}
	}
}

func TestFaultsAsWritten(t *testing.T) {
	for text, want := range map[string]Fault{
		`{"fault":"stall"}`: {Kind: Stall},
		`{"at":"10s","for":"5s","on":"cloud","fault":"unavailable"}`: {Kind: Unavailable, API: whatsapp.Cloud, At: 10 * time.Second, For: 5 * time.Second},
		`{"fault":{"slow":{"factor":5}}}`:                            {Kind: Slow, Factor: 5},
		`{"fault":{"errors":{"code":131000,"share":"5%"}}}`:          {Kind: Errors, Code: 131000, Share: 0.05},
		`{"fault":{"delivered_and_failed":"1%"}}`:                    {Kind: DeliveredAndFailed, Share: 0.01},
		`{"fault":{"shard_down":1}}`:                                 {Kind: ShardDown, Shard: 1},
		`{"fault":{"migrate":{"to":"cloud"}}}`:                       {Kind: Migrate, To: whatsapp.Cloud},
	} {
		var got Fault
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s read as %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{`{}`, `{"fault":1}`, `{"fault":{"slow":{"facto":5}}}`, `{"fault":{"slow":{},"stall":{}}}`, `{"for":"5","fault":"stall"}`, `{"fault":"stall","form":1}`} {
		var got Fault
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s read as %+v", text, got)
		}
	}
}

func TestEveryFaultIsNamedOnce(t *testing.T) {
	want := strings.Fields("unavailable stall slow errors throttle reset token_expired region_failover shard_down " +
		"webhooks_stopped webhooks_duplicated webhooks_shuffled delivered_and_failed undelivered failed migrate")
	var got []string
	for _, kind := range FaultKinds() {
		got = append(got, string(kind))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
