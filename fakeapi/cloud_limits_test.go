package fakeapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"wabench/internal/whatsapp"
)

// behaving is the instant profile with changes to its Cloud section.
func behaving(t testing.TB, change func(*CloudProfile)) Options {
	return Options{Behaviour: profileOf(t, "instant", func(p *Profile) { change(&p.Cloud) })}
}

func TestSlidingCountNeverExceedsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		var s slidingCount
		s.resize(limit)
		var at time.Duration
		var allowed []time.Duration
		for range rapid.IntRange(1, 100).Draw(t, "events") {
			at += time.Duration(rapid.IntRange(0, 300).Draw(t, "gap")) * time.Millisecond
			within := 0
			for _, before := range allowed {
				if at-before < time.Second {
					within++
				}
			}
			got := s.allow(at, time.Second)
			if got != (within < limit) {
				t.Fatalf("at %s with %d of %d in the window: %v", at, within, limit, got)
			}
			if got {
				allowed = append(allowed, at)
			}
		}
	})
}

func limitThroughputLimit(t *testing.T) {
	for _, status := range []int{400, 429} {
		synctest.Test(t, func(t *testing.T) {
			c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Throughput, p.ThrottleStatus = 80, status }))
			accepted := 0
			for i := range 200 {
				a := c.send(textTo(fmt.Sprintf("1650555%04d", i)))
				if a.status == http.StatusOK {
					accepted++
				} else if a.status != status || a.code(t) != 130429 {
					t.Fatalf("answered %d %s", a.status, a.body)
				}
			}
			if accepted != 80 {
				t.Errorf("%d accepted at once, want 80", accepted)
			}
			pass(time.Second)
			if a := c.send(textTo("16505551234")); a.status != http.StatusOK {
				t.Errorf("a second later: %d %s", a.status, a.body)
			}
		})
	}
}

func limitThroughputCountsInboundToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Throughput = 10 }))
		for i := range 6 {
			if _, err := c.server.Receive(Inbound{API: whatsapp.Cloud, From: fmt.Sprintf("1650555000%d", i), Type: "text", Body: []byte(`"hi"`)}); err != nil {
				t.Fatal(err)
			}
		}
		accepted := 0
		for i := range 10 {
			if c.send(textTo(fmt.Sprintf("1650555100%d", i))).status == http.StatusOK {
				accepted++
			}
		}
		if accepted != 4 {
			t.Errorf("%d accepted beside 6 inbound, want 4", accepted)
		}
	})
}

// D:about-the-platform: a burst of 45, then one every 6 seconds.
func limitPairLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Pair = PairLimit{Burst: 45, Every: 6 * time.Second} }))
		accepted := 0
		for range 60 {
			a := c.send(textTo("16505551234"))
			if a.status == http.StatusOK {
				accepted++
			} else if a.code(t) != 131056 {
				t.Fatalf("answered %d %s", a.status, a.body)
			}
		}
		if accepted != 45 {
			t.Errorf("%d accepted at once, want 45", accepted)
		}
		if a := c.send(textTo("16505559999")); a.status != http.StatusOK {
			t.Errorf("another user: %d", a.status)
		}
		pass(6 * time.Second)
		if first, second := c.send(textTo("16505551234")), c.send(textTo("16505551234")); first.status != 200 || second.code(t) != 131056 {
			t.Errorf("6 seconds later: %d, then %d", first.status, second.status)
		}
	})
}

func TestPairLimiterForgetsUsers(t *testing.T) {
	var p pairLimiter
	limit := PairLimit{Burst: 45, Every: 6 * time.Second}
	for user := range int64(100_000) {
		p.allow(user, time.Duration(user)*10*time.Millisecond, limit)
	}
	if len(p.users) > 4096 {
		t.Errorf("%d users are remembered, of whom 600 wrote in the last 6 seconds", len(p.users))
	}
}

func limitServiceWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		o := behaving(t, func(p *CloudProfile) { p.ServiceWindow = 24 * time.Hour })
		o.Webhook, o.WebhookClient = webhookURL, hook.client()
		c := startCloud(t, o)
		outcome := func(body string) (whatsapp.State, int) {
			t.Helper()
			before := len(hook.statuses(t))
			if a := c.send(body); a.status != http.StatusOK {
				t.Fatalf("answered %d %s", a.status, a.body)
			}
			synctest.Wait()
			list := hook.statuses(t)[before:]
			last := list[len(list)-1]
			return last.State, last.Code
		}
		template := `{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{"name":"x","language":{"code":"en"}}}`
		if state, code := outcome(textTo("16505551234")); state != whatsapp.StateFailed || code != 131047 {
			t.Errorf("before the user wrote: %s %d", state, code)
		}
		if state, _ := outcome(template); state != whatsapp.StateDelivered {
			t.Errorf("a template: %s", state)
		}
		if _, err := c.server.Receive(Inbound{From: "16505551234", Type: "text", Body: []byte(`"hi"`)}); err != nil {
			t.Fatal(err)
		}
		pass(24*time.Hour - time.Second)
		if state, _ := outcome(textTo("16505551234")); state != whatsapp.StateDelivered {
			t.Errorf("within the window: %s", state)
		}
		pass(time.Second)
		if state, code := outcome(textTo("16505551234")); state != whatsapp.StateFailed || code != 131047 {
			t.Errorf("after the window: %s %d", state, code)
		}
	})
}

func limitServiceWindowInTheAnswer(t *testing.T) {
	c := startCloud(t, behaving(t, func(p *CloudProfile) { p.ServiceWindow, p.ServiceWindowSync = 24*time.Hour, true }))
	if a := c.send(textTo("16505551234")); a.status != http.StatusBadRequest || a.code(t) != 131047 {
		t.Errorf("answered %d %s", a.status, a.body)
	}
}

func limitPortfolioLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Portfolio, p.PortfolioSync = 250, true }))
		for i := range 300 {
			a := c.send(textTo(fmt.Sprintf("1650555%04d", i)))
			if want := i < 250; (a.status == http.StatusOK) != want {
				t.Fatalf("user %d: %d %s", i, a.status, a.body)
			}
			if i >= 250 && a.code(t) != 131048 {
				t.Fatalf("user %d: %s", i, a.body)
			}
		}
		if a := c.send(textTo("16505550000")); a.status != http.StatusOK {
			t.Errorf("a user already counted: %d", a.status)
		}
		pass(24 * time.Hour)
		if a := c.send(textTo("16505550299")); a.status != http.StatusOK {
			t.Errorf("a day later: %d %s", a.status, a.body)
		}
	})
}

func limitManagementLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Management = 200 }))
		path := "/v24.0/" + c.server.Info().WABAID + "/phone_numbers"
		for i := range 200 {
			if i == 100 {
				pass(20 * time.Minute)
			}
			if a := c.do(http.MethodGet, path, ""); a.status != http.StatusOK {
				t.Fatalf("answered %d %s", a.status, a.body)
			}
		}
		a := c.do(http.MethodGet, path, "")
		if a.status != http.StatusBadRequest || a.code(t) != 80007 {
			t.Errorf("call 201: %d %s", a.status, a.body)
		}
		usage := a.header.Get("X-Business-Use-Case-Usage")
		if want := `"call_count":100,`; !strings.Contains(usage, want) || !strings.Contains(usage, `"estimated_time_to_regain_access":40`) {
			t.Errorf("usage header %s lacks %s", usage, want)
		}
		if a := c.send(textTo("16505551234")); a.status != http.StatusOK {
			t.Errorf("sending is limited too: %d", a.status)
		}
		pass(time.Hour)
		if a := c.do(http.MethodGet, path, ""); a.status != http.StatusOK {
			t.Errorf("an hour later: %d", a.status)
		}
	})
}
