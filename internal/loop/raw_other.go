//go:build !unix

package loop

import (
	"net"
	"syscall"
)

// RawConn returns nil.
func RawConn(net.Conn) syscall.RawConn { return nil }
