package scenarios

import (
	"encoding/json"
	"time"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// MessageEntry is one entry of the mix: a message of one type, or another
// operation. Texts may have the fields seq, recipient, digits N, uuid, now and
// csv "column" in double braces.
type MessageEntry struct {
	// Weight of the entry relative to the others. Default 1.
	Weight At[float64] `yaml:"weight"`

	// Text is a text message.
	Text At[TextBody] `yaml:"text"`
	// Template is a template message.
	Template At[TemplateBody] `yaml:"template"`
	// Image is an image message.
	Image At[MediaBody] `yaml:"image"`
	// Audio is an audio message.
	Audio At[MediaBody] `yaml:"audio"`
	// Video is a video message.
	Video At[MediaBody] `yaml:"video"`
	// Document is a document message.
	Document At[MediaBody] `yaml:"document"`
	// Sticker is a sticker message.
	Sticker At[MediaBody] `yaml:"sticker"`
	// Location is a location message.
	Location At[LocationBody] `yaml:"location"`
	// Contacts is a message with contact cards, as the platform takes them.
	Contacts At[json.RawMessage] `yaml:"contacts"`
	// Interactive is an interactive message, as the platform takes it.
	Interactive At[json.RawMessage] `yaml:"interactive"`
	// Reaction answers a message with an emoji.
	Reaction At[ReactionBody] `yaml:"reaction"`
	// Raw is a whole payload; only the recipient is set in it.
	Raw At[json.RawMessage] `yaml:"raw"`

	// Op is an operation other than send.
	Op At[opName] `yaml:"op"`
	// File is what media_upload uploads.
	File At[string] `yaml:"file"`
	// MessageID is the message that mark_read marks; left out, one is made up.
	MessageID At[string] `yaml:"message_id"`
}

// TextBody is a text, or {body, preview_url}.
type TextBody struct {
	// Body is the text.
	Body At[string] `yaml:"body,required"`
	// PreviewURL shows a preview of the first link.
	PreviewURL At[bool] `yaml:"preview_url"`
}

// UnmarshalNode reads either form.
func (t *TextBody) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind != strictyaml.Map {
		d.Decode(n, &t.Body)
		return
	}
	type mapping TextBody
	d.Decode(n, (*mapping)(t))
}

// TemplateBody names an approved template and fills its parameters.
type TemplateBody struct {
	// Namespace of the template (On-Premises API only; left out for Cloud targets).
	Namespace At[string] `yaml:"namespace"`
	// Name of the template.
	Name At[string] `yaml:"name,required"`
	// Language code, as en_US.
	Language At[string] `yaml:"language,required"`
	// Body are the texts of the body's parameters, in order.
	Body At[[]At[string]] `yaml:"body"`
	// Components are passed on as written, instead of body.
	Components At[json.RawMessage] `yaml:"components"`
}

// MediaBody is a file by link or by the id of an upload.
type MediaBody struct {
	// ID of an uploaded file.
	ID At[string] `yaml:"id"`
	// Link to a file that the platform fetches.
	Link At[string] `yaml:"link"`
	// Caption under the file.
	Caption At[string] `yaml:"caption"`
	// Filename that the recipient sees (document only).
	Filename At[string] `yaml:"filename"`
}

// LocationBody is a point on the map.
type LocationBody struct {
	// Latitude in degrees.
	Latitude At[float64] `yaml:"latitude,required"`
	// Longitude in degrees.
	Longitude At[float64] `yaml:"longitude,required"`
	// Name of the place.
	Name At[string] `yaml:"name"`
	// Address of the place.
	Address At[string] `yaml:"address"`
}

// ReactionBody is an emoji for a message.
type ReactionBody struct {
	// MessageID of the message.
	MessageID At[string] `yaml:"message_id,required"`
	// Emoji to show; empty removes it.
	Emoji At[string] `yaml:"emoji,required"`
}

// opName is a whatsapp.Op that a scenario may ask for.
type opName string

// Choices lists the operations.
func (opName) Choices() []string {
	return []string{
		string(whatsapp.OpSend), string(whatsapp.OpContacts), string(whatsapp.OpMediaUpload),
		string(whatsapp.OpMarkRead), string(whatsapp.OpProfile),
	}
}

// RecipientsSection is a range, a file or a list.
type RecipientsSection struct {
	// Range of numbers, as 15550100000..15550109999.
	Range At[Range] `yaml:"range"`
	// File is a CSV file with a header line.
	File At[string] `yaml:"file"`
	// Column of the file that has the numbers.
	Column At[string] `yaml:"column"`
	// List of numbers.
	List At[[]At[Number]] `yaml:"list"`
}

// Number is a phone number in digits; it may be written as a number or a text,
// with or without the plus sign.
type Number string

// UnmarshalText reads and normalises a number.
func (n *Number) UnmarshalText(text []byte) error {
	digits, err := normalNumber(string(text))
	*n = Number(digits)
	return err
}

// WebhooksSection is the receiver of statuses.
type WebhooksSection struct {
	// Listen is the address to listen on. Default 127.0.0.1:0, any free port.
	Listen At[string] `yaml:"listen"`
	// PublicURL is where the platform reaches the receiver.
	PublicURL At[string] `yaml:"public_url"`
	// Wait for statuses after the last message. Default 10s.
	Wait At[time.Duration] `yaml:"wait"`
	// Secret is the app secret as ${NAME} or {file: PATH}; signatures are then checked.
	Secret At[Secret] `yaml:"secret"`
	// Answer is how the receiver itself behaves.
	Answer At[AnswerSection] `yaml:"answer"`
}
