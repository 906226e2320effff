package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wabench/internal/whatsapp"
)

func TestControlHealth(t *testing.T) {
	c := startCloud(t, Options{Profile: "cloud-standard"})
	want := map[string]any{"status": "ok", "profile": "cloud-standard", "api": []any{"cloud"}}
	if diff := cmp.Diff(want, c.do(http.MethodGet, "/_fake/health", "").object(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestControlConfigChangesBehaviour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{WebhookClient: hook.client()})
		before := c.do(http.MethodGet, "/_fake/config", "").object(t)
		a := c.do(http.MethodPatch, "/_fake/config", `{"cloud":{"throughput":"1/s","throttle_status":429,"accept":{"model":"constant","value":"250ms"}},
			"webhook":"`+webhookURL+`","app_secret":"new"}`)
		if a.status != http.StatusOK {
			t.Fatalf("answered %d %s", a.status, a.body)
		}
		after := a.object(t)
		accept := after["cloud"].(map[string]any)["accept"].(map[string]any)
		if accept["value"] != "250ms" || after["webhook"].(map[string]any)["onprem"] != webhookURL {
			t.Errorf("config is %s", a.body)
		}
		if before["cloud"].(map[string]any)["throttle_status"] != 400.0 {
			t.Errorf("config was %v", before)
		}
		began := time.Now()
		if a := c.send(textTo("16505551234")); a.status != 200 || time.Since(began) != 250*time.Millisecond {
			t.Errorf("answered %d after %s", a.status, time.Since(began))
		}
		if a := c.send(textTo("16505551235")); a.status != 429 || a.code(t) != 130429 {
			t.Errorf("over the new limit: %d %s", a.status, a.body)
		}
		synctest.Wait()
		if got := len(hook.statuses(t)); got != 2 {
			t.Errorf("%d statuses went to the new address, want 2", got)
		}
	})
}

func TestControlConfigChangesTheProfile(t *testing.T) {
	c := startCloud(t, Options{})
	a := c.do(http.MethodPatch, "/_fake/config", `{"profile":"cloud-high","webhook":{"cloud":"http://cloud.test/"}}`)
	config := a.object(t)
	if config["name"] != "cloud-high" || config["webhook"].(map[string]any)["onprem"] != "" {
		t.Errorf("config is %d %s", a.status, a.body)
	}
}

// What GET shows, PATCH takes.
func TestControlConfigRoundTrip(t *testing.T) {
	for _, name := range Profiles() {
		c := startCloud(t, Options{Profile: name})
		shown := c.do(http.MethodGet, "/_fake/config", "").object(t)
		delete(shown, "seed")
		delete(shown, "url")
		text, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		before := *c.server.profile()
		if a := c.do(http.MethodPatch, "/_fake/config", string(text)); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		if diff := cmp.Diff(before, *c.server.profile(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}

func TestControlConfigRefuses(t *testing.T) {
	c := startCloud(t, Options{})
	for _, body := range []string{
		`{`, `[]`, `{"clowd":{}}`, `{"cloud":{"throughput":80}}`, `{"cloud":{"throttle_status":418}}`, `{"profile":"none"}`,
		`{"webhook":7}`, `{"webhook":"not an address"}`, `{"cloud":{"delivery":{"read":"150%"}}}`,
	} {
		if a := c.do(http.MethodPatch, "/_fake/config", body); a.status != http.StatusBadRequest || a.object(t)["error"] == "" {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

func TestControlFaults(t *testing.T) {
	c := startCloud(t, Options{})
	id, _ := c.do(http.MethodPost, "/_fake/faults", `{"fault":"unavailable","for":"1m"}`).object(t)["id"].(string)
	if id == "" {
		t.Fatal("no id")
	}
	if got := c.do(http.MethodGet, "/_fake/faults", "").object(t)["faults"].([]any); len(got) != 1 || got[0].(map[string]any)["fault"] != "unavailable" {
		t.Errorf("faults are %v", got)
	}
	if a := c.send(textTo("16505551234")); a.status != 503 {
		t.Errorf("answered %d", a.status)
	}
	if a := c.do(http.MethodDelete, "/_fake/faults/"+id, ""); a.status != 200 {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
	if a := c.do(http.MethodDelete, "/_fake/faults/"+id, ""); a.status != 404 {
		t.Errorf("delete again: %d", a.status)
	}
	if a := c.do(http.MethodDelete, "/_fake/faults", ""); a.status != 200 {
		t.Errorf("delete all of none: %d", a.status)
	}
	if a := c.send(textTo("16505551234")); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
	if a := c.do(http.MethodPost, "/_fake/faults", `{"fault":"dance"}`); a.status != 400 {
		t.Errorf("unknown fault: %d", a.status)
	}
}

func TestControlMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		id := c.send(textTo("16505550001")).id(t)
		c.send(textTo("16505550002"), "X-Fake-Outcome", "failed")
		c.send(`{"messaging_product":"whatsapp","to":"16505550003","type":"dance"}`)
		synctest.Wait()
		list := func(query string) []Message {
			t.Helper()
			var page struct {
				Messages []Message `json:"messages"`
			}
			if err := json.Unmarshal(c.do(http.MethodGet, "/_fake/messages"+query, "").body, &page); err != nil {
				t.Fatal(err)
			}
			return page.Messages
		}
		all := list("")
		if len(all) != 3 || all[0].ID != id || all[0].Status != "delivered" || all[1].Code != 131026 || all[2].Status != "rejected" || all[2].Code != 131051 {
			t.Fatalf("messages are %+v", all)
		}
		if got := string(all[0].Body); got != textTo("16505550001") || len(all[0].Times) != 3 || all[0].API != whatsapp.Cloud {
			t.Errorf("the first is %+v", all[0])
		}
		for query, want := range map[string]int{"?status=failed": 1, "?to=16505550001": 1, "?to=1": 0, "?limit=2": 2, "?status=read": 0} {
			if got := list(query); len(got) != want {
				t.Errorf("%s: %d messages, want %d", query, len(got), want)
			}
		}
		if a := c.do(http.MethodGet, "/_fake/messages?limit=x", ""); a.status != 400 {
			t.Errorf("limit x: %d", a.status)
		}
	})
}

func TestControlArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		for range 3 {
			c.send(textTo("16505550001"))
			pass(20 * time.Millisecond)
		}
		var page struct {
			Start    time.Time `json:"start"`
			Arrivals []Arrival `json:"arrivals"`
		}
		if err := json.Unmarshal(c.do(http.MethodGet, "/_fake/arrivals?since=1&limit=5", "").body, &page); err != nil {
			t.Fatal(err)
		}
		want := []Arrival{
			{N: 1, At: 20e6, API: whatsapp.Cloud, Op: whatsapp.OpSend, Status: 200},
			{N: 2, At: 40e6, API: whatsapp.Cloud, Op: whatsapp.OpSend, Status: 200},
		}
		if diff := cmp.Diff(want, page.Arrivals); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestArrivalLogForgetsTheOldest(t *testing.T) {
	l := &arrivalLog{limit: 4}
	first := l.add(0, whatsapp.Cloud)
	for i := range 9 {
		l.answered(l.add(time.Duration(i+1), whatsapp.Cloud), whatsapp.OpSend, 200)
	}
	l.answered(first, whatsapp.OpSend, 500) // its place belongs to another by now
	list := l.since(0, 100)
	if len(list) != 4 || list[0].N != 6 || list[3].N != 9 || list[3].At != 9 {
		t.Errorf("kept are %+v", list)
	}
	for _, a := range list {
		if a.Status != 200 {
			t.Errorf("%+v was overwritten", a)
		}
	}
}

func TestControlInbound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
		for _, body := range []string{
			`{"from":"15550100001","type":"text"}`, `{"from":"ann","type":"image"}`, `{"from":"15550100001","type":"dance"}`,
			`{"from":"15550100001","type":"image","to":"9"}`, `{"from":"15550100001","type":"image","api":"sms"}`, `{`,
		} {
			if a := c.do(http.MethodPost, "/_fake/inbound", body); a.status != 400 {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
	})
}

func TestControlMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: (&receiver{}).client()})
		c.send(textTo("16505550001"))
		c.send(`{}`)
		synctest.Wait()
		text := string(c.do(http.MethodGet, "/_fake/metrics", "").body)
		for _, want := range []string{
			`fake_answers_total{api="cloud",op="send",status="2xx"} 1`, `fake_answers_total{api="cloud",op="send",status="4xx"} 1`,
			`fake_messages_total{api="cloud",status="delivered"} 1`, `fake_webhook_updates_total{api="cloud",became="delivered"} 2`,
			"# TYPE fake_webhook_backlog gauge", `fake_webhook_backlog{api="cloud"} 0`,
		} {
			if !strings.Contains(text, want+"\n") {
				t.Errorf("%s is missing in\n%s", want, text)
			}
		}
	})
}

func TestControlRefusesStrangers(t *testing.T) {
	s := Start(t, Options{})
	open := Start(t, Options{AllowRemote: true})
	for name, change := range map[string]func(*http.Request){
		"another machine":  func(r *http.Request) { r.RemoteAddr = "192.0.2.7:1234" },
		"another origin":   func(r *http.Request) { r.Header.Set("Origin", "https://evil.test") },
		"a rebound name":   func(r *http.Request) { r.Host = "evil.test" },
		"another site":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"an opaque origin": func(r *http.Request) { r.Header.Set("Origin", "null") },
	} {
		for server, want := range map[*Server]int{s: http.StatusForbidden, open: http.StatusOK} {
			r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080/_fake/health", nil)
			r.RemoteAddr = "127.0.0.1:1234"
			change(r)
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s: %d, want %d", name, w.Code, want)
			}
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "localhost"} {
		r := httptest.NewRequest(http.MethodGet, "/_fake/health", nil)
		r.Host, r.RemoteAddr = host, "[::1]:1234"
		r.Header.Set("Origin", "http://"+host)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Errorf("host %s: %d", host, w.Code)
		}
	}
}

func TestControlUnknownRoutes(t *testing.T) {
	c := startCloud(t, Options{})
	if a := c.do(http.MethodGet, "/_fake/nothing", ""); a.status != 404 {
		t.Errorf("unknown route: %d", a.status)
	}
	if a := c.do(http.MethodDelete, "/_fake/messages", ""); a.status != 405 {
		t.Errorf("wrong method: %d", a.status)
	}
	if a := c.do(http.MethodPost, "/_fake/reset", ""); a.status != 200 {
		t.Errorf("reset: %d", a.status)
	}
}

func TestTokensNeverAppear(t *testing.T) {
	c := startCloud(t, Options{Token: "tok-secret", AppSecret: "app-secret", Password: "pass-secret"})
	c.send(textTo("16505550001"))
	c.send(textTo("16505550001"), "Authorization", "Bearer tok-secreT")
	for _, path := range []string{"config", "messages", "metrics", "arrivals", "faults", "health"} {
		text := string(c.do(http.MethodGet, "/_fake/"+path, "").body)
		for _, secret := range []string{"tok-secre", "app-secret", "pass-secret"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells %s", path, secret)
			}
		}
	}
	if a := c.send(textTo("1"), "Authorization", "Bearer tok-secreT"); strings.Contains(fmt.Sprint(a.header, string(a.body)), "tok-secre") {
		t.Errorf("the answer tells the token: %v %s", a.header, a.body)
	}
}

// The oldest messages leave first, and every way to look says how many.
func TestControlTellsWhatLeft(t *testing.T) {
	c := startCloud(t, Options{Behaviour: profileOf(t, "instant", func(p *Profile) { p.Ledger = 3 })})
	first := c.send(textTo("16505550000")).id(t)
	for range 4 {
		c.send(textTo("16505550001"))
	}
	page := c.do(http.MethodGet, "/_fake/messages", "").object(t)
	if list := page["messages"].([]any); len(list) != 3 || page["left"] != 2.0 || list[0].(map[string]any)["id"] == first {
		t.Errorf("messages are %v", page)
	}
	if text := string(c.do(http.MethodGet, "/_fake/metrics", "").body); !strings.Contains(text, "fake_messages_left_total{api=\"cloud\"} 2\n") {
		t.Errorf("metrics are\n%s", text)
	}
}
