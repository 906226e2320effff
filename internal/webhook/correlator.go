package webhook

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"wabench/internal/whatsapp"
	"wabench/results"
)

// remembered is how many accepted messages a Correlator keeps unless told
// otherwise: 3.6 hours of them at 80/s, 17 minutes at 1,000/s.
const remembered = 1 << 20

// Observe is told the time from a message's due moment to the first webhook
// that reports it in a state: sent, delivered and read, which runs report as
// latencies, and played, failed, deleted and warning, which they only count.
// Calls never overlap: they are made under the Correlator's lock, so Observe
// must be quick and must not call back.
type Observe func(target string, state whatsapp.State, block int, latency time.Duration)

// Config is what a Correlator is made with.
type Config struct {
	// Targets are the run's targets. What comes to the shared address and
	// belongs to none of them is counted with the first.
	Targets []string
	// Observe may be nil.
	Observe Observe
	// Remember is how many accepted messages are kept, newest first; 0 means
	// about a million, which takes less than 100 MB.
	Remember int
}

// Correlator matches accepted messages with the statuses that webhooks bring,
// in whatever order the two come. It is safe for concurrent use.
//
// Of each message it counts, once:
//
//   - matched: any status came;
//   - delivered: delivered, read or played came (delivered may be skipped);
//   - failed: failed came; its code is counted;
//   - conflict: it both arrived and failed;
//   - lost: none of them, so far.
//
// Of each status it counts: duplicate, if the same state of the same message
// came before; out of order, if a first status came after one that it must
// precede (sent before all others, delivered before read and played, read
// before played; failed has an order only with sent, the rest are conflicts);
// unknown, if its message was not accepted, or not yet.
//
// Memory is bounded: some 60 bytes a message for the newest Remember messages.
// An older one is forgotten with its figures standing: it is no longer waited
// for, and a further status of it is unknown.
type Correlator struct {
	observe  Observe
	remember int
	seed     maphash.Seed
	epoch    time.Time

	mu       sync.Mutex
	names    map[string]int // target → its place in tallies
	tallies  []*tally
	messages map[uint64]message
	recent   []uint64 // the keys of messages, a ring once it is full
	oldest   int      // where the ring begins
	early    early
	pending  int
	idle     chan struct{} // never sent on; closed while nothing is pending
	closed   bool
}

// NewCorrelator returns a Correlator that knows no message yet.
func NewCorrelator(config Config) *Correlator {
	c := &Correlator{
		observe:  config.Observe,
		remember: config.Remember,
		seed:     maphash.MakeSeed(),
		epoch:    time.Now(),
		names:    map[string]int{},
		messages: map[uint64]message{},
		idle:     make(chan struct{}),
	}
	c.SetObserve(config.Observe)
	if c.remember <= 0 {
		c.remember = remembered
	}
	for _, name := range config.Targets {
		c.target(name)
	}
	close(c.idle)
	return c
}

// SetObserve replaces what is told the latencies; nil tells nobody. A run makes
// its correlator before the engine that wants to know.
func (c *Correlator) SetObserve(observe Observe) {
	if observe == nil {
		observe = func(string, whatsapp.State, int, time.Duration) {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.observe = observe
}

// Accepted says that the target took a message of the block, due at due, and
// gave it this id. Accepting an id again changes nothing, and a message without
// an id cannot be followed, so it is not expected.
func (c *Correlator) Accepted(target, id string, due time.Time, block int) {
	if id == "" {
		return
	}
	hash := maphash.String(c.seed, id)
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.target(target)
	key := keyOf(hash, t)
	if _, again := c.messages[key]; again || c.closed {
		return
	}
	c.tallies[t].counts.Expected++
	c.keep(key, message{due: due.Sub(c.epoch), block: int32(block), target: uint16(t)})
	for _, s := range c.early.claim(hash, t) {
		c.tallies[s.target].counts.Unknown--
		c.advance(key, s)
	}
}

// Status says that a webhook for the target brought st at a moment. An empty
// target means that it came to the address all targets share.
func (c *Correlator) Status(target string, st whatsapp.Status, at time.Time) {
	hash := maphash.String(c.seed, st.MessageID)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	s := status{target: c.target(target), shared: target == "", state: st.State, code: st.Code, at: at.Sub(c.epoch)}
	key, known := c.find(hash, &s)
	if !known {
		c.tallies[s.target].counts.Unknown++ // until its message is accepted
		c.early.add(hash, s)
		return
	}
	c.advance(key, s)
}

// Pending returns how many accepted messages are neither delivered, read nor
// failed yet.
func (c *Correlator) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pending
}

// PendingOf returns how many of them are the target's.
func (c *Correlator) PendingOf(target string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tallies[c.target(target)].pending
}

// Wait returns when no message is pending, when limit has passed or when ctx
// ends, whichever comes first, and reports whether none was pending.
func (c *Correlator) Wait(ctx context.Context, limit time.Duration) bool {
	c.mu.Lock()
	idle := c.idle
	c.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	case <-ctx.Done():
	}
	return c.Pending() == 0
}

// Close ends the correlation: what comes later is neither counted nor observed,
// so that the figures read afterwards agree with each other.
func (c *Correlator) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

// Summary returns a target's counts; latencies are left to the caller of
// NewCorrelator, who observed them.
func (c *Correlator) Summary(target string) results.Webhook {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tallies[c.target(target)].summary()
}

// tally lets the receiver count what it refused for a target.
func (c *Correlator) tally(target string, count func(*results.Webhook)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		count(&c.tallies[c.target(target)].counts)
	}
}

// target returns the place of a target's tally. No name means the first.
func (c *Correlator) target(name string) int {
	if name == "" && len(c.tallies) > 0 {
		return 0
	}
	t, known := c.names[name]
	if !known {
		t = len(c.tallies)
		c.names[name] = t
		c.tallies = append(c.tallies, newTally(name))
	}
	return t
}
