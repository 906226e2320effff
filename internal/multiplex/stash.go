package multiplex

import (
	"net"
	"sync"
)

// stash is the connection below TLS. While it holds, what TLS writes waits in
// memory until send: TLS has locks of its own, and whoever waits for a socket
// must have none.
type stash struct {
	net.Conn
	holds bool

	mu             sync.Mutex
	waiting, spare []byte
}

// Write implements net.Conn.
func (s *stash) Write(p []byte) (int, error) {
	if !s.holds {
		return s.Conn.Write(p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, p...)
	return len(p), nil
}

// pending reports whether anything waits.
func (s *stash) pending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting) > 0
}

// send writes what waits, for one caller at a time.
func (s *stash) send() error {
	for {
		s.mu.Lock()
		p := s.waiting
		s.waiting, s.spare = s.spare[:0], nil
		s.mu.Unlock()
		if len(p) == 0 {
			return nil
		}
		if _, err := s.Conn.Write(p); err != nil {
			return err
		}
		if cap(p) <= bufferKept {
			s.spare = p
		}
	}
}
