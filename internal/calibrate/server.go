package calibrate

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
)

// server speaks just enough HTTP/1.1 to answer POST /<n> cheaply: what it costs
// itself is not to be mistaken for the tool's.
type server struct {
	truth    *truth
	listener net.Listener
	stop     chan struct{} // closed to end waits
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once closed
}

// answerBytes is every answer.
const answerBytes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

func listen(t *truth) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{truth: t, listener: listener, stop: make(chan struct{}), conns: map[net.Conn]bool{}}
	s.running.Go(s.accept)
	return s, nil
}

func (s *server) url() string { return "http://" + s.listener.Addr().String() }

// close ends every connection and waits until nothing of the server runs.
func (s *server) close() {
	close(s.stop)
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.running.Wait()
}

func (s *server) accept() {
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
func (s *server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = true
	return true
}

// converse answers the requests of a connection until it ends.
func (s *server) converse(conn net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
		_ = conn.Close()
	}()
	r := bufio.NewReaderSize(conn, 4<<10)
	for {
		n, err := readRequest(r)
		if err != nil {
			return
		}
		s.truth.serve(n, s.stop)
		if _, err := io.WriteString(conn, answerBytes); err != nil {
			return
		}
	}
}

// errRequest is a request that is not of calibrate's own making.
var errRequest = errors.New("not a request of a calibration")

// readRequest reads a request to its end and returns the number in its path.
func readRequest(r *bufio.Reader) (n int64, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	_, path, _ := bytes.Cut(line, []byte(" /"))
	number, _, found := bytes.Cut(path, []byte(" "))
	n, err = strconv.ParseInt(string(number), 10, 64)
	if !found || err != nil {
		return 0, errRequest
	}
	length, err := readHead(r)
	if err != nil {
		return 0, err
	}
	_, err = r.Discard(length)
	return n, err
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
