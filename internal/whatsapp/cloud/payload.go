package cloud

import (
	"bytes"
	"encoding/json"
)

// Payload is the body of POST /{number}/messages: a message of any type, or a
// read receipt. Decoded strictly, it accepts what the platform accepts.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
type Payload struct {
	MessagingProduct string   `json:"messaging_product"`
	RecipientType    string   `json:"recipient_type"`
	To               Scalar   `json:"to"`
	Recipient        Scalar   `json:"recipient"` // a business-scoped user id, since 2026
	Type             string   `json:"type"`
	Context          *Context `json:"context"`
	Callback         string   `json:"biz_opaque_callback_data"`
	IdentityKeyHash  string   `json:"recipient_identity_key_hash"`
	PreviewURL       *bool    `json:"preview_url"` // passed over: it belongs into text

	Text        *TextPayload        `json:"text"`
	Image       *MediaPayload       `json:"image"`
	Audio       *AudioPayload       `json:"audio"`
	Video       *MediaPayload       `json:"video"`
	Document    *DocumentPayload    `json:"document"`
	Sticker     *StickerPayload     `json:"sticker"`
	Location    *LocationPayload    `json:"location"`
	Contacts    []ContactPayload    `json:"contacts"`
	Reaction    *ReactionPayload    `json:"reaction"`
	Template    *TemplatePayload    `json:"template"`
	Interactive *InteractivePayload `json:"interactive"`

	// Status read and MessageID are a read receipt, Typing goes with it.
	Status    string         `json:"status"`
	MessageID string         `json:"message_id"`
	Typing    *TypingPayload `json:"typing_indicator"`
}

// Context is the message that this one answers.
type Context struct {
	MessageID string `json:"message_id"`
}

// TypingPayload shows the user that an answer is being written.
type TypingPayload struct {
	Type string `json:"type"`
}

// TextPayload is a text of up to 4096 characters.
type TextPayload struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

// MediaPayload is an image or a video: an uploaded id or a link.
type MediaPayload struct {
	ID      Scalar `json:"id"`
	Link    string `json:"link"`
	Caption string `json:"caption"`
}

// AudioPayload is a recording; Voice shows it as a voice message.
type AudioPayload struct {
	ID    Scalar `json:"id"`
	Link  string `json:"link"`
	Voice bool   `json:"voice"`
}

// DocumentPayload is a file.
type DocumentPayload struct {
	ID       Scalar `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

// StickerPayload is a sticker.
type StickerPayload struct {
	ID   Scalar `json:"id"`
	Link string `json:"link"`
}

// LocationPayload is a point on the map; the degrees may be strings.
type LocationPayload struct {
	Latitude  Scalar `json:"latitude"`
	Longitude Scalar `json:"longitude"`
	Name      string `json:"name"`
	Address   string `json:"address"`
}

// ReactionPayload answers a message with an emoji; an empty one takes it back.
type ReactionPayload struct {
	MessageID string  `json:"message_id"`
	Emoji     *string `json:"emoji"`
}

// ContactPayload is a business card.
type ContactPayload struct {
	Addresses []struct {
		Street      string `json:"street"`
		City        string `json:"city"`
		State       string `json:"state"`
		Zip         Scalar `json:"zip"`
		Country     string `json:"country"`
		CountryCode string `json:"country_code"`
		Type        string `json:"type"`
	} `json:"addresses"`
	Birthday string `json:"birthday"`
	Emails   []struct {
		Email string `json:"email"`
		Type  string `json:"type"`
	} `json:"emails"`
	Name struct {
		Formatted string `json:"formatted_name"`
		First     string `json:"first_name"`
		Last      string `json:"last_name"`
		Middle    string `json:"middle_name"`
		Suffix    string `json:"suffix"`
		Prefix    string `json:"prefix"`
	} `json:"name"`
	Org *struct {
		Company    string `json:"company"`
		Department string `json:"department"`
		Title      string `json:"title"`
	} `json:"org"`
	Phones []struct {
		Phone Scalar `json:"phone"`
		Type  string `json:"type"`
		WAID  Scalar `json:"wa_id"`
	} `json:"phones"`
	URLs []struct {
		URL  string `json:"url"`
		Type string `json:"type"`
	} `json:"urls"`
}

// TemplatePayload names an approved template and fills it.
type TemplatePayload struct {
	Name       string             `json:"name"`
	Namespace  string             `json:"namespace"` // passed over: On-Premises needs it
	Language   TemplateLanguage   `json:"language"`
	Components []ComponentPayload `json:"components"`
}

// TemplateLanguage is the language a template is wanted in.
type TemplateLanguage struct {
	Code   string `json:"code"`
	Policy string `json:"policy"`
}

// ComponentPayload fills one part of a template.
type ComponentPayload struct {
	Type       string             `json:"type"`
	SubType    string             `json:"sub_type"`
	Index      Scalar             `json:"index"`
	Parameters []ParameterPayload `json:"parameters"`
	Cards      []struct {
		CardIndex  Scalar             `json:"card_index"`
		Components []ComponentPayload `json:"components"`
	} `json:"cards"`
}

// ParameterPayload is one value in a template.
type ParameterPayload struct {
	Type             string           `json:"type"`
	Text             *string          `json:"text"`
	ParameterName    string           `json:"parameter_name"`
	Payload          json.RawMessage  `json:"payload"`
	CouponCode       string           `json:"coupon_code"`
	Currency         *CurrencyPayload `json:"currency"`
	DateTime         json.RawMessage  `json:"date_time"`
	Image            *MediaPayload    `json:"image"`
	Video            *MediaPayload    `json:"video"`
	Document         *DocumentPayload `json:"document"`
	Location         *LocationPayload `json:"location"`
	Action           json.RawMessage  `json:"action"`
	LimitedTimeOffer json.RawMessage  `json:"limited_time_offer"`
	TapTarget        json.RawMessage  `json:"tap_target_configuration"`
	Product          json.RawMessage  `json:"product"`
}

// CurrencyPayload is an amount of money in thousandths.
type CurrencyPayload struct {
	FallbackValue string `json:"fallback_value"`
	Code          string `json:"code"`
	Amount1000    Scalar `json:"amount_1000"`
}

// Scalar is a value that clients write as a string or as a number.
type Scalar string

// UnmarshalJSON takes a string, a number or null.
func (s *Scalar) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		if bytes.IndexByte(data, '\\') < 0 { // the usual case, without reflection
			*s = Scalar(data[1 : len(data)-1])
			return nil
		}
		return json.Unmarshal(data, (*string)(s))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*s = Scalar(n)
	return nil
}
