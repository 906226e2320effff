package whatsapp

import "time"

// State is where a message stands, as status webhooks name it.
type State string

// The states of a message that webhooks report.
const (
	StateSent      State = "sent"
	StateDelivered State = "delivered"
	StateRead      State = "read"
	StateFailed    State = "failed"
	StatePlayed    State = "played"
	StateDeleted   State = "deleted"
	StateWarning   State = "warning"
)

// Status is one status update from a webhook, whatever the platform.
type Status struct {
	MessageID string
	State     State
	At        time.Time // the platform's timestamp, whole seconds
	Recipient string
	Code      int // of a failed message, else 0
	Detail    string
}
