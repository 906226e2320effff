package fakeapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// inboundTypes are what a user can send, with the body that each has if none is
// given. Text has to be given.
var inboundTypes = map[string]string{
	"text":        ``,
	"image":       `{"mime_type":"image/jpeg","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256"}`,
	"video":       `{"mime_type":"video/mp4","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387257"}`,
	"audio":       `{"mime_type":"audio/ogg; codecs=opus","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387258","voice":true}`,
	"document":    `{"mime_type":"application/pdf","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387259","filename":"a.pdf"}`,
	"sticker":     `{"mime_type":"image/webp","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387260","animated":false}`,
	"location":    `{"latitude":37.48,"longitude":-122.14}`,
	"contacts":    `[{"name":{"formatted_name":"Ann Lee","first_name":"Ann"},"phones":[{"phone":"+1 555 010 0001","wa_id":"15550100001","type":"CELL"}]}]`,
	"button":      `{"payload":"yes","text":"Yes"}`,
	"interactive": `{"type":"button_reply","button_reply":{"id":"yes","title":"Yes"}}`,
	"order":       `{"catalog_id":"194","text":"","product_items":[{"product_retailer_id":"1","quantity":1,"item_price":10,"currency":"USD"}]}`,
	"reaction":    ``,
	"system":      ``,
	"unsupported": `{"type":"edit"}`,
}

// unsupportedErrors is what an unsupported message carries.
var unsupportedErrors = json.RawMessage(`[{"code":131051,"title":"Message type unknown","message":"Message type unknown","error_data":{"details":"Message type is currently not supported."}}]`)

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
	body, err := in.body(from)
	if err != nil {
		return "", err
	}
	now := time.Now()
	id, heard := c.enter(n, from, now)
	if !heard {
		return id, nil
	}
	value, err := in.value(n, from, id, body, now)
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
func (c *cloudSide) enter(n *number, from string, now time.Time) (id string, heard bool) {
	at := now.Sub(c.server.start)
	id = c.inboundID(c.inbound.Add(1), from)
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.registered || slices.Contains(n.blocked, from) {
		return id, false
	}
	if limit := n.limit(&c.server.profile().Cloud); limit > 0 {
		n.throughput.count(at)
	}
	n.wrote[numberKey(from)] = at
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

// value writes the value of the webhook.
func (in Inbound) value(n *number, from, id string, body json.RawMessage, now time.Time) ([]byte, error) {
	message := map[string]any{
		"from": from, "id": id, "timestamp": strconv.FormatInt(now.Unix(), 10), "type": in.Type, in.Type: body,
	}
	if in.Type == "unsupported" {
		message["errors"] = unsupportedErrors
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
		v.Contacts = []cloud.WebhookContact{{Profile: cloud.WebhookProfile{Name: in.Name}, WAID: from}}
	}
	return json.Marshal(v)
}
