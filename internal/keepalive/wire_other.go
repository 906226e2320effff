//go:build !unix

package keepalive

// visit is never called without a RawConn.
func (w *wire) visit(uintptr) bool { return true }

// silent reports that nothing is known against the connection.
func (w *wire) silent() bool { return true }
