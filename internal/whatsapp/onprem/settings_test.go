package onprem

import (
	"encoding/json"
	"testing"
	"time"
)

func TestSettingsSurviveBothDirections(t *testing.T) {
	everyDocumented(t, "settings-*.json", func(t *testing.T, doc documented) {
		if diff := diffRoundTrip(t, doc.Body, new(Settings)); diff != "" {
			t.Errorf("lost (-documented +written again):\n%s", diff)
		}
	})
}

func TestPatchLeavesWhatItDoesNotName(t *testing.T) {
	settings := ApplicationSettings{CallbackBackoff: Millis(3 * time.Second), HeartbeatInterval: 5, Webhooks: WebhookSettings{URL: "https://a.example"}}
	patch := `{"callback_backoff_delay_ms":500,"webhooks":{"message":{"sent":true}}}`
	if err := json.Unmarshal([]byte(patch), &settings); err != nil {
		t.Fatal(err)
	}
	want := ApplicationSettings{CallbackBackoff: Millis(500 * time.Millisecond), HeartbeatInterval: 5}
	want.Webhooks.URL, want.Webhooks.Message.Sent = "https://a.example", true
	if settings.CallbackBackoff != want.CallbackBackoff || settings.HeartbeatInterval != 5 || settings.Webhooks != want.Webhooks {
		t.Errorf("got %+v, want %+v", settings, want)
	}
}

func TestMillisRefuses(t *testing.T) {
	for _, text := range []string{`"soon"`, `-1`, `1e3`, `99999999999`} {
		var m Millis
		if err := json.Unmarshal([]byte(text), &m); err == nil {
			t.Errorf("%s: got %v, want an error", text, time.Duration(m))
		}
	}
}
