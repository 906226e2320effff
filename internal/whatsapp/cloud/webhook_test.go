package cloud

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/whatsapp"
)

func TestParseWebhookStatuses(t *testing.T) {
	at := time.Unix(1750030073, 0).UTC()
	for name, want := range map[string]whatsapp.Status{
		"status-sent":      {MessageID: someID, State: whatsapp.StateSent, At: at, Recipient: "16505551234"},
		"status-sent-v23":  {MessageID: someID, State: whatsapp.StateSent, At: at, Recipient: "16505551234"},
		"status-delivered": {MessageID: someID, State: whatsapp.StateDelivered, At: at, Recipient: "16505551234"},
		"status-read":      {MessageID: someID, State: whatsapp.StateRead, At: at, Recipient: "16505551234"},
		"status-failed": {
			MessageID: someID, State: whatsapp.StateFailed, At: at, Recipient: "16505551234", Code: 131049,
			Detail: "This message was not delivered to maintain healthy ecosystem engagement: In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
		},
	} {
		got, err := ParseWebhook(testdata(t, name))
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(Notification{Statuses: []whatsapp.Status{want}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseWebhookInbound(t *testing.T) {
	files, err := filepath.Glob("testdata/inbound-*.json")
	if err != nil || len(files) != 11 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		got, err := ParseWebhook(testdata(t, name))
		if err != nil || len(got.Inbound) != 1 || len(got.Statuses) != 0 {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		in := got.Inbound[0]
		if kind := strings.TrimPrefix(name, "inbound-"); in.Type != kind || in.From != "16505551234" || in.PhoneNumberID != "106540352242922" {
			t.Errorf("%s read as %+v", name, in)
		}
		if in.Name != "Ann" && in.Type != "system" {
			t.Errorf("%s: from %q", name, in.Name)
		}
		if _, err := ParseWAMID(in.ID); err != nil {
			t.Errorf("%s: id %s: %v", name, in.ID, err)
		}
	}
}

func TestParseWebhookOther(t *testing.T) {
	got, err := ParseWebhook(testdata(t, "value-error"))
	if err != nil || len(got.Errors) != 1 || got.Errors[0].Code != 130429 {
		t.Errorf("value error read as %+v, %v", got, err)
	}
	got, err = ParseWebhook(testdata(t, "account-template-status"))
	if err != nil || len(got.Account) != 1 || got.Account[0].Field != "message_template_status_update" || got.Account[0].AccountID != "102290129340398" {
		t.Errorf("account update read as %+v, %v", got, err)
	}
	for _, bad := range []string{``, `[]`, `{"object":"page"}`, `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":[]}]}]}`} {
		if got, err := ParseWebhook([]byte(bad)); err == nil {
			t.Errorf("%s read as %+v", bad, got)
		}
	}
}

// Our own types have to write what the pages show, too.
func TestStatusAsDocumented(t *testing.T) {
	for _, name := range []string{"status-sent", "status-sent-v23", "status-delivered", "status-read", "status-failed", "value-error"} {
		var hook Webhook
		if err := json.Unmarshal(testdata(t, name), &hook); err != nil {
			t.Fatal(err)
		}
		var v Value
		if err := json.Unmarshal(hook.Entry[0].Changes[0].Value, &v); err != nil {
			t.Fatal(err)
		}
		value, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		hook.Entry[0].Changes[0].Value = value
		got, err := json.Marshal(hook)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(decoded(t, testdata(t, name)), decoded(t, got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTimestampInMilliseconds(t *testing.T) {
	for text, want := range map[string]Timestamp{
		`"1750030073"`: 1750030073, `1750030073`: 1750030073, `"1750030073123"`: 1750030073,
	} {
		var got Timestamp
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s read as %d, %v", text, got, err)
		}
	}
	var got Timestamp
	if err := json.Unmarshal([]byte(`"soon"`), &got); err == nil {
		t.Errorf("soon read as %d", got)
	}
}

// Two ids from Meta's own examples, rebuilt byte for byte.
func TestWAMIDOfMeta(t *testing.T) {
	for id, direction := range map[string]Direction{
		"wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA":     FromBusiness,
		"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTgzRTI5Q0M2QjFGMjVEMEE0RAA=": FromUser,
	} {
		w, err := ParseWAMID(id)
		if err != nil || w.Direction != direction || w.String() != id {
			t.Errorf("%s read as %+v, %v, and rebuilt as %s", id, w, err, w)
		}
	}
}

func TestWAMIDRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := WAMID{
			Number:    rapid.StringMatching(`[0-9]{1,20}`).Draw(t, "number"),
			Direction: rapid.SampledFrom([]Direction{FromBusiness, FromUser}).Draw(t, "direction"),
			Key:       rapid.SliceOfN(rapid.Byte(), 9, 16).Draw(t, "key"),
		}
		got, err := ParseWAMID(want.String())
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("%+v read back as %+v, %v", want, got, err)
		}
	})
}

func FuzzParseWAMID(f *testing.F) {
	f.Add(someID)
	f.Add("wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww")
	f.Fuzz(func(t *testing.T, id string) {
		w, err := ParseWAMID(id)
		if err != nil {
			return
		}
		again, err := ParseWAMID(w.String())
		if err != nil || !cmp.Equal(w, again) {
			t.Errorf("%q read as %+v, written as %s, read as %+v, %v", id, w, w, again, err)
		}
	})
}

// The value is what `printf '{}' | openssl dgst -sha256 -hmac key` prints.
func TestSignature(t *testing.T) {
	body := []byte(`{}`)
	header := Sign("key", body)
	if want := "sha256=a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032"; header != want {
		t.Errorf("signature is %s, want %s", header, want)
	}
	if !VerifySignature("key", body, header) {
		t.Error("a right signature was refused")
	}
	for name, wrong := range map[string]string{
		"empty": "", "no prefix": header[7:], "sha1": "sha1=" + header[7:], "cut": header[:len(header)-2],
		"not hex": "sha256=zz", "of another secret": Sign("other", body), "of another body": Sign("key", []byte("{} ")),
	} {
		if VerifySignature("key", body, wrong) {
			t.Errorf("a signature that is %s was accepted", name)
		}
	}
}

func FuzzParseWebhook(f *testing.F) {
	for _, name := range []string{"status-failed", "inbound-text", "inbound-system", "account-template-status", "value-error"} {
		f.Add(testdata(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := ParseWebhook(body)
		if err != nil && (n.Statuses != nil || n.Inbound != nil) {
			t.Errorf("%q is an error and yet %+v", body, n)
		}
		if err == nil && !bytes.Contains(body, []byte("object")) && !bytes.ContainsAny(body, `\O`) {
			t.Errorf("%q passes for a webhook", body)
		}
	})
}
