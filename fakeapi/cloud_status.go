package fakeapi

import (
	"strconv"
	"strings"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// statusChange is one status of a message on its way into a webhook.
type statusChange struct {
	side   *cloudSide
	m      *message
	step   step
	at     time.Time
	code   int
	priced bool
}

// status builds the webhook for m having reached s. Pricing goes with sent and
// with whichever of delivered and read comes first.
func (c *cloudSide) status(m *message, s step, at time.Time, code int) update {
	priced := s == stepSent || s == stepDelivered
	if s == stepRead {
		_, reached, _ := c.ledger.state(m)
		priced = reached[stepDelivered] == 0
	}
	return statusChange{side: c, m: m, step: s, at: at, code: code, priced: priced}
}

// size is an estimate on the high side.
func (s statusChange) size() int { return 700 + 6*len(s.m.Callback) }

// append writes the status as the array statuses has it.
func (s statusChange) append(dst []byte) []byte {
	dst = append(dst, `{"id":"`...)
	dst = s.side.appendID(dst, s.m)
	dst = append(dst, `","status":"`...)
	dst = append(dst, stepNames[s.step]...)
	dst = append(dst, `","timestamp":"`...)
	dst = strconv.AppendInt(dst, s.at.Unix(), 10)
	dst = append(dst, `","recipient_id":"`...)
	dst = append(dst, s.m.To...)
	dst = append(dst, '"')
	if identity := s.side.identityFor(s.side.numbers[s.m.From], s.m.To); identity != "" {
		dst = append(dst, `,"recipient_identity_key_hash":"`...)
		dst = append(append(dst, identity...), '"')
	}
	if s.m.Callback != "" {
		dst = append(dst, `,"biz_opaque_callback_data":`...)
		dst = cloud.AppendASCII(dst, s.m.Callback)
	}
	switch {
	case s.step == stepFailed:
		dst = s.appendErrors(dst)
	case s.priced:
		dst = s.appendConversation(dst)
		dst = s.appendPricing(dst)
	}
	return append(dst, '}')
}

func (s statusChange) appendErrors(dst []byte) []byte {
	e := cloud.NewWebhookError(s.code, failures[s.code])
	dst = append(dst, `,"errors":[{"code":`...)
	dst = strconv.AppendInt(dst, int64(e.Code), 10)
	dst = append(dst, `,"title":`...)
	dst = cloud.AppendASCII(dst, e.Title)
	dst = append(dst, `,"message":`...)
	dst = cloud.AppendASCII(dst, e.Message)
	if e.Data != nil {
		dst = append(dst, `,"error_data":{"details":`...)
		dst = append(cloud.AppendASCII(dst, e.Data.Details), '}')
	}
	dst = append(dst, `,"href":`...)
	dst = cloud.AppendASCII(dst, e.Href)
	return append(dst, `}]`...)
}

// failures are the details of errors that messages fail with.
var failures = map[int]string{
	130497: "Business account is restricted from messaging users in this country.",
	131009: "The message that was reacted to does not exist or is too old.",
	131026: "Message Undeliverable.",
	131047: "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
	131048: "Message failed to send because there are restrictions on how many messages can be sent from this phone number.",
	131049: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
	131050: "The user has stopped marketing messages from this business.",
	131053: "The file of the message could not be loaded.",
	132015: "The template is paused because of its quality.",
}

// appendConversation writes the conversation that versions before 24 have always
// and later ones after an advertisement: one a message, and its end with sent
// only.
func (s statusChange) appendConversation(dst []byte) []byte {
	if s.m.Graph >= 24 && s.m.tariff != tariffEntry {
		return dst
	}
	dst = append(dst, `,"conversation":{"id":"`...)
	for i := range int64(2) {
		dst = appendHex(dst, bits(s.side.server.seed, s.m.n, drawID+stream(50+i)))
	}
	dst = append(dst, '"')
	if s.step == stepSent {
		dst = append(dst, `,"expiration_timestamp":"`...)
		dst = append(strconv.AppendInt(dst, s.at.Add(day).Unix(), 10), '"')
	}
	dst = append(dst, `,"origin":{"type":"`...)
	dst = append(dst, s.category()...)
	return append(dst, `"}}`...)
}

func appendHex(dst []byte, x uint64) []byte {
	const digits = "0123456789abcdef"
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, digits[x>>shift&15])
	}
	return dst
}

// appendPricing writes what the message costs.
func (s statusChange) appendPricing(dst []byte) []byte {
	billable, kind := "false", ""
	switch s.m.tariff {
	case tariffEntry:
		kind = "free_entry_point"
	case tariffService:
		kind = "free_customer_service"
	default:
		billable, kind = "true", "regular"
	}
	dst = append(dst, `,"pricing":{"billable":`...)
	dst = append(dst, billable...)
	dst = append(dst, `,"pricing_model":"PMP","type":"`...)
	dst = append(dst, kind...)
	dst = append(dst, `","category":"`...)
	dst = append(dst, s.category()...)
	return append(dst, `"}`...)
}

// category is what the message is priced as.
func (s statusChange) category() string {
	if s.m.tariff == tariffEntry {
		return "referral_conversion"
	}
	return s.m.Category
}

// majorVersion returns 24 for v24.0, and 0 for what is no version.
func majorVersion(version string) int16 {
	major, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.ParseInt(major, 10, 16)
	if err != nil {
		return 0
	}
	return int16(n)
}
