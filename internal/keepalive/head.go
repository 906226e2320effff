package keepalive

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// userAgent is what net/http calls itself, so that a target cannot tell the
// clients apart.
const userAgent = "Go-http-client/1.1"

// encodeHead writes the request line and the headers, in the order of their
// names, to a.out.
func (a *Answer) encodeHead() error {
	r := &a.request
	if err := r.complete(); err != nil {
		return err
	}
	b := append(a.out[:0], r.method...)
	b = append(append(append(b, ' '), r.path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, r.host...), "\r\n"...)
	b = r.appendAgent(b)
	if r.close && !anyToken(r.header["Connection"], "close") {
		b = append(b, "Connection: close\r\n"...)
	}
	switch {
	case r.length > 0, r.length == 0 && WantsLength(r.method):
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), r.length, 10), "\r\n"...)
	case r.length < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	b, err := appendFields(b, r.header)
	a.out = append(b, "\r\n"...)
	return err
}

// complete fills in what may be left out, and checks what must hold.
func (r *outgoing) complete() error {
	if r.method == "" {
		r.method = http.MethodGet
	}
	if !isToken(r.method) {
		return fmt.Errorf("invalid method %q", r.method)
	}
	if r.method == http.MethodConnect {
		return errors.New("CONNECT is not supported")
	}
	if r.path == "" {
		r.path = "/"
	}
	if !isPlain(r.path) {
		return fmt.Errorf("invalid character in request path %q", r.path)
	}
	r.host = withoutZone(r.host)
	if !isPlain(r.host) {
		return fmt.Errorf("invalid host %q", r.host)
	}
	return nil
}

func (r *outgoing) appendAgent(b []byte) []byte {
	agent := userAgent
	if set, ok := r.header["User-Agent"]; ok {
		agent = ""
		if len(set) > 0 {
			agent = strings.Trim(set[0], " \t")
		}
	}
	if agent == "" {
		return b
	}
	return append(append(append(b, "User-Agent: "...), agent...), "\r\n"...)
}

// WantsLength reports whether servers expect a length even of no body.
func WantsLength(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// appendFields writes headers, sorted: two runs of one plan send the same bytes.
func appendFields(b []byte, header http.Header) ([]byte, error) {
	var few [16]string
	names := few[:0]
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !isToken(name) {
			return b, fmt.Errorf("invalid header field name %q", name)
		}
		for _, value := range header[name] {
			if !isFieldValue(value) {
				return b, fmt.Errorf("invalid header field value for %q", name)
			}
			if isOurs(name) {
				continue
			}
			b = append(append(b, name...), ": "...)
			b = append(append(b, strings.Trim(value, " \t")...), "\r\n"...)
		}
	}
	return b, nil
}

// isOurs reports whether a header is written by encodeHead itself.
func isOurs(name string) bool {
	switch name {
	case "Host", "User-Agent", "Content-Length", "Transfer-Encoding", "Trailer":
		return true
	}
	return false
}

// withoutZone removes an IPv6 address's zone, which means nothing elsewhere.
func withoutZone(host string) string {
	if !strings.HasPrefix(host, "[") {
		return host
	}
	end := strings.LastIndexByte(host, ']')
	zone := strings.IndexByte(host, '%')
	if zone < 0 || zone > end {
		return host
	}
	return host[:zone] + host[end:]
}

// tokens are the characters of methods and header names, RFC 9110 section 5.6.2.
var tokens = func() (table [256]bool) {
	for _, c := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		table[c] = true
	}
	return table
}()

func isToken[text string | []byte](name text) bool {
	for i := range len(name) {
		if !tokens[name[i]] {
			return false
		}
	}
	return len(name) > 0
}

func isFieldValue[text string | []byte](value text) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// isPlain reports whether text can stand in a request line or as a host:
// visible ASCII only.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}
