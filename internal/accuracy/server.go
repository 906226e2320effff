package accuracy

import (
	"fmt"
	"math"
	"time"

	"wabench/fakeapi"
	"wabench/internal/known"
)

// Server is one that tools are measured against.
type Server struct {
	known.Latency
	// Longest is about the most that an answer takes, and Usual what most take:
	// they say how many connections a load needs.
	Longest, Usual time.Duration
}

// Servers are those whose answers are compared with the truth.
func Servers() []Server {
	const ms = time.Millisecond
	return []Server{
		{known.Fixed(1 * ms), 5 * ms, 1 * ms},
		// None of Ranks lies between the modes, where the smallest error is the gap.
		{known.Latency{Name: "bimodal: 85 % about 5ms, 15 % about 50ms", Modes: []known.Mode{
			{Share: 0.85, Latency: fakeapi.Lognormal(5*ms, 0.1, ms)}, {Share: 0.15, Latency: fakeapi.Lognormal(50*ms, 0.1, ms)},
		}}, 80 * ms, 12 * ms},
		{known.Latency{
			Name: "fixed 5ms, stalls 250ms every 2s", Modes: []known.Mode{{Share: 1, Latency: fakeapi.Constant(5 * ms)}},
			Stall: known.Stall{Every: 2 * time.Second, Length: 250 * ms},
		}, 260 * ms, 5 * ms},
	}
}

// atOnce is the server that costs are measured against.
func atOnce() Server { return Server{known.Latency{Name: "at once"}, 2 * time.Millisecond, 0} }

// ServerNamed returns a server by its name.
func ServerNamed(name string) (Server, error) {
	for _, s := range append(Servers(), atOnce()) {
		if s.Name == name {
			return s, nil
		}
	}
	return Server{}, fmt.Errorf("there is no server %q", name)
}

// Seed keys what the servers draw.
const Seed = 1

// draw is what request n takes that comes at a moment since the first. The
// first request comes in the middle between two stalls.
func (s Server) draw(n int64, at time.Duration) time.Duration {
	return s.Draw(Seed, n, at+s.Stall.Length+(s.Stall.Every-s.Stall.Length)/2)
}

// load is an open one that fits the server: every tool may have as much under
// way as comes in the longest answer.
func (s Server) load(rate float64, length time.Duration) Load {
	inFlight := int(max(math.Ceil(rate*(s.Longest+20*time.Millisecond).Seconds()), connections))
	return Load{
		Rate: rate, For: length, Connections: inFlight, InFlight: inFlight,
		Users: int(max(math.Round(rate*s.Usual.Seconds()), 1)),
	}
}

// connections are those of the loads that measure cost, and the least of the
// others.
const connections = 50
