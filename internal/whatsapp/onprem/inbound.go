package onprem

import (
	"encoding/json"
	"slices"
	"time"
)

// InboundMessage is a message from a user. Exactly the field named by Type is
// set, but for unknown and ephemeral messages, which carry Errors.
type InboundMessage struct {
	From        string          `json:"from"`
	ID          string          `json:"id"`
	Timestamp   Timestamp       `json:"timestamp"`
	Type        string          `json:"type"`
	Context     *Context        `json:"context,omitempty"`
	Text        *Text           `json:"text,omitempty"`
	Image       *InboundMedia   `json:"image,omitempty"`
	Audio       *InboundMedia   `json:"audio,omitempty"`
	Voice       *InboundMedia   `json:"voice,omitempty"` // push to talk
	Video       *InboundMedia   `json:"video,omitempty"`
	Document    *InboundMedia   `json:"document,omitempty"`
	Sticker     *InboundMedia   `json:"sticker,omitempty"`
	Location    *Location       `json:"location,omitempty"`
	Contacts    json.RawMessage `json:"contacts,omitempty"`
	Button      json.RawMessage `json:"button,omitempty"`
	Interactive json.RawMessage `json:"interactive,omitempty"`
	Order       json.RawMessage `json:"order,omitempty"`
	Reaction    *Reaction       `json:"reaction,omitempty"`
	System      json.RawMessage `json:"system,omitempty"`
	Errors      []Error         `json:"errors,omitempty"`
}

// Context is the message that a user's message answers.
type Context struct {
	From string `json:"from,omitempty"`
	ID   string `json:"id,omitempty"`
}

// InboundMedia is a file that a user sent; its bytes are at GET /v1/media/{ID}.
type InboundMedia struct {
	ID       string `json:"id"`
	MIMEType string `json:"mime_type"`
	SHA256   string `json:"sha256"` // hex, while the Cloud API has base64
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// Inbound is as much of a user's message as a driver needs.
type Inbound struct {
	ID   string
	From string
	Name string // of the sender, if he has one
	At   time.Time
	Type string
	Text string // of a text message
}

func (m *InboundMessage) inbound(senders []Sender) Inbound {
	in := Inbound{ID: m.ID, From: m.From, At: m.Timestamp.Time(), Type: m.Type}
	if m.Text != nil {
		in.Text = m.Text.Body
	}
	i := slices.IndexFunc(senders, func(s Sender) bool { return s.WaID == m.From })
	if i >= 0 {
		in.Name = senders[i].Profile.Name
	}
	return in
}
