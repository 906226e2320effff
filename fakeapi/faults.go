package fakeapi

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
)

// faultTable holds the faults that are on or to come. Requests look at an
// immutable list of those that are on, so that having none costs one load.
type faultTable struct {
	server *Server
	active atomic.Pointer[[]*runningFault]

	// turn orders the announcements of beginnings and ends; it is taken before mu.
	turn    sync.Mutex
	mu      sync.Mutex
	pending map[string]*runningFault
	count   int
}

// runningFault is a fault with its place in time.
type runningFault struct {
	Fault
	id        string
	from      time.Time
	until     time.Time     // zero: until cleared
	ended     chan struct{} // closed when it ends
	announced bool          // the sides know it is on
}

func newFaultTable(s *Server) *faultTable {
	return &faultTable{server: s, pending: map[string]*runningFault{}}
}

// Inject makes the platform misbehave and returns a name to clear it by. A
// fault on no particular API is on those that can have it; one that cannot be
// anywhere is an error.
func (s *Server) Inject(f Fault) (id string, err error) {
	if err := f.check(); err != nil {
		return "", err
	}
	var able []whatsapp.API
	var why error
	for _, side := range s.sides() {
		if !f.on(side.api()) {
			continue
		}
		if err := side.supports(f); err != nil {
			why = err
			continue
		}
		able = append(able, side.api())
	}
	if len(able) == 0 {
		return "", why
	}
	if len(able) == 1 {
		f.API = able[0]
	}
	return s.faults.add(f), nil
}

// Clear ends the fault with the id; an empty id ends all of them. It reports
// whether there was one.
func (s *Server) Clear(id string) bool {
	return s.faults.end(func(f *runningFault) bool { return id == "" || f.id == id })
}

func (t *faultTable) add(f Fault) string {
	now := time.Now()
	t.mu.Lock()
	t.count++
	r := &runningFault{Fault: f, id: fmt.Sprintf("fault-%d", t.count), from: now.Add(f.At), ended: make(chan struct{})}
	if f.For > 0 {
		r.until = r.from.Add(f.For)
	}
	t.pending[r.id] = r
	t.mu.Unlock()
	if f.At == 0 {
		t.begin(r)
	} else {
		t.server.agenda.at(r.from, taskFunc(func(time.Time) { t.begin(r) }))
	}
	if f.For > 0 {
		t.server.agenda.at(r.until, taskFunc(func(time.Time) { t.end(func(f *runningFault) bool { return f == r }) }))
	}
	return r.id
}

// begin puts r on, unless it was cleared before its time.
func (t *faultTable) begin(r *runningFault) {
	t.turn.Lock()
	defer t.turn.Unlock()
	t.mu.Lock()
	if t.pending[r.id] != r {
		t.mu.Unlock()
		return
	}
	list := append(slices.Clone(t.list()), r)
	t.active.Store(&list)
	r.announced = true
	t.mu.Unlock()
	t.announce(r, true)
}

// end takes out the faults that match.
func (t *faultTable) end(match func(*runningFault) bool) bool {
	t.turn.Lock()
	defer t.turn.Unlock()
	t.mu.Lock()
	var ended []*runningFault
	for id, r := range t.pending {
		if match(r) {
			ended = append(ended, r)
			delete(t.pending, id)
			close(r.ended)
		}
	}
	list := slices.DeleteFunc(slices.Clone(t.list()), func(r *runningFault) bool { return slices.Contains(ended, r) })
	t.active.Store(&list)
	t.mu.Unlock()
	for _, r := range ended {
		if r.announced {
			t.announce(r, false)
		}
	}
	return len(ended) > 0
}

// announce tells the sides that r is on or over, and lets webhooks go on.
func (t *faultTable) announce(r *runningFault, on bool) {
	for _, side := range t.server.sides() {
		if r.on(side.api()) || r.Kind == Migrate { // a move concerns both
			side.fault(r.Fault, on)
		}
		if !on {
			side.webhooks().resume()
		}
	}
}

// list returns the faults that are on. It must not be changed.
func (t *faultTable) list() []*runningFault {
	if list := t.active.Load(); list != nil {
		return *list
	}
	return nil
}

// all returns the faults that are on or to come, by id.
func (t *faultTable) all() []*runningFault {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]*runningFault, 0, len(t.pending))
	for _, r := range t.pending {
		list = append(list, r)
	}
	slices.SortFunc(list, func(p, q *runningFault) int { return p.from.Compare(q.from) })
	return list
}

// webhookFaults is what the running faults do to the webhooks of one API.
type webhookFaults struct{ stopped, duplicated, shuffled bool }

func (t *faultTable) webhooks(api whatsapp.API) (w webhookFaults) {
	for _, f := range t.list() {
		if !f.on(api) {
			continue
		}
		switch f.Kind {
		case WebhooksStopped, RegionFailover:
			w.stopped = true
		case WebhooksDuplicated:
			w.duplicated = true
		case WebhooksShuffled:
			w.shuffled = true
		}
	}
	return w
}

// faultShares is what the running faults do to the messages of one API.
type faultShares struct {
	deliveredAndFailed, undelivered, failed float64
	failCode                                int
}

func (t *faultTable) shares(api whatsapp.API) (s faultShares) {
	for _, f := range t.list() {
		if !f.on(api) {
			continue
		}
		switch f.Kind {
		case DeliveredAndFailed:
			s.deliveredAndFailed += float64(f.Share)
		case Undelivered:
			s.undelivered += float64(f.Share)
		case Failed:
			s.failed, s.failCode = float64(f.Share), f.Code
		}
	}
	return s
}
