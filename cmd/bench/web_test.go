package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyLoopbackUnlessPublic(t *testing.T) {
	for _, test := range []struct {
		address string
		public  bool
		code    int
	}{
		{"127.0.0.1:0", false, exitOK},
		{"localhost:0", false, exitOK},
		{"0.0.0.0:0", false, exitUsage},
		{":0", false, exitUsage},
		{"[::]:0", false, exitUsage},
		{"example.com:0", false, exitUsage},
		{"192.0.2.1:0", false, exitUsage},
		{"8080", false, exitUsage},
		{"0.0.0.0:0", true, exitOK},
		{"127.0.0.1:99999", false, exitFailed},
	} {
		w, err := openWeb(webOptions{flag: "--live", address: test.address, public: test.public})
		code := exitOK
		var exit *exitError
		if errors.As(err, &exit) {
			code = exit.code
			if exit.hint == "" {
				t.Errorf("%s: no hint with %v", test.address, err)
			}
		}
		if code != test.code {
			t.Errorf("%s, public %t: code %d (%v), want %d", test.address, test.public, code, err, test.code)
		}
		if w != nil {
			if !strings.HasPrefix(w.URL, "http://127.0.0.1:") {
				t.Errorf("%s is served at %s", test.address, w.URL)
			}
			w.close()
		}
	}
}

func TestGuardAsksForThisMachineByName(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "page") })
	for host, want := range map[string]int{
		"127.0.0.1:8080": http.StatusOK, "localhost": http.StatusOK, "[::1]:80": http.StatusOK,
		"rebound.example:8080": http.StatusForbidden, "localhost.rebound.example": http.StatusForbidden, "192.0.2.1": http.StatusForbidden, "": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		guard(page, false).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
		w = httptest.NewRecorder()
		guard(page, true).ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("host %q, public: %d with %v", host, w.Code, w.Header())
		}
	}
}

// fetch returns a page's status and text.
func fetch(t *testing.T, address string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(address)
	if err != nil {
		t.Errorf("GET %s: %v", address, err)
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Errorf("GET %s: %v", address, err)
	}
	return res.StatusCode, string(text)
}

// A run with --live is seen while it goes, by a browser and by Prometheus, and
// leaves nothing listening.
func TestRunIsSeenLive(t *testing.T) {
	dir := t.TempDir()
	scenario := filepath.Join(dir, "long.yaml")
	if err := os.WriteFile(scenario, []byte(longRun), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	e := systemEnv()
	e.args = []string{"run", scenario, "--out", filepath.Join(dir, "results"), "--live", "127.0.0.1:0"}
	e.stdout = &stdout
	ctx, interrupt := context.WithCancel(t.Context())
	e.interrupted = func(context.Context) (context.Context, context.CancelFunc) { return ctx, interrupt }
	address, looked := "", false
	e.stderr = writerFunc(func(p []byte) (int, error) {
		stderr.Write(p)
		if _, after, ok := strings.Cut(string(p), "live page at "); ok {
			address = strings.TrimSpace(after)
		}
		if looked || !strings.Contains(stderr.String(), "\n1s ") {
			return len(p), nil
		}
		looked = true
		if code, page := fetch(t, address); code != http.StatusOK || !strings.Contains(page, "of 200/s") {
			t.Errorf("GET /: %d\n%s", code, page)
		}
		if code, text := fetch(t, address+"metrics"); code != http.StatusOK || !strings.Contains(text, `bench_sent_total{target="fake"} `) {
			t.Errorf("GET /metrics: %d\n%s", code, text)
		}
		interrupt()
		return len(p), nil
	})
	if code := execute(e); code != exitInterrupted || !looked {
		t.Fatalf("exit code %d, looked %t\n%s", code, looked, stderr.String())
	}
	if strings.Contains(stdout.String(), address) {
		t.Errorf("the answer has the page's address:\n%s", stdout.String())
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if res, err := client.Get(address); err == nil {
		_ = res.Body.Close()
		t.Errorf("%s still answers after the run", address)
	}
}
