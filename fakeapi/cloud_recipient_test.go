package fakeapi

import "testing"

// D:messages/send-messages, for a business with an Indian number, and what the
// platform makes of Mexican and Brazilian mobile numbers.
func TestRecipientsAreNormalised(t *testing.T) {
	c := startCloud(t, behaving(t, func(p *CloudProfile) {
		p.Recipients = RecipientRules{CountryCode: "91", Rewrite: []Rewriting{
			{From: "52", To: "521", Digits: 12}, {From: "55119", To: "5511", Digits: 13},
		}}
	}))
	plain := startCloud(t, Options{})
	for _, u := range []struct {
		client   *client
		to, want string
	}{
		{c, "+16315551234", "16315551234"},
		{c, "+1 (631) 555-1234", "16315551234"},
		{c, "(631) 555-1234", "916315551234"},
		{c, "1 (631) 555-1234", "9116315551234"},
		{c, "+525512345678", "5215512345678"},
		{c, "+5215512345678", "5215512345678"},
		{c, "+5511987654321", "551187654321"},
		{plain, "1 (631) 555-1234", "16315551234"},
		{plain, "525512345678", "525512345678"},
	} {
		contact := u.client.send(textTo(u.to)).object(t)["contacts"].([]any)[0].(map[string]any)
		if contact["input"] != u.to || contact["wa_id"] != u.want {
			t.Errorf("%s: %v, want %s", u.to, contact, u.want)
		}
	}
}
