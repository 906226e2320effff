package fakeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// hooked is a fake with a receiver.
func hooked(t *testing.T, hook *receiver, change func(*Profile)) *client {
	t.Helper()
	return startCloud(t, Options{
		Behaviour: profileOf(t, "instant", change), Webhook: webhookURL, WebhookClient: hook.client(), AppSecret: "s3cret",
	})
}

func TestWebhooksAreSignedAndASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		c.send(`{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"hi"},"biz_opaque_callback_data":"Grüße 👋"}`)
		if _, err := c.server.Receive(Inbound{From: "16505551234", Name: "Zoë", Type: "text", Body: []byte(`"né"`)}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		posts := hook.all()
		if len(posts) == 0 {
			t.Fatal("no webhook")
		}
		for _, p := range posts {
			if !cloud.VerifySignature("s3cret", p.body, p.header.Get("X-Hub-Signature-256")) {
				t.Errorf("signature %s is not of %s", p.header.Get("X-Hub-Signature-256"), p.body)
			}
			if bytes.ContainsFunc(p.body, func(r rune) bool { return r > 0x7f }) {
				t.Errorf("%s is not ASCII", p.body)
			}
		}
		all := string(bytes.Join([][]byte{posts[0].body, posts[len(posts)-1].body}, nil))
		for _, want := range []string{`Gr\u00fc\u00dfe \ud83d\udc4b`, `Zo\u00eb`, `n\u00e9`} {
			if !strings.Contains(all, want) {
				t.Errorf("%s is missing in %s", want, all)
			}
		}
	})
}

func rawStatuses(t *testing.T, body []byte) (list []json.RawMessage) {
	t.Helper()
	var hook cloud.Webhook
	if err := json.Unmarshal(body, &hook); err != nil {
		t.Fatal(err)
	}
	for _, entry := range hook.Entry {
		for _, change := range entry.Changes {
			var value struct {
				Statuses []json.RawMessage `json:"statuses"`
			}
			if err := json.Unmarshal(change.Value, &value); err != nil {
				t.Fatal(err)
			}
			list = append(list, value.Statuses...)
		}
	}
	return list
}

func TestWebhooksAreBatchedWhenTheyPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Second}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.Concurrency, p.Cloud.Webhooks.Batch = 2, 10 })
		for i := range 30 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)))
		}
		pass(time.Minute)
		got := hook.statuses(t)
		if len(got) != 60 {
			t.Errorf("%d statuses, want 60", len(got))
		}
		largest := 0
		for _, p := range hook.all() {
			n, err := cloud.ParseWebhook(p.body)
			if err != nil {
				t.Fatal(err)
			}
			largest = max(largest, len(n.Statuses))
		}
		if largest != 10 {
			t.Errorf("the largest batch has %d, want 10", largest)
		}
	})
}

func TestUpdatesWaitForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.Gather, p.Cloud.Webhooks.Batch = 20*time.Millisecond, 25 })
		began := time.Now()
		for i := range 30 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)))
		}
		pass(time.Second)
		posts := hook.all()
		if len(posts) != 3 || len(hook.statuses(t)) != 60 {
			t.Errorf("%d posts with %d statuses, want 3 with 60", len(posts), len(hook.statuses(t)))
		}
		for _, p := range posts {
			if at := p.at.Sub(began); at != 20*time.Millisecond {
				t.Errorf("a post after %s, want 20ms", at)
			}
		}
		c.send(textTo("16505551234"))
		pass(time.Second)
		if got := len(hook.all()); got != 4 {
			t.Errorf("%d posts after another message, want 4", got)
		}
	})
}

func TestBatchesHaveABoundInBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Second}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.BatchBytes = 3000 })
		for i := range 30 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)))
		}
		pass(time.Minute)
		for _, p := range hook.all() {
			if len(p.body) > 3000 {
				t.Errorf("a body has %d bytes", len(p.body))
			}
		}
		if got := len(hook.statuses(t)); got != 60 {
			t.Errorf("%d statuses, want 60", got)
		}
	})
}

func TestOnlyStatus200IsSuccess(t *testing.T) {
	for status, attempts := range map[int]int{200: 1, 201: 3, 204: 3, 302: 3, 404: 3, 500: 3} {
		synctest.Test(t, func(t *testing.T) {
			hook := &receiver{status: func(n int) int {
				if n < 2 {
					return status
				}
				return 200
			}}
			c := hooked(t, hook, func(*Profile) {})
			c.send(textTo("16505551234"), "X-Fake-Outcome", "undelivered")
			pass(time.Minute)
			if got := len(hook.all()); got != attempts {
				t.Errorf("%d: %d attempts, want %d", status, got, attempts)
			}
		})
	}
}

func TestRetriesBackOffAndGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{status: func(int) int { return 500 }}
		c := hooked(t, hook, func(p *Profile) {
			p.Cloud.Webhooks.Retry = Backoff{Factor: 2, Add: time.Second, Max: time.Minute, GiveUp: time.Hour, Compress: 1}
		})
		c.send(textTo("16505551234"), "X-Fake-Outcome", "undelivered")
		pass(2 * time.Hour)
		posts := hook.all()
		var gaps []time.Duration
		for i := range 8 {
			gaps = append(gaps, posts[i+1].at.Sub(posts[i].at))
		}
		want := []time.Duration{0, 1e9, 3e9, 7e9, 15e9, 31e9, 60e9, 60e9}
		if diff := cmp.Diff(want, gaps); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
		if age := posts[len(posts)-1].at.Sub(posts[0].at); age > time.Hour || age < 58*time.Minute {
			t.Errorf("the last attempt is after %s, want just below an hour", age)
		}
		if got := c.server.cloud.hook.tally.abandoned.Load(); got != 1 {
			t.Errorf("%d updates abandoned, want 1", got)
		}
	})
}

func TestBackoffCompressed(t *testing.T) {
	week := Backoff{Factor: 2, Add: time.Second, Max: time.Hour, GiveUp: 7 * 24 * time.Hour, Compress: 1000}
	if wait, ok := week.Wait(3, 0); wait != 3*time.Millisecond || !ok {
		t.Errorf("retry 3 after %s, %v", wait, ok)
	}
	if _, ok := week.Wait(100, 605*time.Second); ok {
		t.Error("a compressed week is longer than 605 s")
	}
}

func TestSlowReceiverTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Hour}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.Timeout = 5 * time.Second })
		c.send(textTo("16505551234"), "X-Fake-Outcome", "undelivered")
		pass(6 * time.Second)
		if got := c.server.cloud.hook.tally.refused.Load(); got != 1 {
			t.Errorf("%d attempts timed out, want 1", got)
		}
		if trouble, _ := c.do(http.MethodGet, "/_fake/health", "").object(t)["webhook_trouble"].(string); !strings.Contains(trouble, "deadline exceeded") {
			t.Errorf("health tells of %q", trouble)
		}
	})
}

func TestFullQueueLosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Second}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.Queue, p.Cloud.Webhooks.Batch = 5, 1 })
		for range 20 {
			c.send(textTo("16505551234"), "X-Fake-Outcome", "undelivered")
		}
		pass(time.Minute)
		if got, lost := len(hook.statuses(t)), c.server.cloud.hook.tally.overflowed.Load(); got+int(lost) != 20 || lost < 14 {
			t.Errorf("%d delivered and %d lost of 20", got, lost)
		}
	})
}

func TestWebhookAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := startCloud(t, Options{
			WebhookClient: hook.client(),
			Numbers:       []Number{{ID: "2", WABAID: "20"}, {ID: "3", WABAID: "20"}, {ID: "4"}},
		})
		to := func(number string) string {
			before := len(hook.all())
			c.do(http.MethodPost, "/"+number+"/messages", textTo("16505551234"), "X-Fake-Outcome", "undelivered")
			synctest.Wait()
			posts := hook.all()[before:]
			if len(posts) == 0 {
				return ""
			}
			return posts[0].url
		}
		if got := to("2"); got != "" {
			t.Errorf("without an address it went to %s", got)
		}
		c.server.SetWebhook(whatsapp.Cloud, "http://app.test/")
		c.server.SetWebhookOf("20", "http://account.test/")
		c.server.SetWebhookOf("3", "http://number.test/")
		for number, want := range map[string]string{"4": "http://app.test/", "2": "http://account.test/", "3": "http://number.test/"} {
			if got := to(number); got != want {
				t.Errorf("number %s: %s, want %s", number, got, want)
			}
		}
	})
}

func TestReceiverIsVerified(t *testing.T) {
	echo := roundTrip(func(r *http.Request) (*http.Response, error) {
		q := r.URL.Query()
		if q.Get("hub.mode") != "subscribe" || q.Get("hub.verify_token") != "letmein" {
			return &http.Response{StatusCode: http.StatusForbidden, Body: http.NoBody}, nil
		}
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(q.Get("hub.challenge")))}, nil
	})
	for token, want := range map[string]bool{"letmein": true, "wrong": false} {
		s, err := Open(Options{Listen: NoListener, Webhook: webhookURL, VerifyToken: token, WebhookClient: &http.Client{Transport: echo}})
		if (err == nil) != want {
			t.Errorf("token %s: %v", token, err)
		}
		if err == nil {
			s.Close()
		}
	}
	broken := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") })
	if _, err := Open(Options{Listen: NoListener, Webhook: webhookURL, VerifyToken: "x", WebhookClient: &http.Client{Transport: broken}}); err == nil {
		t.Error("a receiver that is not there was accepted")
	}
	if _, err := Open(Options{Listen: NoListener, Webhook: "receiver"}); err == nil {
		t.Error("an address without a host was accepted")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// D:webhooks/overview: up to 1000 updates and 3 MB a request, however much
// waits, in whatever script it is written.
func TestLargestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Second}
		c := hooked(t, hook, func(p *Profile) {
			p.Cloud.Webhooks = profileOf(t, "cloud-standard", func(*Profile) {}).Cloud.Webhooks
			p.Cloud.Webhooks.Concurrency = 1
		})
		for i := range 2500 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)), "X-Fake-Outcome", "undelivered")
		}
		for range 20 {
			long, err := json.Marshal(strings.Repeat("Grüße 👋 здравствуй ", 5_000))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.server.Receive(Inbound{From: somebody, Type: "text", Body: long}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.server.Receive(Inbound{From: somebody, Type: "text", Body: []byte(`"` + strings.Repeat("x", 1<<20) + `"`)}); err == nil {
			t.Error("a message without room in a webhook was taken")
		}
		pass(time.Hour)
		statuses, messages, most := 0, 0, 0
		for _, p := range hook.all() {
			n, err := cloud.ParseWebhook(p.body)
			if err != nil {
				t.Fatal(err)
			}
			statuses, messages = statuses+len(n.Statuses), messages+len(n.Inbound)
			most = max(most, len(n.Statuses)+len(n.Inbound))
			if len(p.body) > 3<<20 {
				t.Errorf("a body of %d bytes", len(p.body))
			}
		}
		if statuses != 2500 || messages != 20 || most != 1000 {
			t.Errorf("%d statuses and %d messages, at most %d in a body; want 2500, 20 and 1000", statuses, messages, most)
		}
	})
}

// Deliveries are concurrent: a slow receiver has several to answer at once.
func TestDeliveriesAreConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Second}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.Webhooks.Concurrency, p.Cloud.Webhooks.Batch = 8, 1 })
		began := time.Now()
		for i := range 24 {
			c.send(textTo(fmt.Sprintf("1650555%04d", i)), "X-Fake-Outcome", "undelivered")
		}
		pass(time.Minute)
		posts := hook.all()
		if took := posts[len(posts)-1].at.Sub(began); len(posts) != 24 || took != 3*time.Second {
			t.Errorf("%d deliveries of a second each took %s, want 24 in 3s", len(posts), took)
		}
	})
}
