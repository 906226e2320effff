package fakeapi

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp/cloud"
)

// The headers are the same whichever way an answer takes: lines on a wire, or
// a map where net/http hides the connection.
func TestHeadersAreTheSameOnEveryWay(t *testing.T) {
	open := func(o Options) *client { return startCloud(t, o) }
	ways := map[string]*client{
		"in process": open(Options{}), "socket": open(Options{Listen: "127.0.0.1:0"}),
		"TLS": open(Options{Listen: "127.0.0.1:0", TLS: true}), "mounted": open(Options{}),
	}
	for _, way := range []string{"socket", "TLS"} {
		ways[way].http = trusting(t, ways[way].server)
	}
	host := httptest.NewServer(ways["mounted"].server.Handler())
	defer host.Close()
	for _, request := range []struct{ method, path, body string }{
		{http.MethodPost, "/messages", textTo("16505551234")},
		{http.MethodPost, "/messages", `{}`},
		{http.MethodGet, "?fields=id", ""},
		{http.MethodGet, "/whatsapp_business_profile", ""},
	} {
		want := ways["in process"].head(request.method, request.path, request.body)
		if want.Get("X-Fb-Debug") == "" || want.Get("Content-Type") == "" {
			t.Errorf("%v: headers are %v", request, want)
		}
		for name, c := range ways {
			if name == "mounted" {
				c.server.URL, c.http = host.URL, http.DefaultClient
			}
			if name == "in process" {
				continue
			}
			if diff := cmp.Diff(want, c.head(request.method, request.path, request.body)); diff != "" {
				t.Errorf("%v %s (-in process +this):\n%s", request, name, diff)
			}
		}
	}
}

// head is the headers of an answer, without what is HTTP's own.
func (c *client) head(method, path, body string) http.Header {
	c.t.Helper()
	a := c.do(method, "/v24.0/"+c.server.Info().PhoneNumberID+path, body)
	h := maps.Clone(a.header)
	for _, own := range []string{"Date", "Content-Length"} {
		h.Del(own)
	}
	return h
}

// Answers on one connection keep apart, also when the client does not wait for
// one before it asks for the next, or asks whether to send at all.
func TestAnswersOnOneConnection(t *testing.T) {
	s := Start(t, Options{Listen: "127.0.0.1:0"})
	conn := dial(t, s)
	text := "POST /v24.0/" + s.Info().PhoneNumberID + "/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + s.Info().Token +
		"\r\nContent-Type: application/json\r\n"
	go func() {
		_, _ = io.WriteString(conn, text+sized(benchBody)+text+"Expect: 100-continue\r\n"+sized(benchBody)+text+sized("{}"))
	}()
	answers := bufio.NewReader(conn)
	ids := map[string]bool{}
	for i, want := range []int{200, 200, 400} {
		res, err := http.ReadResponse(answers, nil)
		if err == nil && res.StatusCode == http.StatusContinue {
			res, err = http.ReadResponse(answers, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != want || len(res.Header["X-Fb-Request-Id"]) != 1 || len(res.Header["Pragma"]) != 1 {
			t.Errorf("answer %d is %s with %v", i, res.Status, res.Header)
		}
		ids[res.Header.Get("X-Fb-Request-Id")] = true
	}
	if len(ids) != 3 {
		t.Errorf("request ids are %v", slices.Collect(maps.Keys(ids)))
	}
}

// What is not even a request is answered in the platform's shape.
func TestGarbledRequests(t *testing.T) {
	s := Start(t, Options{Listen: "127.0.0.1:0"})
	for name, c := range map[string]struct {
		request string
		want    int
	}{
		"no HTTP":          {"hello\r\n\r\n", 400},
		"no host":          {"GET / HTTP/1.1\r\n\r\n", 400},
		"a bad header":     {"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400},
		"a bad length":     {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400},
		"two lengths":      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		"an odd encoding":  {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: rot13\r\n\r\n", 400},
		"a flood":          {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Flood: "+strings.Repeat("x", 1000)+"\r\n", 1100) + "\r\n", 431},
		"a very long path": {"GET /" + strings.Repeat("x", 2<<20) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
		"HTTP of tomorrow": {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400},
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, s)
			go func() { _, _ = io.WriteString(conn, c.request) }() // the server may stop reading
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			var answer cloud.ErrorAnswer
			err = json.NewDecoder(res.Body).Decode(&answer)
			if err != nil || res.StatusCode != c.want || answer.Error.Code != 100 || answer.Error.TraceID == "" {
				t.Errorf("answered %s %+v, %v; want %d", res.Status, answer, err, c.want)
			}
		})
	}
}

func dial(t testing.TB, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
