package results

import "time"

// WarmupBlock is the block number of what happened in warm-up.
const WarmupBlock = -1

// Point is one line of intervals.ndjson: what one operation of one target did
// in one interval (a second, or less where a block ends), counted when it
// finished. Times are since the run's start.
type Point struct {
	Start   time.Duration `json:"start_ns"`
	End     time.Duration `json:"end_ns"`
	Target  string        `json:"target"`
	Op      string        `json:"op"`
	Block   int           `json:"block"`   // WarmupBlock, or the block's number from 0
	Load    time.Duration `json:"load_ns"` // load time at the interval's end
	Planned int64         `json:"planned"` // fell due in the interval
	Sent    int64         `json:"sent"`
	Dropped int64         `json:"dropped,omitempty"`
	// Outcomes of the requests that finished in the interval, by class, and
	// their platform error codes.
	Outcomes map[string]int64 `json:"outcomes,omitempty"`
	Codes    map[string]int64 `json:"codes,omitempty"`
	// InFlight is the number of requests under way at the interval's end.
	InFlight int64 `json:"in_flight"`
	// Quantiles of the response clock (service in a closed stage) of the
	// requests that finished in the interval; 0 where there were none.
	P50 time.Duration `json:"p50_ns"`
	P95 time.Duration `json:"p95_ns"`
	P99 time.Duration `json:"p99_ns"`
	Max time.Duration `json:"max_ns"`
	// Webhook statuses received in the interval (op "webhook" only) by state.
	Statuses map[string]int64 `json:"statuses,omitempty"`
}

// OpWebhook is the Op of points that count webhooks: their Statuses by state,
// and the quantiles of the time from due to delivered.
const OpWebhook = "webhook"

// Event is one line of events.ndjson: an outage, a fault, a note or a sampled
// failure. At is since the run's start.
type Event struct {
	At     time.Duration `json:"at_ns"`
	Kind   string        `json:"kind"` // fault, outage, failure, stage, note, abort, signal
	Target string        `json:"target,omitempty"`
	Text   string        `json:"text"`
	// Sample of a failure: its outcome class, code, status and cut body.
	Class  string `json:"class,omitempty"`
	Code   int    `json:"code,omitempty"`
	Status int    `json:"status,omitempty"`
	Body   string `json:"body,omitempty"`
	// End is when the thing ended (fault, outage), 0 if it is a moment.
	End time.Duration `json:"end_ns,omitempty"`
}
