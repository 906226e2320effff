package multiplex

import (
	"sync/atomic"
	"testing"
	"time"
)

// An answer arrived after its last frame was sent and before it was read, in
// both worlds.
func TestAnAnswerKnowsWhenItArrived(t *testing.T) {
	var said atomic.Pointer[time.Time] // just before the last frame
	s := serve(t, always(func(p *peer, stream uint32) {
		p.head(stream, false, ":status", "200")
		<-time.After(time.Millisecond) // so that later is later
		now := time.Now()
		said.Store(&now)
		_ = p.WriteData(stream, true, []byte("hello")) // the client says whether
	}))
	_, all := manners(t, nil)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			defer m.close()
			known := false
			for giveUp := time.Now().Add(time.Minute); !known; { // until the kernel has begun to stamp
				if time.Now().After(giveUp) {
					t.Fatal("it is never known")
				}
				m.begin(func(do doer) {
					answer, err := do(get(s), time.Time{})
					if err != nil {
						t.Error(err)
						known = true
						return
					}
					defer answer.Release()
					if string(answer.Body) != "hello" {
						t.Errorf("%q", answer.Body)
					}
					at, now := answer.Arrived, time.Now()
					if known = !at.IsZero(); known && (at.Before(said.Load().Round(0)) || at.After(now.Round(0))) {
						t.Errorf("arrived at %v; the last frame was sent at %v and read at %v", at, said.Load(), now)
					}
				})
				m.wait()
			}
		})
	}
}
