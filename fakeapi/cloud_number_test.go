package fakeapi

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp/cloud"
)

// edge posts to an edge of the first number.
func (c *client) edge(method, edge, body string) answer {
	c.t.Helper()
	return c.do(method, "/v24.0/"+c.server.Info().PhoneNumberID+"/"+edge, body)
}

func limitRegistrations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Registrations = 10 }))
		if a := c.edge(http.MethodPost, "deregister", ""); a.status != 200 {
			t.Fatalf("deregister: %d %s", a.status, a.body)
		}
		if a := c.send(textTo("16505551234")); a.code(t) != 133010 {
			t.Errorf("send while deregistered: %d %s", a.status, a.body)
		}
		health := c.edge(http.MethodGet, "?fields=health_status,status", "").object(t)
		if health["status"] != "PENDING" || health["health_status"].(map[string]any)["can_send_message"] != "BLOCKED" {
			t.Errorf("health while deregistered is %v", health)
		}
		register := func(pin string) answer {
			return c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"`+pin+`"}`)
		}
		if a := register("12345"); a.code(t) != 131009 {
			t.Errorf("a short PIN: %d %s", a.status, a.body)
		}
		if a := register("123456"); a.status != 200 || c.send(textTo("16505551234")).status != 200 {
			t.Errorf("register: %d %s", a.status, a.body)
		}
		if a := register("654321"); a.code(t) != 133005 {
			t.Errorf("another PIN: %d %s", a.status, a.body)
		}
		if a := c.edge(http.MethodPost, "", `{"pin":"654321"}`); a.status != 200 {
			t.Errorf("set the PIN: %d %s", a.status, a.body)
		}
		for range 7 { // 3 before them count
			if a := register("654321"); a.status != 200 {
				t.Fatalf("register again: %d %s", a.status, a.body)
			}
		}
		if a := register("654321"); a.code(t) != 133016 {
			t.Errorf("the eleventh time: %d %s", a.status, a.body)
		}
		pass(72 * time.Hour)
		if a := register("654321"); a.status != 200 {
			t.Errorf("72 hours later: %d %s", a.status, a.body)
		}
	})
}

func TestTooManyPins(t *testing.T) {
	c := startCloud(t, Options{})
	c.edge(http.MethodPost, "", `{"pin":"123456"}`)
	for i := range 11 {
		a := c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"000000"}`)
		if want := map[bool]int{true: 133005, false: 133008}[i < 10]; a.code(t) != want {
			t.Errorf("guess %d: %d %s, want %d", i+1, a.status, a.body, want)
		}
	}
}

func TestRegistrationLeavesOnPremises(t *testing.T) {
	c := startCloud(t, Options{})
	before := c.server.onprem.registered()
	if c.edge(http.MethodPost, "deregister", ""); c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"123456"}`).status != 200 {
		t.Fatal("cannot register")
	}
	if !before || c.server.onprem.registered() {
		t.Errorf("registered on On-Premises: %v before and %v after", before, c.server.onprem.registered())
	}
}

func TestVerificationCodes(t *testing.T) {
	c := startCloud(t, Options{})
	for _, a := range []answer{
		c.edge(http.MethodPost, "request_code", `{"code_method":"SMS","language":"en_US"}`),
		c.edge(http.MethodPost, "request_code?code_method=VOICE&language=en_US", ""),
		c.edge(http.MethodPost, "verify_code", `{"code":"123456"}`), c.edge(http.MethodPost, "verify_code?code=123456", ""),
	} {
		if a.status != 200 || a.object(t)["success"] != true {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
	for _, a := range []answer{
		c.edge(http.MethodPost, "request_code", `{"code_method":"PIGEON","language":"en_US"}`),
		c.edge(http.MethodPost, "request_code", `{"code_method":"SMS"}`), c.edge(http.MethodPost, "verify_code", `{"code":"1"}`),
	} {
		if a.status != 400 {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
}

func limitUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		o := behaving(t, func(p *CloudProfile) { p.Throughput, p.UpgradeFor = 80, time.Minute })
		o.Webhook, o.WebhookClient = webhookURL, hook.client()
		c := startCloud(t, o)
		if a := c.do(http.MethodPost, "/_fake/upgrade", `{}`); a.status != 200 {
			t.Fatalf("upgrade: %d %s", a.status, a.body)
		}
		if a := c.send(textTo("16505551234")); a.status != 500 || a.code(t) != 131057 {
			t.Errorf("meanwhile: %d %s", a.status, a.body)
		}
		pass(time.Minute)
		synctest.Wait()
		n, err := cloud.ParseWebhook(hook.all()[0].body)
		if err != nil || len(n.Account) != 1 || n.Account[0].Field != "phone_number_quality_update" {
			t.Errorf("webhook %s, %v", hook.all()[0].body, err)
		}
		accepted := 0
		for i := range 1100 {
			if c.send(textTo(fmt.Sprintf("1650555%04d", i))).status == 200 {
				accepted++
			}
		}
		if accepted != 1000 {
			t.Errorf("%d accepted at once, want 1000", accepted)
		}
		level := c.edge(http.MethodGet, "?fields=throughput", "").object(t)["throughput"]
		if diff := cmp.Diff(map[string]any{"level": "HIGH"}, level); diff != "" {
			t.Errorf("level (-want +got):\n%s", diff)
		}
	})
}

func TestBlockedUsers(t *testing.T) {
	c := startCloud(t, Options{})
	for _, from := range []string{"16505550001", "16505550002"} {
		if _, err := c.server.Receive(Inbound{From: from, Type: "text", Body: []byte(`"hi"`)}); err != nil {
			t.Fatal(err)
		}
	}
	block := func(method, user string) answer {
		return c.edge(method, "block_users", `{"messaging_product":"whatsapp","block_users":[`+user+`]}`)
	}
	one := block(http.MethodPost, `{"user":"+16505550001"}`)
	want := map[string]any{"messaging_product": "whatsapp", "block_users": map[string]any{
		"added_users": []any{map[string]any{"input": "+16505550001", "wa_id": "16505550001"}},
	}}
	if diff := cmp.Diff(want, one.object(t)); diff != "" {
		t.Errorf("blocked (-want +got):\n%s", diff)
	}
	mixed := block(http.MethodPost, `{"user":"16505550002"},{"user":"16505559999"}`)
	users, _ := mixed.object(t)["block_users"].(map[string]any)
	if mixed.status != 400 || mixed.code(t) != 139100 || len(users["added_users"].([]any)) != 1 || len(users["failed_users"].([]any)) != 1 {
		t.Errorf("mixed: %d %s", mixed.status, mixed.body)
	}
	if n := heard(t, c, "16505550001"); n != 0 {
		t.Errorf("%d messages of a blocked user were heard", n)
	}
	if a := c.send(textTo("16505550001")); a.code(t) != 130403 {
		t.Errorf("send to a blocked user: %d %s", a.status, a.body)
	}
	if list := c.edge(http.MethodGet, "block_users", "").object(t)["data"].([]any); len(list) != 2 {
		t.Errorf("blocked are %v", list)
	}
	if a := block(http.MethodDelete, `{"user":"16505550001"}`); a.status != 200 || c.send(textTo("16505550001")).status != 200 {
		t.Errorf("unblock: %d %s", a.status, a.body)
	}
}

func limitCodes(t *testing.T) {
	c := startCloud(t, Options{})
	made := c.edge(http.MethodPost, "message_qrdls", `{"prefilled_message":"Hi","generate_qr_image":"SVG"}`).object(t)
	code, _ := made["code"].(string)
	if len(code) != 14 || made["deep_link_url"] != "https://wa.me/message/"+code || made["qr_image_url"] == nil {
		t.Fatalf("made %v", made)
	}
	if a := c.edge(http.MethodPost, "message_qrdls", `{"code":"`+code+`","prefilled_message":"Hello"}`); a.status != 200 {
		t.Errorf("change: %d %s", a.status, a.body)
	}
	list := c.edge(http.MethodGet, "message_qrdls/"+code, "").object(t)["data"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["prefilled_message"] != "Hello" {
		t.Errorf("list is %v", list)
	}
	if a := c.edge(http.MethodDelete, "message_qrdls/"+code, ""); a.status != 200 {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodGet, "message_qrdls/"+code, ""); a.status != 400 {
		t.Errorf("after deletion: %d %s", a.status, a.body)
	}
	for i := range 2001 {
		a := c.edge(http.MethodPost, "message_qrdls", `{"prefilled_message":"Hi"}`)
		if (a.status == 200) != (i < 2000) {
			t.Fatalf("code %d: %d %s", i, a.status, a.body)
		}
	}
}

func TestPlainSettings(t *testing.T) {
	c := startCloud(t, Options{})
	if a := c.edge(http.MethodPost, "whatsapp_commerce_settings?is_cart_enabled=true", ""); a.status != 200 {
		t.Fatalf("change: %d %s", a.status, a.body)
	}
	want := map[string]any{"data": []any{map[string]any{"is_cart_enabled": true}}}
	if diff := cmp.Diff(want, c.edge(http.MethodGet, "whatsapp_commerce_settings", "").object(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := c.edge(http.MethodPost, "conversational_automation", `{"prompts":["Hi"],"commands":[]}`); a.status != 200 {
		t.Errorf("automation: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodPost, "settings", `{"colour":1}`); a.code(t) != 100 {
		t.Errorf("unknown key: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodGet, "calls", ""); a.status != 400 || a.code(t) != 3 {
		t.Errorf("not covered: %d %s", a.status, a.body)
	}
}

// heard is how many webhooks a message of the user makes.
func heard(t *testing.T, c *client, from string) int64 {
	t.Helper()
	before := c.server.cloud.hook.tally.updates.Load()
	if _, err := c.server.Receive(Inbound{API: "cloud", From: from, Type: "text", Body: []byte(`"hi"`)}); err != nil {
		t.Fatal(err)
	}
	return c.server.cloud.hook.tally.updates.Load() - before
}
