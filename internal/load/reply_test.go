package load

import (
	"testing"
	"time"
)

func TestAnAnswerWasThereSinceItArrived(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name         string
		took, byWall time.Duration
		ago, want    time.Duration
	}{
		{"read at once", ms, ms, 0, 0},
		{"read late", 3 * ms, 3 * ms, ms, ms},
		{"there at once", 3 * ms, 3 * ms, 3 * ms, 3 * ms},
		{"there before it was asked for", 3 * ms, 3 * ms, 3*ms + 1, 0},
		{"there in future", 3 * ms, 3 * ms, -1, 0},
		{"the clock was set forward", 3 * ms, 4 * ms, 2 * ms, 0},
		{"the clock was set back", 3 * ms, 2 * ms, ms, 0},
		{"the clock was set by hours", 3 * ms, 3*ms + time.Hour, ms + time.Hour, 0},
		{"the clock was set by hardly anything", 3 * ms, 3*ms + 100*time.Microsecond, ms, 0},
		{"the clocks were not looked at in the same moment", 3 * ms, 3*ms - time.Microsecond, ms, ms},
		{"the clock is slewed", time.Second, time.Second + 500*time.Microsecond, ms, ms},
		{"a clock that is slewed was set as well", time.Second, time.Second + 2*ms, ms, 0},
	} {
		if got := unread(c.took, c.byWall, c.ago); got != c.want {
			t.Errorf("%s: unread for %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAReplyIsDoneWhenItArrived(t *testing.T) {
	sent := time.Now()
	now := sent.Add(3 * time.Millisecond)
	for _, c := range []struct {
		name    string
		arrived time.Time
		want    time.Duration // since sent
	}{
		{"nobody said when", time.Time{}, 3 * time.Millisecond},
		{"it arrived earlier", sent.Add(time.Millisecond).Round(0), time.Millisecond},
		{"it arrived before it was asked for", sent.Add(-time.Millisecond).Round(0), 3 * time.Millisecond},
	} {
		if got := (reply{arrived: c.arrived}).done(sent, now).Sub(sent); got != c.want {
			t.Errorf("%s: done after %v, want %v", c.name, got, c.want)
		}
	}
}
