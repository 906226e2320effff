package keepalive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"slices"
)

// read reads the answer's body in its framing. The end is io.EOF, at the latest
// by the read after the last byte.
func (a *Answer) read(p []byte) (int, error) {
	f := &a.framing
	switch {
	case !f.bodily || f.length == 0:
		return 0, io.EOF
	case f.chunked:
		return a.readChunks(p)
	case f.length < 0:
		return a.buffer.Read(p)
	}
	return a.readLength(p)
}

// readLength reads a body of announced length.
func (a *Answer) readLength(p []byte) (int, error) {
	if a.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > a.left {
		p = p[:a.left]
	}
	n, err := a.buffer.Read(p)
	a.left -= int64(n)
	switch {
	case a.left == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// readChunks reads a chunked body, and its trailer at its end.
func (a *Answer) readChunks(p []byte) (int, error) {
	if a.chunks == nil {
		a.chunks = httputil.NewChunkedReader(a.buffer)
	}
	n, err := a.chunks.Read(p)
	if err == io.EOF {
		if fault := a.readTrailer(); fault != nil {
			err = fault
		}
		a.framing.length = 0 // read no further
	}
	return n, err
}

// readTrailer reads what may follow the last chunk: an empty line, or headers
// and an empty line.
func (a *Answer) readTrailer() error {
	next, err := a.buffer.Peek(2)
	switch {
	case bytes.Equal(next, []byte("\r\n")):
		_, err = a.buffer.Discard(2)
		return err
	case len(next) < 2 && !isTimeout(err):
		return fmt.Errorf("read trailer: %w", io.ErrUnexpectedEOF)
	case len(next) < 2:
		return err
	}
	if err := a.trailerEnds(); err != nil {
		return fmt.Errorf("read trailer: %w", err)
	}
	if err := a.readFields(); err != nil {
		return fmt.Errorf("read trailer: %w", err)
	}
	return nil
}

// trailerEnds waits for the end of a trailer, which net/http allows one buffer.
func (a *Answer) trailerEnds() error {
	for n := 4; n <= readSize; n = max(n+1, a.buffer.Buffered()) {
		next, err := a.buffer.Peek(n)
		if bytes.Contains(next, []byte("\r\n\r\n")) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("no end in %d bytes", readSize)
}

// readBody reads the whole body and keeps its beginning.
func (a *Answer) readBody(limit int) error {
	a.Body = a.Body[:0]
	known := min(a.left, int64(limit), bufferKept) // more is believed when it comes
	a.Body = slices.Grow(a.Body, int(max(known, 0)))
	for len(a.Body) < limit {
		if len(a.Body) == cap(a.Body) {
			a.Body = slices.Grow(a.Body, min(limit-len(a.Body), max(len(a.Body), 512)))
		}
		room := a.Body[len(a.Body):min(cap(a.Body), limit)]
		n, err := a.read(room)
		a.Body = a.Body[:len(a.Body)+n]
		if err != nil {
			a.Length = int64(len(a.Body))
			return endOfBody(err)
		}
	}
	dropped, err := io.Copy(io.Discard, readerFunc(a.read))
	a.Length = int64(len(a.Body)) + dropped
	return endOfBody(err)
}

func endOfBody(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read answer: %w", err)
}

// readerFunc is a function as an io.Reader.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
