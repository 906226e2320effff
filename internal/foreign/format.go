package foreign

import (
	"io"
	"time"

	"wabench/results"
)

// Format is the output of one tool.
type Format struct {
	Name string
	// About says what file it is, and how to make one.
	About string
	read  func(io.Reader, func(Hit)) (facts, error)
}

// facts are what a file says beside its requests.
type facts struct {
	// started is when the first request was sent, zero if the file does not
	// say.
	started time.Time
	// length is how long the load went on, 0 if the last hit tells.
	length time.Duration
	// onlyResponse says that latencies run from the due moment, and that the
	// moment of sending is not known.
	onlyResponse bool
	// onlyTotal says that the hits have no times.
	onlyTotal bool
	notes     []results.Note
}

// Formats lists what can be read.
func Formats() []Format {
	return []Format{
		{"vegeta", "results of vegeta attack, in gob, JSON or CSV", readVegeta},
		{"k6", "k6 run --out json=FILE", readK6},
		{"hey", "hey -o csv", readHey},
		{"wrk2", "the text that wrk2 --latency prints", readWrk2},
		{"hlog", "an HdrHistogram interval log (V2) of service times in nanoseconds", readHlog(time.Nanosecond)},
		{"hlog-us", "the same in microseconds", readHlog(time.Microsecond)},
		{"hlog-ms", "the same in milliseconds", readHlog(time.Millisecond)},
		{"csv", "a row for each request under a header: latency_ms, and start_s, due_s, status as far as known", readCSV},
	}
}

// noDueTimes is the note of a tool that does not record when requests were due.
func noDueTimes(tool string) results.Note {
	return results.Note{
		Code:   "no_due_times",
		Text:   tool + " does not record when requests were due: there is no response clock, and what waited to be sent does not show.",
		Advice: "compare its service times only; run the scenario with bench run for what a customer waits",
	}
}
