package load

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
)

// loginDialect is a dialect whose requests need a token that is fetched with a
// name and password and expires.
type loginDialect interface {
	LoginRequest() whatsapp.Request
	Login(r whatsapp.Response) (expires time.Time, err error)
}

// session keeps a target logged in while a run goes.
type session struct {
	target  *target
	dialect loginDialect
	logins  atomic.Int64
}

// newSession returns nil for a target whose dialect needs no login.
func newSession(t *target) *session {
	dialect, ok := t.Dialect.(loginDialect)
	if !ok {
		return nil
	}
	return &session{target: t, dialect: dialect}
}

// login fetches a token and returns when the next one is to be fetched: when a
// tenth of its life is left.
func (s *session) login(ctx context.Context) (renew time.Duration, err error) {
	response, err := s.target.do(ctx, s.dialect.LoginRequest())
	if err != nil {
		return 0, fmt.Errorf("target %s: log in: %w", s.target.Name, err)
	}
	expires, err := s.dialect.Login(response)
	if err != nil {
		return 0, fmt.Errorf("target %s: log in: %w", s.target.Name, err)
	}
	s.logins.Add(1)
	return max(time.Until(expires)*9/10, loginRetry), nil
}

// loginRetry is how soon a failed renewal is tried again.
const loginRetry = time.Second

// keep renews the token until the context ends. A renewal that fails is tried
// again: the old token may still hold, and if not, the sends say so.
func (s *session) keep(ctx context.Context, renew time.Duration) {
	for {
		pause(ctx, renew)
		if ctx.Err() != nil {
			return
		}
		var err error
		if renew, err = s.login(ctx); err != nil {
			renew = loginRetry
		}
	}
}

// do sends a request outside the load, such as a login.
func (t *target) do(ctx context.Context, r whatsapp.Request) (whatsapp.Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, t.Timeout, errTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, t.URL+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return whatsapp.Response{}, err
	}
	req.Header = r.Header
	answer, err := t.Transport.RoundTrip(req)
	if err != nil {
		return whatsapp.Response{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	return whatsapp.Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, err
}
