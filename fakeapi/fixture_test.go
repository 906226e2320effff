package fakeapi

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// client sends to a fake as a customer of the Cloud API does.
type client struct {
	t      testing.TB
	server *Server
	http   *http.Client
}

func startCloud(t testing.TB, o Options) *client {
	t.Helper()
	s := Start(t, o)
	return &client{t: t, server: s, http: s.Client()}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

// do makes a request with the right token.
func (c *client) do(method, path, body string, headers ...string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.server.Info().Token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return c.roundTrip(req)
}

func (c *client) roundTrip(req *http.Request) answer {
	c.t.Helper()
	res, err := c.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{err: err}
	}
	return answer{status: res.StatusCode, header: res.Header, body: text}
}

// send posts a message to the number's messages.
func (c *client) send(body string, headers ...string) answer {
	c.t.Helper()
	return c.do(http.MethodPost, "/v24.0/"+c.server.Info().PhoneNumberID+"/messages", body, headers...)
}

func textTo(to string) string {
	return `{"messaging_product":"whatsapp","to":"` + to + `","type":"text","text":{"body":"hi"}}`
}

// code is the error code of an answer, 0 if it is none.
func (a answer) code(t testing.TB) int {
	t.Helper()
	var e cloud.ErrorAnswer
	if err := json.Unmarshal(a.body, &e); err != nil {
		t.Fatalf("%v in %d %s", err, a.status, a.body)
	}
	return e.Error.Code
}

func (a answer) id(t testing.TB) string {
	t.Helper()
	var ok cloud.Answer
	if err := json.Unmarshal(a.body, &ok); err != nil || len(ok.Messages) != 1 {
		t.Fatalf("answer %d %s (%v, %v) has no message", a.status, a.body, err, a.err)
	}
	return ok.Messages[0].ID
}

func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %d %s", err, a.status, a.body)
	}
	return v
}

// receiver is a webhook receiver without a socket: a RoundTripper that records
// what it is sent.
type receiver struct {
	mu     sync.Mutex
	posts  []post
	status func(n int) int // of the n-th post; nil is 200
	takes  time.Duration
}

type post struct {
	at     time.Time
	url    string
	header http.Header
	body   []byte
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	if r.takes > 0 {
		select {
		case <-time.After(r.takes):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts = append(r.posts, post{at: time.Now(), url: req.URL.String(), header: req.Header, body: body})
	status := http.StatusOK
	if r.status != nil {
		status = r.status(len(r.posts) - 1)
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: req}, nil
}

func (r *receiver) client() *http.Client { return &http.Client{Transport: r} }

func (r *receiver) all() []post {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]post(nil), r.posts...)
}

// statuses are the statuses of all posts, in order.
func (r *receiver) statuses(t testing.TB) []whatsapp.Status {
	t.Helper()
	var list []whatsapp.Status
	for _, p := range r.all() {
		n, err := cloud.ParseWebhook(p.body)
		if err != nil {
			t.Fatalf("%v in %s", err, p.body)
		}
		list = append(list, n.Statuses...)
	}
	return list
}

func states(list []whatsapp.Status) []whatsapp.State {
	states := make([]whatsapp.State, len(list))
	for i, s := range list {
		states[i] = s.State
	}
	return states
}

// profileOf is a shipped profile with changes.
func profileOf(t testing.TB, name string, change func(*Profile)) *Profile {
	t.Helper()
	p, err := LoadProfile(name)
	if err != nil {
		t.Fatal(err)
	}
	change(p)
	return p
}

var rewrite = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file, which -update rewrites.
func golden(t testing.TB, file string, got []byte) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// pass lets virtual time pass, and what was due in it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// Start is New, by the name that reads better where a test starts several.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	return New(t, o)
}
