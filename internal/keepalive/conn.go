package keepalive

import (
	"crypto/tls"
	"net"
	"time"
)

// conn is a persistent connection. One request at a time has it.
type conn struct {
	base  Base
	wire  *wire
	rw    net.Conn             // the wire, or TLS over it
	state *tls.ConnectionState // nil without TLS

	reused bool      // was idle before this request
	since  time.Time // when it was last read from
	begun  bool      // the answer's first byte was there
	close  func()    // of the wire, bound once
	left   func()    // what a loop does when the server ends it while it is idle, bound once
}

// begin readies the connection for a request.
func (k *conn) begin(deadline time.Time) error {
	k.begun = false
	k.wire.begin()
	return k.wire.SetDeadline(deadline)
}

// send holds a whole request until the answer is waited for.
func (k *conn) send(p []byte) error {
	if k.state == nil {
		k.wire.hold(p)
		return nil
	}
	_, err := k.rw.Write(p)
	return err
}

// Read implements io.Reader for the answer's buffer.
func (k *conn) Read(p []byte) (int, error) {
	n, err := k.rw.Read(p)
	if n > 0 && !k.begun {
		k.begun, k.since = true, time.Now()
		if k.wire.pending() {
			return k.early(n)
		}
	}
	return n, err
}

// early is an answer that came before its request was sent: from a server that
// had enough of us as soon as we came, or for nobody.
func (k *conn) early(n int) (int, error) {
	if k.reused {
		k.begun = false
		return 0, errStale
	}
	k.wire.writeHeld()
	return n, nil
}

// untouched reports whether nothing of the request was sent.
func (k *conn) untouched() bool { return k.wire.sent.Load() == 0 }
