package load

import (
	"context"
	"time"
)

// stalls is for how long this process did not run, in long pieces: stopped by a
// signal, or with its machine. No clock of a closed stage shows that, whose users
// then do not send either. It is its watch's until that has ended.
type stalls struct{ longest, total time.Duration }

const (
	// beat is how often it looks whether it runs.
	beat = 100 * time.Millisecond
	// stallFloor is longer than a busy machine keeps a process waiting.
	stallFloor = 250 * time.Millisecond
)

// watch looks until the context ends.
func (s *stalls) watch(ctx context.Context) {
	for last := time.Now(); ctx.Err() == nil; {
		pause(ctx, beat)
		now := time.Now()
		s.note(now.Sub(last) - beat)
		last = now
	}
}

// note adds how much later than due a look was.
func (s *stalls) note(late time.Duration) {
	if late < stallFloor {
		return
	}
	s.total += late
	s.longest = max(s.longest, late)
}
