package load

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"wabench/internal/whatsapp"
)

// retry sends a failed message again if the target's rule says so: after the
// back-off, as an operation of its own, timed from when the back-off ended.
// The first attempt has been counted as what it was.
func (t *tripper) retry(req *http.Request, s Sample) {
	if s.Op != whatsapp.OpSend || !t.target.Retry.Applies(s.Outcome) {
		return
	}
	body, err := bodyOf(req)
	if err != nil {
		return // the request has no body to send again
	}
	t.leg.engine.retries.Go(func() { t.again(t.leg.engine.running, req, body, s) })
}

// again makes the further attempts of one message.
func (t *tripper) again(ctx context.Context, req *http.Request, body []byte, s Sample) {
	rule := t.target.Retry
	for attempt := range rule.Max {
		due := time.Now().Add(rule.Backoff.Wait(attempt))
		pause(ctx, time.Until(due))
		if ctx.Err() != nil || !t.leg.engine.take() {
			return
		}
		next := Sample{Op: whatsapp.OpRetry, N: s.N, Block: s.Block, Due: due}
		clone := req.Clone(ctx)
		clone.Body = io.NopCloser(bytes.NewReader(body))
		t.send(clone, &next)
		if next.Outcome.Class == whatsapp.OK || !rule.Applies(next.Outcome) {
			return
		}
	}
}

// bodyOf returns a copy of what a request sent.
func bodyOf(req *http.Request) ([]byte, error) {
	if req.GetBody == nil {
		return nil, nil
	}
	r, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
