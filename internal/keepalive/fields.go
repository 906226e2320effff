package keepalive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// field is where a header stands in the answer's head.
type field struct{ start, colon, end int }

func (a *Answer) name(f field) []byte { return a.head[f.start:f.colon] }

func (a *Answer) value(f field) []byte { return trimLeft(a.head[f.colon+1 : f.end]) }

func trimLeft[text string | []byte](value text) text {
	for len(value) > 0 && (value[0] == ' ' || value[0] == '\t') {
		value = value[1:]
	}
	return value
}

// malformed is an answer that is not HTTP.
func malformed(what string, line []byte) error {
	const quoted = 80
	return fmt.Errorf("malformed %s %q", what, line[:min(len(line), quoted)])
}

// readHead reads the status line and headers of the answer, over informational
// ones.
func (a *Answer) readHead() error {
	a.budget = a.client.options.HeadLimit
	for {
		a.head, a.fields, a.trailer = a.head[:0], a.fields[:0], 0
		if err := a.readStatus(); err != nil {
			return err
		}
		if err := a.readFields(); err != nil {
			return err
		}
		a.trailer = len(a.fields)
		if err := a.frame(); err != nil {
			return err
		}
		if a.Status < 100 || a.Status > 199 || a.Status == http.StatusSwitchingProtocols {
			return nil
		}
	}
}

// readStatus reads a status line:
//
//	status-line = "HTTP/" digit "." digit SP *SP 3digit [ SP reason ] ;
//
// with what net/http tolerates.
func (a *Answer) readStatus() error {
	line, err := a.readLine()
	if err != nil {
		return err
	}
	protocol, status, found := bytes.Cut(line, []byte(" "))
	if !found {
		return malformed("status line", line)
	}
	switch string(protocol) {
	case "HTTP/1.1":
		a.major, a.minor = 1, 1
	case "HTTP/1.0":
		a.major, a.minor = 1, 0
	default:
		var ok bool
		if a.major, a.minor, ok = http.ParseHTTPVersion(string(protocol)); !ok {
			return malformed("protocol version", protocol)
		}
	}
	code, _, _ := bytes.Cut(bytes.TrimLeft(status, " "), []byte(" "))
	if len(code) != 3 {
		return malformed("status code", code)
	}
	a.Status, err = strconv.Atoi(string(code))
	if err != nil || a.Status < 0 {
		return malformed("status code", code)
	}
	return nil
}

// readFields reads headers to the empty line behind them.
func (a *Answer) readFields() error {
	for {
		line, err := a.readLine()
		switch {
		case err != nil:
			return err
		case len(line) == 0:
			return nil
		}
		if line[0] == ' ' || line[0] == '\t' {
			err = a.fold(line)
		} else {
			err = a.addField(line)
		}
		if err != nil {
			return err
		}
	}
}

// addField notes the line just read, the head's last, as a header.
func (a *Answer) addField(line []byte) error {
	end := len(a.head)
	trimmed := bytes.TrimRight(line, " \t")
	a.head = a.head[:end-len(line)+len(trimmed)]
	f := field{start: end - len(line), end: len(a.head)}
	colon := bytes.IndexByte(trimmed, ':')
	if colon < 0 || !isFieldName(trimmed[:colon]) || !isFieldValue(trimmed[colon+1:]) {
		return malformed("header line", line)
	}
	f.colon = f.start + colon
	a.fields = append(a.fields, f)
	return nil
}

// fold adds a continuation, the head's last line, to the header before it. The
// standard calls it obsolete; net/http takes it.
func (a *Answer) fold(line []byte) error {
	if len(a.fields) == 0 || a.trailer > 0 && len(a.fields) == a.trailer {
		return malformed("first header line", line)
	}
	more := bytes.Trim(line, " \t")
	if !isFieldValue(more) {
		return malformed("header line", line)
	}
	last := &a.fields[len(a.fields)-1]
	a.head = append(append(a.head[:last.end], ' '), more...)
	last.end = len(a.head)
	return nil
}

// isFieldName allows blanks, as net/http does: such a name is never the one
// that is looked for.
func isFieldName(name []byte) bool {
	for _, c := range name {
		if !tokens[c] && c != ' ' {
			return false
		}
	}
	return len(name) > 0
}

// readLine appends a line to the head and returns it without its end.
func (a *Answer) readLine() ([]byte, error) {
	start := len(a.head)
	for {
		piece, err := a.buffer.ReadSlice('\n')
		a.budget -= len(piece)
		if a.budget < 0 {
			return nil, fmt.Errorf("head exceeds %d bytes", a.client.options.HeadLimit)
		}
		a.head = append(a.head, piece...)
		if err == nil {
			break
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(a.head) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	end := len(a.head) - 1
	if end > start && a.head[end-1] == '\r' {
		end--
	}
	a.head = a.head[:end]
	return a.head[start:end], nil
}

// statusLine cuts the status line in two, "HTTP/1.1" and "200 OK".
func (a *Answer) statusLine(head string) (protocol, status string) {
	if len(a.fields) > 0 {
		head = head[:a.fields[0].start]
	}
	protocol, status, _ = strings.Cut(head, " ")
	return protocol, strings.TrimLeft(status, " ")
}

// equalFold compares an ASCII name with one that is spelt in any case.
func equalFold[text string | []byte](name text, wanted string) bool {
	if len(name) != len(wanted) {
		return false
	}
	for i := range len(name) {
		if lower(name[i]) != lower(wanted[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
