package fakeapi

import (
	"sync"
	"time"

	"wabench/internal/whatsapp"
)

// onPremAccess holds the request limits of the Webapps, taken together: a balancer
// that deals requests out in turn makes one large bucket of them.
type onPremAccess struct {
	mu       sync.Mutex
	messages requestBucket
	others   requestBucket
}

func (a *onPremAccess) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.messages, a.others = requestBucket{}, requestBucket{}
}

// admit reports whether the limits let a request through. They stand before the
// login, so that a wrong token is no way round them.
func (o *onPremSide) admit(x *exchange) bool {
	p := o.profile()
	a := &o.access
	a.mu.Lock()
	defer a.mu.Unlock()
	if x.op == whatsapp.OpSend {
		return a.messages.take(p.Messages, p.Webapps, x.arrived)
	}
	return a.others.take(p.Others, p.Webapps, x.arrived)
}

// requestBucket is a token bucket. It holds what has been used, so that the zero
// bucket is full, whatever its size.
type requestBucket struct {
	used float64
	at   time.Time
}

// take uses one token of a bucket that all nodes share; it reports whether
// there was one.
func (b *requestBucket) take(l RequestLimit, nodes int, at time.Time) bool {
	if l.Rate <= 0 {
		return true
	}
	n := float64(max(1, nodes))
	if passed := at.Sub(b.at); passed > 0 { // requests may overtake each other
		b.used = max(0, b.used-float64(l.Rate)*n*passed.Seconds())
		b.at = at
	}
	if b.used+1 > float64(l.Burst)*n+1e-9 {
		return false
	}
	b.used++
	return true
}
