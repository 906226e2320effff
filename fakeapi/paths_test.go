package fakeapi

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"

	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
)

// No trick with a path leads anywhere else than to an error in the shape of the
// API that the path is of.
func TestPathTricks(t *testing.T) {
	s := Start(t, Options{Listen: "127.0.0.1:0"})
	number, token := s.Info().PhoneNumberID, onPremToken(t, s)
	for path, want := range map[string]int{
		"//" + number + "//messages":               400,
		"/v24.0/../" + number + "/../messages":     400,
		"/v24.0/%2e%2e/" + number:                  400,
		"/" + number + "%2fmessages":               400, // 200 would take an id with a slash for a path
		"/" + number + "/messages/../../_fake/":    400,
		"/v24.0/" + number + "/messages/" + "x":    400,
		"/" + strings.Repeat("a/", 50_000):         404,
		"/" + strings.Repeat("%41", 50_000):        404,
		"/v24.0/" + number + "/messages%00":        400,
		"/" + number + "/%ff%fe":                   400,
		"/v999999999999999999999.0/1":              400,
		"/?access_token=" + strings.Repeat("x", 9): 400,
		"/v1/../v1/messages/..":                    404,
		"/v1//messages":                            404,
		"/v1/messages%2f..%2fusers":                404,
		"/v1/" + strings.Repeat("users/", 10_000):  404,
		"/v1/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd": 404,
		"/v1/users/%00%ff":                         404,
	} {
		conn := dial(t, s)
		auth := s.Info().Token
		if strings.HasPrefix(path, "/v1/") {
			auth = token
		}
		go func() {
			_, _ = io.WriteString(conn, "DELETE "+path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+auth+"\r\n\r\n")
		}()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != want || len(body) > 1000 || !inShape(body, strings.HasPrefix(path, "/v1/")) {
			t.Errorf("%.60s: %d %.200s, want %d", path, res.StatusCode, body, want)
		}
	}
}

// inShape reports whether a body is an error of the Cloud API, or of On-Premises.
func inShape(body []byte, onPremises bool) bool {
	if onPremises {
		var answer onprem.Answer
		return json.Unmarshal(body, &answer) == nil && len(answer.Errors) == 1 && answer.Errors[0].Code != 0
	}
	var answer cloud.ErrorAnswer
	return json.Unmarshal(body, &answer) == nil && answer.Error.Message != "" && answer.Error.TraceID != ""
}

// Bad bodies are errors in the shape of either API, with the status that says
// whose mistake it is.
func TestBadBodies(t *testing.T) {
	s := Start(t, Options{})
	c := &client{t: t, server: s, http: s.Client()}
	message := func(text string) string { return strings.Replace(benchBody, "Your code is 424242", text, 1) }
	for name, bad := range map[string]struct {
		kind, body string
		cloud      int
	}{
		"10 MiB":           {"application/json", message(strings.Repeat("x", 10<<20)), 413},
		"deep objects":     {"application/json", strings.Repeat(`{"text":`, 100_000), 400},
		"deep arrays":      {"application/json", strings.Repeat(`[`, 100_000), 400},
		"bad UTF-8":        {"application/json", "{\"messaging_product\":\"\xff\xfe\"}", 400},
		"half a surrogate": {"application/json", `{"messaging_product":"\ud800"}`, 400},
		"two values":       {"application/json", benchBody + benchBody, 400},
		"cut short":        {"application/json", benchBody[:40], 400},
		"an array":         {"application/json", "[]", 400},
		"a number":         {"application/json", "1e999", 400},
		"null":             {"application/json", "null", 400},
		"no body":          {"application/json", "", 400},
		"XML":              {"text/xml", "<a/>", 400},
		"an odd type":      {";;;", benchBody, 400},
		"a form of nothing": {
			"application/x-www-form-urlencoded", "%zz", 400,
		},
		"a form for JSON": {"multipart/form-data; boundary=x", "--x\r\n\r\n", 400},
	} {
		a := c.send(bad.body, "Content-Type", bad.kind)
		if a.status != bad.cloud || !inShape(a.body, false) {
			t.Errorf("%s: the Cloud API answered %d %.200s, want %d", name, a.status, a.body, bad.cloud)
		}
		if bad.kind != "application/json" {
			continue // On-Premises takes whatever it gets for JSON
		}
		a = c.do(http.MethodPost, "/v1/messages", bad.body, "Authorization", "Bearer "+onPremToken(t, s))
		if a.status < 400 || a.status >= 500 || !inShape(a.body, true) {
			t.Errorf("%s: On-Premises answered %d %.200s", name, a.status, a.body)
		}
	}
}

// Nothing is logged of what clients do, so no secret either; a panic is.
func TestLogs(t *testing.T) {
	var logged strings.Builder
	before := log.Writer()
	log.SetOutput(&logged)
	defer log.SetOutput(before)
	s := Start(t, Options{Listen: "127.0.0.1:0", Token: "tok-secret"})
	c := &client{t: t, server: s, http: http.DefaultClient}
	for _, token := range []string{"tok-secret", "tok-secreT"} {
		c.send(textTo("16505551234"), "Authorization", "Bearer "+token)
		c.send("{", "Authorization", "Bearer "+token, "Content-Type", "a/b")
		c.do(http.MethodGet, "/x?access_token="+token, "", "Authorization", "")
		conn := dial(t, s)
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nAuthorization: Bearer "+token+"\r\n\r\n")
		_, _ = io.ReadAll(conn)
	}
	if logged.Len() > 0 {
		t.Errorf("logged\n%s", logged.String())
	}
	faultLog().Print("http: TLS handshake error from 127.0.0.1")
	faultLog().Print("http: panic serving 127.0.0.1: mistake")
	if text := logged.String(); !strings.Contains(text, "mistake") || strings.Contains(text, "handshake") {
		t.Errorf("of a panic and a broken connection the log has %q", text)
	}
}
