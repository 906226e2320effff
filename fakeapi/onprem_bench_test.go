package fakeapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// BenchmarkOnPremHandler is what one accepted message costs, the queue and the
// statuses that nobody listens to included.
func BenchmarkOnPremHandler(b *testing.B) {
	fake, err := Open(Options{Listen: NoListener})
	if err != nil {
		b.Fatal(err)
	}
	defer fake.Close()
	info := fake.Info()
	dialect := onprem.New(onprem.Options{Username: info.Username, Password: info.Password})
	login := serveOnce(fake, dialect.LoginRequest())
	if _, err := dialect.Login(whatsapp.Response{Status: login.Code, Body: login.Body.Bytes()}); err != nil {
		b.Fatal(err)
	}
	request, err := dialect.Encode(whatsapp.Call{Op: whatsapp.OpSend, Message: whatsapp.Message{
		To: onPremNumber(1), Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "Your code is 123456"},
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if w := serveOnce(fake, request); w.Code != http.StatusCreated {
			b.Fatal(w.Code, w.Body)
		}
	}
}

// serveOnce hands a request to the fake without a connection.
func serveOnce(fake *Server, r whatsapp.Request) *httptest.ResponseRecorder {
	req := httptest.NewRequest(r.Method, r.Path, bytes.NewReader(r.Body))
	req.Header = r.Header
	w := httptest.NewRecorder()
	fake.ServeHTTP(w, req)
	return w
}
