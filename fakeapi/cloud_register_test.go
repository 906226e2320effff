package fakeapi

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// D:support/migrating-from-onprem-to-cloud: the backup of On-Premises registers
// the number on the Cloud API, without a code, and leaves On-Premises.
func TestRegistrationWithABackup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		c := &client{t: t, server: d.fake, http: d.fake.Client()}
		d.fake.SetWebhook(whatsapp.Cloud, "") // the desk's receiver is of On-Premises
		var saved onprem.Settings
		if err := json.Unmarshal(d.expect("POST", "/v1/settings/backup", `{"password":"pass"}`, 200, 0).Settings, &saved); err != nil {
			t.Fatal(err)
		}
		d.expect("POST", "/v1/settings/account/two-step", `{"pin":"123456"}`, 200, 0)
		register := func(pin, password, data string) answer {
			return c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"`+pin+`","backup":{"password":"`+password+`","data":"`+data+`"}}`)
		}
		field := func(name string) any {
			return c.edge(http.MethodGet, "?fields="+name, "").object(t)[name]
		}
		if got := field("platform_type"); got != "ON_PREMISE" {
			t.Errorf("before: %v", got)
		}
		for _, wrong := range []struct {
			pin, password, data string
			code                int
		}{
			{"123456", "other", saved.Data, 100},
			{"123456", "pass", "V0FCS", 100},
			{"123456", "", saved.Data, 131008},
			{"654321", "pass", saved.Data, 133005},
			{"12345", "pass", saved.Data, 131009},
		} {
			if a := register(wrong.pin, wrong.password, wrong.data); a.status != 400 || a.code(t) != wrong.code {
				t.Errorf("%+v: %d %s", wrong, a.status, a.body)
			}
		}
		if !d.fake.onprem.registered() || field("status") != "PENDING" {
			t.Error("a wrong backup moved the number")
		}
		if a := register("123456", "pass", saved.Data); a.status != 200 || a.object(t)["success"] != true {
			t.Fatalf("the backup: %d %s", a.status, a.body)
		}
		if d.fake.onprem.registered() || field("platform_type") != "CLOUD_API" {
			t.Error("the number is not on the Cloud API alone")
		}
		if a := c.send(textTo(somebody)); a.status != 200 {
			t.Errorf("send: %d %s", a.status, a.body)
		}
	})
}

// Without a backup a number from elsewhere is verified by a code.
func TestRegistrationWithACode(t *testing.T) {
	c := startCloud(t, Options{Profile: "onprem-2-shards"})
	register := func() answer {
		return c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"123456","data_localization_region":"DE"}`)
	}
	if a := register(); a.code(t) != 133006 {
		t.Errorf("without a code: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodPost, "verify_code", `{"code":"123456"}`); a.code(t) != 100 {
		t.Errorf("a code that was not asked for: %d %s", a.status, a.body)
	}
	c.edge(http.MethodPost, "request_code", `{"code_method":"SMS","language":"en_US"}`)
	if a := c.edge(http.MethodPost, "verify_code", `{"code":"123456"}`); a.status != 200 {
		t.Fatalf("verify: %d %s", a.status, a.body)
	}
	if a := register(); a.status != 200 {
		t.Errorf("with a code: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"123456","data_localization_region":"US"}`); a.code(t) != 100 {
		t.Errorf("a region that there is not: %d %s", a.status, a.body)
	}
}

// D:webhooks/override: the number's address comes before the account's, and
// that before the app's.
func TestOverridesByTheAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		goesTo := func(want string) {
			t.Helper()
			c.send(textTo(somebody), "X-Fake-Outcome", "undelivered")
			synctest.Wait()
			if got := hook.all()[len(hook.all())-1].url; got != want {
				t.Errorf("went to %s, want %s", got, want)
			}
		}
		change := func(path, body string) {
			t.Helper()
			if a := c.do(http.MethodPost, "/"+path, body); a.status != 200 {
				t.Fatalf("%s: %d %s", path, a.status, a.body)
			}
		}
		info := c.server.Info()
		goesTo(webhookURL)
		change(info.WABAID+"/subscribed_apps", `{"override_callback_uri":"http://account.test/"}`)
		goesTo("http://account.test/")
		change(info.PhoneNumberID, `{"webhook_configuration":{"override_callback_uri":"http://number.test/"}}`)
		goesTo("http://number.test/")
		hooks := c.edge(http.MethodGet, "?fields=webhook_configuration", "").object(t)["webhook_configuration"].(map[string]any)
		if hooks["phone_number"] != "http://number.test/" || hooks["whatsapp_business_account"] != "http://account.test/" || hooks["application"] != webhookURL {
			t.Errorf("the number shows %v", hooks)
		}
		change(info.PhoneNumberID, `{"webhook_configuration":{"override_callback_uri":""}}`)
		goesTo("http://account.test/")
		change(info.WABAID+"/subscribed_apps", "")
		goesTo(webhookURL)
	})
}
