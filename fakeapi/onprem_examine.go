package fakeapi

import (
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// examine says what is wrong with a message, with code 0 if nothing is; it
// fills in the type if that was left out. Unknown properties, buttons without
// an index and texts with blanks around them are fine here, unlike on the Cloud
// API.
func (o *onPremSide) examine(msg *onprem.Message, c *onPremCall) onprem.Error {
	if !o.registered() {
		return onprem.NewError(onprem.CodeServiceNotReady, "The phone number is not registered on this platform")
	}
	if e := o.examineRecipient(msg, c); e.Code != 0 {
		return e
	}
	if msg.Type == "" {
		msg.Type = string(whatsapp.TypeText)
	}
	examiner, known := examiners[msg.Type]
	if !known {
		return parameterNotValid("type '%s' is not a type of message", msg.Type)
	}
	return examiner(o, msg)
}

func (o *onPremSide) examineRecipient(msg *onprem.Message, c *onPremCall) onprem.Error {
	to := onPremDigits(msg.To)
	switch {
	case msg.To == "":
		return parameterMissing("to")
	case msg.RecipientType == "group":
		return onprem.NewError(onprem.CodeGroupUnknown, "There is no group "+msg.To)
	case msg.RecipientType != "" && msg.RecipientType != "individual":
		return onprem.NewError(onprem.CodeRecipientType, "recipient_type is individual or group")
	case !isPhoneNumber(to):
		return parameterNotValid("to '%s' is not a phone number", msg.To)
	case o.profile().Contacts.Required && !o.contacts.isValid(to, c.arrived):
		return onprem.NewError(onprem.CodeNotFound, "unknown contact")
	}
	return onprem.Error{}
}

// isPhoneNumber reports whether digits could be a phone number (E.164: up to 15).
func isPhoneNumber(digits string) bool {
	for _, d := range []byte(digits) {
		if d < '0' || d > '9' {
			return false
		}
	}
	return len(digits) >= 5 && len(digits) <= 15
}

// examiners check the object that belongs to each type.
var examiners = map[string]func(*onPremSide, *onprem.Message) onprem.Error{
	"text":        examineText,
	"template":    examineTemplate,
	"hsm":         examineHSM,
	"image":       examineMedia,
	"audio":       examineMedia,
	"video":       examineMedia,
	"document":    examineMedia,
	"sticker":     examineMedia,
	"location":    examineLocation,
	"contacts":    examineContacts,
	"interactive": examineInteractive,
	"reaction":    examineReaction,
}

func parameterMissing(parameter string) onprem.Error {
	return onprem.NewError(onprem.CodeParameterMissing, "Parameter '"+parameter+"' is missing")
}

func parameterNotValid(format string, values ...any) onprem.Error {
	return onprem.NewError(onprem.CodeParameterNotValid, fmt.Sprintf(format, values...))
}

func examineText(_ *onPremSide, msg *onprem.Message) onprem.Error {
	switch {
	case msg.Text == nil || msg.Text.Body == "":
		return parameterMissing("text.body")
	case utf8.RuneCountInString(msg.Text.Body) > longestText:
		return onprem.NewError(onprem.CodeTooLong, fmt.Sprintf("text.body has more than %d characters", longestText))
	}
	return onprem.Error{}
}

func examineTemplate(_ *onPremSide, msg *onprem.Message) onprem.Error {
	t := msg.Template
	switch {
	case t == nil:
		return parameterMissing("template")
	case t.Name == "":
		return parameterMissing("template.name")
	case t.Language.Code == "":
		return parameterMissing("template.language.code")
	case t.Language.Policy != "" && t.Language.Policy != "deterministic":
		return parameterNotValid("template.language.policy can only be deterministic")
	}
	var components []onprem.Component
	if t.Components != nil && json.Unmarshal(t.Components, &components) != nil {
		return parameterNotValid("template.components is not a list of components")
	}
	return onprem.Error{}
}

func examineHSM(_ *onPremSide, msg *onprem.Message) onprem.Error {
	switch {
	case msg.HSM == nil:
		return parameterMissing("hsm")
	case msg.HSM.Namespace == "":
		return parameterMissing("hsm.namespace")
	case msg.HSM.ElementName == "":
		return parameterMissing("hsm.element_name")
	case msg.HSM.Language.Code == "":
		return parameterMissing("hsm.language.code")
	}
	return onprem.Error{}
}

func examineMedia(o *onPremSide, msg *onprem.Message) onprem.Error {
	media := msg.Attachment()
	switch {
	case media == nil:
		return parameterMissing(msg.Type)
	case media.ID == "" && media.Link == "":
		return parameterMissing(msg.Type + ".id or " + msg.Type + ".link")
	case media.ID != "" && media.Link != "":
		return parameterNotValid("%s has both an id and a link", msg.Type)
	case utf8.RuneCountInString(media.Caption) > longestCaption:
		return onprem.NewError(onprem.CodeTooLong, fmt.Sprintf("caption has more than %d characters", longestCaption))
	case media.ID != "" && !o.media.holds(media.ID):
		return onprem.NewError(onprem.CodeNotFound, "There is no media "+media.ID)
	}
	return onprem.Error{}
}

func examineLocation(_ *onPremSide, msg *onprem.Message) onprem.Error {
	at := msg.Location
	switch {
	case at == nil:
		return parameterMissing("location")
	case math.Abs(float64(at.Latitude)) > 90:
		return parameterNotValid("location.latitude %v is beyond the poles", at.Latitude)
	case math.Abs(float64(at.Longitude)) > 180:
		return parameterNotValid("location.longitude %v is beyond 180 degrees", at.Longitude)
	}
	return onprem.Error{}
}

func examineContacts(_ *onPremSide, msg *onprem.Message) onprem.Error {
	var cards []struct {
		Name struct {
			FormattedName string `json:"formatted_name"`
		} `json:"name"`
	}
	switch {
	case msg.Contacts == nil:
		return parameterMissing("contacts")
	case json.Unmarshal(msg.Contacts, &cards) != nil || len(cards) == 0:
		return parameterNotValid("contacts is not a list of contacts")
	case len(cards) > mostContacts:
		return parameterNotValid("contacts has more than %d entries", mostContacts)
	}
	for i := range cards {
		if cards[i].Name.FormattedName == "" {
			return parameterMissing(fmt.Sprintf("contacts[%d].name.formatted_name", i))
		}
	}
	return onprem.Error{}
}

func examineReaction(_ *onPremSide, msg *onprem.Message) onprem.Error {
	if msg.Reaction == nil || msg.Reaction.MessageID == "" {
		return parameterMissing("reaction.message_id")
	}
	return onprem.Error{}
}
