//go:build node

package fakeapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wabench/fakeapi"
	"wabench/internal/whatsapp/cloud"
)

// block is a program in a page of the documentation; its first line is a comment
// that names its file.
var block = regexp.MustCompile("(?s)```(?:js|python|java|go)\n(?://|#) ([A-Za-z]+\\.[a-z]+):.*?\n```")

// programs writes the programs of docs/fake.md to a directory and returns it.
func programs(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "fake.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	found := block.FindAllStringSubmatch(string(page), -1)
	for _, b := range found {
		_, code, _ := strings.Cut(strings.TrimSuffix(b[0], "```"), "\n")
		if err := os.WriteFile(filepath.Join(dir, b[1]), []byte(code), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := 2 * len(languages); len(found) != want {
		t.Fatalf("docs/fake.md has %d programs, want %d", len(found), want)
	}
	return dir
}

// language is how a program of the page is run.
type language struct {
	name, send, check string
	run               []string
	// trust returns what makes it trust the authority in the file ca of dir.
	trust func(t *testing.T, dir string) (env, flags []string)
}

// languages are those of the page.
var languages = []language{
	{"Node", "send.mjs", "check.mjs", []string{"node"}, byVariable("NODE_EXTRA_CA_CERTS")},
	{"Python", "send.py", "check.py", []string{"python3"}, byVariable("SSL_CERT_FILE")},
	{"Java", "Send.java", "Check.java", []string{"java"}, byKeyStore},
	{"Go", "send.go", "check.go", []string{"go", "run"}, byVariable("SSL_CERT_FILE")},
}

func byVariable(name string) func(*testing.T, string) (env, flags []string) {
	return func(*testing.T, string) (env, flags []string) { return []string{name + "=ca.pem"}, nil }
}

func byKeyStore(t *testing.T, dir string) (env, flags []string) {
	t.Helper()
	keytool := exec.CommandContext(t.Context(), "keytool", "-importcert", "-noprompt", "-alias", "fake", "-file", "ca.pem", "-keystore", "trust.p12", "-storepass", "changeit")
	keytool.Dir = dir
	if out, err := keytool.CombinedOutput(); err != nil {
		t.Fatalf("keytool: %v\n%s", err, out)
	}
	return nil, []string{"-Djavax.net.ssl.trustStore=trust.p12", "-Djavax.net.ssl.trustStorePassword=changeit"}
}

// The programs of the page send what they say, over HTTP and over HTTPS.
func TestProgramsOfThePageSend(t *testing.T) {
	dir := programs(t)
	for _, tls := range []bool{false, true} {
		s := fakeapi.New(t, fakeapi.Options{Listen: "127.0.0.1:0", TLS: tls})
		if err := os.WriteFile(filepath.Join(dir, "ca.pem"), s.CertificateAuthority(), 0o644); err != nil {
			t.Fatal(err)
		}
		info := s.Info()
		for i, l := range languages {
			env, flags := []string{"URL=" + info.URL, "TOKEN=" + info.Token, "NUMBER=" + info.PhoneNumberID}, []string(nil)
			if tls {
				more, options := l.trust(t, dir)
				env, flags = append(env, more...), options
			}
			program(t, l, dir, l.send, flags, env, nil)
			got := s.Messages(fakeapi.MessageQuery{})
			var message cloud.Payload
			if len(got) != i+1 || json.Unmarshal(got[i].Body, &message) != nil || message.Text.Body != "Hello from "+l.name {
				t.Fatalf("%s, TLS %t: the fake has %+v", l.name, tls, got)
			}
		}
	}
}

// program runs a program of the page, with more arguments and an input if check
// is given, and wants it to succeed unless that says otherwise.
func program(t *testing.T, l language, dir, file string, flags, env []string, check *signed) {
	t.Helper()
	args := append(append(append([]string{}, l.run[1:]...), flags...), file)
	if check != nil {
		args = append(args, check.secret, check.signature)
	}
	c := exec.CommandContext(t.Context(), l.run[0], args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	if check != nil {
		c.Stdin = strings.NewReader(check.body)
	}
	out, err := c.CombinedOutput()
	if fails := check != nil && !check.valid; (err != nil) != fails {
		t.Fatalf("%s: %v\n%s", strings.Join(c.Args, " "), err, out)
	}
}

// signed is a webhook and whether its signature is right.
type signed struct {
	secret, signature, body string
	valid                   bool
}

// The programs of the page accept a webhook of the fake, and no other.
func TestProgramsOfThePageCheckSignatures(t *testing.T) {
	posts := make(chan signed, 1) // the one webhook
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		posts <- signed{"s3cret", r.Header.Get("X-Hub-Signature-256"), string(body), true}
	}))
	defer receiver.Close()
	s := fakeapi.New(t, fakeapi.Options{Listen: "127.0.0.1:0", Webhook: receiver.URL, AppSecret: "s3cret"})
	if _, err := s.Receive(fakeapi.Inbound{API: "cloud", From: "15550100001", Type: "text", Body: []byte(`"¿Dónde?"`)}); err != nil {
		t.Fatal(err)
	}
	genuine, dir := <-posts, programs(t)
	forged := genuine
	forged.body, forged.valid = strings.Replace(genuine.body, "15550100001", "15550100002", 1), false
	other := genuine
	other.secret, other.valid = "another", false
	for _, l := range languages {
		for _, post := range []signed{genuine, forged, other} {
			program(t, l, dir, l.check, nil, nil, &post)
		}
	}
}
