package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wabench/internal/load"
)

// Page is the web page of a run under way: a load.Observer that keeps the last
// snapshot and some minutes before it, and an http.Handler that shows them.
//
//	GET /           the page; drawn here, so that it works without scripts
//	GET /snapshots  Server-Sent Events: each snapshot as JSON; with ?view also
//	                the page's inside, as the event "view"
//	GET /metrics    the last snapshot in the text format of Prometheus
//
// It draws only while someone looks. A slow reader misses snapshots and never
// slows the run.
type Page struct {
	title, run string
	mux        *http.ServeMux
	streams    atomic.Int64

	mu      sync.Mutex
	last    load.Snapshot
	history history
	changed chan struct{} // closed and replaced by each snapshot
	closed  chan struct{}
	close   func() // once
}

var (
	_ load.Observer = (*Page)(nil)
	_ http.Handler  = (*Page)(nil)
)

// mostStreams bounds the readers of /snapshots, each of which costs the
// generator some of its CPU.
const mostStreams = 16

// patience is how long a reader may take to accept an event.
const patience = 5 * time.Second

// NewPage returns the page of a run with this scenario's name and run id.
func NewPage(scenario, run string) *Page {
	p := &Page{
		title: scenario, run: run, mux: http.NewServeMux(),
		history: history{}, changed: make(chan struct{}), closed: make(chan struct{}),
	}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	p.mux.HandleFunc("GET /{$}", p.serveView)
	p.mux.HandleFunc("GET /snapshots", p.serveSnapshots)
	p.mux.HandleFunc("GET /metrics", p.serveMetrics)
	return p
}

// ServeHTTP implements http.Handler.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// Observe implements load.Observer. It copies what it keeps.
func (p *Page) Observe(s load.Snapshot) {
	s.Targets = slices.Clone(s.Targets)
	for i := range s.Targets {
		s.Targets[i].Outcomes, s.Targets[i].Codes = maps.Clone(s.Targets[i].Outcomes), maps.Clone(s.Targets[i].Codes)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = s
	p.history.add(s)
	close(p.changed)
	p.changed = make(chan struct{})
}

// Close ends the streams of all readers, after the newest snapshot.
func (p *Page) Close() { p.close() }

// now returns the last snapshot, which nobody changes any more, and what is
// closed by the next.
func (p *Page) now() (s load.Snapshot, next <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, p.changed
}

// serveSnapshots streams snapshots until the run or the reader ends.
func (p *Page) serveSnapshots(w http.ResponseWriter, r *http.Request) {
	defer p.streams.Add(-1)
	if p.streams.Add(1) > mostStreams {
		http.Error(w, "too many readers", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	_, drawn := r.URL.Query()["view"]
	out := http.NewResponseController(w)
	defer out.SetWriteDeadline(time.Time{}) //nolint:errcheck // not every writer has deadlines
	for ended := r.Method == http.MethodHead; ; {
		s, next := p.now()
		_ = out.SetWriteDeadline(time.Now().Add(patience))
		if p.event(w, s, drawn) != nil || out.Flush() != nil || ended || s.Phase == load.PhaseDone {
			return
		}
		select {
		case <-next:
		case <-p.closed:
			ended = true // the newest may not have been sent
		case <-r.Context().Done():
			return
		}
	}
}

// event writes a snapshot as events; nothing before the first.
func (p *Page) event(w http.ResponseWriter, s load.Snapshot, drawn bool) error {
	if s.Phase == "" {
		return nil
	}
	text, err := json.Marshal(wire(s))
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil || !drawn {
		return err
	}
	inside, err := p.inside()
	if err != nil {
		return err
	}
	// As JSON it is one line.
	if text, err = json.Marshal(inside); err != nil {
		return err
	}
	if _, err = fmt.Fprintf(w, "event: view\ndata: %s\n\n", text); err == nil && s.Phase == load.PhaseDone {
		_, err = fmt.Fprint(w, "event: done\ndata: {}\n\n")
	}
	return err
}
