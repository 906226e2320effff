// Package onprem speaks the On-Premises API: it turns calls into requests of
// /v1, reads the answers and the webhooks, and holds the wire types that the
// driver and the fake share. It does no I/O and reads no clock.
//
// A Dialect needs a login before its first request: send LoginRequest, hand
// the answer to Login, and again before the time that Login returns.
package onprem

import (
	"net/http"
	"sync/atomic"

	"wabench/internal/whatsapp"
)

// Options are the credentials of an API user.
type Options struct {
	Username string
	Password string
}

// Dialect encodes calls for one API user and decodes their answers. It is safe
// for concurrent use; a login takes effect on the requests encoded after it.
type Dialect struct {
	username string
	password string
	session  atomic.Pointer[session]
}

// New returns the dialect of a user who has not logged in yet.
func New(o Options) *Dialect {
	return &Dialect{username: o.Username, password: o.Password}
}

// Values of the Content-Type header, ready for an http.Header.
var (
	jsonContent   = []string{"application/json"}
	binaryContent = []string{"application/octet-stream"}
)

// Encode turns a call into a request. Before the first login it carries no
// Authorization, and the API answers 401.
func (d *Dialect) Encode(call whatsapp.Call) (whatsapp.Request, error) {
	r, err := encode(call)
	if err != nil {
		return whatsapp.Request{}, err
	}
	if s := d.session.Load(); s != nil {
		r.Header["Authorization"] = s.authorization
	}
	return r, nil
}

// jsonRequest is a request with a JSON body and room for the Authorization.
func jsonRequest(method, path string, body []byte) whatsapp.Request {
	header := make(http.Header, 2)
	header["Content-Type"] = jsonContent
	return whatsapp.Request{Method: method, Path: path, Header: header, Body: body}
}
