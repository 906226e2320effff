package fakeapi

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Client returns an http.Client that hands requests to the server within the
// process: no socket, so it also works inside testing/synctest. It honours the
// context and the deadline of a request. Every host name leads to the server.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: inProcess{s}}
}

// inProcess is a RoundTripper that calls the server's handler.
type inProcess struct{ server *Server }

// RoundTrip runs the handler beside the caller, who leaves when the request's
// context ends, as a client leaves a server that goes on with its work.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	req := r.Clone(r.Context())
	req.RemoteAddr, req.RequestURI = "127.0.0.1:0", r.URL.RequestURI()
	if req.Host == "" {
		req.Host = r.URL.Host
	}
	if req.Body == nil {
		req.Body = http.NoBody
	}
	answer := &recorder{header: http.Header{}, done: make(chan struct{})}
	if !t.server.handle(answer, req) {
		return nil, &net.OpError{Op: "dial", Net: "in-process", Err: syscall.ECONNREFUSED}
	}
	select {
	case <-answer.done:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if answer.broken {
		return nil, &net.OpError{Op: "read", Net: "in-process", Err: syscall.ECONNRESET}
	}
	return answer.response(r), nil
}

// handle runs the handler on a goroutine of the server's; it reports false if
// the server is closed.
func (s *Server) handle(answer *recorder, r *http.Request) bool {
	return s.spawnRequest(func() {
		defer close(answer.done)
		defer r.Body.Close()
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				answer.broken = true
			} else if p != nil {
				panic(p)
			}
		}()
		s.ServeHTTP(answer, r)
	})
}

// recorder is an http.ResponseWriter that keeps what is written. It belongs to
// the handler until done is closed.
type recorder struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
	broken bool
	done   chan struct{}
}

// Header implements http.ResponseWriter.
func (a *recorder) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (a *recorder) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *recorder) response(r *http.Request) *http.Response {
	a.WriteHeader(http.StatusOK)
	if a.sent.Get("Date") == "" {
		a.sent.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)),
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.sent, Body: io.NopCloser(bytes.NewReader(a.body.Bytes())),
		ContentLength: int64(a.body.Len()), Request: r,
	}
}

// abort breaks the connection: with a reset where there is a TCP connection to
// take over, otherwise as the protocol can. It does not return.
func abort(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			if plain, ok := conn.(*wire); ok {
				conn = plain.Conn
			}
			if secure, ok := conn.(*tls.Conn); ok {
				conn = secure.NetConn()
			}
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // so that closing sends RST, not FIN
			}
			_ = conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}
