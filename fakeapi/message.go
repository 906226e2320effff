package fakeapi

import (
	"time"

	"wabench/internal/whatsapp"
)

// step is a point in a message's life; the ledger keeps when each was reached.
type step uint8

const (
	stepAccepted step = iota
	stepSent
	stepDelivered
	stepRead
	stepPlayed
	stepFailed
	stepRejected
	numSteps
)

var stepNames = [numSteps]whatsapp.State{
	"accepted", whatsapp.StateSent, whatsapp.StateDelivered, whatsapp.StateRead,
	whatsapp.StatePlayed, whatsapp.StateFailed, "rejected",
}

// message is one message that a business sent, and what became of it. The
// fields up to Arrived are fixed once it is in the ledger; the rest belongs to
// the ledger's lock. A million of them are kept, so none keeps a request's path
// or header alive by a part of it.
type message struct {
	// n numbers the messages of one API from 0: the key of every draw about it.
	n int64
	// From is the business number's id, To the recipient's digits.
	From, To string
	Type     whatsapp.Type
	// Category is the template's category in lower case; service otherwise.
	Category string
	// Body is the request as it came, cut at the length the ledger keeps.
	Body string
	// Callback is the business's own data, echoed in every status.
	Callback string
	// Graph is the major Graph version of the request, which shapes its webhooks.
	Graph int16
	// Arrived is when the request came, since the server's start.
	Arrived time.Duration

	// at is when each step was reached, since the server's start and plus one
	// so that 0 means never.
	at     [numSteps]time.Duration
	latest step
	// tariff is what it costs.
	tariff tariff
	code   int32
}
