package keepalive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Base is where requests go. Connections are shared by requests of one Base.
type Base struct {
	Secure bool
	Host   string // with a port unless it is the scheme's own
}

// ParseBase reads a Base from an address such as https://graph.example.com;
// a path is left out.
func ParseBase(address string) (Base, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Base{}, err
	}
	return baseOf(u)
}

func baseOf(u *url.URL) (Base, error) {
	if u.Scheme != "http" && u.Scheme != "https" {
		return Base{}, fmt.Errorf("unsupported protocol scheme %q", u.Scheme)
	}
	if u.Host == "" {
		return Base{}, errors.New("no host in request URL")
	}
	return Base{Secure: u.Scheme == "https", Host: u.Host}, nil
}

// address is what to dial.
func (b Base) address() string {
	u := url.URL{Host: b.Host}
	port := u.Port()
	switch {
	case port != "":
	case b.Secure:
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// Request is a request as plain values. It is only read, so one may be sent
// many times and at once.
type Request struct {
	Base
	Method string // empty is GET
	Path   string // with the query, escaped; empty is /
	Header http.Header
	Body   []byte
}

// smallBody is what is sent in one piece with the head, from the caller's
// goroutine. What is larger may meet a server that answers without reading,
// so it is written by a goroutine of its own.
const smallBody = 64 << 10

// outgoing is a request on its way.
type outgoing struct {
	base   Base
	method string
	host   string
	path   string
	header http.Header
	close  bool

	body    io.ReadCloser // what is left to be written after the first bytes; nil is nothing
	length  int64         // of the whole body; -1 is unknown
	started bool          // the body has been read from
	rewind  func() (io.ReadCloser, error)
	// replayable is whether the body can be had again.
	replayable bool
}

// prepare makes the request's first bytes.
func (a *Answer) prepare(req *Request) (err error) {
	a.request = outgoing{
		base: req.Base, method: req.Method, host: req.Host, path: req.Path, header: req.Header,
		length: int64(len(req.Body)), replayable: true,
	}
	if req.Host == "" {
		return errors.New("no host in request")
	}
	if err := a.encodeHead(); err != nil {
		return err
	}
	if len(req.Body) <= smallBody {
		a.out = append(a.out, req.Body...)
		return nil
	}
	body := req.Body // not req, which then need not be allocated
	a.request.rewind = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	a.request.body, err = a.request.rewind()
	return err
}

// adopt makes the first bytes of a request of net/http. The body is closed
// here unless it is left to be streamed.
func (a *Answer) adopt(req *http.Request) (err error) {
	defer func() {
		if req.Body != nil && a.request.body == nil {
			err = errors.Join(err, req.Body.Close())
		}
	}()
	a.request = outgoing{}
	if req.URL == nil {
		return errors.New("nil request URL")
	}
	if len(req.Trailer) > 0 || len(req.TransferEncoding) > 0 {
		return errors.New("request trailers and transfer encodings are not supported")
	}
	base, err := baseOf(req.URL)
	if err != nil {
		return err
	}
	length, body, err := measure(req)
	if err != nil {
		return err
	}
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	a.request = outgoing{
		base: base, method: req.Method, host: host, path: req.URL.RequestURI(), header: req.Header,
		close: req.Close, length: length, rewind: req.GetBody, replayable: length == 0 || req.GetBody != nil,
	}
	if err := a.encodeHead(); err != nil {
		return err
	}
	if length < 0 || length > smallBody {
		a.request.body = body
		return nil
	}
	return a.appendBody(body, int(length))
}

// measure returns a body's length as net/http sees it: zero with a body there
// means nobody knows. With a method that usually has none, the first byte
// decides whether there is one.
func measure(req *http.Request) (length int64, body io.ReadCloser, err error) {
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		return 0, nil, nil
	case req.ContentLength != 0:
		return max(req.ContentLength, -1), req.Body, nil
	case !usuallyBodiless(req.Method):
		return -1, req.Body, nil
	}
	var first [1]byte
	_, err = io.ReadFull(req.Body, first[:])
	if errors.Is(err, io.EOF) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, &bodyError{err}
	}
	return -1, resumed{io.MultiReader(strings.NewReader(string(first[:])), req.Body), req.Body}, nil
}

func usuallyBodiless(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodDelete, http.MethodOptions, "PROPFIND", "SEARCH":
		return true
	}
	return false
}

// resumed is a body of which something was read already.
type resumed struct {
	io.Reader
	io.Closer
}

// appendBody reads a small body into the first bytes.
func (a *Answer) appendBody(body io.Reader, length int) error {
	if length == 0 {
		return nil
	}
	head := len(a.out)
	a.out = append(a.out, make([]byte, length)...)
	n, err := io.ReadFull(body, a.out[head:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return lengthError(int64(length), int64(n))
	}
	if err != nil {
		return &bodyError{err}
	}
	return atEnd(body, int64(length))
}

// atEnd checks that a body has no more than its length.
func atEnd(body io.Reader, length int64) error {
	extra, err := io.Copy(io.Discard, body)
	if err != nil {
		return &bodyError{err}
	}
	if extra > 0 {
		return lengthError(length, length+extra)
	}
	return nil
}

func lengthError(announced, found int64) error {
	return &bodyError{fmt.Errorf("content length %d with a body of %d bytes", announced, found)}
}

// bodyError is a request's body that could not be had: the caller's fault.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return "read request body: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }
