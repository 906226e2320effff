package onprem

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestParseWebhook(t *testing.T) {
	const id = "gBGGEgZHMlEfAgkM1RBkhDRr7t8"
	at := time.Unix(1518694700, 0).UTC()
	for name, want := range map[string]Notification{
		"text": {Inbound: []Inbound{{
			ID: "ABGGFlA5FpafAgo6tHcNmNjXmuSf", From: "16315551234", Name: "Kerry Fisher",
			At: time.Unix(1518694235, 0).UTC(), Type: "text", Text: "Hello",
		}}},
		"voice": {Inbound: []Inbound{{
			ID: "ABGGFlA5FpafAgo6tHcNmNjXmuSf", From: "16315551234", Name: "Kerry Fisher",
			At: time.Unix(1521497875, 0).UTC(), Type: "voice",
		}}},
		"sent":      {Statuses: []whatsapp.Status{{MessageID: id, State: whatsapp.StateSent, At: at, Recipient: "12064001000"}}},
		"delivered": {Statuses: []whatsapp.Status{{MessageID: id, State: whatsapp.StateDelivered, At: at, Recipient: "12064001000"}}},
		"failed": {Statuses: []whatsapp.Status{{
			MessageID: id, State: whatsapp.StateFailed, At: at, Recipient: "12064001000", Code: 470,
			Detail: "Message failed to send because more than 24 hours have passed since the customer last replied to this number",
		}}},
		"error": {Errors: []Error{{Code: 1011, Title: "Service not ready", Details: "Websocket is disconnected"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseWebhook(readDocumented(t, "testdata/webhook-"+name+".json").Body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWebhooksSurviveTheFakesTypes(t *testing.T) {
	everyDocumented(t, "webhook-*.json", func(t *testing.T, doc documented) {
		if diff := diffRoundTrip(t, doc.Body, new(Callback)); diff != "" {
			t.Errorf("lost (-documented +written again):\n%s", diff)
		}
	})
}

func TestParseWebhookRefuses(t *testing.T) {
	for _, body := range []string{``, `<html>`, `{"statuses":[{"timestamp":"yesterday"}]}`, `{"statuses":{}}`} {
		if n, err := ParseWebhook([]byte(body)); err == nil {
			t.Errorf("%q: got %v, want an error", body, n)
		}
	}
}

func FuzzParseWebhook(f *testing.F) {
	f.Add(`{"statuses":[{"id":"x","status":"sent","timestamp":1}]}`)
	f.Add(`{"messages":[{"from":"1","location":{"latitude":"1","longitude":2}}],"contacts":[{"wa_id":"1"}]}`)
	f.Add(`{"statuses":[{"message":null,"errors":[{}]}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		n, err := ParseWebhook([]byte(body))
		if err != nil && (n.Statuses != nil || n.Inbound != nil) {
			t.Errorf("%q: both %v and %v", body, n, err)
		}
	})
}

func BenchmarkParseWebhook(b *testing.B) {
	body := []byte(`{"statuses":[{"id":"gBGGEgZHMlEfAgkM1RBkhDRr7t8","status":"sent","timestamp":"1518694700","message":{"recipient_id":"12064001000"}}]}`)
	b.ReportAllocs()
	for b.Loop() {
		if n, err := ParseWebhook(body); err != nil || len(n.Statuses) != 1 {
			b.Fatal(n, err)
		}
	}
}
