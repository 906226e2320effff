//go:build !linux

package loop

import (
	"net"
	"time"
)

// Stamp does nothing.
func Stamp(net.Conn) {}

// Reader reads from one descriptor.
type Reader struct{}

// Arrived returns zero: the system does not say when something came in.
func (*Reader) Arrived() time.Time { return time.Time{} }

// Stamped returns the connection.
func Stamped(c net.Conn) net.Conn { return c }

// Arrived returns zero.
func Arrived(net.Conn) time.Time { return time.Time{} }
