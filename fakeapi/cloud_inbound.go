package fakeapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// inboundTypes are what a user can send, with the body that each has if none is
// given. Text has to be given.
var inboundTypes = map[string]string{
	"text":        ``,
	"image":       ``,
	"video":       ``,
	"audio":       ``,
	"document":    ``,
	"sticker":     ``,
	"location":    `{"latitude":37.48,"longitude":-122.14}`,
	"contacts":    `[{"name":{"formatted_name":"Ann Lee","first_name":"Ann"},"phones":[{"phone":"+1 555 010 0001","wa_id":"15550100001","type":"CELL"}]}]`,
	"button":      `{"payload":"yes","text":"Yes"}`,
	"interactive": `{"type":"button_reply","button_reply":{"id":"yes","title":"Yes"}}`,
	"order":       `{"catalog_id":"194","text":"","product_items":[{"product_retailer_id":"1","quantity":1,"item_price":10,"currency":"USD"}]}`,
	"reaction":    ``,
	"system":      ``,
	"unsupported": `{"type":"edit"}`,
}

// unsupportedErrors and tooLargeErrors are what messages carry that the business
// cannot be shown.
var (
	unsupportedErrors = []cloud.WebhookError{{
		Code: 131051, Title: "Message type unknown", Message: "Message type unknown",
		Data: &cloud.ErrorData{Details: "Message type is currently not supported."},
	}}
	tooLargeErrors = []cloud.WebhookError{{
		Code: 131052, Title: "Media download error", Message: "Media download error",
		Data: &cloud.ErrorData{Details: "The file that the user sent is larger than 100 MB."},
	}}
)

// receive has a user write to the business.
func (c *cloudSide) receive(in Inbound) (string, error) {
	n, err := c.receiver(in.To)
	if err != nil {
		return "", err
	}
	from := digits(in.From)
	if from == "" {
		return "", fmt.Errorf("from: %q is not a phone number", in.From)
	}
	now, problems := time.Now(), in.limit()
	body, is, err := c.mediaBody(n, in, now)
	if !is {
		body, err = in.body(from)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", in.Type, err)
	}
	id, heard := c.enter(n, in, from, now)
	if !heard {
		return id, nil
	}
	value, err := in.value(n, inboundHead{from: from, id: id, identity: c.identityFor(n, from), at: now, errors: problems}, body)
	if err == nil && len(value) > largestInbound {
		err = fmt.Errorf("%s: a webhook has no room for it", in.Type)
	}
	if err != nil {
		return "", err
	}
	c.hook.push(fieldChange{account: n.account, number: n, field: cloud.FieldMessages, value: value, at: now})
	return id, nil
}

func (c *cloudSide) receiver(id string) (*number, error) {
	if id == "" {
		return c.first, nil
	}
	n := c.numbers[id]
	if n == nil {
		return nil, fmt.Errorf("to: there is no business number %q", id)
	}
	return n, nil
}

// enter names the message, counts it against the number's throughput and opens
// the user's service window. It reports whether the business hears of it: not
// while the number is elsewhere and not from a blocked user. Neither is told.
func (c *cloudSide) enter(n *number, in Inbound, from string, now time.Time) (id string, heard bool) {
	at := now.Sub(c.server.start)
	count := c.inbound.Add(1)
	c.received.note(count, at)
	id = c.inboundID(count, from)
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.registered || n.blocks[from] {
		return id, false
	}
	if limit := n.limit(&c.server.profile().Cloud); limit > 0 {
		n.throughput.count(at)
	}
	n.wrote[numberKey(from)] = at
	if in.Referral != nil {
		n.enters(numberKey(from), at)
	}
	if len(n.wrote)%1024 == 0 {
		n.longAgoWrote(at)
	}
	return id, true
}

// body returns the object that belongs to the type: as given, or an example.
func (in Inbound) body(from string) (json.RawMessage, error) {
	example, known := inboundTypes[in.Type]
	if !known {
		return nil, fmt.Errorf("type: %q is not a type of inbound message", in.Type)
	}
	var text string
	switch {
	case in.Type == "text" && json.Unmarshal(in.Body, &text) == nil:
		return json.Marshal(map[string]string{"body": text})
	case in.Body != nil:
		return in.Body, nil
	case in.Type == "system":
		const next = "15550100002"
		return json.Marshal(map[string]string{
			"body": "User " + in.Name + " changed from " + from + " to " + next, "wa_id": next, "type": "user_changed_number",
		})
	case example == "":
		return nil, fmt.Errorf("%s: is missing", in.Type)
	}
	return json.RawMessage(example), nil
}

// limit turns a message that is too large into one that is not supported, and
// returns the errors that the message has.
func (in *Inbound) limit() []cloud.WebhookError {
	switch {
	case in.Type == "unsupported":
		return unsupportedErrors
	case in.Size > largestUserMedia:
		in.Body, _ = json.Marshal(map[string]string{"type": in.Type}) // a text
		in.Type = "unsupported"
		return tooLargeErrors
	}
	return nil
}

// largestInbound keeps one message within the 3 MB of a webhook, when each of
// its characters is written as an escape.
const largestInbound = 1 << 20 * 9 / 10

// inboundHead is what every message from a user has.
type inboundHead struct {
	from, id string
	identity string // the user's, if the number checks it
	at       time.Time
	errors   []cloud.WebhookError
}

// value writes the value of the webhook.
func (in Inbound) value(n *number, h inboundHead, body json.RawMessage) ([]byte, error) {
	message := map[string]any{
		"from": h.from, "id": h.id, "timestamp": strconv.FormatInt(h.at.Unix(), 10), "type": in.Type, in.Type: body,
	}
	if h.errors != nil {
		message["errors"] = h.errors
	}
	if in.Context != nil {
		message["context"] = in.Context
	}
	if in.Referral != nil {
		message["referral"] = in.Referral
	}
	text, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.Type, err)
	}
	v := cloud.Value{
		MessagingProduct: "whatsapp", Metadata: cloud.Metadata{DisplayPhoneNumber: n.display, PhoneNumberID: n.id},
		Messages: []json.RawMessage{text},
	}
	if in.Type != "system" {
		v.Contacts = []cloud.WebhookContact{{Profile: cloud.WebhookProfile{Name: in.Name}, WAID: h.from, IdentityKeyHash: h.identity}}
	}
	return json.Marshal(v)
}
