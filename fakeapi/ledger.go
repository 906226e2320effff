package fakeapi

import (
	"sync"
	"time"
)

// ledgerChunk is how many messages share one allocation.
const ledgerChunk = 1024

// ledger remembers the messages of one API, the newest up to a bound. A message
// keeps its address for as long as anything refers to it.
type ledger struct {
	mu     sync.Mutex
	chunks []*[ledgerChunk]message // chunks[0] holds message base and up
	base   int64
	first  int64 // the oldest that is remembered: as many have left
	count  int64
	limit  int
	counts [numSteps]int64 // how many messages ever reached each step
}

func newLedger(limit int) *ledger { return &ledger{limit: limit} }

// add numbers m and remembers it as accepted or rejected at the given time; the
// oldest message leaves if it is one too many.
func (l *ledger) add(m message, s step, at time.Duration, code int) *message {
	l.mu.Lock()
	defer l.mu.Unlock()
	m.n = l.count
	l.count++
	if m.n-l.base == int64(len(l.chunks))*ledgerChunk {
		l.chunks = append(l.chunks, new([ledgerChunk]message))
	}
	slot := l.slot(m.n)
	*slot = m
	l.mark(slot, s, at, code)
	if l.count-l.first > int64(l.limit) {
		l.forget()
	}
	return slot
}

func (l *ledger) slot(n int64) *message {
	place := n - l.base
	return &l.chunks[place/ledgerChunk][place%ledgerChunk]
}

// forget drops the oldest message, and its chunk if that was the last in it.
func (l *ledger) forget() {
	l.first++
	if l.first-l.base == ledgerChunk {
		l.chunks[0] = nil
		l.chunks = l.chunks[1:]
		l.base += ledgerChunk
	}
}

func (l *ledger) mark(m *message, s step, at time.Duration, code int) {
	if m.at[s] == 0 {
		l.counts[s]++
	}
	m.at[s], m.latest = at+1, s
	if code != 0 {
		m.code = int32(code)
	}
}

// advance notes that m reached s.
func (l *ledger) advance(m *message, s step, at time.Duration, code int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mark(m, s, at, code)
}

// find returns message n, or nil if it never was or has left.
func (l *ledger) find(n int64) *message {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < l.first || n >= l.count {
		return nil
	}
	return l.slot(n)
}

// state returns what m reached last, when each step was reached and the error
// code, if any.
func (l *ledger) state(m *message) (latest step, at [numSteps]time.Duration, code int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return m.latest, m.at, int(m.code)
}

// tally returns how many messages ever reached each step, and how many have
// left the ledger.
func (l *ledger) tally() (counts [numSteps]int64, left int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts, l.first
}

// span returns the numbers of the oldest message kept and of the next to come.
func (l *ledger) span() (first, next int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first, l.count
}

// clear forgets everything and numbers from 0 again.
func (l *ledger) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chunks, l.base, l.first, l.count, l.counts = nil, 0, 0, 0, [numSteps]int64{}
}
