package cloud

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Answer is the success answer to a send.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
type Answer struct {
	MessagingProduct string          `json:"messaging_product"`
	Contacts         []AnswerContact `json:"contacts"`
	Messages         []AnswerMessage `json:"messages"`
}

// AnswerContact is the recipient as given and as the platform knows it.
type AnswerContact struct {
	Input string `json:"input"`
	WAID  string `json:"wa_id"`
}

// AnswerMessage is the accepted message. Status is there for templates only:
// accepted, held_for_quality_assessment or paused.
type AnswerMessage struct {
	ID     string `json:"id"`
	Status string `json:"message_status,omitempty"`
}

// Success is the answer of operations that return nothing else.
type Success struct {
	Success bool `json:"success"`
}

// ErrorAnswer is the body of every error.
type ErrorAnswer struct {
	Error Error `json:"error"`
}

// Error is an error of the Graph API.
type Error struct {
	Message   string     `json:"message"`
	Type      string     `json:"type"`
	Code      int        `json:"code"`
	Subcode   int        `json:"error_subcode,omitempty"`
	Transient bool       `json:"is_transient,omitempty"`
	Data      *ErrorData `json:"error_data,omitempty"`
	UserTitle string     `json:"error_user_title,omitempty"`
	UserMsg   string     `json:"error_user_msg,omitempty"`
	TraceID   string     `json:"fbtrace_id,omitempty"`
}

// ErrorData tells what exactly was wrong.
type ErrorData struct {
	MessagingProduct string `json:"messaging_product,omitempty"`
	Details          string `json:"details"`
}

// UnmarshalJSON also takes a plain string, which some endpoints send.
func (d *ErrorData) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		d.Details = text
		return nil
	}
	type fields ErrorData // without this method
	return json.Unmarshal(data, (*fields)(d))
}

// NewError returns the error with the code: its title, and details if any.
func NewError(code int, details string) Error {
	c, ok := Lookup(code)
	if !ok {
		c.Title = "Unknown error"
	}
	e := Error{Message: "(#" + strconv.Itoa(code) + ") " + c.Title, Type: "OAuthException", Code: code}
	if details != "" {
		e.Data = &ErrorData{MessagingProduct: "whatsapp", Details: details}
	}
	return e
}

// text is the error in one line.
func (e Error) text() string {
	if e.Data == nil || e.Data.Details == "" {
		return e.Message
	}
	return fmt.Sprintf("%s: %s", e.Message, e.Data.Details)
}
