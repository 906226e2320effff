package fakeapi

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLedgerForgetsTheOldest(t *testing.T) {
	for _, limit := range []int64{1, 100, ledgerChunk, 2*ledgerChunk + 1} {
		l := newLedger(int(limit))
		for i := range 5*ledgerChunk + 7 {
			l.add(message{To: "1"}, stepAccepted, time.Second, 0)
			checkLedger(t, l, int64(i+1), limit)
		}
		for n := range l.count {
			if m := l.find(n); (m != nil) != (n >= l.count-limit) || m != nil && m.n != n {
				t.Fatalf("limit %d: message %d is found as %+v", limit, n, m)
			}
		}
	}
}

// checkLedger wants that of n messages the newest are there, up to the limit,
// and that the others are counted.
func checkLedger(t *testing.T, l *ledger, n, limit int64) {
	t.Helper()
	first, next := l.span()
	counts, left := l.tally()
	if next != n || counts[stepAccepted] != n || left != first || next-first != min(n, limit) {
		t.Fatalf("after %d: next %d, counts %v, first %d, left %d", n, next, counts, first, left)
	}
	if most := limit/ledgerChunk + 2; int64(len(l.chunks)) > most {
		t.Fatalf("after %d: %d chunks, limit %d", n, len(l.chunks), limit)
	}
}

func TestLedgerKeepsStates(t *testing.T) {
	l := newLedger(10)
	m := l.add(message{}, stepAccepted, 0, 0)
	l.advance(m, stepSent, time.Second, 0)
	l.advance(m, stepFailed, 2*time.Second, 131026)
	latest, at, code := l.state(m)
	if latest != stepFailed || code != 131026 || at[stepAccepted] != 1 || at[stepSent] != time.Second+1 || at[stepDelivered] != 0 {
		t.Errorf("state is %d, %v, %d", latest, at, code)
	}
}

// A million messages are to fit into 500 MiB: 524 bytes each, with ids, bodies
// and what is still to come.
func TestLedgerIsLean(t *testing.T) {
	const n = 50_000
	body := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"15550100001","type":"text","text":{"body":"Your code is 424242"}}`
	l := newLedger(n)
	before := heap()
	for range n {
		l.add(message{To: strings.Clone("15550100001"), Type: "text", Body: strings.Clone(body)}, stepAccepted, 0, 0)
	}
	each := float64(heap()-before) / n
	runtime.KeepAlive(l)
	if each > 524 {
		t.Errorf("a message takes %.0f bytes", each)
	}
	t.Logf("%.0f bytes a message", each)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
