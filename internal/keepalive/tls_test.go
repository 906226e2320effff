package keepalive

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// authority makes a server's configuration and one of a client that trusts it.
func authority(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}

// secureWorld is a world behind TLS, called localhost.
func secureWorld(t *testing.T, config *tls.Config, serve script) (w *world, url string) {
	t.Helper()
	listener := listen(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return newWorld(t, tls.NewListener(listener, config), serve), "https://localhost:" + port
}

func TestTLSAgreesWithNetHTTP(t *testing.T) {
	server, trusting := authority(t)
	for _, c := range []struct {
		name   string
		client *tls.Config
		serve  script
		asks   []ask
		want   []string
		conns  int // 0 is not looked at: the client may be gone before the server comes
	}{
		{"a connection is used again", trusting, always(hello), []ask{{}, {}, {method: post, body: "x"}}, []string{"200 hello", "200 hello", "200 hello"}, 1},
		{"a large upload", trusting, always(hello), []ask{{method: post, body: strings.Repeat("x", 1<<20)}, {}}, []string{"200 hello", "200 hello"}, 1},
		{"chunks", trusting, always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), []ask{{}, {}}, []string{"200 abc", "200 abc"}, 1},
		{"a long answer", trusting, always("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("y", 300000)), []ask{{}, {}}, []string{"200 " + strings.Repeat("y", 60), "200 " + strings.Repeat("y", 60)}, 1},
		{"to the end", trusting, once("HTTP/1.1 200 OK\r\n\r\nto the end"), []ask{{}, {}}, []string{"200 to the end", "200 to the end"}, 2},
		{"a GET is sent again", trusting, answeredOnce, []ask{{}, {}}, []string{"200 hello", "200 hello"}, 2},
		{"no answer", trusting, once(""), []ask{{}}, []string{"closed"}, 1},
		{"a server that never answers", trusting, func(p *peer, _ int) { p.untilGone() }, []ask{{timeout: brief}}, []string{"timeout"}, 1},
		{"a certificate of nobody's", &tls.Config{}, always(hello), []ask{{}}, []string{"tls"}, 1},
		{"a certificate for another name", &tls.Config{RootCAs: trusting.RootCAs, ServerName: "elsewhere.example"}, always(hello), []ask{{}}, []string{"tls"}, 1},
		{"nobody is checked", &tls.Config{InsecureSkipVerify: true}, always(hello), []ask{{}}, []string{"200 hello"}, 1},
		{"no common version", &tls.Config{RootCAs: trusting.RootCAs, MaxVersion: tls.VersionTLS11}, always(hello), []ask{{}}, []string{"tls"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, way := range ways(t, c.client.Clone()) {
				w, url := secureWorld(t, server, c.serve)
				if got, _ := performAt(t, w, way, url, c.asks); !cmp.Equal(c.want, got) {
					t.Errorf("%s hears %q, want %q", way.name, got, c.want)
				}
				if c.conns > 0 && w.opened() != c.conns {
					t.Errorf("%s opens %d connections, want %d", way.name, w.opened(), c.conns)
				}
				w.close()
			}
		})
	}
}

func TestAServerWithoutTLSIsToldFromOneThatIsGone(t *testing.T) {
	w := newWorld(t, listen(t), func(p *peer, _ int) { p.say("HTTP/1.1 400 Bad Request\r\n\r\n"); p.untilGone() })
	gone := newWorld(t, listen(t), func(p *peer, _ int) { p.Close() })
	c := newClient(t, Options{})
	req, err := http.NewRequest(get, "https://"+w.listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var header tls.RecordHeaderError
	if _, err := c.RoundTrip(req); !errors.As(err, &header) {
		t.Errorf("got %v, want a tls.RecordHeaderError", err)
	}
	req.URL.Host = gone.listener.Addr().String()
	if _, err := c.RoundTrip(req); class(err) != "closed" {
		t.Errorf("got %v, want a closed connection", err)
	}
}

func TestTheHandshakeNamesTheServerAndResumesSessions(t *testing.T) {
	server, client := authority(t)
	var full, resumed atomic.Int64
	hellos := make(chan *tls.ClientHelloInfo, 10) // more than there are connections
	server.NextProtos = []string{"h2", "http/1.1"}
	server.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) { hellos <- hello; return nil, nil }
	server.VerifyConnection = func(state tls.ConnectionState) error {
		if state.DidResume {
			resumed.Add(1)
		} else {
			full.Add(1)
		}
		return nil
	}
	_, url := secureWorld(t, server, always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
	c := newClient(t, Options{TLS: client})
	for range 3 {
		req, err := http.NewRequest(get, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if answer.TLS == nil || answer.TLS.NegotiatedProtocol != "http/1.1" {
			t.Errorf("the answer's connection is %+v, want http/1.1", answer.TLS)
		}
		hello := <-hellos
		if hello.ServerName != "localhost" || !cmp.Equal(hello.SupportedProtos, []string{"http/1.1"}) {
			t.Errorf("the client asks for %q with %q", hello.ServerName, hello.SupportedProtos)
		}
	}
	if full.Load() != 1 || resumed.Load() != 2 {
		t.Errorf("%d full handshakes and %d resumed, want 1 and 2", full.Load(), resumed.Load())
	}
}

func TestAWarmedTLSConnectionIsNotTakenForStale(t *testing.T) {
	server, client := authority(t)
	w, url := secureWorld(t, server, always(hello)) // its session tickets wait in the socket
	c := newClient(t, Options{TLS: client})
	if err := c.Warm(t.Context(), url, 1); err != nil {
		t.Fatal(err)
	}
	base, err := ParseBase(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.conn(0).(*tls.Conn).Handshake(); err != nil { // has sent the tickets
		t.Fatal(err)
	}
	for range 2 {
		if got := mustDo(t, c, &Request{Base: base, Method: post, Body: []byte("x")}); got != "hello" {
			t.Errorf("got %q", got)
		}
	}
	if want := (Counts{Opened: 1, Reused: 2}); c.Counts() != want {
		t.Errorf("counts %+v, want %+v", c.Counts(), want)
	}
}

func TestTLSConnectionsThatWereClosedAreNotPostedTo(t *testing.T) {
	server, client := authority(t)
	w, url := secureWorld(t, server, func(p *peer, nth int) {
		p.request()
		p.say(hello)
		if nth > 1 {
			p.untilGone()
		}
	})
	c := newClient(t, Options{TLS: client})
	base, err := ParseBase(url)
	if err != nil {
		t.Fatal(err)
	}
	mustDo(t, c, &Request{Base: base, Method: post, Body: []byte("x")})
	awaitClosed(t, c)
	mustDo(t, c, &Request{Base: base, Method: post, Body: []byte("x")})
	if want := (Counts{Opened: 2, Retried: 1}); c.Counts() != want {
		t.Errorf("counts %+v, want %+v", c.Counts(), want)
	}
	c.CloseIdleConnections()
	w.close()
	if len(w.heads) != 2 {
		t.Errorf("the server saw %d requests, want 2", len(w.heads))
	}
}

func TestTheProtocolIsAsked(t *testing.T) {
	server, client := authority(t)
	for _, c := range []struct {
		offers []string
		want   string
	}{{[]string{"h2", "http/1.1"}, "h2"}, {[]string{"http/1.1"}, "http/1.1"}, {nil, "http/1.1"}} {
		config := server.Clone()
		config.NextProtos = c.offers
		_, url := secureWorld(t, config, func(p *peer, _ int) { p.untilGone() })
		got, err := New(Options{TLS: client}).Protocol(t.Context(), url)
		if got != c.want || err != nil {
			t.Errorf("a server of %q speaks %q (%v), want %q", c.offers, got, err, c.want)
		}
		if _, err := New(Options{}).Protocol(t.Context(), url); class(err) != "tls" {
			t.Errorf("a server nobody trusts: %v", err)
		}
	}
	if got, err := New(Options{}).Protocol(t.Context(), "http://localhost:1"); got != "http/1.1" || err != nil {
		t.Errorf("without TLS: %q, %v", got, err)
	}
}

func TestAServerOfOtherProtocolsIsRefused(t *testing.T) {
	server, client := authority(t)
	server.NextProtos = []string{"h2"}
	client.NextProtos = []string{"http/1.1", "h2"} // as only a caller can ask for
	_, url := secureWorld(t, server, func(p *peer, _ int) { p.untilGone() })
	err := newClient(t, Options{TLS: client}).Warm(t.Context(), url, 1)
	if err == nil || !strings.Contains(err.Error(), `"h2"`) {
		t.Errorf("got %v, want a refusal of h2", err)
	}
}
