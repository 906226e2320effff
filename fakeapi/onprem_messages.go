package fakeapi

import (
	"net/http"
	"strings"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// sendMessage is POST /v1/messages: a message that passes the checks joins its
// shard's queue, and the answer says no more than that.
func (o *onPremSide) sendMessage(c *onPremCall) {
	body, ok := o.readAll(c)
	if !ok {
		return
	}
	var msg onprem.Message
	if !o.decode(c, body, &msg) {
		return
	}
	m := message{
		From: o.server.options.PhoneNumberID, To: onPremDigits(msg.To), Type: whatsapp.Type(msg.Type), Category: onPremCategory(&msg),
		Body: cutBody(body), Arrived: c.arrived.Sub(o.server.start),
	}
	if e := o.examine(&msg, c); e.Code != 0 {
		o.reject(c, m, e)
		return
	}
	m.Type = whatsapp.Type(msg.Type) // which may have been left out
	p := o.profile()
	if !o.shards.reserve(p.Queue) {
		o.ledger.add(m, stepRejected, m.Arrived, onprem.CodeOverloaded)
		o.failBriefly(c.exchange, onprem.NewError(onprem.CodeOverloaded, ""))
		return
	}
	kept := o.ledger.add(m, stepAccepted, m.Arrived, 0)
	o.shards.enter(&job{m: kept, ready: c.due, weight: o.weight(&msg), course: o.course(kept, &msg, c)})
	o.accept(c, kept)
}

// accept answers with the message's id.
func (o *onPremSide) accept(c *onPremCall, m *message) {
	status := o.profile().AcceptedStatus
	if status == 0 {
		status = http.StatusCreated
	}
	o.ok(c.exchange, status, onprem.Answer{Messages: []onprem.MessageRef{{ID: o.messageID(m)}}})
}

// reject answers with an error and notes it in the books.
func (o *onPremSide) reject(c *onPremCall, m message, e onprem.Error) {
	o.ledger.add(m, stepRejected, m.Arrived, e.Code)
	o.fail(c.exchange, e)
}

func cutBody(body []byte) string { return string(body[:min(len(body), bodyKept)]) }

// onPremDigits strips a number as the API does.
func onPremDigits(number string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("+-() ", r) {
			return -1
		}
		return r
	}, number)
}

// onPremCategory is how a message is billed. The API does not say what category a
// template has, so all of them are utility.
func onPremCategory(msg *onprem.Message) string {
	if msg.Template != nil || msg.HSM != nil {
		return "utility"
	}
	return "service"
}

// weight is how many times as long as a text message the shard takes.
func (o *onPremSide) weight(msg *onprem.Message) float64 {
	media := msg.Attachment()
	if media == nil {
		return 1
	}
	const large = 1 << 20
	d := o.profile().Drain
	share := float64(d.Media)
	if o.media.size(media.ID) > large {
		share = float64(d.LargeMedia)
	}
	if share <= 0 {
		return 1
	}
	return 1 / share
}

// course says how the message is going to fare.
func (o *onPremSide) course(m *message, msg *onprem.Message, c *onPremCall) course {
	p := o.server.profile()
	way := course{
		Delivery: p.OnPrem.Delivery, Person: p.person(o.server.seed, m.To),
		OnlySent:      msg.Reaction != nil,
		Undeliverable: onprem.CodeReceiverIncapable,
		Restricted:    onprem.CodeReceiverIncapable,
		OptedOut:      onprem.CodeReceiverIncapable,
		Experiment:    onprem.CodeReceiverIncapable,
		Faulty:        o.server.faults.shares(whatsapp.OnPrem),
	}
	template := msg.Template != nil || msg.HSM != nil
	switch window := p.OnPrem.ServiceWindow; {
	case template && way.Person.Is == NotOnWhatsApp:
		way.FailCode = onprem.CodeUserNotValid
	case !template && window > 0 && !o.contacts.wrote(m.To, c.arrived.Add(-window)):
		way.FailCode = onprem.CodeReengagement
	}
	c.forced.apply(&way)
	return way
}

// messageID implements side.
func (o *onPremSide) messageID(m *message) string { return outboundID(o.server.seed, m.n, m.To) }

// number implements side.
func (o *onPremSide) number(id string) int64 { return outboundNumber(o.server.seed, id) }

// markRead is PUT /v1/messages/{id}.
func (o *onPremSide) markRead(c *onPremCall) {
	var change onprem.StatusChange
	if !o.read(c, &change) {
		return
	}
	switch {
	case change.Status == "":
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterMissing, "status is required"))
	case change.Status != string(whatsapp.StateRead):
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterNotValid, "status can only become read"))
	case o.profile().StrictRead && !o.contacts.received(inboundNumber(o.server.seed, c.arg)):
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no such message"))
	default:
		o.ok(c.exchange, http.StatusOK, onprem.Answer{})
	}
}
