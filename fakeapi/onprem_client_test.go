package fakeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// onPremDesk is a fake On-Premises deployment with someone who is logged in and
// reads its callbacks. It listens nowhere, so it works in a bubble.
type onPremDesk struct {
	t       *testing.T
	fake    *Server
	dialect *onprem.Dialect

	mu       sync.Mutex
	received []onPremCallback
	answer   func(n int) int // the receiver's status for callback n, from 0
}

// onPremCallback is a callback and when it came, since the fake's start.
type onPremCallback struct {
	at   time.Duration
	body string
	onprem.Notification
}

// newOnPremDesk starts a fake with a shipped profile, changed by edit.
func newOnPremDesk(t *testing.T, profile string, edit func(*OnPremProfile)) *onPremDesk {
	t.Helper()
	behaviour, err := LoadProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(&behaviour.OnPrem)
	}
	d := &onPremDesk{t: t, answer: func(int) int { return http.StatusOK }}
	d.fake, err = Open(Options{
		Behaviour: behaviour, Seed: 7, Listen: NoListener,
		Webhook: "http://receiver.invalid/hook", WebhookClient: &http.Client{Transport: d},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.fake.Close)
	info := d.fake.Info()
	d.dialect = onprem.New(onprem.Options{Username: info.Username, Password: info.Password})
	if !behaviour.OnPrem.FirstLogin {
		d.login()
	}
	return d
}

func (d *onPremDesk) login() {
	d.t.Helper()
	if _, err := d.dialect.Login(d.exchange(d.dialect.LoginRequest())); err != nil {
		d.t.Fatal(err)
	}
}

// RoundTrip is the receiver of the callbacks.
func (d *onPremDesk) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	n, err := onprem.ParseWebhook(body)
	if err != nil {
		d.t.Errorf("callback %s: %v", body, err)
	}
	// A number that has moved tells so from the Cloud API, which signs.
	if signed, cloud := r.Header.Get("X-Hub-Signature-256") != "", bytes.Contains(body, []byte("whatsapp_business_account")); signed != cloud {
		d.t.Errorf("signed is %v: %s", signed, body)
	}
	d.mu.Lock()
	status := d.answer(len(d.received))
	d.received = append(d.received, onPremCallback{at: time.Since(d.fake.start), body: string(body), Notification: n})
	d.mu.Unlock()
	return &http.Response{StatusCode: status, Body: http.NoBody, Header: http.Header{}}, nil
}

// callbacks returns what has been received.
func (d *onPremDesk) callbacks() []onPremCallback {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]onPremCallback(nil), d.received...)
}

// reached returns when each message was reported to be in a state.
func (d *onPremDesk) reached(state whatsapp.State) map[string]time.Duration {
	at := map[string]time.Duration{}
	for _, c := range d.callbacks() {
		for _, s := range c.Statuses {
			if s.State == state {
				at[s.MessageID] = c.at
			}
		}
	}
	return at
}

// failures returns the code with which each message failed.
func (d *onPremDesk) failures() map[string]int {
	codes := map[string]int{}
	for _, c := range d.callbacks() {
		for _, s := range c.Statuses {
			if s.State == whatsapp.StateFailed {
				codes[s.MessageID] = s.Code
			}
		}
	}
	return codes
}

// exchange sends a request as a driver would.
func (d *onPremDesk) exchange(r whatsapp.Request) whatsapp.Response {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), r.Method, d.fake.URL+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header = r.Header
	res, err := d.fake.Client().Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return whatsapp.Response{Status: res.StatusCode, Header: res.Header, Body: body}
}

// do sends a request with the login's token and any body.
func (d *onPremDesk) do(method, path, body string, headers ...string) (int, onprem.Answer) {
	d.t.Helper()
	r := d.exchange(d.request(method, path, body, headers...))
	var answer onprem.Answer
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(r.Body, &answer); err != nil {
			d.t.Fatalf("%s %s: %q is no JSON: %v", method, path, r.Body, err)
		}
	}
	return r.Status, answer
}

// request is a request with the login's token; headers are names and values.
func (d *onPremDesk) request(method, path, body string, headers ...string) whatsapp.Request {
	d.t.Helper()
	r, err := d.dialect.Encode(whatsapp.Call{Op: whatsapp.OpProfile})
	if err != nil {
		d.t.Fatal(err)
	}
	r.Method, r.Path, r.Body = method, path, []byte(body)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// expect sends a request and checks the status and the code of the answer.
func (d *onPremDesk) expect(method, path, body string, status, code int) onprem.Answer {
	d.t.Helper()
	got, answer := d.do(method, path, body)
	if got != status || codeIn(answer) != code {
		d.t.Errorf("%s %s %.200s: got HTTP %d with code %d, want HTTP %d with code %d", method, path, body, got, codeIn(answer), status, code)
	}
	return answer
}

func codeIn(answer onprem.Answer) int {
	if len(answer.Errors) == 0 {
		return 0
	}
	return answer.Errors[0].Code
}

// text sends a text to the recipient with that number and returns the outcome.
func (d *onPremDesk) text(to int) whatsapp.Outcome {
	d.t.Helper()
	r, err := d.dialect.Encode(whatsapp.Call{Op: whatsapp.OpSend, Message: whatsapp.Message{
		To: onPremNumber(to), Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "hello"},
	}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.dialect.Decode(whatsapp.OpSend, d.exchange(r))
}

// onPremNumber is the phone number of recipient n.
func onPremNumber(n int) string { return fmt.Sprint(15550100000 + n) }

// burst sends n texts to n recipients at once and returns the outcomes.
func (d *onPremDesk) burst(n int) []whatsapp.Outcome {
	d.t.Helper()
	outcomes := make([]whatsapp.Outcome, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { outcomes[i] = d.text(i) })
	}
	wait.Wait()
	return outcomes
}

// atOnce takes away all that makes answers and phones take time or chance.
func atOnce(p *OnPremProfile) {
	p.Accept, p.Delivery, p.Drain.NewUser = Latency{}, Delivery{}, 0
}

// elapse lets time pass, within a bubble.
func elapse(d time.Duration) { <-time.After(d) }
