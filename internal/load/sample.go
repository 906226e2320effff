// Package load is the engine: it sends a plan's messages when they are due,
// measures the three clocks of each, and streams what it measured to a run
// directory. It draws nothing; Observers are told a Snapshot each second.
//
// Vegeta's attacker is the machinery under it: it runs the workers, as many as
// its Pacer asks for. They take turns to wait for the next due moment and send
// in its RoundTripper, where everything is measured, so none of its own figures
// are used.
package load

import (
	"time"

	"wabench/internal/whatsapp"
)

// Dialect turns a call into an HTTP request of one platform and reads the
// answer. whatsapp/cloud and whatsapp/onprem satisfy it.
type Dialect interface {
	Encode(call whatsapp.Call) (whatsapp.Request, error)
	Decode(op whatsapp.Op, r whatsapp.Response) whatsapp.Outcome
}

// Sample is one finished request. Response = Done − Due is what a customer
// waits, service = Done − Sent what the target took, lateness = Sent − Due the
// generator's own delay; response = service + lateness.
type Sample struct {
	Op      whatsapp.Op
	N       int64     // number of the arrival
	Block   int       // block of load time, results.WarmupBlock in warm-up
	Due     time.Time // zero in a closed stage, which has no due moments
	Sent    time.Time
	Done    time.Time
	Outcome whatsapp.Outcome
}

// Response returns Done − Due, 0 in a closed stage.
func (s *Sample) Response() time.Duration {
	if s.Due.IsZero() {
		return 0
	}
	return s.Done.Sub(s.Due)
}

// Service returns Done − Sent.
func (s *Sample) Service() time.Duration { return s.Done.Sub(s.Sent) }

// Lateness returns Sent − Due, 0 in a closed stage.
func (s *Sample) Lateness() time.Duration {
	if s.Due.IsZero() {
		return 0
	}
	return s.Sent.Sub(s.Due)
}
