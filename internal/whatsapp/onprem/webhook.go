package onprem

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"wabench/internal/whatsapp"
)

// Callback is the body of a webhook: no envelope, no signature. It holds
// messages with their senders, or statuses, or errors
// (developers.facebook.com/docs/whatsapp/api/webhooks).
type Callback struct {
	Contacts []Sender         `json:"contacts,omitempty"`
	Messages []InboundMessage `json:"messages,omitempty"`
	Statuses []StatusUpdate   `json:"statuses,omitempty"`
	Errors   []Error          `json:"errors,omitempty"`
}

// Sender is the user who wrote.
type Sender struct {
	Profile Profile `json:"profile"`
	WaID    string  `json:"wa_id"`
}

// Profile is what a user calls himself.
type Profile struct {
	Name string `json:"name"`
}

// StatusUpdate is one step of a message's way. RecipientID stood at the top
// until v2.45; since then it is in Message alone.
type StatusUpdate struct {
	ID           string         `json:"id"`
	RecipientID  string         `json:"recipient_id,omitempty"`
	Status       whatsapp.State `json:"status"`
	Timestamp    Timestamp      `json:"timestamp"`
	Type         string         `json:"type,omitempty"` // message
	Message      *Addressed     `json:"message,omitempty"`
	Conversation *Conversation  `json:"conversation,omitempty"`
	Pricing      *Pricing       `json:"pricing,omitempty"`
	Errors       []Error        `json:"errors,omitempty"`
}

// Addressed names the recipient of a message.
type Addressed struct {
	RecipientID string `json:"recipient_id"`
}

// Conversation is the 24-hour conversation that a message was billed under.
type Conversation struct {
	ID string `json:"id"`
}

// Pricing says how a message is billed (since February 2022).
type Pricing struct {
	Model    string `json:"pricing_model"` // CBP
	Billable bool   `json:"billable"`
	Category string `json:"category,omitempty"`
}

// Timestamp is a whole second since 1970, written as a string.
type Timestamp int64

// MarshalJSON writes "1518694700".
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(int64(t), 10)), nil
}

// UnmarshalJSON reads "1518694700" and 1518694700.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseInt(string(unquoted(text)), 10, 64)
	if err != nil {
		return fmt.Errorf("%s is not a timestamp", text)
	}
	*t = Timestamp(n)
	return nil
}

// Time is the timestamp as a time in UTC.
func (t Timestamp) Time() time.Time { return time.Unix(int64(t), 0).UTC() }

// Notification is a webhook in the words of both platforms.
type Notification struct {
	Statuses []whatsapp.Status
	Inbound  []Inbound
	Errors   []Error
}

// ParseWebhook reads the body of a webhook.
func ParseWebhook(body []byte) (Notification, error) {
	var callback Callback
	if err := json.Unmarshal(body, &callback); err != nil {
		return Notification{}, fmt.Errorf("read webhook: %w", err)
	}
	n := Notification{Errors: callback.Errors}
	for _, update := range callback.Statuses {
		n.Statuses = append(n.Statuses, update.status())
	}
	for _, message := range callback.Messages {
		n.Inbound = append(n.Inbound, message.inbound(callback.Contacts))
	}
	return n, nil
}

func (u *StatusUpdate) status() whatsapp.Status {
	s := whatsapp.Status{MessageID: u.ID, State: u.Status, At: u.Timestamp.Time(), Recipient: u.RecipientID}
	if u.Message != nil && u.Message.RecipientID != "" {
		s.Recipient = u.Message.RecipientID
	}
	if len(u.Errors) > 0 {
		s.Code, s.Detail = u.Errors[0].Code, u.Errors[0].Error()
	}
	return s
}
