package cloud

import "encoding/json"

// Webhook is the body of a webhook.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
type Webhook struct {
	Object string  `json:"object"`
	Entry  []Entry `json:"entry"`
}

// WebhookObject is the Object of every webhook of the API.
const WebhookObject = "whatsapp_business_account"

// Entry is what happened to one account. Time is there for account fields only.
type Entry struct {
	ID      string   `json:"id"`
	Time    int64    `json:"time,omitempty"`
	Changes []Change `json:"changes"`
}

// Change is one thing that happened; Field says what Value is.
type Change struct {
	Value json.RawMessage `json:"value"`
	Field string          `json:"field"`
}

// FieldMessages is the field of statuses and of inbound messages.
const FieldMessages = "messages"

// Value is the value of the field messages.
type Value struct {
	MessagingProduct string            `json:"messaging_product"`
	Metadata         Metadata          `json:"metadata"`
	Contacts         []WebhookContact  `json:"contacts,omitempty"`
	Messages         []json.RawMessage `json:"messages,omitempty"`
	Statuses         []StatusUpdate    `json:"statuses,omitempty"`
	Errors           []WebhookError    `json:"errors,omitempty"`
}

// Metadata names the business number.
type Metadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"`
	PhoneNumberID      string `json:"phone_number_id"`
}

// WebhookContact is the user who wrote.
type WebhookContact struct {
	Profile WebhookProfile `json:"profile"`
	WAID    string         `json:"wa_id"`
	// IdentityKeyHash is there for numbers that check it.
	IdentityKeyHash string `json:"identity_key_hash,omitempty"`
}

// WebhookProfile is what a user's profile shows.
type WebhookProfile struct {
	Name string `json:"name"`
}

// StatusUpdate tells what became of a message.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
type StatusUpdate struct {
	ID           string         `json:"id"`
	Status       string         `json:"status"`
	Timestamp    Timestamp      `json:"timestamp"`
	RecipientID  string         `json:"recipient_id"`
	Callback     string         `json:"biz_opaque_callback_data,omitempty"`
	Conversation *Conversation  `json:"conversation,omitempty"`
	Pricing      *Pricing       `json:"pricing,omitempty"`
	Errors       []WebhookError `json:"errors,omitempty"`
}

// Conversation is in statuses of v23.0 and before; one a message since July 2025.
type Conversation struct {
	ID         string             `json:"id"`
	Expiration Timestamp          `json:"expiration_timestamp,omitzero"` // with sent only
	Origin     ConversationOrigin `json:"origin"`
}

// ConversationOrigin is the category that opened a conversation.
type ConversationOrigin struct {
	Type string `json:"type"`
}

// Pricing is with sent and with one of delivered and read.
type Pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"` // PMP since July 2025
	Type     string `json:"type,omitempty"`
	Category string `json:"category"`
}

// WebhookError is why a message failed.
type WebhookError struct {
	Code    int        `json:"code"`
	Title   string     `json:"title"`
	Message string     `json:"message,omitempty"`
	Data    *ErrorData `json:"error_data,omitempty"`
	Href    string     `json:"href,omitempty"`
}

// errorsHref is where every error in a webhook points.
const errorsHref = "/documentation/business-messaging/whatsapp/support/error-codes"

// NewWebhookError returns the error with the code as statuses carry it.
func NewWebhookError(code int, details string) WebhookError {
	c, ok := Lookup(code)
	if !ok {
		c.Title = "Unknown error"
	}
	e := WebhookError{Code: code, Title: c.Title, Message: c.Title, Href: errorsHref}
	if details != "" {
		e.Data = &ErrorData{Details: details}
	}
	return e
}
