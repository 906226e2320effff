package cloud

import (
	"encoding/json"
	"errors"
	"fmt"

	"wabench/internal/whatsapp"
)

// Notification is what a webhook tells, in the order it is told.
type Notification struct {
	Statuses []whatsapp.Status
	Inbound  []Inbound
	Account  []AccountUpdate
	// Errors are about the number as a whole, not about one message.
	Errors []WebhookError
}

// Inbound is a message that a user wrote.
type Inbound struct {
	ID            string
	From          string
	Name          string
	Type          string
	At            Timestamp
	PhoneNumberID string
	// Body is the whole message as the webhook has it.
	Body json.RawMessage
}

// AccountUpdate is a change of any field but messages.
type AccountUpdate struct {
	AccountID string
	Field     string
	Value     json.RawMessage
}

// errNotWebhook is why a body is refused as a whole.
var errNotWebhook = errors.New("not a webhook of the Cloud API")

// ParseWebhook reads the body of a webhook. Unknown fields are passed over, as
// the platform adds some without notice.
func ParseWebhook(body []byte) (Notification, error) {
	var hook Webhook
	if err := json.Unmarshal(body, &hook); err != nil {
		return Notification{}, fmt.Errorf("%w: %w", errNotWebhook, err)
	}
	if hook.Object != WebhookObject {
		return Notification{}, fmt.Errorf("%w: object %q", errNotWebhook, hook.Object)
	}
	var n Notification
	for i, entry := range hook.Entry {
		for j, change := range entry.Changes {
			if err := n.add(entry.ID, change); err != nil {
				return Notification{}, fmt.Errorf("entry %d, change %d: %w", i, j, err)
			}
		}
	}
	return n, nil
}

func (n *Notification) add(account string, c Change) error {
	if c.Field != FieldMessages {
		n.Account = append(n.Account, AccountUpdate{AccountID: account, Field: c.Field, Value: c.Value})
		return nil
	}
	var v Value
	if err := json.Unmarshal(c.Value, &v); err != nil {
		return err
	}
	for _, s := range v.Statuses {
		n.Statuses = append(n.Statuses, s.status())
	}
	n.Errors = append(n.Errors, v.Errors...)
	for _, message := range v.Messages {
		in, err := v.inbound(message)
		if err != nil {
			return err
		}
		n.Inbound = append(n.Inbound, in)
	}
	return nil
}

func (s StatusUpdate) status() whatsapp.Status {
	status := whatsapp.Status{
		MessageID: s.ID, State: whatsapp.State(s.Status), At: s.Timestamp.Time(), Recipient: s.RecipientID,
	}
	if len(s.Errors) > 0 {
		e := s.Errors[0]
		status.Code, status.Detail = e.Code, e.Title
		if e.Data != nil && e.Data.Details != "" {
			status.Detail += ": " + e.Data.Details
		}
	}
	return status
}

func (v Value) inbound(message json.RawMessage) (Inbound, error) {
	var head struct {
		ID        string    `json:"id"`
		From      string    `json:"from"`
		Type      string    `json:"type"`
		Timestamp Timestamp `json:"timestamp"`
	}
	if err := json.Unmarshal(message, &head); err != nil {
		return Inbound{}, err
	}
	in := Inbound{
		ID: head.ID, From: head.From, Type: head.Type, At: head.Timestamp,
		PhoneNumberID: v.Metadata.PhoneNumberID, Body: message,
	}
	for _, c := range v.Contacts {
		if c.WAID == head.From {
			in.Name = c.Profile.Name
		}
	}
	return in, nil
}
