package fakeapi

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// onPremStatus is a message having reached a step, for a webhook.
type onPremStatus struct {
	m    *message
	step step
	at   time.Time
	code int
}

func (onPremStatus) size() int { return 400 }

// onPremInbound is a message from a user, for a webhook.
type onPremInbound struct {
	sender  *onprem.Sender // nil for messages of the system
	message json.RawMessage
}

func (u onPremInbound) size() int { return 100 + len(u.message) }

// status builds the update for a step, nil if it is not reported.
func (o *onPremSide) status(m *message, s step, at time.Time, code int) update {
	if s == stepPlayed || o.settings.muted(stepNames[s], o.profile().Mute) {
		return nil
	}
	return onPremStatus{m: m, step: s, at: at, code: code}
}

// rules implements envelope: the profile's, as the settings have changed them.
func (o *onPremSide) rules() WebhookRules { return o.settings.rules(o.profile().Webhooks) }

// address implements envelope.
func (o *onPremSide) address(update) string { return o.server.hookSettings.to(whatsapp.OnPrem) }

// seal implements envelope: these webhooks are not signed.
func (o *onPremSide) seal(http.Header, []byte) {}

// compose implements envelope.
func (o *onPremSide) compose(updates []update) []byte {
	var body struct {
		Contacts []onprem.Sender       `json:"contacts,omitempty"`
		Messages []json.RawMessage     `json:"messages,omitempty"`
		Statuses []onprem.StatusUpdate `json:"statuses,omitempty"`
	}
	for _, u := range updates {
		switch u := u.(type) {
		case onPremStatus:
			body.Statuses = append(body.Statuses, o.statusUpdate(u))
		case onPremInbound:
			if u.sender != nil {
				body.Contacts = append(body.Contacts, *u.sender)
			}
			body.Messages = append(body.Messages, u.message)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // its parts are JSON already
	}
	return text
}

// onPremErrorPage is what the errors of webhooks link to.
const onPremErrorPage = "https://developers.facebook.com/docs/whatsapp/api/errors/"

func (o *onPremSide) statusUpdate(u onPremStatus) onprem.StatusUpdate {
	s := onprem.StatusUpdate{
		ID: o.messageID(u.m), Status: stepNames[u.step], Timestamp: onprem.Timestamp(u.at.Unix()),
		Type: "message", Message: &onprem.Addressed{RecipientID: u.m.To},
	}
	if u.code != 0 {
		e := onprem.NewError(u.code, "")
		e.Href = onPremErrorPage
		s.Errors = []onprem.Error{e}
	}
	if u.step == stepSent || u.step == stepDelivered {
		s.Conversation = &onprem.Conversation{ID: o.conversation(u.m)}
		s.Pricing = &onprem.Pricing{Model: "CBP", Billable: true, Category: u.m.Category}
	}
	return s
}

// conversation names the 24 hours that a message was billed under, counted from
// the server's start.
func (o *onPremSide) conversation(m *message) string {
	day := int64(m.Arrived / (24 * time.Hour))
	return hex.EncodeToString(appendBits(appendBits(nil, o.server.seed, numberKey(m.To), drawConversation),
		o.server.seed^uint64(numberKey(m.To)), day, drawConversation))
}
