package fakeapi

import (
	"bytes"
	"context"
	"net"
	"net/http"
)

// wire is a connection that speaks HTTP/1.1 without TLS, as most clients of a
// fake have it. It does two things where bytes leave.
//
// It puts the platform's own headers, fifteen in every answer, behind the status
// line. In the header map of net/http they were half of what an accepted message
// cost: they fill the map, are copied with it, sorted and checked, though all but
// five never change.
//
// And it gives the platform's shape to what net/http answers by itself, before
// there is a request: a broken request line, a flood of headers.
type wire struct {
	net.Conn
	garbled func(what string) []byte
	// head is for the next answer, complete lines. Handlers set it, and one
	// request at a time is on a connection.
	head []byte
	room []byte // reused for what is written

	deadline deadline
}

// wireListener accepts wires.
type wireListener struct {
	net.Listener
	garbled func(what string) []byte // the body of an answer to what is no request
}

// wires makes a wire of every connection that l accepts.
func (s *Server) wires(l net.Listener) net.Listener { return wireListener{l, s.cloud.garbled} }

// Accept implements net.Listener.
func (l wireListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wire{Conn: conn, garbled: l.garbled}, nil
}

// wireKey is where a request's context keeps its wire.
type wireKey struct{}

// withWire is http.Server.ConnContext.
func withWire(ctx context.Context, conn net.Conn) context.Context {
	if w, ok := conn.(*wire); ok {
		return context.WithValue(ctx, wireKey{}, w)
	}
	return ctx
}

// wireOf returns the wire that r came over, nil if it came another way.
func wireOf(r *http.Request) *wire {
	w, _ := r.Context().Value(wireKey{}).(*wire)
	return w
}

// Write implements net.Conn.
func (w *wire) Write(p []byte) (int, error) {
	head := w.head
	if len(head) > 0 && bytes.HasPrefix(p, []byte("HTTP/1.1 1")) {
		head = nil // 100 Continue is not the answer yet
	}
	if len(head) == 0 {
		if refusal := w.translated(p); refusal != nil {
			return len(p), w.send(refusal)
		}
		return w.Conn.Write(p)
	}
	end := bytes.IndexByte(p, '\n') + 1 // of the status line; net/http sends it whole
	w.room = append(append(append(w.room[:0], p[:end]...), head...), p[end:]...)
	w.head = w.head[:0]
	return len(p), w.send(w.room)
}

func (w *wire) send(p []byte) error {
	_, err := w.Conn.Write(p)
	return err
}

// ownHeaders are those of net/http's own errors, and of no answer of ours: they
// have a length.
var ownHeaders = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// translated returns what to send instead of p if p is an error of net/http's
// own, nil otherwise.
func (w *wire) translated(p []byte) []byte {
	end := bytes.IndexByte(p, '\r')
	if end < 0 || !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) || !bytes.HasPrefix(p[end:], ownHeaders) {
		return nil
	}
	body, status := w.garbled(string(p[end+len(ownHeaders):])), p[:end]
	if bytes.HasPrefix(status, []byte("HTTP/1.1 5")) {
		status = []byte("HTTP/1.1 400 Bad Request") // the mistake is the client's all the same
	}
	dst := append([]byte{}, status...)
	dst = append(dst, "\r\nContent-Type: application/json; charset=UTF-8\r\nConnection: close\r\n\r\n"...)
	return append(dst, body...)
}
