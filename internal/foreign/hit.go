// Package foreign reads the results of other load generators as a run record,
// and marks what they lack.
//
// A Format's Read yields the requests of a file; Import adds them up in
// seconds and blocks as the engine does. Where a tool does not say when its
// requests were due, there is no response clock, and a Note says so.
package foreign

import (
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// Hit is one request as another tool recorded it.
type Hit struct {
	// Began is when it was sent, since the first moment of the file; Took is
	// how long it took from then on.
	Began, Took time.Duration
	// Lateness is how long after its due moment it was sent, -1 where the tool
	// does not say when it was due.
	Lateness time.Duration
	Class    whatsapp.Class
	// Code is the HTTP status, 0 if there was no answer.
	Code int
	// Count is how many there were of it; 0 stands for 1.
	Count int64
}

// unknown is the lateness of a hit whose due moment nobody recorded.
const unknown = time.Duration(-1)

// classOf tells whose success or failure an HTTP status and the client's words
// about it are.
func classOf(status int, failure string) whatsapp.Class {
	switch {
	case status == 429:
		return whatsapp.Throttled
	case status >= 500:
		return whatsapp.Target5xx
	case status >= 400:
		return whatsapp.ClientFault
	case status >= 100:
		return whatsapp.OK
	case containsAny(failure, "timeout", "deadline exceeded", "timed out"):
		return whatsapp.TargetTimeout
	case containsAny(failure, "refused", "no such host", "lookup", "unreachable", "certificate"):
		return whatsapp.Network
	}
	return whatsapp.TargetReset
}

func containsAny(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
