// Package whatsapp holds what both platforms share: a message to send, the
// operations a run performs, and the outcome of one. The wire types of each
// API live in whatsapp/cloud and whatsapp/onprem.
package whatsapp

import "encoding/json"

// Message is a message to send, whatever the platform. Exactly the field that
// belongs to Type is set; Raw, where set, is sent in place of all others.
type Message struct {
	To       string
	Type     Type
	Text     *Text
	Template *Template
	Media    *Media // image, audio, video, document, sticker
	Location *Location
	Reaction *Reaction
	// Contacts and Interactive are passed to the platform as written: both
	// APIs take the same objects.
	Contacts    json.RawMessage
	Interactive json.RawMessage
	// Raw is a whole payload; the encoder only sets the recipient in it.
	Raw json.RawMessage
}

// Type is the kind of a message, as both APIs name it in "type".
type Type string

// The message types of both APIs.
const (
	TypeText        Type = "text"
	TypeTemplate    Type = "template"
	TypeImage       Type = "image"
	TypeAudio       Type = "audio"
	TypeVideo       Type = "video"
	TypeDocument    Type = "document"
	TypeSticker     Type = "sticker"
	TypeLocation    Type = "location"
	TypeContacts    Type = "contacts"
	TypeInteractive Type = "interactive"
	TypeReaction    Type = "reaction"
	TypeRaw         Type = "raw" // a whole payload as the author wrote it
)

// Text is the body of a text message.
type Text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url,omitempty"`
}

// Template names an approved template and fills its parameters in order.
type Template struct {
	Namespace string   `json:"namespace,omitempty"` // On-Premises only
	Name      string   `json:"name"`
	Language  string   `json:"language"`
	Body      []string `json:"body,omitempty"`
	// Components, where set, is passed to the platform as written.
	Components json.RawMessage `json:"components,omitempty"`
}

// Media is an image, audio, video, document or sticker: an uploaded ID or a
// Link to fetch.
type Media struct {
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// Location is a point on the map, in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Reaction answers the message MessageID with an emoji; an empty one removes it.
type Reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}
