package fakeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"wabench/internal/whatsapp/onprem"
)

// onPremInboundTypes are the types of a user's message; what the Cloud API calls
// unsupported is unknown here, and a voice message has a type of its own.
var onPremInboundTypes = []string{
	"text", "image", "audio", "voice", "video", "document", "sticker", "location", "contacts",
	"button", "interactive", "order", "reaction", "system", "ephemeral", "unknown",
}

// receive implements side. While the number is not registered here, the message
// is lost without a word, as during a move to the other platform.
func (o *onPremSide) receive(in Inbound) (string, error) {
	if in.Type == "unsupported" {
		in.Type = "unknown"
	}
	switch {
	case !isPhoneNumber(onPremDigits(in.From)):
		return "", fmt.Errorf("from %q is not a phone number", in.From)
	case !slices.Contains(onPremInboundTypes, in.Type):
		return "", fmt.Errorf("type %q; use one of %v", in.Type, onPremInboundTypes)
	}
	now := time.Now()
	from := onPremDigits(in.From)
	id := inboundID(o.server.seed, o.contacts.hear(from, now), from)
	text, err := o.inboundMessage(in, id, now)
	if err != nil {
		return "", err
	}
	if !o.registered() {
		return id, nil
	}
	u := onPremInbound{message: text}
	if in.Type != "system" {
		u.sender = &onprem.Sender{WaID: from, Profile: onprem.Profile{Name: in.Name}}
	}
	o.hook.push(u)
	return id, nil
}

// inboundMessage writes the message as a webhook has it.
func (o *onPremSide) inboundMessage(in Inbound, id string, now time.Time) (json.RawMessage, error) {
	fields := map[string]any{
		"from": onPremDigits(in.From), "id": id, "type": in.Type, "timestamp": strconv.FormatInt(now.Unix(), 10),
	}
	if in.Context != nil {
		fields["context"] = in.Context
	}
	if in.Referral != nil {
		fields["referral"] = in.Referral
	}
	if in.Type == "unknown" || in.Type == "ephemeral" {
		e := onprem.NewError(onprem.CodeUnsupportedType, "Message type is not currently supported")
		e.Href = onPremErrorPage
		fields["errors"] = []onprem.Error{e}
	} else {
		body, err := o.inboundBody(in)
		if err != nil {
			return nil, err
		}
		fields[in.Type] = body
	}
	return json.Marshal(fields)
}

// inboundBody is the object of the message's type; what was left out is made up.
func (o *onPremSide) inboundBody(in Inbound) (any, error) {
	var plain string
	if in.Type == "text" && json.Unmarshal(in.Body, &plain) == nil {
		return onprem.Text{Body: plain}, nil
	}
	if mimeType, isMedia := onPremInboundFiles[in.Type]; isMedia && in.Body == nil {
		return o.inboundMedia(mimeType), nil
	}
	if in.Body == nil {
		return nil, fmt.Errorf("a message of type %s needs its %q", in.Type, in.Type)
	}
	return in.Body, nil
}

var onPremInboundFiles = map[string]string{
	"image": "image/jpeg", "audio": "audio/mpeg", "voice": "audio/ogg; codecs=opus", "video": "video/mp4",
	"document": "application/pdf", "sticker": "image/webp",
}
