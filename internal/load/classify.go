package load

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"wabench/internal/whatsapp"
)

// classify says whose fault a request without an answer is. Order matters: a
// dial that timed out is network, one that found no descriptor is ours.
func classify(err error) whatsapp.Class {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case isOurs(err), errors.Is(err, errCut):
		return whatsapp.GeneratorFault
	case errors.As(err, &dns), isTLS(err):
		return whatsapp.Network
	case errors.As(err, &op) && op.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
		return whatsapp.Network
	case errors.Is(err, errTimeout), isTimeout(err):
		return whatsapp.TargetTimeout
	case errors.Is(err, context.Canceled):
		return whatsapp.GeneratorFault // nobody cancels but us
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return whatsapp.TargetReset
	}
	// What is left is an answer that is not HTTP, or a connection that ended in
	// the middle of one: net/http has no types for most of these.
	return whatsapp.TargetReset
}

// isOurs reports whether this machine lacked something: descriptors, ports,
// buffers or memory.
func isOurs(err error) bool {
	for _, ours := range []syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM,
	} {
		if errors.Is(err, ours) {
			return true
		}
	}
	return false
}

// isTLS reports whether the handshake failed.
func isTLS(err error) bool {
	var header tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var alert tls.AlertError
	return errors.As(err, &header) || errors.As(err, &verify) || errors.As(err, &unknown) ||
		errors.As(err, &alert) || strings.Contains(err.Error(), "tls: ")
}

// isTimeout reports whether err is a deadline of any kind.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
