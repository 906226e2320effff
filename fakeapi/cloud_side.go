package fakeapi

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
)

// cloudSide is the Cloud API on the core.
type cloudSide struct {
	server   *Server
	ledger   *ledger
	hook     *hook
	journey  *journey
	media    *mediaStore
	accounts map[string]*account
	numbers  map[string]*number
	first    *number // the one that requests of the control routes mean

	inbound  atomic.Int64 // messages that users wrote
	received receivedLog  // when they came
	objects  atomic.Int64 // objects that were created
	garbage  atomic.Int64 // what was not even a request

	mu        sync.Mutex
	reached   userCount       // users messaged outside their window, of all numbers
	portfolio portfolio       // how far its limit has risen
	marketing pairLimiter     // marketing messages to each user
	stopped   map[string]bool // users who said whether they want marketing
}

func newCloudSide(s *Server) *cloudSide {
	c := &cloudSide{server: s, ledger: newLedger(s.profile().Ledger), media: newMediaStore()}
	c.hook = newHook(s, whatsapp.Cloud, c)
	c.journey = &journey{server: s, ledger: c.ledger, status: c.status, hook: c.hook}
	c.found(s.options, s.profile().on(whatsapp.Cloud))
	return c
}

func (c *cloudSide) api() whatsapp.API { return whatsapp.Cloud }
func (c *cloudSide) messages() *ledger { return c.ledger }
func (c *cloudSide) webhooks() *hook   { return c.hook }

// latency draws how long the answer to x takes.
func (c *cloudSide) latency(x *exchange) time.Duration {
	return c.server.profile().Cloud.Accept.At(uniform(c.server.seed, x.n, drawAccept))
}

// supports reports why the Cloud API cannot have the fault.
func (c *cloudSide) supports(f Fault) error {
	if f.Kind == ShardDown {
		return fmt.Errorf("fault %s: the Cloud API has no shards", f.Kind)
	}
	return nil
}

// fault moves the number here or away when f is a migration.
func (c *cloudSide) fault(f Fault, on bool) {
	if f.Kind != Migrate || !on {
		return
	}
	for _, n := range c.numbers {
		n.register(f.To == whatsapp.Cloud)
	}
}

// reset goes back to the beginning.
func (c *cloudSide) reset() {
	c.mu.Lock()
	c.reached, c.marketing, c.stopped, c.portfolio = userCount{}, pairLimiter{}, nil, portfolio{}
	c.mu.Unlock()
	c.media.clear()
	c.inbound.Store(0)
	c.received.clear()
	c.objects.Store(0)
	for _, a := range c.accounts {
		a.reset()
	}
	for _, n := range c.numbers {
		n.reset(c.server.profile().on(whatsapp.Cloud))
	}
}
