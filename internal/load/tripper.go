package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// tripper is the RoundTripper under vegeta's client: it sends one arrival,
// reads the whole answer, and accounts for it. Vegeta is handed an empty
// answer and never a target's error, since it has nothing to add.
type tripper struct {
	target *target
	leg    *leg
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
		pause(t.leg.engine.running, t.think)
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
	response, release, err := t.target.exchanger.exchange(req, s.Sent.Add(t.target.Timeout))
	s.Done = time.Now()
	if err != nil {
		s.Outcome = whatsapp.Outcome{Class: classify(err), Detail: err.Error()}
		if errors.Is(err, errCut) {
			t.leg.engine.cut.Add(1)
		}
	} else {
		s.Outcome = t.target.Dialect.Decode(s.Op, response)
		defer release()
	}
	// The correlator is told before the sample is counted: a run that waits for
	// its webhooks must know of every accepted message.
	if s.Outcome.Class == whatsapp.OK && s.Outcome.MessageID != "" && t.leg.engine.correlator != nil {
		t.leg.engine.correlator.Accepted(t.target.Name, s.Outcome.MessageID, dueOrSent(*s), s.Block)
	}
	t.leg.engine.collector.end(t.target.Name, *s)
	if s.Outcome.Class != whatsapp.OK {
		t.leg.engine.sampleFailure(t.target, *s, response.Body)
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
