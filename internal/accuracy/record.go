package accuracy

import (
	"sync"
	"time"

	"wabench/internal/hist"
	"wabench/internal/known"
)

// Record is what a server knows of a run: in the order of their coming, when
// each request came since the first, and what it took by the server's clock,
// from its last byte read to just before its answer is written.
type Record struct {
	Came []time.Duration `json:"came"`
	Took []time.Duration `json:"took"`
}

// Recorder answers as a Server does, and keeps the Record.
type Recorder struct {
	server Server

	mu     sync.Mutex
	began  time.Time
	record Record
}

// NewRecorder returns the recorder of a server.
func NewRecorder(s Server) *Recorder { return &Recorder{server: s} }

// Listen starts the server.
func (r *Recorder) Listen() (*known.Server, error) {
	return known.Listen(known.Options{Serve: r.serve, Body: answer})
}

// Record returns what is known so far.
func (r *Recorder) Record() Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.record
}

func (r *Recorder) serve(_ []byte, stop <-chan struct{}) error {
	received := time.Now()
	n, at := r.arrive(received)
	known.Wait(received, r.server.draw(n, at), stop)
	took := time.Since(received)
	r.mu.Lock()
	r.record.Took[n] = took
	r.mu.Unlock()
	return nil
}

// arrive notes a request and numbers it.
func (r *Recorder) arrive(received time.Time) (n int64, at time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.began.IsZero() {
		r.began = received
	}
	// Two may take the lock in another order than they came.
	at = max(received.Sub(r.began), 0)
	r.record.Came = append(r.record.Came, at)
	r.record.Took = append(r.record.Took, 0)
	return int64(len(r.record.Came) - 1), at
}

// truth is what a customer waits who comes at a moment of the plan: what the
// server draws for that moment, and what its own timer is late by, as it has
// clocked it in the same run. A tool that holds requests back while the server
// stalls does not change it.
func (r Record) truth(s Server, l Load) Quantiles {
	h := hist.New()
	if len(r.Came) == 0 {
		return Quantiles{}
	}
	for n := range l.Planned() {
		due := time.Duration(float64(n) / l.Rate * float64(time.Second))
		i := n % int64(len(r.Came))
		late := r.Took[i] - s.draw(i, r.Came[i])
		h.Record(s.draw(n, due) + max(late, 0))
	}
	var q Quantiles
	for i, rank := range Ranks {
		q[i] = h.Quantile(rank.Q)
	}
	return q
}
