package fakeapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp/cloud"
)

func (c *client) account(method, rest, body string) answer {
	c.t.Helper()
	return c.do(method, "/v24.0/"+c.server.Info().WABAID+rest, body)
}

func TestAccountFields(t *testing.T) {
	c := startCloud(t, Options{})
	got := c.account(http.MethodGet, "", "").object(t)
	if got["id"] != c.server.Info().WABAID || got["name"] == "" || len(got["message_template_namespace"].(string)) != 36 {
		t.Errorf("defaults are %v", got)
	}
	got = c.account(http.MethodGet, "?fields=health_status", "").object(t)
	if got["health_status"].(map[string]any)["can_send_message"] != "AVAILABLE" {
		t.Errorf("health is %v", got)
	}
}

func TestWhatIsNotCoveredSaysSo(t *testing.T) {
	c := startCloud(t, Options{})
	for _, a := range []answer{
		c.account(http.MethodGet, "/flows", ""), c.account(http.MethodPost, "/phone_numbers", `{}`), c.account(http.MethodPost, "", `{}`),
		c.account(http.MethodGet, "?fields=pricing_analytics.start(1).end(2)", ""), c.edge(http.MethodPost, "calls", `{}`),
	} {
		if a.status != 400 || a.code(t) != 3 || !strings.Contains(string(a.body), "does not cover") {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
}

func TestAnalytics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		start := time.Now().Unix()
		for i := range 3 {
			for range i + 1 {
				c.send(textTo("16505551234"))
			}
			synctest.Wait()
			pass(24 * time.Hour)
		}
		query := fmt.Sprintf("?fields=analytics.start(%d).end(%d).granularity(DAY)", start, start+3*86400)
		got := c.account(http.MethodGet, query, "").object(t)["analytics"].(map[string]any)
		var points []any
		for i := range 3 {
			points = append(points, map[string]any{
				"start": float64(start + int64(i)*86400), "end": float64(start + int64(i+1)*86400), "sent": float64(i + 1), "delivered": float64(i + 1),
			})
		}
		if diff := cmp.Diff(points, got["data_points"]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, bad := range []string{"analytics", "analytics.start(1).end(0).granularity(DAY)", "analytics.start(0).end(9999999999).granularity(HALF_HOUR)", "analytics.start(1).end(2).granularity(YEAR)"} {
			if a := c.account(http.MethodGet, "?fields="+bad, ""); a.status != 400 || a.code(t) != 100 {
				t.Errorf("%s: %d %s", bad, a.status, a.body)
			}
		}
	})
}

func TestSubscribedApps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
		if a := c.account(http.MethodPost, "/subscribed_apps", `{"override_callback_uri":"http://other.test/"}`); a.status != 200 {
			t.Fatalf("override: %d %s", a.status, a.body)
		}
		list := c.account(http.MethodGet, "/subscribed_apps", "").object(t)["data"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["override_callback_uri"] != "http://other.test/" {
			t.Errorf("apps are %v", list)
		}
		c.send(textTo("16505551234"))
		synctest.Wait()
		if posts := hook.all(); posts[0].url != "http://other.test/" {
			t.Errorf("webhook went to %s", posts[0].url)
		}
		c.account(http.MethodDelete, "/subscribed_apps", "")
		before := len(hook.all())
		c.send(textTo("16505551234"))
		synctest.Wait()
		if got := len(hook.all()); got != before {
			t.Errorf("%d webhooks without a subscription", got-before)
		}
		if list := c.account(http.MethodGet, "/subscribed_apps", "").object(t)["data"].([]any); len(list) != 0 {
			t.Errorf("apps after leaving are %v", list)
		}
		if a := c.account(http.MethodPost, "/subscribed_apps", `{"override_callback_uri":"nowhere"}`); a.status != 400 {
			t.Errorf("bad override: %d %s", a.status, a.body)
		}
	})
}

func TestDebugToken(t *testing.T) {
	c := startCloud(t, Options{})
	got := c.do(http.MethodGet, "/debug_token?input_token="+c.server.Info().Token, "").object(t)["data"].(map[string]any)
	if got["is_valid"] != true || got["type"] != "SYSTEM_USER" || len(got["scopes"].([]any)) != 2 {
		t.Errorf("the right token: %v", got)
	}
	if got := c.do(http.MethodGet, "/debug_token?input_token=x", "").object(t)["data"].(map[string]any); got["is_valid"] != false {
		t.Errorf("a wrong token: %v", got)
	}
	if a := c.do(http.MethodGet, "/debug_token", ""); a.code(t) != 131008 {
		t.Errorf("no token: %d %s", a.status, a.body)
	}
}

func TestAccountWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
		if a := c.do(http.MethodPost, "/_fake/account", `{"field":"account_update","value":{"event":"DISABLED_UPDATE"}}`); a.status != 200 {
			t.Fatalf("answered %d %s", a.status, a.body)
		}
		synctest.Wait()
		body := string(hook.all()[0].body)
		n, err := cloud.ParseWebhook([]byte(body))
		if err != nil || n.Account[0].Field != "account_update" || !strings.Contains(body, `"time":`) {
			t.Errorf("webhook %s, %v", body, err)
		}
		for _, bad := range []string{`{"field":"messages","value":{}}`, `{"field":"security","value":1}`, `{"field":"security","value":{},"waba_id":"9"}`} {
			if a := c.do(http.MethodPost, "/_fake/account", bad); a.status != 400 {
				t.Errorf("%s: %d", bad, a.status)
			}
		}
	})
}

func TestReactionsToNothingFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		o := behaving(t, func(p *CloudProfile) { p.Strict = true })
		o.Webhook, o.WebhookClient = webhookURL, hook.client()
		c := startCloud(t, o)
		react := func(id string) string {
			return `{"messaging_product":"whatsapp","to":"16505551234","type":"reaction","reaction":{"message_id":"` + id + `","emoji":"x"}}`
		}
		id := c.send(textTo("16505551234")).id(t)
		for target, want := range map[string]string{id: "[sent] 0", "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA": "[failed] 131009"} {
			synctest.Wait()
			before := len(hook.statuses(t))
			c.send(react(target))
			synctest.Wait()
			list := hook.statuses(t)[before:]
			if got := fmt.Sprint(states(list), list[0].Code); got != want {
				t.Errorf("reaction to %s: %s, want %s", target, got, want)
			}
		}
	})
}
