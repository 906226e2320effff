package calibrate

import (
	"math/rand/v2"
	"time"

	"wabench/fakeapi"
)

// latency is how long a server takes to answer.
type latency struct {
	name string
	// modes are drawn from by their shares, which add up to 1.
	modes []mode
	// For the first stall.length of every stall.every since the first request
	// nothing is answered.
	stall stall
}

type mode struct {
	share float64
	fakeapi.Latency
}

type stall struct{ every, length time.Duration }

// fixed is a server that always takes as long.
func fixed(d time.Duration) latency {
	return latency{name: "fixed " + d.String(), modes: []mode{{1, fakeapi.Constant(d)}}}
}

// latencies are those that are calibrated against.
func latencies() []latency {
	const ms = time.Millisecond
	bulk := fakeapi.Lognormal(20*ms, 0.5, ms)
	return []latency{
		fixed(1 * ms), fixed(5 * ms), fixed(20 * ms), fixed(100 * ms),
		{name: "log-normal 20ms", modes: []mode{{1, bulk}}},
		{name: "bimodal 5ms, 50ms", modes: []mode{
			{0.9, fakeapi.Lognormal(5*ms, 0.1, ms)}, {0.1, fakeapi.Lognormal(50*ms, 0.1, ms)},
		}},
		{name: "fixed 5ms, stalls", modes: []mode{{1, fakeapi.Constant(5 * ms)}}, stall: stall{every: time.Second, length: 50 * ms}},
	}
}

// draw returns what request n takes if it comes at a moment since the server's
// first.
func (l latency) draw(seed uint64, n int64, at time.Duration) time.Duration {
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	which, u := random.Float64(), random.Float64()
	var took time.Duration
	for _, m := range l.modes {
		took = m.At(max(u, 1e-9))
		if which -= m.share; which < 0 {
			break
		}
	}
	if l.stall.every > 0 {
		took += max(l.stall.length-at%l.stall.every, 0)
	}
	return took
}
