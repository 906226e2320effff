package accuracy

import (
	"slices"
	"time"

	"wabench/internal/stat"
)

// Schedule is how a load came, as the server saw it.
type Schedule struct {
	Came int64
	// Rate is that at which they came.
	Rate float64
	// Lateness is of the n-th request against the n-th moment of an even grid.
	Lateness Quantiles
}

// early is the share of requests that the grid lets come before their moment.
// The server cannot know when a tool began, so the grid is laid as early as all
// but these few permit: a constant delay makes nobody late, but nobody becomes
// punctual by a single request that came too soon.
const early = 0.01

// schedule lays the load's even grid over what came.
func (r Record) schedule(l Load) Schedule {
	s := Schedule{Came: int64(len(r.Came)), Rate: r.rate()}
	if l.Rate == 0 || len(r.Came) == 0 {
		return s
	}
	off := make([]time.Duration, len(r.Came))
	for n, at := range slices.Sorted(slices.Values(r.Came)) {
		off[n] = at - time.Duration(float64(n)/l.Rate*float64(time.Second))
	}
	slices.Sort(off)
	begin := off[stat.QuantileRank(int64(len(off)), early)-1]
	for i := range off {
		off[i] = max(off[i]-begin, 0)
	}
	s.Lateness = quantilesOf(off)
	return s
}

// rate is the requests per second from the first to the last.
func (r Record) rate() float64 {
	if len(r.Came) < 2 {
		return 0
	}
	last := slices.Max(r.Came)
	if last <= 0 {
		return 0
	}
	return float64(len(r.Came)-1) / last.Seconds()
}
