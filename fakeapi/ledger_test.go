package fakeapi

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLedgerForgetsTheOldest(t *testing.T) {
	l := newLedger(2 * ledgerChunk)
	for range 5*ledgerChunk + 7 {
		l.add(message{To: "1"}, stepAccepted, time.Second, 0)
	}
	first, next := l.span()
	counts, left := l.tally()
	if next != 5*ledgerChunk+7 || counts[stepAccepted] != next || left != first {
		t.Errorf("next %d, counts %v, first %d, left %d", next, counts, first, left)
	}
	if kept := next - first; kept < ledgerChunk || kept > 2*ledgerChunk {
		t.Errorf("%d are kept of at most %d", kept, 2*ledgerChunk)
	}
	if l.find(first-1) != nil || l.find(next) != nil {
		t.Error("a message that left or never was is found")
	}
	for n := first; n < next; n++ {
		if m := l.find(n); m == nil || m.n != n {
			t.Fatalf("message %d is found as %+v", n, m)
		}
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
