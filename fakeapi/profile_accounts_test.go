package fakeapi

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

const twoAccounts = `
name: two-accounts
apis: [cloud]
accounts:
  - id: "1001"
    name: Shop
    webhook: http://shop.test/
    numbers:
      - {id: "2001", display: "15550000001", name: Shop Zurich, throughput: 2/s}
      - {id: "2002", webhook: "http://second.test/"}
  - id: "1002"
    numbers:
      - {id: "2003"}
cloud: {throughput: 1/s}
`

// Several accounts and numbers live in one process, each with its own limits,
// settings and webhooks.
func TestSeveralAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		profile, err := ParseProfile("two.yaml", []byte(twoAccounts))
		if err != nil {
			t.Fatal(err)
		}
		hook := &receiver{}
		c := startCloud(t, Options{Behaviour: profile, Webhook: webhookURL, WebhookClient: hook.client()})
		want := []InfoNumber{{"2001", "1001", "15550000001"}, {"2002", "1001", "15550783882"}, {"2003", "1002", "15550783883"}}
		if info := c.server.Info(); info.PhoneNumberID != "2001" || info.WABAID != "1001" || !cmp.Equal(info.Numbers, want) {
			t.Errorf("info is %+v", info)
		}
		accepted := map[string]int{}
		for range 3 {
			for _, n := range want {
				if c.do(http.MethodPost, "/"+n.PhoneNumberID+"/messages", textTo("16505551234")).status == http.StatusOK {
					accepted[n.PhoneNumberID]++
				}
			}
		}
		if diff := cmp.Diff(map[string]int{"2001": 2, "2002": 1, "2003": 1}, accepted); diff != "" {
			t.Errorf("accepted (-want +got):\n%s", diff)
		}
		c.do(http.MethodPost, "/2001/whatsapp_business_profile", `{"messaging_product":"whatsapp","about":"only here"}`)
		if body := c.do(http.MethodGet, "/2003/whatsapp_business_profile?fields=about", "").body; strings.Contains(string(body), "only here") {
			t.Errorf("the profile of another number is %s", body)
		}
		synctest.Wait()
		sent := map[string]int{}
		for _, p := range hook.all() {
			sent[p.url] += strings.Count(string(p.body), `"status":"delivered"`)
		}
		if diff := cmp.Diff(map[string]int{"http://shop.test/": 2, "http://second.test/": 1, webhookURL: 1}, sent); diff != "" {
			t.Errorf("delivered (-want +got):\n%s", diff)
		}
		if a := c.do(http.MethodPatch, "/_fake/config", `{"accounts":[]}`); a.status != http.StatusBadRequest {
			t.Errorf("changing the accounts: %d %s", a.status, a.body)
		}
	})
}

// The ids of the options are the first number's, whatever the profile has.
func TestOptionsNameTheFirstNumber(t *testing.T) {
	profile, err := ParseProfile("two.yaml", []byte(twoAccounts))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options Options
		want    string // number, account and how many there are
	}{
		"one of the profile's": {Options{PhoneNumberID: "2003"}, "2003 1002"},
		"another":              {Options{PhoneNumberID: "9"}, "9 " + usualAccount},
		"in another account":   {Options{WABAID: "8"}, "2001 8"},
		"both":                 {Options{PhoneNumberID: "9", WABAID: "1002"}, "9 1002"},
	} {
		c.options.Behaviour = profile
		if info := Start(t, c.options).Info(); info.PhoneNumberID+" "+info.WABAID != c.want {
			t.Errorf("%s: %s %s, want %s", name, info.PhoneNumberID, info.WABAID, c.want)
		}
	}
}

func TestBadAccounts(t *testing.T) {
	for text, want := range map[string]string{
		`accounts: [{id: "1"}]`:                                                        "needs a number",
		`accounts: [{id: x, numbers: [{id: "2"}]}]`:                                    `"x" is not a number`,
		`accounts: [{id: "1", numbers: [{id: "2"}, {id: "2"}]}]`:                       "2 is there twice",
		`accounts: [{id: "1", numbers: [{id: "2", display: "+1"}]}]`:                   "has to be digits",
		`accounts: [{id: "1", numbers: [{id: "2", webhook: nowhere}]}]`:                "is not the address",
		`accounts: [{id: "1", numbers: [{id: "2", waba: "3"}]}]`:                       "waba",
		`accounts: [{id: "1", numbers: [{id: "2"}]}, {id: "1", numbers: [{id: "3"}]}]`: "1 is there twice",
	} {
		if _, err := ParseProfile("bad.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
