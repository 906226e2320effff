package load

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"wabench/internal/multiplex"
	"wabench/internal/whatsapp"
)

// What goes wrong over HTTP/2 is of the classes that it is of over HTTP/1.1.
func TestFailuresOfHTTP2AreClassified(t *testing.T) {
	answer := func(http.ResponseWriter, *http.Request) {}
	for _, c := range []struct {
		name    string
		serve   http.HandlerFunc // of the second request; the first is answered
		arrange func(*httptest.Server)
		timeout time.Duration
		want    whatsapp.Class
	}{
		{"an answer", answer, nil, time.Minute, whatsapp.OK},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil, 100 * time.Millisecond, whatsapp.TargetTimeout},
		{"a stream that is reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil, time.Minute, whatsapp.TargetReset},
		{"nobody there", answer, (*httptest.Server).Close, time.Minute, whatsapp.Network},
		{"no HTTP/2 there", answer, func(s *httptest.Server) { s.TLS.NextProtos = []string{"http/1.1"} }, time.Minute, whatsapp.Network},
		{"a certificate of nobody's", answer, func(s *httptest.Server) { s.Client().Transport = &http.Transport{TLSClientConfig: &tls.Config{}} }, time.Minute, whatsapp.Network},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/first" {
					c.serve(w, r)
				}
			}))
			server.EnableHTTP2 = true
			server.StartTLS()
			defer server.Close()
			if c.arrange != nil {
				c.arrange(server)
			}
			config := server.Client().Transport.(*http.Transport).TLSClientConfig
			x, err := newExchanger(multiplex.New(multiplex.Options{TLS: config}), server.URL)
			if err != nil {
				t.Fatal(err)
			}
			class := func(path string, timeout time.Duration) whatsapp.Class {
				answer, err := x.exchange(whatsapp.Request{Method: http.MethodPost, Path: path, Body: []byte("{}")}, time.Now().Add(timeout))
				if err != nil {
					return classify(err)
				}
				answer.release()
				return whatsapp.OK
			}
			if c.arrange == nil { // so that the second finds its connection
				class("/first", time.Minute)
			}
			if got := class("/", c.timeout); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			x.interrupt()
			if got := class("/", time.Minute); got != whatsapp.GeneratorFault {
				t.Errorf("after an interrupt: %v", got)
			}
		})
	}
}
