//go:build !unix

package keepalive

import (
	"net"
	"syscall"
)

// rawConn returns nil: only Unix lets us look at a socket without waiting.
func rawConn(net.Conn) syscall.RawConn { return nil }

// visit is never called without a rawConn.
func (w *wire) visit(uintptr) bool { return true }

// silent reports that nothing is known against the connection.
func (w *wire) silent() bool { return true }
