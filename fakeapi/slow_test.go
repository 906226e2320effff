package fakeapi

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without a socket, so that its connections live in
// virtual time.
type pipes struct {
	conns  chan net.Conn // unbuffered: who connects waits for the server
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// piped serves s over pipes and returns how to connect.
func piped(t *testing.T, s *Server) func() net.Conn {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	host := s.host()
	go func() { _ = host.Serve(s.wires(l)) }()
	t.Cleanup(func() {
		_ = host.Close()
		pass(time.Second) // net/http lingers before it closes
	})
	return func() net.Conn {
		client, server := net.Pipe()
		l.conns <- server
		return client
	}
}

// Who sends slowly, or not at all, is let go in time, and told so where there
// is a request to answer.
func TestSlowClients(t *testing.T) {
	message := func(token, length string) string {
		return "POST /106540352242922/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + length + "\r\n\r\n"
	}
	const token = "EAAfakeTokenOfTheFakePlatform"
	for name, c := range map[string]struct {
		sent   string
		status int // 0: none
		after  time.Duration
	}{
		"no request":              {"", 0, messageWithin},
		"half a head":             {"POST /1/mess", 400, messageWithin},
		"half a body":             {message(token, "200") + `{"messaging_product":`, 408, messageWithin},
		"no body":                 {message(token, "200"), 408, messageWithin},
		"half a file":             {strings.Replace(message(token, "20000000"), "/messages", "/media", 1), 400, 0}, // not even a form
		"a body nobody asked for": {message("wrong", "200"), 401, messageWithin},
		"On-Premises":             {strings.Replace(message("x", "200"), "/106540352242922/messages", "/v1/users/login", 1), 408, messageWithin},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := piped(t, Start(t, Options{}))()
				defer conn.Close()
				began := time.Now()
				if _, err := io.WriteString(conn, c.sent); err != nil {
					t.Fatal(err)
				}
				res, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if c.status == 0 {
					if !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Errorf("ended with %v", err)
					}
				} else if err != nil || res.StatusCode != c.status {
					t.Errorf("answered %+v, %v; want %d", res, err, c.status)
				}
				if took := time.Since(began); took != c.after {
					t.Errorf("ended after %s, want %s", took, c.after)
				}
			})
		})
	}
}

// A wire that was quiet for less than its deadline, however often the deadline
// was moved, still serves; and a late answer is not cut by the time for bodies.
func TestPatientClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Start(t, behaving(t, func(p *CloudProfile) { p.Accept = Constant(10 * time.Minute) }))
		conn := piped(t, s)()
		defer conn.Close()
		answers := bufio.NewReader(conn)
		for i := range 3 {
			pass(4 * time.Minute) // more than for a head, less than for being idle
			head, body, _ := strings.Cut("POST /106540352242922/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.Info().Token+"\r\n"+sized(benchBody), "\r\n\r\n")
			if i == 0 {
				conn = piped(t, s)() // the first head has less time
				answers = bufio.NewReader(conn)
			}
			for _, part := range []string{head + "\r\n\r\n", body[:20], body[20:]} {
				if _, err := io.WriteString(conn, part); err != nil {
					t.Fatal(err)
				}
				pass(10 * time.Second)
			}
			res, err := http.ReadResponse(answers, nil)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("request %d: %+v, %v", i, res, err)
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				t.Fatal(err)
			}
		}
	})
}
