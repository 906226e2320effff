package fakeapi

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

func TestEveryTypeOfInboundMessage(t *testing.T) {
	bodies := map[string]string{
		"text": `"hi"`, "location": `{"latitude":1,"longitude":2,"url":"https://example.com"}`, "contacts": `[{"name":{"formatted_name":"Bo"}}]`,
		"button": `{"payload":"p","text":"t"}`, "interactive": `{"type":"button_reply","button_reply":{"id":"1","title":"x"}}`,
		"order": `{"catalog_id":"1"}`, "reaction": `{"message_id":"x","emoji":"y"}`, "system": `{"body":"Ann changed","type":"user_changed_number"}`,
	}
	for _, kind := range onPremInboundTypes {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newOnPremDesk(t, "onprem-2-shards", nil)
				in := Inbound{From: "+1 555 0100001", Name: "Ann", Type: kind, Context: json.RawMessage(`{"id":"gBEG"}`)}
				if body := bodies[kind]; body != "" {
					in.Body = json.RawMessage(body)
				}
				id, err := d.fake.onprem.receive(in)
				if err != nil {
					t.Fatal(err)
				}
				elapse(time.Minute)
				got := d.callbacks()[0]
				want := onprem.Inbound{ID: id, From: "15550100001", Name: "Ann", At: got.Inbound[0].At, Type: kind}
				if kind == "text" {
					want.Text = "hi"
				}
				if kind == "system" {
					want.Name = ""
				}
				if got.Inbound[0] != want || !strings.HasPrefix(id, "ABGG") {
					t.Errorf("got %+v, want %+v", got.Inbound[0], want)
				}
				if body := bodies[kind]; kind != "text" && !strings.Contains(got.body, body) {
					t.Errorf("%s is not in %s", body, got.body)
				}
			})
		})
	}
}

func TestMediaThatAUserSentCanBeDownloaded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		if _, err := d.fake.onprem.receive(Inbound{From: "15550100001", Type: "voice"}); err != nil {
			t.Fatal(err)
		}
		elapse(time.Second)
		var body onprem.Callback
		if err := json.Unmarshal([]byte(d.callbacks()[0].body), &body); err != nil {
			t.Fatal(err)
		}
		voice := body.Messages[0].Voice
		r := d.exchange(d.request("GET", "/v1/media/"+voice.ID, ""))
		if r.Status != 200 || r.Header.Get("Content-Type") != voice.MIMEType || len(voice.SHA256) != 64 {
			t.Errorf("HTTP %d of type %s for %+v", r.Status, r.Header.Get("Content-Type"), voice)
		}
	})
}

func TestRefusedInbound(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for name, in := range map[string]Inbound{
		"from nobody":         {Type: "text", Body: json.RawMessage(`"x"`)},
		"from a name":         {From: "ann", Type: "text", Body: json.RawMessage(`"x"`)},
		"of an unknown type":  {From: "15550100001", Type: "dance"},
		"a text without text": {From: "15550100001", Type: "text"},
	} {
		if id, err := d.fake.onprem.receive(in); err == nil {
			t.Errorf("%s: got %s, want an error", name, id)
		}
	}
}

// A status as the documentation has it since v2.45.
func TestStatusCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
			atOnce(p)
			p.Mute.Delivered = true
		})
		id := d.text(1).MessageID
		elapse(time.Second)
		var got onprem.Callback
		if err := json.Unmarshal([]byte(d.callbacks()[0].body), &got); err != nil {
			t.Fatal(err)
		}
		s := got.Statuses[0]
		if s.ID != id || s.Status != whatsapp.StateSent || s.RecipientID != "" || s.Message.RecipientID != onPremNumber(1) || s.Type != "message" {
			t.Errorf("got %+v", s)
		}
		if s.Pricing == nil || s.Pricing.Model != "CBP" || s.Conversation == nil || len(s.Conversation.ID) != 32 {
			t.Errorf("pricing %+v, conversation %+v", s.Pricing, s.Conversation)
		}
		if at := s.Timestamp.Time(); time.Since(at) > 2*time.Second {
			t.Errorf("timestamp %v at %v", at, time.Now())
		}
	})
}
