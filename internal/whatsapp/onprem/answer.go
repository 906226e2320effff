package onprem

import "encoding/json"

// Meta accompanies every JSON answer.
type Meta struct {
	APIStatus string `json:"api_status"`
	Version   string `json:"version"`
}

// Answer is the union of all JSON answers: each endpoint fills the one list it
// is about, and an error fills Errors.
type Answer struct {
	Messages []MessageRef    `json:"messages,omitempty"`
	Contacts []Contact       `json:"contacts,omitempty"`
	Media    []MediaRef      `json:"media,omitempty"`
	Users    []User          `json:"users,omitempty"`
	Settings json.RawMessage `json:"settings,omitempty"`
	Account  json.RawMessage `json:"account,omitempty"`
	Health   json.RawMessage `json:"health,omitempty"`
	Stats    json.RawMessage `json:"stats,omitempty"`
	Metrics  json.RawMessage `json:"metrics,omitempty"`
	Errors   []Error         `json:"errors,omitempty"`
	Meta     *Meta           `json:"meta,omitempty"`
}

// MessageRef is the id of an accepted message.
type MessageRef struct {
	ID string `json:"id"`
}

// MediaRef is the id of an uploaded file.
type MediaRef struct {
	ID string `json:"id"`
}

// User is an API user: a login's token, or an entry of the user list.
type User struct {
	Username     string `json:"username,omitempty"`
	Roles        string `json:"ROLES,omitempty"`
	Token        string `json:"token,omitempty"`
	ExpiresAfter string `json:"expires_after,omitempty"`
}

// Credentials is the body of POST /v1/users and of a login that changes the
// password.
type Credentials struct {
	Username    string `json:"username,omitempty"`
	Password    string `json:"password,omitempty"`
	NewPassword string `json:"new_password,omitempty"`
}

// The values of ContactsRequest.Blocking. Without one the API does not wait.
const (
	BlockingWait   = "wait"
	BlockingNoWait = "no_wait"
)

// ContactsRequest is the body of POST /v1/contacts.
type ContactsRequest struct {
	Blocking   string   `json:"blocking,omitempty"`
	Contacts   []string `json:"contacts"`
	ForceCheck bool     `json:"force_check,omitempty"`
}

// The values of Contact.Status.
const (
	ContactProcessing = "processing"
	ContactValid      = "valid"
	ContactInvalid    = "invalid"
	ContactFailed     = "failed"
)

// Contact is what a contact check found, or the recipient of a message.
type Contact struct {
	Input  string `json:"input,omitempty"`
	Status string `json:"status,omitempty"`
	WaID   string `json:"wa_id,omitempty"`
}

// StatusChange is the body of PUT /v1/messages/{id}; the only status is read.
type StatusChange struct {
	Status string `json:"status"`
}
