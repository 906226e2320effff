package fakeapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// testdata/README.md traces the fields of these bodies to Meta's pages.

func TestStatusBodies(t *testing.T) {
	for _, version := range []string{"v24.0", "v23.0"} {
		synctest.Test(t, func(t *testing.T) {
			hook := &receiver{}
			c := hooked(t, hook, func(p *Profile) { p.Cloud.Delivery.Read, p.Cloud.Played, p.Cloud.FreeUtility = 1, true, true })
			send := func(body string, headers ...string) {
				c.do(http.MethodPost, "/"+version+"/"+c.server.Info().PhoneNumberID+"/messages", body, headers...)
				synctest.Wait()
			}
			bill := `{"messaging_product":"whatsapp","to":"16505551234","type":"template","biz_opaque_callback_data":"o1","template":{"name":"x","language":{"code":"en"}}}`
			send(bill)
			send(textTo(somebody), "X-Fake-Outcome", "failed")
			whole := string(hook.all()[len(hook.all())-1].body) // one update, so one body
			send(`{"messaging_product":"whatsapp","to":"16505551234","type":"audio","audio":{"link":"https://example.com/a.ogg","voice":true}}`)
			send(`{"messaging_product":"whatsapp","to":"16505551234","type":"reaction","reaction":{"message_id":"wamid.x","emoji":"x"}}`)
			receive(t, c, Inbound{From: somebody, Type: "text", Body: []byte(`"hi"`)})
			send(bill, "X-Fake-Outcome", "undelivered")
			receive(t, c, Inbound{From: somebody, Type: "text", Body: []byte(`"hi"`), Referral: []byte(`{"source_type":"ad"}`)})
			c.edge(http.MethodPost, "settings", `{"user_identity_change":{"enable_identity_key_check":true}}`)
			send(textTo(somebody), "X-Fake-Outcome", "delivered")
			golden(t, "testdata/status-"+version+".ndjson", []byte(whole+"\n"+statusLines(t, hook)))
		})
	}
}

// statusLines are all statuses that a receiver got, one a line.
func statusLines(t *testing.T, hook *receiver) string {
	t.Helper()
	var lines strings.Builder
	for _, p := range hook.all() {
		for _, status := range rawStatuses(t, p.body) {
			lines.Write(status)
			lines.WriteByte('\n')
		}
	}
	return lines.String()
}

// bodies are all bodies that a receiver got, one a line.
func bodies(hook *receiver) []byte {
	var lines []byte
	for _, p := range hook.all() {
		lines = append(append(lines, p.body...), '\n')
	}
	return lines
}

func receive(t *testing.T, c *client, in Inbound) string {
	t.Helper()
	id, err := c.server.Receive(in)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	synctest.Wait()
	return id
}

// inboundBodies are what the control route takes: every type, and what goes
// with any of them.
var inboundBodies = []string{
	`{"type":"text","text":"hi","name":"Ann"}`,
	`{"type":"text","text":{"body":"hi"},"context":{"from":"15550783881","id":"wamid.x"}}`,
	`{"type":"text","text":"a","context":{"forwarded":true}}`, `{"type":"text","text":"a","context":{"frequently_forwarded":true}}`,
	`{"type":"text","text":"a","context":{"from":"15550783881","id":"wamid.x","referred_product":{"catalog_id":"194","product_retailer_id":"1"}}}`,
	`{"type":"text","text":"a","referral":{"source_url":"https://fb.me/1","source_id":"1","source_type":"ad","headline":"Shrubs","body":"Cheap","media_type":"image","image_url":"https://example.com/a.jpg","ctwa_clid":"c"}}`,
	`{"type":"image","image":{"caption":"Grüße"}}`, `{"type":"video"}`, `{"type":"audio"}`, `{"type":"audio","audio":{"voice":false,"mime_type":"audio/mpeg"}}`,
	`{"type":"document"}`, `{"type":"sticker"}`, `{"type":"sticker","sticker":{"animated":true}}`,
	`{"type":"location","location":{"latitude":1,"longitude":2,"name":"here","address":"1 Way","url":"https://example.com"}}`,
	`{"type":"contacts"}`, `{"type":"button","context":{"from":"15550783881","id":"wamid.x"}}`,
	`{"type":"interactive"}`,
	`{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"One","description":"The first"}}}`,
	`{"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"flow_token\":\"t\"}"}}}`,
	`{"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"address_message","body":"1 Way","response_json":"{\"saved_address_id\":\"1\"}"}}}`,
	`{"type":"order"}`, `{"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍"}}`, `{"type":"reaction","reaction":{"message_id":"wamid.x"}}`,
	`{"type":"system","name":"Ann"}`, `{"type":"unsupported"}`, `{"type":"video","size":200000000}`,
}

func TestInboundBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.MediaURL = true })
		seen := map[string]bool{}
		for _, body := range inboundBodies {
			a := c.do(http.MethodPost, "/_fake/inbound", `{"from":"15550100001",`+strings.TrimPrefix(body, "{"))
			if id, _ := a.object(t)["id"].(string); a.status != 200 || !strings.HasPrefix(id, "wamid.") {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
			synctest.Wait()
			kind, _ := object(t, []byte(body))["type"].(string)
			seen[kind] = true
		}
		c.edge(http.MethodPost, "settings", `{"user_identity_change":{"enable_identity_key_check":true}}`)
		receive(t, c, Inbound{From: "15550100001", Name: "Ann", Type: "text", Body: []byte(`"hi"`)})
		golden(t, "testdata/inbound.ndjson", bodies(hook))
		for kind := range inboundTypes {
			if !seen[kind] {
				t.Errorf("no body of the type %s", kind)
			}
		}
	})
}

// A value with errors and neither messages nor statuses.
func TestThrottledBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Throughput, p.Cloud.ThrottleWebhook = 1, true })
		c.send(textTo(somebody), "X-Fake-Outcome", "undelivered")
		synctest.Wait()
		c.send(textTo(somebody))
		synctest.Wait()
		golden(t, "testdata/value-error.ndjson", append(hook.all()[len(hook.all())-1].body, '\n'))
	})
}

func TestAccountBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		d := &errorDesk{client: hooked(t, hook, func(p *Profile) {
			p.Cloud.Pacing, p.Cloud.Delivery.Sent = Pacing{After: 1, Hold: time.Minute}, Constant(time.Second)
		}), hook: hook}
		for _, field := range slices.Sorted(maps.Keys(accountExamples)) {
			d.control("account", `{"field":"`+field+`"}`)
			synctest.Wait()
		}
		// and those that come about by themselves
		id := d.create("sale", "MARKETING", plainBody)
		d.use("sale", "")
		d.use("sale", "")
		pass(2 * time.Minute)
		d.do(http.MethodPost, "/"+id, `{"category":"UTILITY"}`)
		synctest.Wait()
		d.do(http.MethodDelete, d.templates()+"?name=sale", "")
		d.control("upgrade", "{}")
		pass(time.Minute)
		var account []string
		for _, p := range hook.all() {
			account = append(account, accountEntries(t, p.body)...)
		}
		golden(t, "testdata/account.ndjson", []byte(strings.Join(account, "")))
	})
}

// accountEntries are the entries about an account in a body, one a line.
func accountEntries(t *testing.T, body []byte) (lines []string) {
	t.Helper()
	var hook struct {
		Entry []json.RawMessage `json:"entry"`
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, entry := range hook.Entry {
		if !strings.Contains(string(entry), `"field":"messages"`) {
			lines = append(lines, string(entry)+"\n")
		}
	}
	return lines
}

// Before v24 a limit is a number and each number has it.
func TestCapabilityByVersion(t *testing.T) {
	for _, c := range []struct {
		version string
		limit   int
		key     string
		want    any
	}{
		{"v23.0", 2000, "max_daily_conversation_per_phone", 2000},
		{"v23.0", 0, "max_daily_conversation_per_phone", -1},
		{"v24.0", 2000, "max_daily_conversations_per_business", "TIER_2K"},
		{"v24.0", 0, "max_daily_conversations_per_business", "TIER_UNLIMITED"},
	} {
		if got := capability(c.version, c.limit); got[c.key] != c.want || len(got) != 3 {
			t.Errorf("%s with %d: %v", c.version, c.limit, got)
		}
	}
}

// Every field of the golden bodies is traced in the README beside them.
func TestGoldenFieldsAreTraced(t *testing.T) {
	readme, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.ndjson")
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	keys := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var body any
			if err := json.Unmarshal([]byte(line), &body); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			collectKeys(body, keys)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !strings.Contains(string(readme), "`"+key+"`") {
			t.Errorf("%s is not traced", key)
		}
	}
}

func collectKeys(v any, keys map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			keys[key] = true
			collectKeys(value, keys)
		}
	case []any:
		for _, value := range v {
			collectKeys(value, keys)
		}
	}
}
