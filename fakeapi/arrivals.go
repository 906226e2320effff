package fakeapi

import (
	"sync"
	"time"

	"wabench/internal/whatsapp"
)

// arrivalLog records when each request came, as the server saw it, so that
// someone outside can check how true a driver is to its schedule. It keeps the
// newest requests up to a bound.
type arrivalLog struct {
	mu      sync.Mutex
	ring    []arrivalRecord
	limit   int
	count   int64
	changed int // how often it was cleared
}

// arrivalRecord is one request: 32 bytes, a million of them are kept.
type arrivalRecord struct {
	at     time.Duration // since the server's start
	api    whatsapp.API
	status int16
	op     opCode
}

// arrivalRef finds a record again when the answer is known.
type arrivalRef struct {
	n     int64
	epoch int
}

// Arrival is one request as the server saw it come.
type Arrival struct {
	N      int64        `json:"n"`
	At     int64        `json:"at_ns"` // since the server's start
	API    whatsapp.API `json:"api"`
	Op     whatsapp.Op  `json:"op"`
	Status int          `json:"status"` // 0: none, the connection was broken or is still open
}

// opCode is an operation as a byte.
type opCode uint8

// The operations a request can be, as the log and the metrics name them.
var ops = [...]whatsapp.Op{
	"other", whatsapp.OpSend, whatsapp.OpContacts, whatsapp.OpMediaUpload, whatsapp.OpMarkRead,
	whatsapp.OpProfile, "login", "media", "management", "health",
}

func codeOf(op whatsapp.Op) opCode {
	for i, name := range ops {
		if name == op {
			return opCode(i)
		}
	}
	return 0
}

const arrivalsKept = 1 << 20

func newArrivalLog() *arrivalLog { return &arrivalLog{limit: arrivalsKept} }

// add records a request and returns where.
func (l *arrivalLog) add(at time.Duration, api whatsapp.API) arrivalRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	record := arrivalRecord{at: at, api: api}
	if len(l.ring) < l.limit {
		l.ring = append(l.ring, record)
	} else {
		l.ring[l.count%int64(l.limit)] = record
	}
	l.count++
	return arrivalRef{n: l.count - 1, epoch: l.changed}
}

// answered completes a record.
func (l *arrivalLog) answered(ref arrivalRef, op whatsapp.Op, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ref.epoch != l.changed || l.count-ref.n > int64(l.limit) {
		return
	}
	record := &l.ring[ref.n%int64(l.limit)]
	record.op, record.status = codeOf(op), int16(status)
}

// since returns the records from number n on, at most limit of them.
func (l *arrivalLog) since(n int64, limit int) []Arrival {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = max(n, l.count-int64(len(l.ring)), 0)
	list := make([]Arrival, 0, max(0, min(int64(limit), l.count-n)))
	for ; n < l.count && len(list) < limit; n++ {
		record := l.ring[n%int64(l.limit)]
		list = append(list, Arrival{
			N: n, At: int64(record.at), API: record.api, Op: ops[record.op], Status: int(record.status),
		})
	}
	return list
}

// clear forgets all requests and numbers from 0 again.
func (l *arrivalLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.count, l.changed = nil, 0, l.changed+1
}

// Arrivals returns the requests that the server remembers, oldest first.
func (s *Server) Arrivals() []Arrival { return s.arrivals.since(0, arrivalsKept) }
