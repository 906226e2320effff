package fakeapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// Every message that the fake refuses, and with what.
func TestRefusedMessages(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	const to = `"to":"15550100001",`
	for _, c := range []struct {
		name, body   string
		status, code int
	}{
		{"no JSON", `{`, 400, 1025},
		{"an array", `[]`, 400, 1025},
		{"nothing", ``, 400, 1025},
		{"a text that is a number", `{` + to + `"text":5}`, 400, 1009},
		{"nobody", `{"text":{"body":"x"}}`, 400, 1008},
		{"a name for a number", `{"to":"ann","text":{"body":"x"}}`, 400, 1009},
		{"a number too long", `{"to":"1555010000112345","text":{"body":"x"}}`, 400, 1009},
		{"a group", `{"to":"15550100001-1500000000","recipient_type":"group","text":{"body":"x"}}`, 400, 1012},
		{"another recipient type", `{` + to + `"recipient_type":"crowd","text":{"body":"x"}}`, 400, 1002},
		{"an unknown type", `{` + to + `"type":"dance"}`, 400, 1009},
		{"no text", `{` + to + `"type":"text"}`, 400, 1008},
		{"an empty text", `{` + to + `"text":{"body":""}}`, 400, 1008},
		{"a text too long", `{` + to + `"text":{"body":"` + strings.Repeat("ä", 4097) + `"}}`, 400, 1001},
		{"no template", `{` + to + `"type":"template"}`, 400, 1008},
		{"a template without a name", `{` + to + `"type":"template","template":{"language":{"code":"en"}}}`, 400, 1008},
		{"a template without a language", `{` + to + `"type":"template","template":{"name":"x"}}`, 400, 1008},
		{"another policy", `{` + to + `"type":"template","template":{"name":"x","language":{"code":"en","policy":"fallback"}}}`, 400, 1009},
		{"components that are none", `{` + to + `"type":"template","template":{"name":"x","language":{"code":"en"},"components":{}}}`, 400, 1009},
		{"no hsm", `{` + to + `"type":"hsm"}`, 400, 1008},
		{"an hsm without a namespace", `{` + to + `"type":"hsm","hsm":{"element_name":"x","language":{"code":"en"}}}`, 400, 1008},
		{"an hsm without an element", `{` + to + `"type":"hsm","hsm":{"namespace":"x","language":{"code":"en"}}}`, 400, 1008},
		{"an hsm without a language", `{` + to + `"type":"hsm","hsm":{"namespace":"x","element_name":"x"}}`, 400, 1008},
		{"no image", `{` + to + `"type":"image"}`, 400, 1008},
		{"an image of nothing", `{` + to + `"type":"image","image":{"caption":"x"}}`, 400, 1008},
		{"an image of both", `{` + to + `"type":"image","image":{"id":"1","link":"https://example.com"}}`, 400, 1009},
		{"a caption too long", `{` + to + `"type":"image","image":{"link":"x","caption":"` + strings.Repeat("x", 1025) + `"}}`, 400, 1001},
		{"media that is not there", `{` + to + `"type":"audio","audio":{"id":"1"}}`, 404, 1006},
		{"no location", `{` + to + `"type":"location"}`, 400, 1008},
		{"beyond the pole", `{` + to + `"type":"location","location":{"latitude":91,"longitude":0}}`, 400, 1009},
		{"once round the world", `{` + to + `"type":"location","location":{"latitude":0,"longitude":"181"}}`, 400, 1009},
		{"a coordinate in words", `{` + to + `"type":"location","location":{"latitude":"north","longitude":0}}`, 400, 1025},
		{"no contacts", `{` + to + `"type":"contacts"}`, 400, 1008},
		{"an empty list of contacts", `{` + to + `"type":"contacts","contacts":[]}`, 400, 1009},
		{"a contact without a name", `{` + to + `"type":"contacts","contacts":[{}]}`, 400, 1008},
		{"too many contacts", `{` + to + `"type":"contacts","contacts":[{}` + strings.Repeat(",{}", 257) + `]}`, 400, 1009},
		{"a reaction to nothing", `{` + to + `"type":"reaction","reaction":{"emoji":"x"}}`, 400, 1008},
		{"no interactive", `{` + to + `"type":"interactive"}`, 400, 1008},
		{"an interactive list of things", `{` + to + `"type":"interactive","interactive":[]}`, 400, 1009},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			d.expect("POST", "/v1/messages", c.body, c.status, c.code)
		})
	}
	counts, _ := d.fake.onprem.ledger.tally()
	if counts[stepAccepted] != 0 || counts[stepRejected] == 0 {
		t.Errorf("the books have %d accepted and %d rejected", counts[stepAccepted], counts[stepRejected])
	}
}

func TestRefusedInteractives(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	button := func(id, title string) string {
		return fmt.Sprintf(`{"type":"reply","reply":{"id":%q,"title":%q}}`, id, title)
	}
	row := `{"id":"1","title":"One"}`
	for _, c := range []struct {
		name, body   string
		status, code int
	}{
		{"an unknown type", `{"type":"dance"}`, 400, 1009},
		{"an unknown header", `{"type":"button","header":{"type":"dance"}}`, 400, 2036},
		{"no action", `{"type":"button","body":{"text":"x"}}`, 400, 1008},
		{"no body", `{"type":"button","action":{"buttons":[` + button("1", "One") + `]}}`, 400, 1008},
		{"no buttons", `{"type":"button","body":{"text":"x"},"action":{}}`, 400, 1009},
		{"four buttons", `{"type":"button","body":{"text":"x"},"action":{"buttons":[{},{},{},{}]}}`, 400, 1009},
		{"a button twice", `{"type":"button","body":{"text":"x"},"action":{"buttons":[` + button("1", "One") + `,` + button("2", "One") + `]}}`, 400, 1009},
		{"a button without an id", `{"type":"button","body":{"text":"x"},"action":{"buttons":[` + button("", "One") + `]}}`, 400, 1009},
		{"a good button", `{"type":"button","body":{"text":"x"},"action":{"buttons":[` + button("1", "One") + `]}}`, 201, 0},
		{"a button with blanks around it", `{"type":"button","body":{"text":" x "},"action":{"buttons":[` + button("1", " One ") + `]}}`, 201, 0},
		{"a list without a button", `{"type":"list","body":{"text":"x"},"action":{"sections":[{"rows":[` + row + `]}]}}`, 400, 1008},
		{"a list without sections", `{"type":"list","body":{"text":"x"},"action":{"button":"x"}}`, 400, 2015},
		{"sections without titles", `{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{"rows":[` + row + `]},{"rows":[` + row + `]}]}}`, 400, 2015},
		{"a list without rows", `{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{}]}}`, 400, 2016},
		{"a row without a title", `{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{"rows":[{"id":"1"}]}]}}`, 400, 2016},
		{"eleven rows", `{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{"rows":[` + row + strings.Repeat(","+row, 10) + `]}]}}`, 400, 2016},
		{"a good list", `{"type":"list","body":{"text":"x"},"action":{"button":"x","sections":[{"rows":[` + row + `]}]}}`, 201, 0},
		{"a product", `{"type":"product","action":{"catalog_id":"1","product_retailer_id":"1"}}`, 201, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			d.expect("POST", "/v1/messages", `{"to":"15550100001","type":"interactive","interactive":`+c.body+`}`, c.status, c.code)
		})
	}
}

// What the Cloud API refuses and On-Premises takes.
func TestLenientMessages(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for name, body := range map[string]string{
		"an unknown property":        `{"to":"15550100001","messaging_product":"whatsapp","dance":1,"text":{"body":"x","mood":"good"}}`,
		"a number with signs":        `{"to":"+1 (555) 010-0001","text":{"body":"x"}}`,
		"a button without an index":  `{"to":"15550100001","type":"template","template":{"name":"x","language":{"code":"en","policy":"deterministic"},"components":[{"type":"button","sub_type":"url","parameters":[{"type":"text","text":"1"}]}]}}`,
		"a template, no namespace":   `{"to":"15550100001","type":"template","template":{"name":"x","language":{"code":"en"}}}`,
		"degrees as text":            `{"to":"15550100001","type":"location","location":{"latitude":"37.5","longitude":"-122"}}`,
		"ttl as text":                `{"to":"15550100001","ttl":"P1D","text":{"body":"x"}}`,
		"the longest text":           `{"to":"15550100001","text":{"body":"` + strings.Repeat("ä", 4096) + `"}}`,
		"a reaction that is removed": `{"to":"15550100001","type":"reaction","reaction":{"message_id":"x","emoji":""}}`,
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			answer := d.expect("POST", "/v1/messages", body, 201, 0)
			if !strings.HasPrefix(answer.Messages[0].ID, "gBEG") || answer.Meta.Version == "" {
				t.Errorf("got %+v", answer)
			}
		})
	}
}

func TestAcceptedStatusIsASwitch(t *testing.T) {
	d := newOnPremDesk(t, "onprem-1-shard", func(p *OnPremProfile) { atOnce(p); p.AcceptedStatus = 200 })
	d.expect("POST", "/v1/messages", `{"to":"15550100001","text":{"body":"x"}}`, 200, 0)
}

func TestAMessageIsFoundByItsID(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for n := range int64(50) {
		id := d.text(int(n)).MessageID
		if got := d.fake.onprem.number(id); got != n {
			t.Errorf("message %d has the id %s, which leads to %d", n, id, got)
		}
	}
	for n := range int64(50) {
		if id := outboundID(d.fake.seed+1, n, onPremNumber(1)); d.fake.onprem.number(id) >= 50 {
			t.Errorf("the id %s of another fake leads to message %d", id, d.fake.onprem.number(id))
		}
	}
	for _, id := range []string{"", "x", "wamid.x", "gBEGkYiEB1VXAglK1ZEqA1YKPrU", "ABGGFlA5FpafAgo6tHcNmNjXmuSf"} {
		if got := d.fake.onprem.number(id); got != -1 {
			t.Errorf("the foreign id %q leads to %d", id, got)
		}
	}
}

func TestMarkRead(t *testing.T) {
	d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) { atOnce(p); p.StrictRead = true })
	id, err := d.fake.onprem.receive(Inbound{From: "15550100001", Type: "text", Body: json.RawMessage(`"hi"`)})
	if err != nil {
		t.Fatal(err)
	}
	d.expect("PUT", "/v1/messages/"+id, `{"status":"read"}`, 200, 0)
	d.expect("PUT", "/v1/messages/"+id, `{}`, 400, 1008)
	d.expect("PUT", "/v1/messages/"+id, `{"status":"deleted"}`, 400, 1009)
	d.expect("PUT", "/v1/messages/ABGGFlA5FpafAgo6tHcNmNjXmuSf", `{"status":"read"}`, 404, 1006)
	lenient := newOnPremDesk(t, "instant", nil)
	lenient.expect("PUT", "/v1/messages/ABGGFlA5FpafAgo6tHcNmNjXmuSf", `{"status":"read"}`, 200, 0)
}

func TestHowMessagesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
			atOnce(p)
			p.ServiceWindow = 24 * time.Hour
		})
		people := d.fake.profile().clone()
		people.People = []Person{{Prefix: "155501009", Share: 1, Is: NotOnWhatsApp}}
		d.fake.live.Store(people)
		if _, err := d.fake.onprem.receive(Inbound{From: onPremNumber(2), Type: "text", Body: json.RawMessage(`"hi"`)}); err != nil {
			t.Fatal(err)
		}
		const template = `{"to":%q,"type":"template","template":{"name":"x","language":{"code":"en"}}}`
		send := func(body string, headers ...string) string {
			_, answer := d.do("POST", "/v1/messages", body, headers...)
			return answer.Messages[0].ID
		}
		want := map[string]int{
			d.text(1).MessageID:                        470,
			send(fmt.Sprintf(template, "15550100900")): 1013,
			send(fmt.Sprintf(template, onPremNumber(3)), "X-Fake-Outcome", "failed"): 1026,
			send(fmt.Sprintf(template, onPremNumber(3)), "X-Fake-Fail-Code", "471"):  471,
		}
		fine := []string{d.text(2).MessageID, send(fmt.Sprintf(template, onPremNumber(1)))}
		elapse(time.Minute)
		got := d.failures()
		for id, code := range want {
			if got[id] != code {
				t.Errorf("message %d failed with %d, want %d", d.fake.onprem.number(id), got[id], code)
			}
		}
		if len(got) != len(want) {
			t.Errorf("failures %v, want %v", got, want)
		}
		for _, id := range fine {
			if d.reached(whatsapp.StateDelivered)[id] == 0 {
				t.Errorf("message %d was not delivered", d.fake.onprem.number(id))
			}
		}
	})
}

func TestAReactionIsOnlySent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		d.expect("POST", "/v1/messages", `{"to":"15550100001","type":"reaction","reaction":{"message_id":"x","emoji":"x"}}`, 201, 0)
		elapse(time.Hour)
		if got := d.callbacks(); len(got) != 1 || got[0].Statuses[0].State != whatsapp.StateSent {
			t.Errorf("got %v, want sent alone", got)
		}
	})
}

// FuzzOnPremBody sends any body to any endpoint: no panic, and no error of the
// server's own that nobody asked for.
func FuzzOnPremBody(f *testing.F) {
	for _, body := range []string{
		`{"to":"15550100001","text":{"body":"x"}}`, `{"to":"1","type":"image","image":{"id":"x"}}`, `[`, `null`, `""`,
		`{"contacts":["+1"],"blocking":"wait"}`, `{"webhooks":{"url":":"}}`, `{"status":"read"}`, `[{"name":""}]`, `{"shards":2}`,
	} {
		for route := range onPremRoutes {
			f.Add(route, body)
		}
	}
	fake, err := Open(Options{Listen: NoListener})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(fake.Close)
	f.Fuzz(func(t *testing.T, n int, body string) {
		d := &onPremDesk{t: t, fake: fake, dialect: onprem.New(onprem.Options{Username: "admin", Password: "Fake-Passw0rd"})}
		r := onPremRoutes[uint(n)%uint(len(onPremRoutes))]
		if r.path == "/v1/users/login" || r.path == "/v1/users/logout" || r.path == "/v1/users" || r.path == "/v1/users/*" {
			return // a fuzzer that finds new_password would lock itself out
		}
		d.login()
		path := strings.Replace(r.path, "*", "x", 1)
		if res := d.exchange(d.request(r.method, path, body)); res.Status >= 500 {
			t.Errorf("%s %s %q: HTTP %d %s", r.method, path, body, res.Status, res.Body)
		}
	})
}
