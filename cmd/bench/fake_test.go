package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wabench/fakeapi"
)

const fakeProfile = `name: two-numbers
extends: instant
apis: [cloud]
accounts:
  - id: "1001"
    numbers: [{id: "2001"}, {id: "2002"}]
`

// One run of bench fake with every flag: the line, the certificate, the verified
// and signed webhook, several numbers, and no secret on stderr.
func TestFakeWithEveryFlag(t *testing.T) {
	dir := t.TempDir()
	profile, ca, ready := filepath.Join(dir, "profile.yaml"), filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ready.json")
	if err := os.WriteFile(profile, []byte(fakeProfile), 0o600); err != nil {
		t.Fatal(err)
	}
	hooks := make(chan string, 10) // more than come
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Query().Get("hub.verify_token") == "verify-me" {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mac := hmac.New(sha256.New, []byte("s3cret"))
		mac.Write(body)
		if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("%s is not signed", body)
		}
		hooks <- string(body)
	}))
	defer receiver.Close()

	f := startFake(t, "--listen", "127.0.0.1:0", "--profile", profile, "--seed", "7", "--token", "tok-secret", "--phone-number-id", "2002",
		"--waba-id", "1001", "--webhook", receiver.URL, "--verify-token", "verify-me", "--app-secret", "s3cret", "--tls",
		"--tls-name", "chat.example.test", "--ca-file", ca, "--ready-file", ready)
	if f.info.PhoneNumberID != "2002" || f.info.WABAID != "1001" || f.info.Token != "tok-secret" || f.info.AppSecret != "s3cret" ||
		f.info.CA != ca || len(f.info.Numbers) != 2 || !strings.HasPrefix(f.info.URL, "https://127.0.0.1:") {
		t.Errorf("the line is %+v", f.info)
	}
	if text, err := os.ReadFile(ready); err != nil || string(text) != f.line {
		t.Errorf("the ready file has %q, %v; the line is %q", text, err, f.line)
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	for _, name := range []string{"", "localhost", "chat.example.test", "graph.facebook.com"} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: name}}
		if status := f.send(t, transport, "tok-secret"); status != http.StatusOK {
			t.Errorf("as %q: %d", name, status)
		}
		if status := f.send(t, transport, "tok-secreT"); status != http.StatusUnauthorized {
			t.Errorf("as %q with a wrong token: %d", name, status)
		}
		transport.CloseIdleConnections()
	}
	if hook := <-hooks; !strings.Contains(hook, `"phone_number_id":"2002"`) {
		t.Errorf("the webhook is %s", hook)
	}
	if code := f.stop(); code != exitOK {
		t.Errorf("exit code %d\n%s", code, f.stderr.String())
	}
	for _, secret := range []string{"tok-secre", "s3cret", "verify-me"} {
		if strings.Contains(f.stderr.String(), secret) {
			t.Errorf("stderr tells %s:\n%s", secret, f.stderr.String())
		}
	}
}

// runningFake is bench fake in this process.
type runningFake struct {
	line   string
	info   fakeapi.Info
	stderr bytes.Buffer
	stop   func() (code int)
}

func startFake(t *testing.T, args ...string) *runningFake {
	t.Helper()
	f := &runningFake{}
	ctx, interrupt := context.WithCancel(t.Context())
	e := systemEnv()
	e.args, e.stderr = append([]string{"fake"}, args...), &f.stderr
	e.interrupted = func(context.Context) (context.Context, context.CancelFunc) { return ctx, interrupt }
	out, in := io.Pipe()
	e.stdout = in
	ended := make(chan int, 1) // so that it ends also if nobody asks
	go func() {
		ended <- execute(e)
		_ = in.Close()
	}()
	f.stop = func() int {
		interrupt()
		return <-ended
	}
	var err error
	if f.line, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, f.stderr.String())
	}
	if err := json.Unmarshal([]byte(f.line), &f.info); err != nil {
		t.Fatalf("%v in %s", err, f.line)
	}
	return f
}

// send sends a text and returns the status of the answer.
func (f *runningFake) send(t *testing.T, transport http.RoundTripper, token string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, f.info.URL+"/v24.0/"+f.info.PhoneNumberID+"/messages",
		strings.NewReader(`{"messaging_product":"whatsapp","to":"15550100001","type":"text","text":{"body":"hi"}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}
