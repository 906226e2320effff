package fakeapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
)

// hook sends the webhooks of one API: several requests at once, several updates
// to a request when they pile up, and again after a wait when the receiver does
// not answer 200.
type hook struct {
	server *Server
	api    whatsapp.API
	envelope
	tally hookTally

	mu      sync.Mutex
	queue   []update    // oldest first, from head on
	head    int         // what is before it has been sent
	again   []*delivery // due for another attempt, before the queue
	senders int
	gathers bool   // the queue is to be looked at when the wait for others is over
	trouble string // the last error of the receiver, for the health route
}

// hookTally counts what became of webhooks.
type hookTally struct {
	updates, attempts, delivered, refused, retries, abandoned, overflowed, undirected atomic.Int64
}

// delivery is a body on its way, with as many attempts as it takes.
type delivery struct {
	hook     *hook
	url      string
	body     []byte
	updates  int
	first    time.Time
	attempts int
}

func newHook(s *Server, api whatsapp.API, e envelope) *hook {
	return &hook{server: s, api: api, envelope: e}
}

// push hands over an update to be sent soon. Running faults may hold it back,
// double it or change its place.
func (h *hook) push(u update) {
	n := h.tally.updates.Add(1)
	f := h.server.faults.webhooks(h.api)
	if !f.shuffled && !f.duplicated {
		h.enqueue(u)
		return
	}
	delay := func(copy int64) time.Duration { return 0 }
	if f.shuffled {
		delay = func(copy int64) time.Duration {
			return time.Duration(uniform(h.server.seed, 2*n+copy, drawShuffle) * float64(shuffleWithin))
		}
	}
	copies := int64(1)
	if f.duplicated {
		copies = 2
	}
	now := time.Now()
	for c := range copies {
		h.server.agenda.at(now.Add(delay(c)), taskFunc(func(time.Time) { h.enqueue(u) }))
	}
}

// shuffleWithin is how far the fault webhooks_shuffled moves an update.
const shuffleWithin = 500 * time.Millisecond

func (h *hook) enqueue(u update) {
	if h.address(u) == "" {
		h.tally.undirected.Add(1)
		return
	}
	rules := h.rules()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.queue)-h.head >= rules.Queue {
		h.queue[h.head] = nil
		h.head++
		h.tally.overflowed.Add(1)
	}
	h.queue = append(h.queue, u)
	switch {
	case rules.Gather == 0:
		h.employ()
	case !h.gathers:
		h.gathers = true
		h.server.agenda.at(time.Now().Add(rules.Gather), taskFunc(func(time.Time) { h.resume() }))
	}
}

// employ starts a sender if there is work, a free place and no fault against it.
func (h *hook) employ() {
	if h.senders >= h.rules().Concurrency || len(h.again) == 0 && h.head == len(h.queue) {
		return
	}
	if h.server.faults.webhooks(h.api).stopped {
		return
	}
	if h.server.spawn(h.sender) {
		h.senders++
	}
}

// resume goes on after a stop or a wait: with a sender for every batch.
func (h *hook) resume() {
	rules := h.rules()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gathers = false
	for range min(rules.Concurrency, len(h.again)+(len(h.queue)-h.head+rules.Batch-1)/rules.Batch) {
		h.employ()
	}
}

// sender sends until there is nothing left to send.
func (h *hook) sender(ctx context.Context) {
	for {
		d := h.take(ctx)
		if d == nil {
			return
		}
		h.deliver(ctx, d)
	}
}

// take returns the next delivery; if there is none, the caller is no longer
// counted as a sender.
func (h *hook) take(ctx context.Context) *delivery {
	h.mu.Lock()
	batch, again := h.next(ctx)
	if batch == nil && again == nil {
		h.senders--
	}
	h.mu.Unlock()
	if again != nil || batch == nil {
		return again
	}
	return &delivery{
		hook: h, url: h.address(batch[0]), body: h.compose(batch), updates: len(batch), first: time.Now(),
	}
}

// next takes out a delivery that is due again, or else a batch from the queue.
func (h *hook) next(ctx context.Context) ([]update, *delivery) {
	if ctx.Err() != nil || h.server.faults.webhooks(h.api).stopped {
		return nil, nil
	}
	if len(h.again) > 0 {
		d := h.again[0]
		h.again = h.again[1:]
		return nil, d
	}
	return h.cut(), nil
}

// cut takes as many updates for one address off the queue as fit a request.
func (h *hook) cut() []update {
	waiting := h.queue[h.head:]
	if len(waiting) == 0 {
		return nil
	}
	rules := h.rules()
	most := min(rules.Batch, len(waiting))
	url, bytes, n := h.address(waiting[0]), waiting[0].size(), 1
	for n < most && h.address(waiting[n]) == url && bytes+waiting[n].size() <= rules.BatchBytes {
		bytes += waiting[n].size()
		n++
	}
	batch := append([]update(nil), waiting[:n]...)
	clear(waiting[:n])
	h.head += n
	if h.head == len(h.queue) {
		h.queue, h.head = h.queue[:0], 0
	} else if h.head > len(h.queue)/2 {
		h.compact()
	}
	return batch
}

// compact moves the queue to the front of its array.
func (h *hook) compact() {
	n := copy(h.queue, h.queue[h.head:])
	clear(h.queue[n:])
	h.queue, h.head = h.queue[:n], 0
}

// deliver makes one attempt and plans the next if it was not answered with 200.
func (h *hook) deliver(ctx context.Context, d *delivery) {
	d.attempts++
	h.tally.attempts.Add(1)
	err := h.post(ctx, d)
	if err == nil {
		h.tally.delivered.Add(int64(d.updates))
		return
	}
	h.tally.refused.Add(1)
	h.note(err)
	now := time.Now()
	wait, ok := h.rules().Retry.Wait(d.attempts, now.Sub(d.first))
	if !ok || ctx.Err() != nil {
		h.tally.abandoned.Add(int64(d.updates))
		return
	}
	h.tally.retries.Add(1)
	h.server.agenda.at(now.Add(wait), d)
}

// run is the agenda's call: the wait before another attempt is over.
func (d *delivery) run(time.Time) {
	d.hook.mu.Lock()
	defer d.hook.mu.Unlock()
	d.hook.again = append(d.hook.again, d)
	d.hook.employ()
}

// post makes one attempt; only the status 200 is success.
func (h *hook) post(ctx context.Context, d *delivery) error {
	ctx, cancel := context.WithTimeout(ctx, h.rules().Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	h.seal(req.Header, d.body)
	res, err := h.server.webhookClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can serve again
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("webhook receiver answered %d instead of 200", res.StatusCode)
	}
	return nil
}

func (h *hook) note(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trouble = err.Error()
}

// lastTrouble returns the last error of the receiver, empty if there was none.
func (h *hook) lastTrouble() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.trouble
}

// backlog returns how many updates wait.
func (h *hook) backlog() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.queue) - h.head
	for _, d := range h.again {
		n += d.updates
	}
	return n
}

// clear forgets what waits.
func (h *hook) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue, h.head, h.again, h.gathers, h.trouble = nil, 0, nil, false, ""
}
