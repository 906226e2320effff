package multiplex

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
	h2 "golang.org/x/net/http2"

	"wabench/internal/keepalive"
)

// userAgent is what net/http calls itself, so that a target cannot tell the
// clients apart.
const userAgent = "Go-http-client/2.0"

// check reports what cannot be said in HTTP/2, before it spoils a connection's
// state.
func check(req *keepalive.Request, authority string) error {
	switch {
	case authority == "":
		return errors.New("no host in request")
	case !httpguts.ValidHostHeader(authority):
		return fmt.Errorf("invalid host %q", authority)
	case req.Method == http.MethodConnect:
		return errors.New("CONNECT is not supported")
	case req.Method != "" && !httpguts.ValidHeaderFieldName(req.Method):
		return fmt.Errorf("invalid method %q", req.Method)
	case !httpguts.ValidHeaderFieldValue(req.Path) || strings.ContainsAny(req.Path, " \t"):
		return fmt.Errorf("invalid character in request path %q", req.Path)
	}
	for name, values := range req.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("invalid header name %q", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("invalid value of header %q", name) // it may be a secret
			}
		}
	}
	return nil
}

// writeHead writes a request's headers, in the order of their names.
func (k *conn) writeHead(id uint32, req *keepalive.Request, authority string) {
	k.block.Reset()
	k.field(":authority", authority)
	k.field(":method", cmp.Or(req.Method, http.MethodGet))
	k.field(":path", cmp.Or(req.Path, "/"))
	k.field(":scheme", k.scheme)
	k.fields(req.Header)
	if n := len(req.Body); n > 0 || keepalive.WantsLength(req.Method) {
		k.field("content-length", strconv.Itoa(n))
	}
	k.frame(id, len(req.Body) == 0)
}

// fields encodes the headers that are the caller's to say.
func (k *conn) fields(header http.Header) {
	var few [16]string
	names := few[:0]
	agent := userAgent
	for name := range header {
		switch lower := k.lower(name); lower {
		case "host", "content-length", "connection", "proxy-connection", "transfer-encoding", "upgrade", "keep-alive":
		case "user-agent":
			agent = strings.Join(header[name][:min(len(header[name]), 1)], "")
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			k.field(k.lower(name), strings.Trim(value, " \t"))
		}
	}
	if agent != "" {
		k.field("user-agent", agent)
	}
}

// frame writes the encoded headers, in as many frames as they need.
func (k *conn) frame(id uint32, last bool) {
	block := k.block.Bytes()
	n := min(len(block), k.frameSize)
	_ = k.frames.WriteHeaders(h2.HeadersFrameParam{ // into memory, as all that k.frames writes
		StreamID: id, BlockFragment: block[:n], EndStream: last, EndHeaders: n == len(block),
	})
	for block = block[n:]; len(block) > 0; block = block[n:] {
		n = min(len(block), k.frameSize)
		_ = k.frames.WriteContinuation(id, n == len(block), block[:n])
	}
}

// namesKept bounds the names that a connection remembers the lower case of.
const namesKept = 100

// lower returns a header's name as HTTP/2 wants it.
func (k *conn) lower(name string) string {
	lower, ok := k.lowered[name]
	if !ok {
		lower = strings.ToLower(name)
		if len(k.lowered) < namesKept {
			k.lowered[strings.Clone(name)] = lower
		}
	}
	return lower
}
