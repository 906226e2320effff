package fakeapi

import (
	"encoding/json"
	"time"

	"wabench/internal/whatsapp"
)

// side is one API on the core: what the core asks of the Cloud API and of
// On-Premises. doc.go tells the whole way of a request.
type side interface {
	api() whatsapp.API
	// serve answers a request on the API's paths. Its arrival is on record and
	// the faults that hit connections have been applied.
	serve(x *exchange)
	// refuse answers x with the API's own words for a fault of one of the kinds
	// unavailable, errors, throttle, token_expired and region_failover.
	refuse(x *exchange, f Fault)
	// latency is how long the API takes to answer x, before any slowness.
	latency(x *exchange) time.Duration
	// supports reports why the API cannot have the fault, nil if it can.
	supports(f Fault) error
	// fault tells that f has begun (on) or ended; for what the core does not
	// do itself: shard_down and migrate.
	fault(f Fault, on bool)
	// receive has a user write to the business and returns the message's id.
	receive(in Inbound) (string, error)
	// messages and webhooks are the API's books and its sender.
	messages() *ledger
	webhooks() *hook
	// messageID is the platform's name of m.
	messageID(m *message) string
	// number is the message number behind an id that messageID gave, -1 if none.
	number(id string) int64
	// reset goes back to the beginning.
	reset()
}

// Inbound is a message that a user writes to the business.
type Inbound struct {
	// API is the side it comes in on; empty is the first of the profile's.
	API whatsapp.API `json:"api"`
	// From is the user's number and Name what the user's profile says.
	From string `json:"from"`
	Name string `json:"name"`
	// To is the business number's id, the first one if empty.
	To string `json:"to"`
	// Type is a type of inbound message, as text or button.
	Type string `json:"type"`
	// Body is the object that belongs to Type, as it stands in a webhook; for
	// a text a plain string will do.
	Body json.RawMessage `json:"-"`
	// Context is the message that this one answers or forwards, Referral the
	// advertisement it came from, as they stand in a webhook.
	Context  json.RawMessage `json:"context"`
	Referral json.RawMessage `json:"referral"`
	// Data is the file of a message that has one, in base64 in JSON; without it
	// there is an example. Size is how large the file is said to be.
	Data []byte `json:"data"`
	Size int64  `json:"size"`
}

// UnmarshalJSON reads the fields and, as the body, the object under the key
// that Type names.
func (in *Inbound) UnmarshalJSON(data []byte) error {
	type fields Inbound // without this method
	if err := json.Unmarshal(data, (*fields)(in)); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	in.Body = all[in.Type]
	return nil
}
