//go:build unix

package loop

import (
	"net"
	"syscall"
)

// RawConn returns a TCP connection's descriptor, nil for anything else and where
// a system does not let us look at a socket without waiting.
func RawConn(c net.Conn) syscall.RawConn {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
