package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp/cloud"
)

const orderTemplate = `{"name":"order_update","language":"en_US","category":"MARKETING","components":[
	{"type":"HEADER","format":"IMAGE","example":{"header_handle":["x"]}},
	{"type":"BODY","text":"Hello {{1}}, your order {{2}} is on its way to you now."},
	{"type":"BUTTONS","buttons":[{"type":"URL","text":"Track","url":"https://example.com/{{1}}"}]}]}`

// strictCloud is a fake that knows only templates that were created.
func strictCloud(t *testing.T, hook *receiver) *client {
	o := behaving(t, func(p *CloudProfile) {
		p.Strict, p.TemplateReview, p.TemplateCreations = true, Constant(time.Hour), 100
	})
	o.Webhook, o.WebhookClient = webhookURL, hook.client()
	return startCloud(t, o)
}

func (c *client) templates() string { return "/v24.0/" + c.server.Info().WABAID + "/message_templates" }

func sendTemplate(name, components string) string {
	return `{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{"name":"` + name +
		`","language":{"code":"en_US"},"components":[` + components + `]}}`
}

func bodyOf(kind string, texts ...string) string {
	var list []string
	for _, text := range texts {
		list = append(list, fmt.Sprintf(`{"type":"text","text":%q}`, text))
	}
	return `{"type":"` + kind + `","parameters":[` + strings.Join(list, ",") + `]}`
}

const (
	imageHeader = `{"type":"header","parameters":[{"type":"image","image":{"link":"https://example.com/a.jpg"}}]}`
	urlButton   = `{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"17"}]}`
)

func TestTemplateLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := strictCloud(t, hook)
		whole := sendTemplate("order_update", imageHeader+","+bodyOf("body", "Ann", "17")+","+urlButton)
		if a := c.send(whole); a.status != 404 || a.code(t) != 132001 {
			t.Errorf("before it exists: %d %s", a.status, a.body)
		}
		created := c.do(http.MethodPost, c.templates(), orderTemplate).object(t)
		id, _ := created["id"].(string)
		if created["status"] != "PENDING" || created["category"] != "MARKETING" || id == "" {
			t.Fatalf("created %v", created)
		}
		if a := c.send(whole); a.status != 404 || a.code(t) != 132001 {
			t.Errorf("before its review: %d %s", a.status, a.body)
		}
		health := c.do(http.MethodGet, "/"+id+"?fields=health_status", "").object(t)["health_status"].(map[string]any)
		if health["can_send_message"] != "BLOCKED" {
			t.Errorf("health before its review is %v", health)
		}
		pass(time.Hour)
		synctest.Wait()
		if a := c.send(whole); a.status != 200 {
			t.Errorf("approved: %d %s", a.status, a.body)
		}
		status := func(status string) {
			body := `{"name":"order_update","language":"en_US","status":"` + status + `"}`
			if a := c.do(http.MethodPost, "/_fake/templates", body); a.status != 200 {
				t.Fatalf("%s: %d %s", status, a.status, a.body)
			}
		}
		status("PAUSED")
		if a := c.send(whole); a.code(t) != 132015 {
			t.Errorf("paused: %d %s", a.status, a.body)
		}
		if a := c.do(http.MethodPost, "/"+id+"/unpause", ""); a.status != 200 || c.send(whole).status != 200 {
			t.Errorf("unpaused: %d %s", a.status, a.body)
		}
		status("DISABLED")
		if a := c.send(whole); a.code(t) != 132016 {
			t.Errorf("disabled: %d %s", a.status, a.body)
		}
		if a := c.do(http.MethodDelete, c.templates()+"?name=order_update", ""); a.status != 200 {
			t.Errorf("deleted: %d %s", a.status, a.body)
		}
		if a := c.send(whole); a.code(t) != 132001 {
			t.Errorf("after deletion: %d %s", a.status, a.body)
		}
		synctest.Wait()
		want := []string{"APPROVED", "PAUSED", "APPROVED", "DISABLED", "DELETED"}
		if diff := cmp.Diff(want, templateEvents(t, hook)); diff != "" {
			t.Errorf("webhooks (-want +got):\n%s", diff)
		}
	})
}

func templateEvents(t *testing.T, hook *receiver) (events []string) {
	t.Helper()
	for _, p := range hook.all() {
		n, err := cloud.ParseWebhook(p.body)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range n.Account {
			var value struct {
				Event string `json:"event"`
				ID    int64  `json:"message_template_id"`
				Name  string `json:"message_template_name"`
			}
			if err := json.Unmarshal(u.Value, &value); err != nil || value.ID == 0 || value.Name != "order_update" || u.Field != "message_template_status_update" {
				t.Errorf("%s: %v", u.Value, err)
			}
			events = append(events, value.Event)
		}
	}
	return events
}

func TestTemplateParameters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		c.do(http.MethodPost, c.templates(), orderTemplate)
		pass(time.Hour)
		synctest.Wait()
		body := bodyOf("body", "Ann", "17")
		for name, u := range map[string]struct {
			components string
			code       int
		}{
			"whole":              {imageHeader + "," + body + "," + urlButton, 0},
			"one too few":        {imageHeader + "," + bodyOf("body", "Ann") + "," + urlButton, 132000},
			"one too many":       {imageHeader + "," + bodyOf("body", "Ann", "17", "x") + "," + urlButton, 132000},
			"no header":          {body + "," + urlButton, 132000},
			"a text as header":   {bodyOf("header", "x") + "," + body + "," + urlButton, 132012},
			"no button":          {imageHeader + "," + body, 131008},
			"an empty text":      {imageHeader + "," + bodyOf("body", "", "17") + "," + urlButton, 131008},
			"a new line":         {imageHeader + "," + bodyOf("body", "a\nb", "17") + "," + urlButton, 132007},
			"a text too long":    {imageHeader + "," + bodyOf("body", strings.Repeat("x", 1024), "17") + "," + urlButton, 132005},
			"an image in a body": {imageHeader + `,{"type":"body","parameters":[{"type":"image"},{"type":"text","text":"17"}]},` + urlButton, 132012},
		} {
			if a := c.send(sendTemplate("order_update", u.components)); a.code(t) != u.code {
				t.Errorf("%s: %d %s, want %d", name, a.status, a.body, u.code)
			}
		}
	})
}

func TestTemplatesThatCannotBeCreated(t *testing.T) {
	c := strictCloud(t, &receiver{})
	body := func(text string) string { return `{"type":"BODY","text":"` + text + `"}` }
	create := func(name, category, components string) answer {
		return c.do(http.MethodPost, c.templates(), `{"name":"`+name+`","language":"en_US","category":"`+category+`","components":[`+components+`]}`)
	}
	if a := create("first", "UTILITY", body("Hello there.")); a.status != 200 {
		t.Fatalf("a good one: %d %s", a.status, a.body)
	}
	if a := create(strings.Repeat("x", 512), "UTILITY", body("Hello there.")); a.status != 200 {
		t.Errorf("a name as long as may be: %d %s", a.status, a.body)
	}
	if a := create("code", "AUTHENTICATION", `{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":10}`); a.status != 200 {
		t.Errorf("authentication: %d %s", a.status, a.body)
	}
	for name, u := range map[string]struct {
		name, category, components string
		code                       int
	}{
		"the same again":       {"first", "UTILITY", body("Hello."), 100},
		"no name":              {"", "UTILITY", body("Hello."), 131008},
		"capitals":             {"First", "UTILITY", body("Hello."), 100},
		"a long name":          {strings.Repeat("x", 513), "UTILITY", body("Hello."), 100},
		"no such category":     {"x", "FUN", body("Hello."), 100},
		"no body":              {"x", "UTILITY", `{"type":"FOOTER","text":"x"}`, 131008},
		"an empty body":        {"x", "UTILITY", body(""), 2388072},
		"a long body":          {"x", "UTILITY", body(strings.Repeat("x", 1025)), 2388040},
		"variable at the end":  {"x", "UTILITY", body("Hello dear {{1}}"), 2388299},
		"many variables":       {"x", "UTILITY", body("a {{1}} {{2}} {{3}} b"), 2388293},
		"unclosed variable":    {"x", "UTILITY", body("Hello {{1 dear"), 2388072},
		"an empty header":      {"x", "UTILITY", `{"type":"HEADER","format":"TEXT"},` + body("Hello."), 2388039},
		"an odd header":        {"x", "UTILITY", `{"type":"HEADER","format":"DANCE"},` + body("Hello."), 2388047},
		"variable in footer":   {"x", "UTILITY", body("Hello.") + `,{"type":"FOOTER","text":"{{1}}"}`, 2388073},
		"no such component":    {"x", "UTILITY", body("Hello.") + `,{"type":"DANCE"}`, 100},
		"too many web buttons": {"x", "UTILITY", body("Hello.") + `,{"type":"BUTTONS","buttons":[{"type":"URL"},{"type":"URL"},{"type":"URL"}]}`, 100},
	} {
		if a := create(u.name, u.category, u.components); a.status != 400 || a.code(t) != u.code {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, u.code)
		}
	}
}

func limitTemplates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		create := func(i int) answer {
			return c.do(http.MethodPost, c.templates(), fmt.Sprintf(`{"name":"t%d","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hi."}]}`, i))
		}
		for i := range 100 {
			if a := create(i); a.status != 200 {
				t.Fatalf("template %d: %d %s", i, a.status, a.body)
			}
		}
		if a := create(100); a.code(t) != 80007 {
			t.Errorf("template 101 within the hour: %d %s", a.status, a.body)
		}
		for i := 100; i < 250; i++ {
			if i%100 == 0 {
				pass(time.Hour)
			}
			if a := create(i); a.status != 200 {
				t.Fatalf("template %d: %d %s", i, a.status, a.body)
			}
		}
		pass(time.Hour)
		if a := create(250); a.code(t) != 2388019 {
			t.Errorf("template 251: %d %s", a.status, a.body)
		}
	})
}

func TestTemplateListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		for i := range 30 {
			c.do(http.MethodPost, c.templates(), fmt.Sprintf(`{"name":"t%02d","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hi."}]}`, i), "X-Fake-Outcome", []string{"", "rejected"}[i%2])
		}
		pass(2 * time.Hour)
		synctest.Wait()
		names := func(query string) (names []string) {
			path := c.templates() + query
			for path != "" {
				page := c.do(http.MethodGet, path, "").object(t)
				for _, entry := range page["data"].([]any) {
					names = append(names, entry.(map[string]any)["name"].(string))
				}
				path = ""
				if paging, ok := page["paging"].(map[string]any); ok && paging["next"] != nil {
					next, err := url.Parse(paging["next"].(string))
					if err != nil {
						t.Fatal(err)
					}
					path = next.RequestURI()
				}
			}
			return names
		}
		for query, want := range map[string]int{"": 30, "?limit=7": 30, "?status=REJECTED": 15, "?status=approved&limit=4": 15, "?name=t01": 1, "?language=de": 0} {
			got := names(query)
			if len(got) != want {
				t.Errorf("%s: %d templates %v, want %d", query, len(got), got, want)
			}
		}
	})
}

func TestTemplateEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		id := c.do(http.MethodPost, c.templates(), orderTemplate).object(t)["id"].(string)
		pass(time.Hour)
		synctest.Wait()
		if a := c.do(http.MethodPost, "/v24.0/"+id, `{"components":[{"type":"BODY","text":"Just this."}]}`); a.status != 200 {
			t.Fatalf("edit: %d %s", a.status, a.body)
		}
		if got := c.do(http.MethodGet, "/"+id+"?fields=status", "").object(t)["status"]; got != "PENDING" {
			t.Errorf("after the edit it is %v", got)
		}
		pass(time.Hour)
		synctest.Wait()
		if a := c.send(sendTemplate("order_update", "")); a.status != 200 {
			t.Errorf("the edited one: %d %s", a.status, a.body)
		}
		if a := c.do(http.MethodPost, "/"+id, `{}`); a.code(t) != 131008 {
			t.Errorf("an empty edit: %d %s", a.status, a.body)
		}
	})
}

func TestMarketingMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		c.do(http.MethodPost, c.templates(), `{"name":"sale","language":"en_US","category":"MARKETING","components":[{"type":"BODY","text":"Sale."}]}`)
		c.do(http.MethodPost, c.templates(), `{"name":"bill","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"Bill."}]}`)
		pass(time.Hour)
		synctest.Wait()
		path := "/" + c.server.Info().PhoneNumberID + "/marketing_messages"
		if a := c.do(http.MethodPost, path, sendTemplate("sale", "")); a.status != 200 {
			t.Errorf("marketing: %d %s", a.status, a.body)
		}
		for _, body := range []string{sendTemplate("bill", ""), textTo("16505551234")} {
			if a := c.do(http.MethodPost, path, body); a.code(t) != 134100 {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
	})
}
