package fakeapi

import (
	"net/http"
	"strings"
	"testing"
)

// A header that forces nothing because it is misspelt is a mistake, told in
// either API's presence and without a message being taken in.
func TestForcedMistakes(t *testing.T) {
	c := startCloud(t, Options{})
	for header, want := range map[string]string{
		"X-Fake-Statsu: 500":   "there is no such header; use X-Fake-Code, X-Fake-Fail-Code, ",
		"X-Fake-Status: 99":    `"99" is not a number from 200 to 599`,
		"X-Fake-Code: many":    `"many" is not a number`,
		"X-Fake-Latency: 5":    "X-Fake-Latency: ",
		"X-Fake-Latency: -1s":  "X-Fake-Latency: ",
		"X-Fake-Outcome: lost": `"lost" is none of failed, undelivered, delivered, read, rejected`,
		"X-Fake-Fail-Code: 0":  `"0" is not a number from 1`,
		"x-fake-latency: 800h": "is not between 0s and 720h0m0s",
	} {
		name, value, _ := strings.Cut(header, ": ")
		for _, path := range []string{"/" + c.server.Info().PhoneNumberID + "/messages", "/v1/messages"} {
			a := c.do(http.MethodPost, path, textTo("16505551234"), name, value)
			if what, _ := a.object(t)["error"].(string); a.status != http.StatusBadRequest || !strings.Contains(what, want) {
				t.Errorf("%s to %s: %d %s, want %s", header, path, a.status, a.body, want)
			}
		}
	}
	if got := c.server.Messages(MessageQuery{}); len(got) != 0 {
		t.Errorf("%d messages were taken in", len(got))
	}
	if a := c.send(textTo("16505551234"), "X-Fake-Status", ""); a.status != http.StatusOK {
		t.Errorf("an empty header: %d", a.status)
	}
}

func TestForcedAnswersOfOnPremises(t *testing.T) {
	c := startCloud(t, Options{})
	for header, want := range map[string]int{"X-Fake-Code: 1015": 429, "X-Fake-Code: 1016": 503, "X-Fake-Status: 502": 502} {
		name, value, _ := strings.Cut(header, ": ")
		a := c.do(http.MethodPost, "/v1/messages", `{}`, "Authorization", "Bearer "+onPremToken(t, c.server), name, value)
		if a.status != want || len(a.object(t)["errors"].([]any)) != 1 {
			t.Errorf("%s: %d %s, want %d", header, a.status, a.body, want)
		}
	}
}
