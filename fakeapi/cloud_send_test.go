package fakeapi

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

const webhookURL = "http://receiver.test/hook"

func TestEveryTypeIsAcceptedAndReported(t *testing.T) {
	files, err := filepath.Glob("../internal/whatsapp/cloud/testdata/send-*.json")
	if err != nil || len(files) < 13 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				hook := &receiver{}
				c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
				a := c.send(string(body))
				id := a.id(t)
				if a.status != http.StatusOK || !strings.HasPrefix(id, "wamid.") {
					t.Fatalf("answered %d %s", a.status, a.body)
				}
				synctest.Wait()
				want := []whatsapp.State{whatsapp.StateSent, whatsapp.StateDelivered}
				if strings.Contains(file, "reaction") {
					want = want[:1]
				}
				got := hook.statuses(t)
				if diff := cmp.Diff(want, states(got)); diff != "" {
					t.Errorf("statuses (-want +got):\n%s", diff)
				}
				for _, s := range got {
					if s.MessageID != id || s.Recipient != "16505551234" {
						t.Errorf("status %+v is not of %s", s, id)
					}
				}
			})
		})
	}
}

func TestAnswerToASend(t *testing.T) {
	c := startCloud(t, Options{})
	a := c.send(`{"messaging_product":"whatsapp","to":"+1 (650) 555-1234","type":"template","template":{"name":"x","language":{"code":"en"}}}`)
	want := map[string]any{
		"messaging_product": "whatsapp",
		"contacts":          []any{map[string]any{"input": "+1 (650) 555-1234", "wa_id": "16505551234"}},
		"messages":          []any{map[string]any{"id": a.id(t), "message_status": "accepted"}},
	}
	if diff := cmp.Diff(want, a.object(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{
		"Facebook-Api-Version", "X-Business-Use-Case-Usage", "X-Fb-Request-Id", "X-Fb-Trace-Id", "X-Fb-Rev", "X-Fb-Debug",
		"Strict-Transport-Security", "Cache-Control", "Access-Control-Allow-Origin", "Pragma", "Expires", "Alt-Svc", "Vary", "X-Fb-Rlafr",
		"X-Fb-Connection-Quality",
	} {
		if a.header.Get(name) == "" {
			t.Errorf("header %s is missing", name)
		}
	}
	if got := a.header.Get("Content-Type"); got != "application/json; charset=UTF-8" {
		t.Errorf("content type %q", got)
	}
	if got := len(a.header.Get("X-Fb-Debug")); got != 88 {
		t.Errorf("X-FB-Debug has %d characters, want 88", got)
	}
	if got := a.header.Get("Facebook-Api-Version"); got != "v24.0" {
		t.Errorf("version %s", got)
	}
}

func TestRefusedBodies(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	message := func(fields string) string {
		return `{"messaging_product":"whatsapp","to":"16505551234",` + fields + `}`
	}
	button := func(n int) string {
		return `{"type":"reply","reply":{"id":"` + string(rune('a'+n)) + `","title":"` + string(rune('a'+n)) + `"}}`
	}
	buttons := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, button(i))
		}
		return strings.Join(list, ",")
	}
	interactive := func(kind, action string) string {
		return message(`"type":"interactive","interactive":{"type":"` + kind + `","body":{"text":"b"},"action":` + action + `}`)
	}
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"not JSON":                   {`{`, 100},
		"two values":                 {textTo("16505551234") + `{}`, 100},
		"an array":                   {`[]`, 100},
		"no product":                 {`{"to":"16505551234","text":{"body":"hi"}}`, 131008},
		"another product":            {`{"messaging_product":"sms","to":"16505551234","text":{"body":"hi"}}`, 131009},
		"no recipient":               {`{"messaging_product":"whatsapp","text":{"body":"hi"}}`, 131008},
		"recipient not a number":     {textTo("ann"), 131009},
		"recipient too long":         {textTo(strings.Repeat("1", 21)), 131009},
		"to itself":                  {textTo("15550783881"), 131021},
		"a group":                    {message(`"recipient_type":"group","text":{"body":"hi"}`), 131051},
		"bad recipient type":         {message(`"recipient_type":"herd","text":{"body":"hi"}`), 131009},
		"unknown key":                {message(`"text":{"body":"hi"},"txet":1`), 100},
		"unknown key inside":         {message(`"text":{"body":"hi","bold":true}`), 100},
		"wrong type of a value":      {message(`"text":{"body":7}`), 100},
		"unknown message type":       {message(`"type":"dance","text":{"body":"hi"}`), 131051},
		"no text":                    {message(`"type":"text"`), 131008},
		"empty text":                 {message(`"text":{"body":""}`), 131008},
		"text too long":              {message(`"text":{"body":"` + long(4097) + `"}`), 100},
		"callback data too long":     {message(`"biz_opaque_callback_data":"` + long(513) + `","text":{"body":"hi"}`), 100},
		"image without source":       {message(`"type":"image","image":{"caption":"c"}`), 131008},
		"image with odd link":        {message(`"type":"image","image":{"link":"ftp://x"}`), 131009},
		"caption too long":           {message(`"type":"image","image":{"link":"https://x","caption":"` + long(1025) + `"}`), 100},
		"sticker without source":     {message(`"type":"sticker","sticker":{}`), 131008},
		"location without place":     {message(`"type":"location","location":{"latitude":1}`), 131008},
		"location off the earth":     {message(`"type":"location","location":{"latitude":91,"longitude":1}`), 131009},
		"no contacts":                {message(`"type":"contacts","contacts":[]`), 131008},
		"contact without name":       {message(`"type":"contacts","contacts":[{"name":{"first_name":"Ann"}}]`), 131008},
		"258 contacts":               {message(`"type":"contacts","contacts":[` + strings.Repeat(`{"name":{"formatted_name":"A"}},`, 257) + `{"name":{"formatted_name":"A"}}]`), 100},
		"reaction without emoji":     {message(`"type":"reaction","reaction":{"message_id":"wamid.x"}`), 131008},
		"reaction with context":      {message(`"type":"reaction","context":{"message_id":"wamid.y"},"reaction":{"message_id":"wamid.x","emoji":""}`), 100},
		"template without language":  {message(`"type":"template","template":{"name":"x"}`), 131008},
		"template with policy":       {message(`"type":"template","template":{"name":"x","language":{"code":"en","policy":"fallback"}}`), 131009},
		"no buttons":                 {interactive("button", `{"buttons":[]}`), 131009},
		"four buttons":               {interactive("button", `{"buttons":[`+buttons(4)+`]}`), 131009},
		"the same title twice":       {interactive("button", `{"buttons":[`+button(0)+`,`+button(0)+`]}`), 131009},
		"button title too long":      {interactive("button", `{"buttons":[{"type":"reply","reply":{"id":"a","title":"`+long(21)+`"}}]}`), 100},
		"list without button":        {interactive("list", `{"sections":[{"rows":[{"id":"1","title":"t"}]}]}`), 131008},
		"list without rows":          {interactive("list", `{"button":"b","sections":[{"rows":[]}]}`), 131009},
		"row id twice":               {interactive("list", `{"button":"b","sections":[{"rows":[{"id":"1","title":"t"},{"id":"1","title":"u"}]}]}`), 131009},
		"call to action without url": {interactive("cta_url", `{"name":"cta_url","parameters":{"display_text":"d"}}`), 131008},
		"unknown interactive":        {interactive("dance", `{}`), 131009},
		"carousel of one":            {interactive("carousel", `{"cards":[{}]}`), 131009},
		"read receipt without id":    {`{"messaging_product":"whatsapp","status":"read"}`, 131008},
		"read receipt with odd id":   {`{"messaging_product":"whatsapp","status":"read","message_id":"x"}`, 131009},
		"status but not read":        {`{"messaging_product":"whatsapp","status":"seen","message_id":"wamid.x"}`, 131009},
	} {
		t.Run(name, func(t *testing.T) {
			a := startCloud(t, Options{}).send(c.body)
			if a.status != http.StatusBadRequest || a.code(t) != c.code {
				t.Errorf("answered %d %s, want 400 and %d", a.status, a.body, c.code)
			}
			if got := a.header.Get("Www-Authenticate"); !strings.HasPrefix(got, `OAuth "Facebook Platform" "invalid_request" "`) {
				t.Errorf("WWW-Authenticate is %q", got)
			}
		})
	}
}

func TestReadReceiptAndTyping(t *testing.T) {
	c := startCloud(t, Options{})
	for _, body := range []string{
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}`,
	} {
		if a := c.send(body); a.status != http.StatusOK || a.object(t)["success"] != true {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	arrivals := c.server.Arrivals()
	if len(arrivals) != 2 || arrivals[0].Op != whatsapp.OpMarkRead || arrivals[0].Status != 200 {
		t.Errorf("arrivals are %+v", arrivals)
	}
}

func TestTokens(t *testing.T) {
	c := startCloud(t, Options{Token: "right"})
	path := "/v24.0/" + c.server.Info().PhoneNumberID + "/messages"
	for name, want := range map[string]struct {
		header, query string
		status, code  int
	}{
		"right":          {"Bearer right", "", 200, 0},
		"in the query":   {"", "?access_token=right", 200, 0},
		"missing":        {"", "", 401, 104},
		"wrong":          {"Bearer wrong", "", 401, 190},
		"wrong in query": {"", "?access_token=wrong", 401, 190},
		"basic":          {"Basic cmlnaHQ=", "", 401, 104},
	} {
		a := c.do(http.MethodPost, path+want.query, textTo("16505551234"), "Authorization", want.header)
		if a.status != want.status || a.code(t) != want.code {
			t.Errorf("%s: answered %d %s", name, a.status, a.body)
		}
		if want.code != 0 && !strings.Contains(a.header.Get("Www-Authenticate"), `"invalid_token"`) {
			t.Errorf("%s: WWW-Authenticate is %q", name, a.header.Get("Www-Authenticate"))
		}
	}
}

func TestPaths(t *testing.T) {
	c := startCloud(t, Options{})
	number := c.server.Info().PhoneNumberID
	for path, want := range map[string]struct{ status, code int }{
		"/v24.0/" + number + "/messages":  {200, 0},
		"/" + number + "/messages":        {200, 0},
		"/v23.0/" + number + "/messages/": {200, 0},
		"/v24.0/999/messages":             {400, 100},
		"/v24.0/" + number + "/nothing":   {400, 2500},
		"/v24.0/../" + number:             {400, 100},
		"/":                               {400, 100},
	} {
		if a := c.do(http.MethodPost, path, textTo("16505551234")); a.status != want.status || a.code(t) != want.code {
			t.Errorf("POST %s: %d %s", path, a.status, a.body)
		}
	}
	if a := c.do(http.MethodDelete, "/"+number+"/messages", ""); a.status != 400 || a.code(t) != 100 {
		t.Errorf("DELETE: %d %s", a.status, a.body)
	}
}

func TestFormBody(t *testing.T) {
	c := startCloud(t, Options{})
	a := c.send("messaging_product=whatsapp&to=16505551234&type=text&text=%7B%22body%22%3A%22hi%22%7D", "Content-Type", "application/x-www-form-urlencoded")
	if a.status != 200 {
		t.Errorf("answered %d %s", a.status, a.body)
	}
	a = c.send(textTo("16505551234"), "Content-Type", "text/html")
	if a.status != 400 || a.code(t) != 100 {
		t.Errorf("HTML answered %d %s", a.status, a.body)
	}
}

func TestAcceptLatencyHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{Behaviour: profileOf(t, "instant", func(p *Profile) { p.Cloud.Accept = Constant(300 * time.Millisecond) })})
		began, done := time.Now(), make(chan time.Duration)
		for i := range 10 {
			go func() {
				if a := c.send(textTo("1650555000" + string(rune('0'+i)))); a.status != 200 {
					t.Errorf("answered %d", a.status)
				}
				done <- time.Since(began)
			}()
		}
		for range 10 {
			if took := <-done; took != 300*time.Millisecond {
				t.Errorf("took %s, want 300ms", took)
			}
		}
	})
}

func TestForcedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
		began := time.Now()
		if a := c.send(textTo("16505551234"), "X-Fake-Latency", "2s"); a.status != 200 || time.Since(began) != 2*time.Second {
			t.Errorf("latency: %d after %s", a.status, time.Since(began))
		}
		if a := c.send(textTo("16505551234"), "X-Fake-Code", "131016"); a.status != 500 || a.code(t) != 131016 {
			t.Errorf("code: %d %s", a.status, a.body)
		}
		if a := c.send(textTo("16505551234"), "X-Fake-Code", "131016", "X-Fake-Status", "418"); a.status != 418 {
			t.Errorf("status: %d %s", a.status, a.body)
		}
		synctest.Wait()
		before := len(hook.statuses(t))
		c.send(textTo("16505551234"), "X-Fake-Outcome", "failed", "X-Fake-Fail-Code", "131049")
		synctest.Wait()
		got := hook.statuses(t)[before:]
		if len(got) != 1 || got[0].State != whatsapp.StateFailed || got[0].Code != 131049 {
			t.Errorf("outcome: %+v", got)
		}
	})
}

func TestIDsLeadBackToTheMessage(t *testing.T) {
	c := startCloud(t, Options{Seed: 7})
	var ids []string
	for range 50 {
		ids = append(ids, c.send(textTo("16505551234")).id(t))
	}
	for n, id := range ids {
		if got := c.server.cloud.number(id); got != int64(n) {
			t.Errorf("id %s is of message %d, want %d", id, got, n)
		}
		if i := slices.Index(ids, id); i != n {
			t.Errorf("messages %d and %d have the same id", i, n)
		}
	}
	for _, id := range []string{"", "wamid.x", "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"} {
		if got := c.server.cloud.number(id); got != -1 {
			t.Errorf("id %q is of message %d", id, got)
		}
	}
}

func TestSameSeedSameIDs(t *testing.T) {
	send := func(seed uint64) string { return startCloud(t, Options{Seed: seed}).send(textTo("16505551234")).id(t) }
	first, again, other := send(1), send(1), send(2)
	if first != again || first == other {
		t.Errorf("ids do not follow the seed: %s, %s, %s", first, again, other)
	}
}
