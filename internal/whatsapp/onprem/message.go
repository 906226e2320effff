package onprem

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"wabench/internal/whatsapp"
)

// Message is the body of POST /v1/messages
// (developers.facebook.com/docs/whatsapp/api/messages). Unlike the Cloud API
// it has no messaging_product, keeps preview_url at the top and lets unknown
// properties pass.
type Message struct {
	To            string          `json:"to"`
	RecipientType string          `json:"recipient_type,omitempty"`
	Type          string          `json:"type,omitempty"`
	PreviewURL    bool            `json:"preview_url,omitempty"`
	TTL           json.RawMessage `json:"ttl,omitempty"`
	Text          *Text           `json:"text,omitempty"`
	Template      *Template       `json:"template,omitempty"`
	HSM           *HSM            `json:"hsm,omitempty"` // until v2.39
	Image         *Media          `json:"image,omitempty"`
	Audio         *Media          `json:"audio,omitempty"`
	Video         *Media          `json:"video,omitempty"`
	Document      *Media          `json:"document,omitempty"`
	Sticker       *Media          `json:"sticker,omitempty"`
	Location      *Location       `json:"location,omitempty"`
	Contacts      json.RawMessage `json:"contacts,omitempty"`
	Interactive   json.RawMessage `json:"interactive,omitempty"`
	Reaction      *Reaction       `json:"reaction,omitempty"`
}

// Text is the object of a text message; its body has up to 4096 characters.
type Text struct {
	Body string `json:"body"`
}

// Media is the object of an image, audio, video, document or sticker: the ID
// of an upload or a Link that the API fetches.
type Media struct {
	ID       string    `json:"id,omitempty"`
	Link     string    `json:"link,omitempty"`
	Caption  string    `json:"caption,omitempty"`
	Filename string    `json:"filename,omitempty"`
	Provider *Provider `json:"provider,omitempty"`
}

// Provider names the credentials with which the API fetches a link.
type Provider struct {
	Name string `json:"name"`
}

// Location is the object of a location message.
type Location struct {
	Latitude  Degrees `json:"latitude"`
	Longitude Degrees `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Degrees is a coordinate, written as a number and read from a number or a
// string: the API takes both.
type Degrees float64

// UnmarshalJSON reads 37.48 and "37.48".
func (d *Degrees) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseFloat(string(unquoted(text)), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return fmt.Errorf("%s is not a coordinate", text)
	}
	*d = Degrees(n)
	return nil
}

// unquoted drops the quotes of a JSON string that needs no unescaping.
func unquoted(text []byte) []byte {
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		return text[1 : n-1]
	}
	return text
}

// Reaction is the object of a reaction; an empty emoji removes an earlier one.
type Reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

// encodeMessage writes a message as JSON.
func encodeMessage(m whatsapp.Message) ([]byte, error) {
	if m.To == "" {
		return nil, errors.New("no recipient")
	}
	if m.Raw != nil {
		return encodeRaw(m)
	}
	wire := Message{To: m.To, RecipientType: "individual", Type: string(m.Type)}
	if err := wire.fill(m); err != nil {
		return nil, err
	}
	return json.Marshal(wire)
}

// fill sets the one object that belongs to the message's type.
func (w *Message) fill(m whatsapp.Message) error {
	switch {
	case m.Type == whatsapp.TypeText && m.Text != nil:
		w.Text, w.PreviewURL = &Text{Body: m.Text.Body}, m.Text.PreviewURL
	case m.Type == whatsapp.TypeTemplate && m.Template != nil:
		w.Template = newTemplate(*m.Template)
	case m.Type == whatsapp.TypeLocation && m.Location != nil:
		at := m.Location
		w.Location = &Location{Latitude: Degrees(at.Latitude), Longitude: Degrees(at.Longitude), Name: at.Name, Address: at.Address}
	case m.Type == whatsapp.TypeReaction && m.Reaction != nil:
		w.Reaction = &Reaction{MessageID: m.Reaction.MessageID, Emoji: m.Reaction.Emoji}
	case m.Type == whatsapp.TypeContacts && m.Contacts != nil:
		w.Contacts = m.Contacts
	case m.Type == whatsapp.TypeInteractive && m.Interactive != nil:
		w.Interactive = m.Interactive
	default:
		return w.fillMedia(m)
	}
	return nil
}

func (w *Message) fillMedia(m whatsapp.Message) error {
	slot := w.media(m.Type)
	if slot == nil || m.Media == nil {
		return fmt.Errorf("type %q without its object", m.Type)
	}
	*slot = &Media{ID: m.Media.ID, Link: m.Media.Link, Caption: m.Media.Caption, Filename: m.Media.Filename}
	return nil
}

// media is the field for media of type t, nil if t is no media type.
func (w *Message) media(t whatsapp.Type) **Media {
	switch t {
	case whatsapp.TypeImage:
		return &w.Image
	case whatsapp.TypeAudio:
		return &w.Audio
	case whatsapp.TypeVideo:
		return &w.Video
	case whatsapp.TypeDocument:
		return &w.Document
	case whatsapp.TypeSticker:
		return &w.Sticker
	}
	return nil
}

// Attachment is the message's media object, nil if its type has none.
func (w *Message) Attachment() *Media {
	if slot := w.media(whatsapp.Type(w.Type)); slot != nil {
		return *slot
	}
	return nil
}

// encodeRaw sets the recipient in the author's own payload and leaves the
// rest as it is.
func encodeRaw(m whatsapp.Message) ([]byte, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(m.Raw, &fields); err != nil {
		return nil, fmt.Errorf("raw payload: %w", err)
	}
	if fields == nil {
		return nil, errors.New("raw payload: null is not an object")
	}
	to, err := json.Marshal(m.To)
	if err != nil {
		return nil, err
	}
	fields["to"] = to
	return json.Marshal(fields)
}
