package webhook

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/results"
)

const secret = "5ebe2294ecd0e0f08eab7690d2a6ee69"

var bothTargets = []Target{{"cloud", whatsapp.Cloud}, {"onprem", whatsapp.OnPrem}}

// answer is a ResponseWriter that keeps what is written to it.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// serve asks a receiver in process.
func serve(r *Receiver, method, address string, body []byte, header http.Header) *answer {
	req := &http.Request{
		Method: method, Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	path, query, _ := strings.Cut(address, "?")
	req.URL = &url.URL{Path: path, RawQuery: query}
	a := &answer{header: http.Header{}}
	r.ServeHTTP(a, req)
	return a
}

func post(r *Receiver, path string, body []byte) int {
	return serve(r, http.MethodPost, path, body, http.Header{}).status
}

func postSigned(r *Receiver, path string, body []byte, signature string) int {
	return serve(r, http.MethodPost, path, body, http.Header{"X-Hub-Signature-256": {signature}}).status
}

// newReceiver returns a receiver with its correlator, which expects the
// messages a and b of both targets.
func newReceiver(options Options) (*Receiver, *Correlator) {
	c := NewCorrelator(Config{Targets: []string{"cloud", "onprem"}})
	for _, target := range options.Targets {
		c.Accepted(target.Name, target.Name+".a", time.Now(), 0)
		c.Accepted(target.Name, target.Name+".b", time.Now(), 0)
	}
	return NewReceiver(c, options), c
}

// cloudBody is a Cloud webhook with these statuses, each as "id:state".
func cloudBody(statuses ...string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"statuses":[%s]}}]}]}`, updates(statuses))
}

// onpremBody is an On-Premises webhook with these statuses.
func onpremBody(statuses ...string) []byte {
	return fmt.Appendf(nil, `{"statuses":[%s]}`, updates(statuses))
}

func updates(statuses []string) string {
	var list []string
	for _, s := range statuses {
		id, state, _ := strings.Cut(s, ":")
		list = append(list, fmt.Sprintf(`{"id":%q,"status":%q,"timestamp":"1750030073","recipient_id":"15550100001"}`, id, state))
	}
	return strings.Join(list, ",")
}

func TestReceiverTakesWebhooks(t *testing.T) {
	for _, test := range []struct {
		name, path    string
		body          []byte
		status        int
		cloud, onprem results.Webhook // apart from Expected and Lost
	}{
		{
			name: "a Cloud target's own path", path: "/webhook/cloud", body: cloudBody("cloud.a:sent", "cloud.b:delivered"),
			status: 200, cloud: results.Webhook{Matched: 2, Delivered: 1},
		},
		{
			name: "an On-Premises target's own path", path: "/webhook/onprem", body: onpremBody("onprem.a:sent"),
			status: 200, onprem: results.Webhook{Matched: 1},
		},
		{
			name: "the shared path knows Cloud by its envelope", path: "/webhook", body: cloudBody("cloud.a:sent", "x:sent"),
			status: 200, cloud: results.Webhook{Matched: 1, Unknown: 1},
		},
		{
			name: "the shared path knows On-Premises by its bareness", path: "/webhook/", body: onpremBody("onprem.a:read", "x:sent"),
			status: 200, onprem: results.Webhook{Matched: 1, Delivered: 1, Unknown: 1},
		},
		{
			name: "a webhook may bring no statuses", path: "/webhook", status: 200,
			body: []byte(`{"contacts":[{"profile":{"name":"Ann"},"wa_id":"15550100001"}],"messages":[{"from":"15550100001","id":"ABGG","timestamp":"1518694235","type":"text","text":{"body":"hi"}}]}`),
		},
		{name: "no such target", path: "/webhook/other", body: cloudBody("cloud.a:sent"), status: 404},
		{name: "a path that only looks like ours", path: "/webhooks", body: cloudBody("cloud.a:sent"), status: 404},
		{name: "a body cut short", path: "/webhook/onprem", body: []byte(`{"statuses":[{"id":"onprem.a"`), status: 400, onprem: results.Webhook{Malformed: 1}},
		{name: "no body", path: "/webhook/cloud", status: 400, cloud: results.Webhook{Malformed: 1}},
		{name: "a shape of neither platform is counted with the first", path: "/webhook", body: []byte(`{"hello":1}`), status: 400, cloud: results.Webhook{Malformed: 1}},
		{name: "a shape that is not JSON", path: "/webhook", body: []byte(`<html>`), status: 400, cloud: results.Webhook{Malformed: 1}},
		{
			name: "a body over the limit", path: "/webhook/cloud", body: append(cloudBody("cloud.a:sent"), bytes.Repeat([]byte(" "), maxBody)...),
			status: 413, cloud: results.Webhook{Malformed: 1},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, c := newReceiver(Options{Targets: bothTargets})
			if got := post(r, test.path, test.body); got != test.status {
				t.Errorf("answered %d, want %d", got, test.status)
			}
			apart := cmpopts.IgnoreFields(results.Webhook{}, "Expected", "Lost")
			for target, want := range map[string]results.Webhook{"cloud": test.cloud, "onprem": test.onprem} {
				if diff := cmp.Diff(want, c.Summary(target), apart, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", target, diff)
				}
			}
		})
	}
}

func TestABodyOfUnknownLengthIsLimitedToo(t *testing.T) {
	r, c := newReceiver(Options{Targets: bothTargets})
	endless := append(cloudBody("cloud.a:sent"), bytes.Repeat([]byte(" "), maxBody)...)
	a := &answer{header: http.Header{}}
	r.ServeHTTP(a, &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/webhook/cloud"}, Body: io.NopCloser(bytes.NewReader(endless)), ContentLength: -1,
	})
	if got := c.Summary("cloud"); a.status != 413 || got.Malformed != 1 || got.Matched != 0 {
		t.Errorf("answered %d with %d malformed and %d matched, want 413 with 1 and 0", a.status, got.Malformed, got.Matched)
	}
}

func TestALengthThatLiesReservesNoMemory(t *testing.T) {
	r, c := newReceiver(Options{Targets: bothTargets})
	a := &answer{header: http.Header{}}
	r.ServeHTTP(a, &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/webhook/cloud"}, Body: http.NoBody, ContentLength: 1 << 60,
	})
	if got := c.Summary("cloud"); a.status != 413 || got.Malformed != 1 {
		t.Errorf("answered %d with %d malformed, want 413 with 1", a.status, got.Malformed)
	}
}

func TestReceiverChecksSignatures(t *testing.T) {
	body := cloudBody("cloud.a:delivered")
	for _, test := range []struct {
		name, path, signature string
		body                  []byte
		status                int
		bad, matched          int64
	}{
		{name: "signed", path: "/webhook/cloud", body: body, signature: cloud.Sign(secret, body), status: 200, matched: 1},
		{name: "signed, at the shared path", path: "/webhook", body: body, signature: cloud.Sign(secret, body), status: 200, matched: 1},
		{name: "not signed", path: "/webhook/cloud", body: body, status: 401, bad: 1},
		{name: "signed with another secret", path: "/webhook/cloud", body: body, signature: cloud.Sign("guess", body), status: 403, bad: 1},
		{name: "of another body", path: "/webhook", body: body, signature: cloud.Sign(secret, body[1:]), status: 403, bad: 1},
		{name: "not a signature", path: "/webhook/cloud", body: body, signature: "sha256=zz", status: 403, bad: 1},
		// The bytes are signed, not what they mean: this body differs in white space only.
		{name: "re-encoded on its way", path: "/webhook/cloud", body: append(body, '\n'), signature: cloud.Sign(secret, body), status: 403, bad: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, c := newReceiver(Options{Targets: bothTargets, Secret: secret})
			header := http.Header{}
			if test.signature != "" {
				header.Set("X-Hub-Signature-256", test.signature)
			}
			if got := serve(r, http.MethodPost, test.path, test.body, header).status; got != test.status {
				t.Errorf("answered %d, want %d", got, test.status)
			}
			if got := c.Summary("cloud"); got.BadSignature != test.bad || got.Matched != test.matched {
				t.Errorf("%d bad signatures, %d matched; want %d, %d", got.BadSignature, got.Matched, test.bad, test.matched)
			}
		})
	}
}

func TestReceiverTakesUnsignedOnPremBodies(t *testing.T) {
	r, c := newReceiver(Options{Targets: bothTargets, Secret: secret})
	if got := post(r, "/webhook/onprem", onpremBody("onprem.a:sent")); got != 200 || c.Summary("onprem").Matched != 1 {
		t.Errorf("answered %d with %d matched, want 200 with 1", got, c.Summary("onprem").Matched)
	}
}

func TestSharedPathServesTwoTargetsOfOnePlatform(t *testing.T) {
	targets := []Target{{"base", whatsapp.Cloud}, {"head", whatsapp.Cloud}}
	c := NewCorrelator(Config{Targets: []string{"base", "head"}})
	r := NewReceiver(c, Options{Targets: targets})
	c.Accepted("base", "1", time.Now(), 0)
	c.Accepted("head", "2", time.Now(), 0)
	if got := post(r, "/webhook", cloudBody("1:sent", "2:sent")); got != 200 {
		t.Errorf("answered %d, want 200", got)
	}
	if base, head := c.Summary("base"), c.Summary("head"); base.Matched != 1 || head.Matched != 1 {
		t.Errorf("matched %d of base and %d of head, want 1 and 1", base.Matched, head.Matched)
	}
	if got := post(r, "/webhook", onpremBody("1:sent")); got != 400 {
		t.Errorf("a body of a platform that no target speaks was answered %d, want 400", got)
	}
}

func TestHandshake(t *testing.T) {
	const good = "/webhook/cloud?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock"
	for _, test := range []struct {
		name, address, token string
		status               int
		body                 string
	}{
		{name: "the token is right", address: good, token: "meatyhamhock", status: 200, body: "1158201444"},
		{name: "no token is asked for", address: good, status: 200, body: "1158201444"},
		{name: "at the shared path", address: strings.Replace(good, "/cloud", "", 1), token: "meatyhamhock", status: 200, body: "1158201444"},
		{name: "the token is wrong", address: good, token: "another", status: 403},
		{name: "the token is missing", address: "/webhook?hub.mode=subscribe&hub.challenge=1", token: "meatyhamhock", status: 403},
		{name: "not a subscription", address: "/webhook?hub.mode=unsubscribe&hub.challenge=1", status: 400},
		{name: "someone looks with a browser", address: "/webhook", status: 400},
		{name: "no such target", address: strings.Replace(good, "/cloud", "/other", 1), status: 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := newReceiver(Options{Targets: bothTargets, VerifyToken: test.token})
			got := serve(r, http.MethodGet, test.address, nil, http.Header{})
			if got.status != test.status || (test.status == 200 && got.body.String() != test.body) {
				t.Errorf("answered %d %q, want %d %q", got.status, got.body.String(), test.status, test.body)
			}
		})
	}
}

func TestHandshakeIsNeverAPage(t *testing.T) {
	r, _ := newReceiver(Options{Targets: bothTargets})
	got := serve(r, http.MethodGet, "/webhook?hub.mode=subscribe&hub.challenge=%3Cscript%3E", nil, http.Header{})
	if got.header.Get("Content-Type") != "text/plain; charset=utf-8" || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a challenge with markup is answered with %v", got.header)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	r, _ := newReceiver(Options{Targets: bothTargets})
	got := serve(r, http.MethodPut, "/webhook/cloud", cloudBody("cloud.a:sent"), http.Header{})
	if got.status != 405 || got.header.Get("Allow") != "GET, POST" {
		t.Errorf("PUT answered %d, allowing %q", got.status, got.header.Get("Allow"))
	}
}

func TestAnswersAreHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var observed []string
		c := NewCorrelator(Config{Observe: record(&observed)})
		r := NewReceiver(c, Options{Targets: bothTargets, Latency: 20 * time.Millisecond})
		c.Accepted("cloud", "a", time.Now(), 'a')
		began := time.Now()
		if got := post(r, "/webhook/cloud", cloudBody("a:sent")); got != 200 {
			t.Errorf("answered %d, want 200", got)
		}
		if took := time.Since(began); took != 20*time.Millisecond {
			t.Errorf("answered after %s, want 20ms", took)
		}
		if diff := cmp.Diff([]string{"cloud a:sent 0s"}, observed); diff != "" {
			t.Errorf("our own delay is in the message's time (-want +got):\n%s", diff)
		}
	})
}

func TestAPlannedFailureCountsAsNotReceived(t *testing.T) {
	r, c := newReceiver(Options{Targets: bothTargets, Fail: 1})
	if got := post(r, "/webhook/cloud", cloudBody("cloud.a:sent")); got != 500 {
		t.Errorf("answered %d, want 500", got)
	}
	if got := c.Summary("cloud").Matched; got != 0 {
		t.Errorf("%d matched, want 0: the platform has to send it again", got)
	}
}

func TestPlannedFailuresAreSeeded(t *testing.T) {
	answers := func(seed uint64) (answers []int) {
		r, _ := newReceiver(Options{Targets: bothTargets, Fail: 0.1, Seed: seed})
		for range 1000 {
			answers = append(answers, post(r, "/webhook/cloud", cloudBody()))
		}
		return answers
	}
	first := answers(1)
	var failed int
	for _, status := range first {
		if status == 500 {
			failed++
		}
	}
	if failed < 70 || failed > 130 { // 100 ± 3.2 standard deviations
		t.Errorf("%d of 1000 failed, want some 100", failed)
	}
	if diff := cmp.Diff(first, answers(1)); diff != "" {
		t.Errorf("the same seed failed others:\n%s", diff)
	}
	if cmp.Equal(first, answers(2)) {
		t.Error("another seed failed the same")
	}
}

// batch is the largest webhook the platform sends: 1,000 statuses in a body.
func batch() []byte {
	statuses := make([]string, 1000)
	for n := range statuses {
		statuses[n] = fmt.Sprintf("wamid.HBgLMTU1NTAxMDAwMDEVAgARGBI%d:sent", n)
	}
	return cloudBody(statuses...)
}

func TestABatchOfAThousand(t *testing.T) {
	r, c := newReceiver(Options{Targets: bothTargets, Secret: secret})
	for n := range 1000 {
		c.Accepted("cloud", fmt.Sprintf("wamid.HBgLMTU1NTAxMDAwMDEVAgARGBI%d", n), time.Now(), 0)
	}
	body := batch()
	if got := postSigned(r, "/webhook/cloud", body, cloud.Sign(secret, body)); got != 200 {
		t.Errorf("answered %d, want 200", got)
	}
	if got := c.Summary("cloud"); got.Matched != 1000 || got.Lost != 2 || got.Unknown != 0 {
		t.Errorf("matched %d, lost %d, unknown %d; want 1000, 2, 0", got.Matched, got.Lost, got.Unknown)
	}
}

func BenchmarkReceiver(b *testing.B) {
	for _, bench := range []struct {
		name   string
		body   []byte
		events int
	}{
		{"one", cloudBody("wamid.HBgLMTU1NTAxMDAwMDEVAgARGBI1:sent"), 1},
		{"batch", batch(), 1000},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r, _ := newReceiver(Options{Targets: bothTargets, Secret: secret})
			signature := cloud.Sign(secret, bench.body)
			b.ReportAllocs()
			for b.Loop() {
				if got := postSigned(r, "/webhook/cloud", bench.body, signature); got != 200 {
					b.Fatalf("answered %d, want 200", got)
				}
			}
			b.ReportMetric(float64(b.N*bench.events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func FuzzReceiver(f *testing.F) {
	f.Add("POST", "/webhook/cloud", cloudBody("cloud.a:sent", "cloud.a:failed"), true)
	f.Add("POST", "/webhook/onprem", onpremBody("onprem.a:delivered"), false)
	f.Add("POST", "/webhook", []byte(`{"entry":[{"changes":[{"value":{"statuses":[null]}}]}]}`), true)
	f.Add("POST", "/webhook/", []byte(`{"statuses":{}}`), false)
	f.Add("GET", "/webhook?hub.mode=subscribe&hub.challenge=1", []byte(nil), false)
	f.Add("PUT", "//webhook", []byte("x"), false)
	f.Fuzz(func(t *testing.T, method, address string, body []byte, signed bool) {
		r, c := newReceiver(Options{Targets: bothTargets, Secret: secret})
		header := http.Header{}
		if signed {
			header.Set("X-Hub-Signature-256", cloud.Sign(secret, body))
		}
		got := serve(r, method, address, body, header).status
		if got < 200 || got >= 500 {
			t.Errorf("%s %q with %q answered %d", method, address, body, got)
		}
		for _, target := range bothTargets {
			if w := c.Summary(target.Name); w.Matched+w.Lost != w.Expected || w.Matched < 0 || w.Unknown < 0 {
				t.Errorf("%q makes %s count %+v", body, target.Name, w)
			}
		}
	})
}
