//go:build node

package fakeapi_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"wabench/fakeapi"
	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// words are those of the first text of every script.
const words = "Grüße, 你好 👋 \"quoted\""

// asker and askWords are the message that a user writes.
const (
	asker    = "15550100001"
	askWords = "¿Dónde está? 🚚"
)

// trial is a library's run against a platform, and what it told.
type trial struct {
	*testing.T
	library
	platform
	file  []byte
	steps []step
	asked string // the id of the user's message
}

// try runs the library and compares what it says with what the fake has.
func (l library) try(t *testing.T, p platform) {
	t.Helper()
	r := trial{T: t, library: l, platform: p, file: make([]byte, 100_000)}
	rand.Read(r.file)
	name := filepath.Join(t.TempDir(), "picture.png")
	if err := os.WriteFile(name, r.file, 0o644); err != nil {
		t.Fatal(err)
	}
	r.steps = script(t, p, l.name, name, func(s step) {
		if s.Step == "waiting" {
			r.forge(s.URL)
			r.asked = p.write(asker, askWords)
		}
	})
	r.checkSends()
	r.checkRefused()
	r.checkMedia()
	r.checkTemplates()
	r.checkProfile()
	r.checkWebhooks()
	r.checkAccount()
}

// told returns the steps of a name.
func (r trial) told(name string) []step {
	return slices.DeleteFunc(slices.Clone(r.steps), func(s step) bool { return s.Step != name })
}

// one returns the only step of a name, or a zero one if there is to be none.
func (r trial) one(name string, wanted bool) step {
	r.Helper()
	steps := r.told(name)
	if (len(steps) == 1) != wanted {
		r.Fatalf("%s was told %d times; wanted: %t", name, len(steps), wanted)
	}
	if !wanted {
		return step{}
	}
	return steps[0]
}

// checkSends wants the ledger to have every message, under the id that the
// library was given, and the first text word for word.
func (r trial) checkSends() {
	r.Helper()
	type sent struct{ Kind, ID string }
	var told, got []sent
	for _, s := range r.told("sent") {
		told = append(told, sent{s.Kind, s.ID})
	}
	var kinds []string
	for _, m := range r.messages() {
		if m.Status != "rejected" {
			got = append(got, sent{kindOf(r.T, m), m.ID})
			kinds = append(kinds, kindOf(r.T, m))
		}
	}
	if diff := gocmp.Diff(told, got); diff != "" {
		r.Errorf("messages (-told +ledger):\n%s", diff)
	}
	if diff := gocmp.Diff(r.sends, kinds); diff != "" {
		r.Errorf("kinds (-want +ledger):\n%s", diff)
	}
	var first cloud.Payload
	if err := json.Unmarshal(r.messages()[0].Body, &first); err != nil || first.Text == nil || first.Text.Body != words {
		r.Errorf("the first text is %s (%v)", r.messages()[0].Body, err)
	}
}

// kindOf is a message's type, with the kind of an interactive one.
func kindOf(t *testing.T, m fakeapi.Message) string {
	t.Helper()
	if m.Type != whatsapp.TypeInteractive {
		return string(m.Type)
	}
	var body cloud.Payload
	if err := json.Unmarshal(m.Body, &body); err != nil {
		t.Fatalf("%v in %s", err, m.Body)
	}
	return "interactive/" + body.Interactive.Type
}

func (r trial) checkRefused() {
	r.Helper()
	var got map[string]any
	for _, s := range r.told("refused") {
		if got == nil {
			got = map[string]any{}
		}
		got[s.Kind] = s.Code
	}
	if diff := gocmp.Diff(r.refused, got); diff != "" {
		r.Errorf("refused (-want +got):\n%s", diff)
	}
}

// checkMedia wants the same bytes in the file, in the fake and in the library's
// hands, and nothing left of what it deleted.
func (r trial) checkMedia() {
	r.Helper()
	told := r.one("media", r.uploads)
	if !r.uploads {
		return
	}
	if sum := sha256.Sum256(r.file); told.SHA256 != hex.EncodeToString(sum[:]) {
		r.Errorf("the library fetched other bytes than it had sent: %s", told.SHA256)
	}
	var media struct {
		URL  string `json:"url"`
		Kind string `json:"mime_type"`
	}
	r.ask(http.MethodGet, "/v24.0/"+told.Kept, "", &media)
	if status, data := r.do(http.MethodGet, media.URL, ""); status != http.StatusOK || !bytes.Equal(data, r.file) {
		r.Errorf("the fake has %d other bytes (%d)", len(data), status)
	}
	if kind := media.Kind; kind != "image/png" {
		r.Errorf("the fake took the file for %s", kind)
	}
	if status, text := r.do(http.MethodGet, "/v24.0/"+cmp.Or(told.Deleted, "none"), ""); r.deletes != (told.Deleted != "") || status < 400 {
		r.Errorf("the deleted file %q: %d %s", told.Deleted, status, text)
	}
}

func (r trial) checkTemplates() {
	r.Helper()
	var list struct {
		Data []struct{ Name, Status string }
	}
	r.ask(http.MethodGet, "/v24.0/"+r.info.WABAID+"/message_templates", "", &list)
	var left []string
	for _, template := range list.Data {
		left = append(left, template.Name)
	}
	if diff := gocmp.Diff(r.templates, left); diff != "" {
		r.Errorf("templates (-want +fake):\n%s", diff)
	}
	if r.templates == nil {
		return
	}
	if diff := gocmp.Diff(left, r.one("templates", true).Listed); diff != "" {
		r.Errorf("templates (-fake +told):\n%s", diff)
	}
}

func (r trial) checkProfile() {
	r.Helper()
	var profile struct{ Data []struct{ About string } }
	r.ask(http.MethodGet, "/v24.0/"+r.info.PhoneNumberID+"/whatsapp_business_profile?fields=about", "", &profile)
	if about := profile.Data[0].About; (about == words) != r.profile {
		r.Errorf("the profile's about is %q", about)
	}
	// A library that asks for no fields is given none.
	if told := r.one("profile", r.profile); told.About != nil && *told.About != words {
		r.Errorf("the library read %q", *told.About)
	}
}

// checkWebhooks wants the library to have been told of every status that the
// ledger has, of the user's message, and of nothing that was forged.
func (r trial) checkWebhooks() {
	r.Helper()
	told := r.one("webhooks", true)
	var asked []inbound
	for _, m := range told.Inbound {
		if m.From == asker {
			asked = append(asked, m)
		}
	}
	if diff := gocmp.Diff([]inbound{{r.asked, asker, askWords}}, asked); diff != "" {
		r.Errorf("messages of users (-want +told):\n%s", diff)
	}
	want := map[string][]string{}
	for _, m := range r.messages() {
		if r.statuses && m.Status != "rejected" {
			want[m.ID] = statusesOf(m)
		}
	}
	if diff := gocmp.Diff(want, told.Statuses); diff != "" {
		r.Errorf("statuses (-ledger +told):\n%s", diff)
	}
	if told.Read != r.reads {
		r.Errorf("marked as read: %t", told.Read)
	}
}

// statusesOf are the statuses that a message went through, in order.
func statusesOf(m fakeapi.Message) []string {
	type reached struct {
		status whatsapp.State
		at     time.Time
	}
	var all []reached
	for status, at := range m.Times {
		if status != "accepted" {
			all = append(all, reached{status, at})
		}
	}
	slices.SortFunc(all, func(p, q reached) int { return p.at.Compare(q.at) })
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = string(r.status)
	}
	return names
}

// forge sends the library's receiver a webhook without a signature, and one with
// the signature of another secret; a library that checks refuses both.
func (r trial) forge(url string) {
	r.Helper()
	if !r.verifies {
		return
	}
	body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"1","phone_number_id":"1"},"messages":[{"from":"` + asker + `","id":"forged","type":"text","text":{"body":"forged"}}]}}]}]}`
	for name, signature := range map[string]string{"none": "", "of another secret": cloud.Sign("another secret", []byte(body))} {
		req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, url, bytes.NewReader([]byte(body)))
		if err != nil {
			r.Fatal(err)
		}
		if signature != "" {
			req.Header.Set("X-Hub-Signature-256", signature)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			r.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode < 400 {
			r.Errorf("signature %s: answered %s", name, res.Status)
		}
	}
}

func (r trial) checkAccount() {
	r.Helper()
	told := r.one("account", r.account != "")
	if r.account == "" {
		return
	}
	var want, got any
	if err := errors.Join(json.Unmarshal([]byte(r.account), &want), json.Unmarshal(told.Account, &got)); err != nil {
		r.Fatalf("%v in %s", err, told.Account)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		r.Errorf("account (-want +told):\n%s", diff)
	}
}
