package calibrate

import (
	"time"

	"wabench/fakeapi"
	"wabench/internal/known"
)

// latencies are those that are calibrated against.
func latencies() []known.Latency {
	const ms = time.Millisecond
	bulk := fakeapi.Lognormal(20*ms, 0.5, ms)
	return []known.Latency{
		known.Fixed(1 * ms), known.Fixed(5 * ms), known.Fixed(20 * ms), known.Fixed(100 * ms),
		{Name: "log-normal 20ms", Modes: []known.Mode{{Share: 1, Latency: bulk}}},
		{Name: "bimodal 5ms, 50ms", Modes: []known.Mode{
			{Share: 0.9, Latency: fakeapi.Lognormal(5*ms, 0.1, ms)}, {Share: 0.1, Latency: fakeapi.Lognormal(50*ms, 0.1, ms)},
		}},
		{
			Name: "fixed 5ms, stalls", Modes: []known.Mode{{Share: 1, Latency: fakeapi.Constant(5 * ms)}},
			Stall: known.Stall{Every: time.Second, Length: 50 * ms},
		},
	}
}
