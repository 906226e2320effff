package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// errTimeout is why a request's context ends when the target took too long.
var errTimeout = errors.New("no whole answer within the target's timeout")

// bodyLimit bounds what is read of an answer: the platforms' are far smaller.
const bodyLimit = 1 << 20

// tripper is the RoundTripper under vegeta's client: it sends one arrival,
// reads the whole answer, and accounts for it. Vegeta is handed an empty
// answer and never a target's error, since it has nothing to add.
type tripper struct {
	target *target
	leg    *leg
	base   http.RoundTripper
	think  time.Duration // of a closed stage
}

// RoundTrip implements http.RoundTripper.
func (t *tripper) RoundTrip(req *http.Request) (*http.Response, error) {
	op, n, err := parseTag(req.URL.Fragment)
	if err != nil {
		return nil, err
	}
	strip(req)
	s := Sample{Op: op, N: n, Block: t.leg.block(n), Due: t.leg.due(n)}
	t.leg.enter()
	t.send(req, &s)
	t.leg.exit()
	if t.think > 0 {
		pause(t.leg.engine.requests, t.think)
	}
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

// tag marks a request with its operation and number in the part of the URL
// that is never sent.
func tag(op whatsapp.Op, n int64) string {
	return "#op=" + string(op) + "&n=" + strconv.FormatInt(n, 10)
}

// parseTag reads what tag writes.
func parseTag(fragment string) (whatsapp.Op, int64, error) {
	op, number, found := strings.Cut(strings.TrimPrefix(fragment, "op="), "&n=")
	n, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil {
		return "", 0, fmt.Errorf("request carries no tag: %q", fragment)
	}
	return whatsapp.Op(op), n, nil
}

// strip removes what must not reach the wire: vegeta's headers and the tag.
func strip(req *http.Request) {
	req.URL.Fragment = ""
	delete(req.Header, "X-Vegeta-Seq")
	delete(req.Header, "X-Vegeta-Attack")
}

// send performs one attempt and accounts for it.
func (t *tripper) send(req *http.Request, s *Sample) {
	key := cellKey{t.target.Name, s.Op, s.Block}
	t.leg.engine.collector.begin(key)
	s.Sent = time.Now()
	response, err := t.exchange(req)
	s.Done = time.Now()
	var body []byte
	if err != nil {
		s.Outcome = whatsapp.Outcome{Class: err.class, Detail: err.Error()}
	} else {
		s.Outcome = t.target.Dialect.Decode(s.Op, response)
		body = response.Body
	}
	// The correlator is told before the sample is counted: a run that waits for
	// its webhooks must know of every accepted message.
	if s.Outcome.Class == whatsapp.OK && s.Outcome.MessageID != "" && t.leg.engine.correlator != nil {
		t.leg.engine.correlator.Accepted(t.target.Name, s.Outcome.MessageID, dueOrSent(*s), s.Block)
	}
	t.leg.engine.collector.end(t.target.Name, *s)
	if s.Outcome.Class != whatsapp.OK {
		t.leg.engine.sampleFailure(t.target, *s, body)
		t.retry(req, *s)
	}
}

// dueOrSent is the moment from which webhooks are timed.
func dueOrSent(s Sample) time.Time {
	if s.Due.IsZero() {
		return s.Sent
	}
	return s.Due
}

// exchangeError is a request without an answer.
type exchangeError struct {
	error
	class whatsapp.Class
}

// exchange sends a request and reads the whole answer within the timeout.
func (t *tripper) exchange(req *http.Request) (whatsapp.Response, *exchangeError) {
	ctx, cancel := context.WithTimeoutCause(t.leg.engine.requests, t.target.Timeout, errTimeout)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &t.target.conns.trace)
	answer, err := t.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return whatsapp.Response{}, &exchangeError{err, classify(ctx, err)}
	}
	defer answer.Body.Close()
	body, err := readBody(answer.Body)
	if err != nil {
		return whatsapp.Response{}, &exchangeError{err, classify(ctx, err)}
	}
	return whatsapp.Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

// readBody reads an answer to its end, so that its connection can be reused,
// and keeps its first bodyLimit bytes.
func readBody(r io.Reader) ([]byte, error) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	if _, err := io.Copy(buffer, io.LimitReader(r, bodyLimit)); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	return bytes.Clone(buffer.Bytes()), nil
}

// buffers are reused between answers.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// connections counts how a target's requests got theirs.
type connections struct {
	trace          httptrace.ClientTrace
	opened, reused atomic.Int64
}

func newConnections() *connections {
	c := &connections{}
	c.trace.GotConn = func(got httptrace.GotConnInfo) {
		if got.Reused {
			c.reused.Add(1)
		} else {
			c.opened.Add(1)
		}
	}
	return c
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// failureEvent returns a failed sample as an event; the engine removes the
// target's secrets from it.
func failureEvent(at time.Duration, target string, s Sample, body []byte) results.Event {
	const bodyKept = 2 << 10
	return results.Event{
		At: at, Kind: "failure", Target: target,
		Text:  fmt.Sprintf("%s %d: %s", s.Op, s.N, s.Outcome.Detail),
		Class: s.Outcome.Class.String(), Code: s.Outcome.Code, Status: s.Outcome.Status,
		Body: strings.ToValidUTF8(string(body[:min(len(body), bodyKept)]), "\uFFFD"),
	}
}
