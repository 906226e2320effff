package fakeapi

import (
	"fmt"
	"strings"
	"testing"
)

// The limits of the kinds of interactive messages (1.4 of the platform notes).
func TestInteractiveLimits(t *testing.T) {
	card := func(i int, change ...string) string {
		text := fmt.Sprintf(`{"card_index":%d,"type":"cta_url","header":{"type":"image","image":{"link":"https://example.com/a.jpg"}},"body":{"text":"b"},`+
			`"action":{"name":"cta_url","parameters":{"display_text":"Go","url":"https://example.com"}}}`, i)
		return strings.NewReplacer(change...).Replace(text)
	}
	cards := func(list ...string) string { return `{"cards":[` + strings.Join(list, ",") + `]}` }
	many := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, card(i))
		}
		return cards(list...)
	}
	link := func(text, url string) string {
		return fmt.Sprintf(`{"name":"cta_url","parameters":{"display_text":%q,"url":%q}}`, text, url)
	}
	flow := func(with string) string {
		return `{"name":"flow","parameters":{"flow_message_version":"3","flow_cta":"Go"` + with + `}}`
	}
	product := `{"card_index":1,"type":"product","action":{"catalog_id":"1","product_retailer_id":"2"}}`
	long := strings.Repeat("x", 161)
	c := startCloud(t, Options{})
	for name, u := range map[string]struct {
		kind, action string
		code         int
	}{
		"2 cards":                  {"carousel", many(2), 0},
		"10 cards":                 {"carousel", many(10), 0},
		"1 card":                   {"carousel", many(1), 131009},
		"11 cards":                 {"carousel", many(11), 131009},
		"products":                 {"carousel", cards(strings.Replace(product, ":1,", ":0,", 1), product), 0},
		"both kinds":               {"carousel", cards(card(0), product), 131009},
		"cards out of order":       {"carousel", cards(card(1), card(0)), 131009},
		"a card of another type":   {"carousel", cards(card(0, `"type":"cta_url"`, `"type":"dance"`), card(1, `"type":"cta_url"`, `"type":"dance"`)), 131009},
		"a card without a picture": {"carousel", cards(card(0, `"type":"image"`, `"type":"text"`), card(1)), 131009},
		"a long text on a card":    {"carousel", cards(card(0, `"text":"b"`, `"text":"`+long+`"`), card(1)), 100},
		"a long label on a card":   {"carousel", cards(card(0, `"Go"`, `"`+long[:21]+`"`), card(1)), 100},
		"an unknown key on a card": {"carousel", cards(card(0, `"type":"cta_url"`, `"type":"cta_url","x":1`), card(1)), 100},
		"a link":                   {"cta_url", link(long[:20], "https://example.com"), 0},
		"a long label":             {"cta_url", link(long[:21], "https://example.com"), 100},
		"no address":               {"cta_url", link("Go", "example.com"), 131009},
		"a flow by id":             {"flow", flow(`,"flow_id":"1"`), 0},
		"a flow by name":           {"flow", flow(`,"flow_name":"f","flow_action":"navigate"`), 0},
		"a flow by both":           {"flow", flow(`,"flow_name":"f","flow_id":"1"`), 131008},
		"no flow":                  {"flow", flow(``), 131008},
		"another action":           {"flow", flow(`,"flow_id":"1","flow_action":"dance"`), 131009},
		"a padded title":           {"button", `{"buttons":[{"type":"reply","reply":{"id":"1","title":" One"}}]}`, 131009},
		"a padded row":             {"list", `{"button":"Go","sections":[{"rows":[{"id":"1 ","title":"One"}]}]}`, 131009},
	} {
		body := `{"messaging_product":"whatsapp","to":"16505551234","type":"interactive","interactive":{"type":"` + u.kind + `","body":{"text":"b"},"action":` + u.action + `}}`
		if a := c.send(body); a.code(t) != u.code {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, u.code)
		}
	}
}
