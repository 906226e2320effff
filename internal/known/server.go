package known

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"strconv"
	"sync"
	"time"
)

// Options are how a server answers.
type Options struct {
	// Serve returns once the request with a path is to be answered. stop, if
	// closed, cuts the wait. An error ends the connection.
	Serve func(path []byte, stop <-chan struct{}) error
	// Body is that of every answer, which is JSON.
	Body string
}

// Server answers requests cheaply: what it costs itself is not to be mistaken
// for a tool's.
type Server struct {
	serve    func(path []byte, stop <-chan struct{}) error
	answer   []byte
	listener net.Listener
	stop     chan struct{} // closed to end waits
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once closed
}

// Listen starts a server on a free port of this machine.
func Listen(o Options) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		serve: o.Serve, answer: answer(o.Body), listener: listener, stop: make(chan struct{}), conns: map[net.Conn]bool{},
	}
	s.running.Go(s.accept)
	return s, nil
}

// answer is the bytes of every answer. HTTP/1.0 clients keep a connection only
// if they are told so.
func answer(body string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// URL is where the server is reached.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends every connection and waits until nothing of the server runs.
func (s *Server) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	close(s.stop) // after the connections: a wait that is cut must not be answered
	s.running.Wait()
}

// Wait returns d after from, or as soon as stop is closed, which it reports.
func Wait(from time.Time, d time.Duration, stop <-chan struct{}) (stopped bool) {
	if d <= 0 {
		return false
	}
	timer := time.NewTimer(time.Until(from.Add(d)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-stop:
		return true
	}
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		if !s.add(conn) {
			_ = conn.Close()
			return
		}
		s.running.Go(func() { s.converse(conn) })
	}
}

// add notes a connection; false if the server is closed.
func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = true
	return true
}

// converse answers the requests of a connection until it ends.
func (s *Server) converse(conn net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
		_ = conn.Close()
	}()
	r := bufio.NewReaderSize(conn, 4<<10)
	var path []byte // reused: a request's line is gone once its head is read
	for {
		var err error
		if path, err = readRequest(r, path[:0]); err != nil {
			return
		}
		if s.serve(path, s.stop) != nil {
			return
		}
		if _, err := conn.Write(s.answer); err != nil {
			return
		}
	}
}

// errRequest is a request that makes no sense.
var errRequest = errors.New("not a request")

// readRequest reads a request to its end and appends its path to dst.
func readRequest(r *bufio.Reader, dst []byte) (path []byte, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return dst, err
	}
	_, line, _ = bytes.Cut(line, []byte(" "))
	line, _, found := bytes.Cut(line, []byte(" "))
	if !found {
		return dst, errRequest
	}
	path = append(dst, line...)
	length, err := readHead(r)
	if err != nil {
		return path, err
	}
	_, err = r.Discard(length)
	return path, err
}

// readHead reads the header and returns the length of the body.
func readHead(r *bufio.Reader) (length int, err error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil || length < 0 {
				return 0, errRequest
			}
		}
	}
}
