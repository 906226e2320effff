package fakeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// settings reads one part of the settings.
func (d *onPremDesk) settings(path string) (s onprem.Settings) {
	d.t.Helper()
	answer := d.expect("GET", "/v1/settings/"+path, "", 200, 0)
	if err := json.Unmarshal(answer.Settings, &s); err != nil {
		d.t.Fatalf("%s: %v", answer.Settings, err)
	}
	return s
}

func TestDocumentedDefaults(t *testing.T) {
	d := newOnPremDesk(t, "onprem-2-shards", atOnce)
	d.fake.SetWebhook(whatsapp.OnPrem, "https://example.com/hook")
	want := onprem.ApplicationSettings{
		CallbackBackoff: onprem.Millis(3 * time.Second), MaxCallbackBackoff: onprem.Millis(15 * time.Minute),
		CallbackPersist: true, HeartbeatInterval: 5, UnhealthyInterval: 30, PassThrough: true,
		Media: onprem.MediaSettings{AutoDownload: []string{}},
		// What the shipped profile switches on: sent and read.
		SentStatus: true,
		Webhooks: onprem.WebhookSettings{
			URL: "https://example.com/hook", MaxConcurrentRequests: 6,
			Message: onprem.MessageUpdates{Sent: true, Delivered: true, Read: true},
		},
	}
	if diff := cmp.Diff(want, *d.settings("application").Application); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestSettingsDirectTheCallbacks(t *testing.T) {
	heard := make(chan onprem.Notification, 2) // what one message leads to
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		n, err := onprem.ParseWebhook(body)
		if err != nil {
			t.Error(err)
		}
		heard <- n
	}))
	defer receiver.Close()
	d := newOnPremDesk(t, "instant", nil)
	d.fake.webhookClient.Transport = http.DefaultTransport
	d.expect("PATCH", "/v1/settings/application", `{"webhooks":{"url":"`+receiver.URL+`"}}`, 200, 0)
	id := d.text(1).MessageID
	for range 2 {
		select {
		case n := <-heard:
			if len(n.Statuses) != 1 || n.Statuses[0].MessageID != id {
				t.Errorf("got %+v, want a status of %s", n, id)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing came to the new address")
		}
	}
	d.expect("DELETE", "/v1/settings/application", "", 200, 0)
	if got := d.settings("application").Application.Webhooks.URL; got != "" {
		t.Errorf("the address after a reset is %s", got)
	}
}

func TestStatusSwitches(t *testing.T) {
	for body, want := range map[string][]whatsapp.State{
		`{"sent_status":true}`:                                       {whatsapp.StateSent, whatsapp.StateDelivered},
		`{"webhooks":{"message":{"sent":true}}}`:                     {whatsapp.StateSent, whatsapp.StateDelivered},
		`{"webhooks":{"message":{"delivered":false}}}`:               nil,
		`{"webhooks":{"message":{"read":true,"delivered":false}}}`:   {whatsapp.StateRead},
		`{"sent_status":true,"webhooks":{"message":{"read":false}}}`: {whatsapp.StateSent, whatsapp.StateDelivered},
		`{}`: {whatsapp.StateDelivered}, // the platform's default
	} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) {
					atOnce(p)
					p.Delivery.Read, p.Mute = 1, Mute{Sent: true, Read: true}
					p.Delivery.Delivered, p.Delivery.ReadAfter = Constant(time.Second), Constant(time.Second)
				})
				d.expect("PATCH", "/v1/settings/application", body, 200, 0)
				d.text(1)
				elapse(time.Minute)
				var got []whatsapp.State
				for _, c := range d.callbacks() {
					got = append(got, c.Statuses[0].State)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("reported (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRefusedSettings(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for body, code := range map[string]int{
		`{"webhooks":{"url":"ftp://example.com"}}`:         1009,
		`{"webhooks":{"url":"example"}}`:                   1009,
		`{"webhooks":{"url":"::"}}`:                        1009,
		`{"webhooks":{"max_concurrent_requests":7}}`:       1009,
		`{"heartbeat_interval":-1}`:                        1009,
		`{"unhealthy_interval":"soon"}`:                    1009,
		`{"callback_backoff_delay_ms":"soon"}`:             1025,
		`{"media":{"auto_download":"image"}}`:              1009,
		`{"webhooks":{"message":{"sent":"always"}}}`:       1009,
		`{"webhooks":{"url":"https://example.com","url":5`: 1025,
	} {
		before := d.settings("application")
		d.expect("PATCH", "/v1/settings/application", body, 400, code)
		if diff := cmp.Diff(before, d.settings("application")); diff != "" {
			t.Errorf("%s was refused and changed:\n%s", body, diff)
		}
	}
}

func TestBusinessProfile(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("POST", "/v1/settings/business/profile", `{"address":"1 Main St","websites":["https://example.com"]}`, 200, 0)
	want := onprem.BusinessProfile{Address: "1 Main St", Websites: []string{"https://example.com"}}
	if diff := cmp.Diff(want, d.settings("business/profile").Business.Profile); diff != "" {
		t.Error(diff)
	}
	d.expect("POST", "/v1/settings/business/profile", `{"websites":["1","2","3"]}`, 400, 1009)
	d.expect("POST", "/v1/settings/business/profile", `{"address":"`+strings.Repeat("x", 257)+`"}`, 400, 1009)

	d.expect("PATCH", "/v1/settings/profile/about", `{"text":"hello"}`, 200, 0)
	if got := d.settings("profile/about").Profile.About.Text; got != "hello" {
		t.Errorf("about %q", got)
	}
	d.expect("PATCH", "/v1/settings/profile/about", `{"text":""}`, 400, 1009)
}

func TestPhoto(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("GET", "/v1/settings/profile/photo", "", 404, 1006)
	d.expect("POST", "/v1/settings/profile/photo", "", 400, 1009)
	if status, _ := d.do("POST", "/v1/settings/profile/photo", "pixels", "Content-Type", "image/jpeg"); status != 200 {
		t.Fatalf("HTTP %d", status)
	}
	r := d.exchange(d.request("GET", "/v1/settings/profile/photo", ""))
	if string(r.Body) != "pixels" || r.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %q of type %s", r.Body, r.Header.Get("Content-Type"))
	}
	d.expect("DELETE", "/v1/settings/profile/photo", "", 200, 0)
	d.expect("GET", "/v1/settings/profile/photo", "", 404, 1006)
}

func TestMediaProviders(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	const path = "/v1/settings/application/media/providers"
	d.expect("POST", path, `[{"name":"a","type":"www"},{"name":"b"}]`, 200, 0)
	d.expect("POST", path, `[{"name":"a","type":"other"}]`, 200, 0)
	d.expect("POST", path, `[{"type":"www"}]`, 400, 1008)
	d.expect("DELETE", path+"/b", "", 200, 0)
	d.expect("DELETE", path+"/b", "", 404, 1006)
	got := d.expect("GET", path, "", 200, 0)
	if want := `{"application":{"media":{"providers":[{"name":"a","type":"other"}]}}}`; string(got.Settings) != want {
		t.Errorf("got %s, want %s", got.Settings, want)
	}
}

func TestMediaStore(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	r, err := d.dialect.Encode(whatsapp.Call{Op: whatsapp.OpMediaUpload, File: &whatsapp.File{MIMEType: "image/jpeg", Bytes: []byte("pixels")}})
	if err != nil {
		t.Fatal(err)
	}
	uploaded := d.exchange(r)
	if out := d.dialect.Decode(whatsapp.OpMediaUpload, uploaded); out.Class != whatsapp.OK {
		t.Fatalf("upload: %+v", out)
	}
	var answer onprem.Answer
	if err := json.Unmarshal(uploaded.Body, &answer); err != nil {
		t.Fatal(err)
	}
	id := answer.Media[0].ID
	d.expect("POST", "/v1/messages", `{"to":"15550100001","type":"image","image":{"id":"`+id+`"}}`, 201, 0)
	file := d.exchange(d.request("GET", "/v1/media/"+id, ""))
	if string(file.Body) != "pixels" || file.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %q of type %s", file.Body, file.Header.Get("Content-Type"))
	}
	d.expect("DELETE", "/v1/media/"+id, "", 200, 0)
	d.expect("DELETE", "/v1/media/"+id, "", 404, 1006)
	d.expect("GET", "/v1/media/"+id, "", 404, 1006)
	d.expect("POST", "/v1/media", "", 400, 1009)
	if status, answer := d.do("POST", "/v1/media", "x", "Content-Type", ""); status != 400 || codeIn(answer) != 1008 {
		t.Errorf("without a type: HTTP %d %v", status, answer.Errors)
	}
}

func TestMediaStoreForgetsTheOldest(t *testing.T) {
	var s onPremMedia
	s.reset()
	half := onPremFile{content: make([]byte, onPremMediaKept/2)}
	first, second := s.add(1, half), s.add(1, half)
	if !s.holds(first) || !s.holds(second) {
		t.Fatal("a file is lost although there is room")
	}
	third := s.add(1, onPremFile{content: []byte("x")})
	if s.holds(first) || !s.holds(second) || !s.holds(third) {
		t.Errorf("kept: first %v, second %v, third %v; want the first gone", s.holds(first), s.holds(second), s.holds(third))
	}
}

// A profile that changes while the fake runs is in force at once, but for what
// the API itself has been told.
func TestProfileChangesWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		next := d.fake.profile().clone()
		next.OnPrem.Shards, next.OnPrem.Mute = 4, Mute{Sent: true}
		d.burst(4)
		synctest.Wait()
		d.fake.live.Store(next)
		d.text(4)
		elapse(time.Minute)
		if got := d.fake.onprem.shards.count(); got != 4 {
			t.Errorf("%d shards, want the 4 of the new profile", got)
		}
		if sent, delivered := len(d.reached(whatsapp.StateSent)), len(d.reached(whatsapp.StateDelivered)); sent != 0 || delivered != 5 {
			t.Errorf("%d sent and %d delivered reported, want 0 and 5", sent, delivered)
		}
		d.expect("POST", "/v1/account/shards", `{"shards":2}`, 201, 0)
		d.text(5)
		synctest.Wait()
		if got := d.fake.onprem.shards.count(); got != 2 {
			t.Errorf("%d shards, want the 2 that the API was asked for", got)
		}
		next = next.clone()
		next.APIs = []whatsapp.API{whatsapp.Cloud}
		d.fake.live.Store(next)
		if out := d.text(6); out.Code != 1011 {
			t.Errorf("on a profile without On-Premises: %+v", out)
		}
	})
}

func TestCertificates(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	const chain = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	for _, path := range []string{"/v1/certificates/external", "/v1/certificates/webhooks/ca"} {
		read := strings.TrimSuffix(path, "/ca") + "/ca"
		d.expect("GET", read, "", 404, 1006)
		d.expect("POST", path, "no certificate", 400, 1009)
		d.expect("POST", path, chain, 200, 0)
		if got := d.exchange(d.request("GET", read, "")); string(got.Body) != chain || got.Header.Get("Content-Type") != "text/plain" {
			t.Errorf("%s: got %q of type %s", read, got.Body, got.Header.Get("Content-Type"))
		}
	}
	d.expect("DELETE", "/v1/certificates/webhooks/ca", "", 200, 0)
	d.expect("DELETE", "/v1/certificates/webhooks/ca", "", 404, 1006)
}
