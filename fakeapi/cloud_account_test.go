package fakeapi

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
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

func TestNumbersAreFilteredAndSorted(t *testing.T) {
	c := startCloud(t, Options{Numbers: []Number{{ID: "20"}, {ID: "30"}}})
	first := c.server.Info().PhoneNumberID
	c.do(http.MethodPost, "/20/deregister", "")
	for query, want := range map[string]string{
		"":                               "[" + first + " 20 30]",
		"?sort=creation_time_descending": "[30 20 " + first + "]",
		"?limit=1":                       "[" + first + "]",
		`?filtering=[{"field":"status","operator":"EQUAL","value":"PENDING"}]`:        "[20]",
		`?filtering=[{"field":"account_mode","operator":"NOT_EQUAL","value":"LIVE"}]`: "[]",
	} {
		ids := []string{}
		for _, entry := range c.account(http.MethodGet, "/phone_numbers"+query, "").object(t)["data"].([]any) {
			ids = append(ids, entry.(map[string]any)["id"].(string))
		}
		if got := fmt.Sprint(ids); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"?fields=colour", "?filtering=x", `?filtering=[{"field":"colour","operator":"EQUAL"}]`, `?filtering=[{"field":"status","operator":"LIKE"}]`} {
		if a := c.account(http.MethodGet, "/phone_numbers"+query, ""); a.status != 400 || a.code(t) != 100 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

// A field that there is not is an error in Graph's words, on every node.
func TestUnknownFields(t *testing.T) {
	c := startCloud(t, Options{})
	for _, path := range []string{"/" + c.server.Info().PhoneNumberID, "/" + c.server.Info().WABAID, "/" + c.server.Info().PhoneNumberID + "/whatsapp_business_profile"} {
		a := c.do(http.MethodGet, path+"?fields=id,colour", "")
		message, _ := a.object(t)["error"].(map[string]any)["message"].(string)
		if a.status != 400 || !strings.HasPrefix(message, "(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusiness") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestMessageHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: (&receiver{}).client(), Numbers: []Number{{ID: "20"}}})
		var ids []string
		for range 5 {
			ids = append(ids, c.send(textTo(somebody)).id(t))
		}
		c.do(http.MethodPost, "/20/messages", textTo(somebody))
		synctest.Wait()
		var got []string
		path := "message_history?limit=2"
		for range 3 {
			page := c.edge(http.MethodGet, path, "").object(t)
			for _, entry := range page["data"].([]any) {
				got = append(got, entry.(map[string]any)["message_id"].(string))
			}
			after := page["paging"].(map[string]any)["cursors"].(map[string]any)["after"].(string)
			path = "message_history?limit=2&after=" + after
		}
		slices.Reverse(got)
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		one := c.edge(http.MethodGet, "message_history?message_id="+url.QueryEscape(ids[2]), "").object(t)["data"].([]any)[0].(map[string]any)
		var states []any
		for _, node := range c.do(http.MethodGet, "/"+one["id"].(string)+"/events", "").object(t)["data"].([]any) {
			states = append(states, node.(map[string]any)["node"].(map[string]any)["delivery_status"])
		}
		if diff := cmp.Diff([]any{"SENT", "DELIVERED"}, states); diff != "" || one["message_id"] != ids[2] {
			t.Errorf("%v has the events (-want +got):\n%s", one, diff)
		}
	})
}

func TestBusiness(t *testing.T) {
	c := startCloud(t, Options{Numbers: []Number{{ID: "20", WABAID: "2"}}})
	owned := c.do(http.MethodGet, "/"+businessID+"/owned_whatsapp_business_accounts", "").object(t)["data"].([]any)
	if len(owned) != 2 || owned[1].(map[string]any)["id"] != "2" {
		t.Errorf("owned are %v", owned)
	}
	if users := c.account(http.MethodGet, "/assigned_users?business="+businessID, "").object(t)["data"].([]any); len(users) != 1 {
		t.Errorf("users are %v", users)
	}
}

// Health is that of the worst part.
func TestHealthIsOfTheWorst(t *testing.T) {
	for name, c := range map[string]struct {
		rules func(*CloudProfile)
		want  string
	}{
		"good":              {func(*CloudProfile) {}, "AVAILABLE"},
		"a small portfolio": {func(p *CloudProfile) { p.Portfolio = 250 }, "LIMITED"},
		"a name in review":  {func(p *CloudProfile) { p.Account.NameStatus = "PENDING_REVIEW" }, "LIMITED"},
		"locked":            {func(p *CloudProfile) { p.Portfolio, p.Account.Locked = 250, true }, "BLOCKED"},
		"not paid":          {func(p *CloudProfile) { p.Account.PaymentIssue = true }, "BLOCKED"},
	} {
		client := startCloud(t, behaving(t, c.rules))
		health := client.edge(http.MethodGet, "?fields=health_status", "").object(t)["health_status"].(map[string]any)
		if health["can_send_message"] != c.want {
			t.Errorf("%s: %v, want %s", name, health, c.want)
		}
	}
}

// A GET has an ETag, with which the client need not be told the same again.
func TestETags(t *testing.T) {
	c := startCloud(t, Options{})
	path := "/" + c.server.Info().PhoneNumberID
	tag := c.do(http.MethodGet, path, "").header.Get("ETag")
	if a := c.do(http.MethodGet, path, "", "If-None-Match", tag); tag == "" || a.status != http.StatusNotModified || len(a.body) > 0 {
		t.Errorf("with the tag %s: %d %s", tag, a.status, a.body)
	}
	if a := c.do(http.MethodGet, path, "", "If-None-Match", `"x"`); a.status != http.StatusOK {
		t.Errorf("with another tag: %d", a.status)
	}
}

// What the fake does not cover is listed in docs/fake.md.
func TestWhatIsNotCoveredIsListed(t *testing.T) {
	text, err := os.ReadFile("../docs/fake.md")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(uncoveredFields))
	for name := range uncovered {
		names = append(names, name)
	}
	for _, name := range names {
		method, edge, two := strings.Cut(name, " ")
		if two && edge == "" {
			edge = method + " on an account"
		} else if two {
			edge = method + " " + edge
		} else {
			edge = name
		}
		if !strings.Contains(string(text), "`"+edge+"`") {
			t.Errorf("docs/fake.md does not say that %s is not covered", edge)
		}
	}
}

// 1.6 of the platform notes: the default fields of a number, those that there
// are beside them, and the usage header of calls that are no account's.
func TestEveryNumberField(t *testing.T) {
	c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: (&receiver{}).client()})
	a := c.edge(http.MethodGet, "", "")
	want := map[string]any{
		"verified_name": "Lucky Shrub", "code_verification_status": "VERIFIED", "display_phone_number": "15550783881", "quality_rating": "GREEN",
		"platform_type": "CLOUD_API", "throughput": map[string]any{"level": "STANDARD"}, "id": "106540352242922",
		"webhook_configuration": map[string]any{"application": webhookURL},
	}
	if diff := cmp.Diff(want, a.object(t)); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if got := a.header.Get("X-App-Usage"); !strings.Contains(got, `"call_count":0`) {
		t.Errorf("X-App-Usage is %q", got)
	}
	more := strings.Fields("name_status status quality_score health_status account_mode is_official_business_account " +
		"whatsapp_business_manager_messaging_limit messaging_limit_tier username last_onboarded_time is_pin_enabled search_visibility")
	got := c.edge(http.MethodGet, "?fields="+strings.Join(more, ","), "").object(t)
	for _, name := range more {
		if got[name] == nil && name != "username" { // which is there but not set
			t.Errorf("%s is missing in %v", name, got)
		}
	}
}
