package load

import (
	"context"
	"time"

	"wabench/internal/whatsapp"
)

// retry sends a failed message again if the target's rule says so: after the
// back-off, as an operation of its own, timed from when the back-off ended.
// The first attempt has been counted as what it was.
func (t *tripper) retry(request whatsapp.Request, s Sample) {
	if s.Op == whatsapp.OpSend && t.target.Retry.Applies(s.Outcome) {
		t.leg.engine.retries.Go(func() { t.leg.tripper().again(t.leg.engine.running, request, s) })
	}
}

// again makes the further attempts of one message.
func (t *tripper) again(ctx context.Context, request whatsapp.Request, s Sample) {
	rule := t.target.Retry
	for attempt := range rule.Max {
		due := time.Now().Add(rule.Backoff.Wait(attempt))
		pause(ctx, time.Until(due))
		if ctx.Err() != nil || !t.leg.engine.take() {
			return
		}
		next := Sample{Op: whatsapp.OpRetry, N: s.N, Block: s.Block, Due: due}
		t.send(request, &next)
		if next.Outcome.Class == whatsapp.OK || !rule.Applies(next.Outcome) {
			return
		}
	}
}
