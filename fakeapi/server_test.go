package fakeapi

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// trusting is a client that trusts the server's authority.
func trusting(t testing.TB, s *Server) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if ca := s.CertificateAuthority(); ca != nil && !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("%s is not a certificate", ca)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestListening(t *testing.T) {
	for scheme, secure := range map[string]bool{"http": false, "https": true} {
		c := startCloud(t, Options{Listen: "127.0.0.1:0", TLS: secure})
		c.http = trusting(t, c.server)
		if !strings.HasPrefix(c.server.URL, scheme+"://127.0.0.1:") {
			t.Errorf("listens on %s", c.server.URL)
		}
		if a := c.send(textTo("16505551234")); a.status != http.StatusOK {
			t.Errorf("%s: %d %v", scheme, a.status, a.err)
		}
		if got := c.server.Info(); got.URL != c.server.URL || got.Token == "" || got.AppSecret == "" || got.Password == "" {
			t.Errorf("info is %+v", got)
		}
	}
}

func TestCertificateCoversItsNames(t *testing.T) {
	s := Start(t, Options{Listen: "127.0.0.1:0", TLS: true, TLSNames: []string{"chat.example.test", "10.0.0.7"}})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CertificateAuthority())
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "graph.facebook.com", "chat.example.test", "10.0.0.7"} {
		leaf, err := x509.ParseCertificate(s.identity.leaf.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{takes: time.Hour}
		s := Start(t, Options{Webhook: webhookURL, WebhookClient: hook.client()})
		c := &client{t: t, server: s, http: s.Client()}
		c.send(textTo("16505551234")) // its webhook hangs
		if _, err := s.Inject(Fault{Kind: Stall}); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- c.send(textTo("16505551234")).err }()
		synctest.Wait()
		s.Close()
		if err := <-done; !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("an open request ended with %v", err)
		}
		if a := c.send(textTo("16505551234")); !errors.Is(a.err, syscall.ECONNREFUSED) {
			t.Errorf("a closed server answered %d, %v", a.status, a.err)
		}
		s.Close() // again, to no effect
	})
}

func TestClientHonoursTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Accept = Constant(time.Minute) }))
		c.http.Timeout = time.Second
		began := time.Now()
		a := c.send(textTo("16505551234"))
		if !errors.Is(a.err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("ended with %v after %s", a.err, time.Since(began))
		}
		synctest.Wait()
		// The platform has taken the message all the same.
		if got := c.server.Messages(MessageQuery{}); len(got) != 1 || got[0].Status != "accepted" {
			t.Errorf("messages are %+v", got)
		}
	})
}

// Each is sent over a socket as it stands, and answered in the platform's own
// shape or, where HTTP itself is broken, with 4xx.
func TestBadRequestsOverASocket(t *testing.T) {
	s := Start(t, Options{Listen: "127.0.0.1:0"})
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	head := "POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + s.Info().Token + "\r\n"
	big := `{"messaging_product":"whatsapp","to":"1","text":{"body":"` + strings.Repeat("x", 10<<20) + `"}}`
	deep := strings.Repeat(`{"text":`, 20_000)
	for name, c := range map[string]struct{ request, want string }{
		"10 MiB body":      {head + sized(big), "HTTP/1.1 413"},
		"deep JSON":        {head + sized(deep), "HTTP/1.1 400"},
		"bad UTF-8":        {head + sized("{\"messaging_product\":\"\xff\"}"), "HTTP/1.1 400"},
		"bad multipart":    {strings.Replace(head, "/messages", "/media", 1) + "Content-Type: multipart/form-data; boundary=x\r\n" + sized("--x\r\nnonsense"), "HTTP/1.1 400"},
		"no boundary":      {strings.Replace(head, "/messages", "/media", 1) + "Content-Type: multipart/form-data\r\n" + sized("--x"), "HTTP/1.1 400"},
		"odd content type": {head + "Content-Type: ;;;\r\n" + sized("{}"), "HTTP/1.1 400"},
		"header flood":     {head + strings.Repeat("X-Flood: "+strings.Repeat("x", 1000)+"\r\n", 1100) + "\r\n", "HTTP/1.1 431"},
		"path trick":       {strings.Replace(head, path, "/v24.0/%2e%2e/%00", 1) + sized("{}"), "HTTP/1.1 400"},
		"no body":          {head + "Content-Length: 0\r\n\r\n", "HTTP/1.1 400"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			go func() { _, _ = io.WriteString(conn, c.request) }() // the server may stop reading
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, c.want) {
				t.Errorf("answered %q, %v; want %s", line, err, c.want)
			}
		})
	}
}

func sized(body string) string {
	return "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func TestResetGoesBackToTheBeginning(t *testing.T) {
	c := startCloud(t, Options{Seed: 3})
	first := c.send(textTo("16505551234")).id(t)
	c.send(textTo("16505551234"))
	if _, err := c.server.Inject(Fault{Kind: Unavailable}); err != nil {
		t.Fatal(err)
	}
	if err := c.server.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := c.server.Messages(MessageQuery{}); len(got) != 0 {
		t.Errorf("%d messages are left", len(got))
	}
	if again := c.send(textTo("16505551234")).id(t); again != first {
		t.Errorf("the first message is %s, was %s", again, first)
	}
}
