//go:build node

package fakeapi_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wabench/fakeapi"
)

// platform is a running fake, seen from outside: the test asks it what it
// received by its own routes, whether it runs in this process or not.
type platform struct {
	t    *testing.T
	info fakeapi.Info
	http *http.Client
}

// inProcess is a fake in this process, on a free port.
func inProcess(t *testing.T) platform {
	t.Helper()
	s := fakeapi.New(t, fakeapi.Options{Listen: "127.0.0.1:0"})
	return platform{t: t, info: s.Info(), http: s.Client()}
}

// command is bench fake as a command, on the port of HTTPS.
func command(t *testing.T, bench string) platform {
	t.Helper()
	p := platform{t: t}
	c := exec.CommandContext(t.Context(), bench, "fake", "--tls", "--listen", "127.0.0.1:443", "--ca-file", filepath.Join(t.TempDir(), "ca.pem"))
	c.Stderr = os.Stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Wait() }) // ended by the test's context
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatalf("bench fake: %v", err)
	}
	if err := json.Unmarshal(line, &p.info); err != nil {
		t.Fatal(err)
	}
	p.http = trusting(t, p.info.CA)
	return p
}

// trusting is a client that trusts the authority in the file.
func trusting(t *testing.T, file string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("%s has no certificate", file)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// do makes a request with the token and returns the status and the body.
func (p platform) do(method, url, body string) (int, []byte) {
	p.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = p.info.URL + url
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.info.Token)
	res, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, text
}

// ask makes a request that must work and reads the answer into v.
func (p platform) ask(method, path, body string, v any) {
	p.t.Helper()
	status, text := p.do(method, path, body)
	if status != http.StatusOK {
		p.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(v); err != nil {
		p.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}

// messages are what the fake has received, oldest first.
func (p platform) messages() []fakeapi.Message {
	p.t.Helper()
	var answer struct {
		Messages []fakeapi.Message `json:"messages"`
	}
	p.ask(http.MethodGet, "/_fake/messages?limit=1000", "", &answer)
	return answer.Messages
}

// write has a user write to the business; it returns the message's id.
func (p platform) write(from, text string) string {
	p.t.Helper()
	body, err := json.Marshal(map[string]string{"from": from, "type": "text", "text": text, "name": "Ann"})
	if err != nil {
		p.t.Fatal(err)
	}
	var answer struct {
		ID string `json:"id"`
	}
	p.ask(http.MethodPost, "/_fake/inbound", string(body), &answer)
	return answer.ID
}
