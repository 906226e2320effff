package fakeapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

func limitPacing(t *testing.T) {
	for name, c := range map[string]struct {
		drop  units.Percent
		want  string
		after int
	}{"let go": {0, "[sent delivered] 0", 200}, "dropped": {1, "[failed] 132015", 400}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hook := &receiver{}
				o := behaving(t, func(p *CloudProfile) { p.Pacing = Pacing{After: 2, Hold: 30 * time.Minute, Drop: c.drop} })
				o.Webhook, o.WebhookClient = webhookURL, hook.client()
				client := startCloud(t, o)
				client.do(http.MethodPost, client.templates(), `{"name":"sale","language":"en_US","category":"MARKETING","components":[{"type":"BODY","text":"Sale."}]}`)
				synctest.Wait()
				for i := range 3 {
					a := client.send(sendTemplate("sale", ""))
					held := strings.Contains(string(a.body), `"message_status":"held_for_quality_assessment"`)
					if a.status != 200 || held != (i == 2) {
						t.Errorf("message %d: %d %s", i+1, a.status, a.body)
					}
				}
				pass(30*time.Minute - time.Second)
				if got := len(hook.statuses(t)); got != 4 {
					t.Errorf("%d statuses before the decision, want those of 2 messages", got)
				}
				pass(time.Second)
				list := hook.statuses(t)[4:]
				code := 0
				for _, s := range list {
					code = max(code, s.Code)
				}
				if got := fmt.Sprint(states(list), code); got != c.want {
					t.Errorf("the held one: %s, want %s", got, c.want)
				}
				if a := client.send(sendTemplate("sale", "")); a.status != c.after {
					t.Errorf("afterwards: %d %s, want %d", a.status, a.body, c.after)
				}
			})
		})
	}
}

func limitUpgradeCriteria(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Throughput, p.UpgradeAfter, p.UpgradeFor = 80, 50, time.Minute }))
		if _, err := c.server.Receive(Inbound{API: whatsapp.Cloud, From: "16505559999", Type: "text", Body: []byte(`"hi"`)}); err != nil {
			t.Fatal(err)
		}
		for i := range 49 {
			for range 1 + i%2 { // the same user again does not count
				c.send(textTo(fmt.Sprintf("1650555%04d", i)))
			}
		}
		c.send(textTo("16505559999")) // nor does one who wrote first
		pass(time.Second)
		if a := c.send(textTo("16505550049")); a.status != 200 {
			t.Fatalf("user 50: %d %s", a.status, a.body)
		}
		if a := c.send(textTo("16505550050")); a.code(t) != 131057 {
			t.Errorf("after user 50: %d %s", a.status, a.body)
		}
		pass(time.Minute)
		if a := c.send(textTo("16505550050")); a.status != 200 {
			t.Errorf("after the upgrade: %d %s", a.status, a.body)
		}
	})
}
