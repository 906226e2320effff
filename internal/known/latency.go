// Package known is a server whose latencies are known: what a tool reports of
// it can be set beside the truth. A Latency draws how long each request takes,
// by its number and by the moment it comes; a Server speaks just enough
// HTTP/1.1 over a real socket to answer then.
package known

import (
	"math/rand/v2"
	"time"

	"wabench/fakeapi"
)

// Latency is how long a server takes to answer.
type Latency struct {
	Name string
	// Modes are drawn from by their shares, which add up to 1.
	Modes []Mode
	Stall Stall
}

// Mode is one of a Latency's distributions, with its share of the requests.
type Mode struct {
	Share float64
	fakeapi.Latency
}

// Stall is a server that answers nothing for the first Length of every Every.
type Stall struct{ Every, Length time.Duration }

// Fixed is a server that always takes as long.
func Fixed(d time.Duration) Latency {
	return Latency{Name: "fixed " + d.String(), Modes: []Mode{{1, fakeapi.Constant(d)}}}
}

// Draw returns what request n takes if it comes at a moment since the server
// began.
func (l Latency) Draw(seed uint64, n int64, at time.Duration) time.Duration {
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	which, u := random.Float64(), random.Float64()
	var took time.Duration
	for _, m := range l.Modes {
		took = m.At(max(u, 1e-9))
		if which -= m.Share; which < 0 {
			break
		}
	}
	if l.Stall.Every > 0 {
		took += max(l.Stall.Length-at%l.Stall.Every, 0)
	}
	return took
}
