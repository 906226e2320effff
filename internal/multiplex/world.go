package multiplex

import (
	"context"
	"time"

	"wabench/internal/keepalive"
)

// world is how requests wait: in goroutines of their own, as those of a Client
// do, or in the coroutines of a Loop. Connections belong to one of them.
type world interface {
	// connect returns a connection with a place reserved.
	connect(ctx context.Context, base keepalive.Base, deadline time.Time) (*conn, error)
	// await returns nil when an exchange is over, or else why not to wait for
	// it any longer.
	await(ctx context.Context, a *Answer, deadline time.Time) error
	// tell lets await return.
	tell(a *Answer)
	// rest waits.
	rest(ctx context.Context, length time.Duration)
	// apart begins a work that nobody waits for.
	apart(work func())
}

// await implements world.
func (c *Client) await(ctx context.Context, a *Answer, deadline time.Time) error {
	var late <-chan time.Time
	if !deadline.IsZero() {
		a.timer.Reset(time.Until(deadline))
		defer a.timer.Stop()
		late = a.timer.C
	}
	select {
	case <-a.over:
		return nil
	case <-late:
		return context.DeadlineExceeded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// tell implements world.
func (c *Client) tell(a *Answer) {
	select {
	case a.over <- struct{}{}:
	default: // was told
	}
}

// rest implements world.
func (c *Client) rest(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// apart implements world. Its works end, since their writes have deadlines.
func (c *Client) apart(work func()) { go work() }
