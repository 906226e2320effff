package multiplex

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"wabench/internal/keepalive"
)

// RoundTrip implements http.RoundTripper. The request's body is read before
// anything is sent, and the answer's before it returns; what is over BodyLimit
// is an error here.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	if req.URL == nil {
		return nil, errors.New("nil request URL")
	}
	base, err := keepalive.ParseBase(req.URL.String())
	if err != nil {
		return nil, err
	}
	ctx := req.Context()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	deadline, _ := ctx.Deadline()
	a, err := c.do(ctx, c, &keepalive.Request{
		Base: base, Method: req.Method, Path: req.URL.RequestURI(), Header: req.Header, Body: body,
	}, cmp.Or(req.Host, base.Host), deadline)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	if int64(len(a.Body)) < a.Length {
		return nil, fmt.Errorf("an answer of %d bytes, where %d are the limit", a.Length, c.options.BodyLimit)
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)), StatusCode: a.Status,
		Proto: "HTTP/2.0", ProtoMajor: 2, Header: a.Header(), ContentLength: a.length(),
		Body: io.NopCloser(bytes.NewReader(bytes.Clone(a.Body))), Request: req,
	}, nil
}

// length returns what the headers declare of the body's length, -1 if nothing.
func (a *Answer) length() int64 {
	if a.declared < 0 && a.Length == 0 {
		return 0
	}
	return a.declared
}

// bodyOf reads and closes a request's body.
func bodyOf(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	if err = errors.Join(err, req.Body.Close()); err != nil {
		return nil, fmt.Errorf("read request body: %w", err)
	}
	if req.ContentLength > 0 && int64(len(body)) != req.ContentLength {
		return nil, fmt.Errorf("content length %d with a body of %d bytes", req.ContentLength, len(body))
	}
	return body, nil
}
