package fakeapi

import (
	"net/http"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// serveMessages answers POST /{number}/messages: a message or a read receipt.
func (c *cloudSide) serveMessages(g *call) {
	g.op = whatsapp.OpSend
	var p cloud.Payload
	text, release, r := g.decode(&p)
	defer release()
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	if p.Status != "" {
		g.op = whatsapp.OpMarkRead
		c.markRead(g, &p)
		return
	}
	c.send(g, &p, text)
}

// serveMarketing answers POST /{number}/marketing_messages, which takes marketing
// templates only.
func (c *cloudSide) serveMarketing(g *call) {
	g.op = whatsapp.OpSend
	var p cloud.Payload
	text, release, r := g.decode(&p)
	defer release()
	if r == nil {
		r = c.checkMarketing(g, &p)
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.send(g, &p, text)
}

// checkMarketing says why a message cannot go through the route of marketing.
func (c *cloudSide) checkMarketing(g *call, p *cloud.Payload) *refusal {
	rules := c.server.profile().Cloud
	switch {
	case rules.Account.Marketing == MarketingCloudOnly:
		return refuse(131055, "The business does not use this way of sending marketing messages.")
	case p.Type != string(whatsapp.TypeTemplate) || c.category(g, p) != categoryMarketing && rules.Strict:
		return refuse(134100, "Only messages with a template of the category marketing can be sent here.")
	case p.Template != nil && c.isNew(g, p.Template, rules.MarketingSync):
		return refuse(134101, "The template is not known here yet; try again in a few minutes.")
	}
	return nil
}

// send checks a message, takes it in and answers with its id.
func (c *cloudSide) send(g *call, p *cloud.Payload, text []byte) {
	to, category, r := c.judge(g, p)
	m := message{
		From: g.number.id, To: to, Type: whatsapp.Type(p.Type), Category: category, Callback: p.Callback,
		Graph: majorVersion(g.version), Arrived: g.arrived.Sub(c.server.start), Body: string(text[:min(len(text), bodyKept)]),
	}
	failCode := 0
	m.tariff = g.number.tariff(&m, &c.server.live.Load().Cloud)
	if r == nil {
		failCode = c.window(g.number, &m)
		r = c.closed(failCode)
	}
	if r == nil && failCode == 0 {
		failCode = c.unpaid(g, &m)
	}
	if r != nil {
		if to != "" {
			c.ledger.add(m, stepRejected, m.Arrived, r.code)
		}
		c.fail(g.exchange, r)
		return
	}
	c.accept(g, p, m, failCode)
}

// judge says whether the message can be taken in: what it is, whether the
// business may, and whether the limits have room. Meta promises no order in
// which a message with several things wrong is judged.
func (c *cloudSide) judge(g *call, p *cloud.Payload) (to, category string, r *refusal) {
	to, r = c.check(g, p)
	category = c.category(g, p)
	limitsFirst := r != nil && to != "" && c.server.live.Load().Cloud.Shuffled && uniform(c.server.seed, g.n, drawOrder) < 0.5
	if limitsFirst {
		r = firstRefusal(c.admit(g, to), r)
	}
	if r == nil {
		r = c.standing(g, p, to, category)
	}
	if r == nil {
		r = c.admit(g, to)
	}
	if r != nil && r.code == 130429 {
		c.tellThrottled(g)
	}
	return to, category, r
}

// accept takes a message in, sets it on its way and answers.
func (c *cloudSide) accept(g *call, p *cloud.Payload, m message, failCode int) {
	kept := c.ledger.add(m, stepAccepted, m.Arrived, 0)
	way, status := c.course(g, kept, p, failCode), statusAccepted
	if until, held := c.pace(g, p); held {
		status = statusHeld
		c.hold(kept, p, g.number.account, until, way)
	} else {
		c.journey.begin(kept, g.due, way)
	}
	c.raise(g.number, kept)
	c.head(g.exchange)
	c.usage(g.exchange, g.number.account)
	g.reply(http.StatusOK, c.accepted(kept, p, status))
}

// bodyKept is how much of a request the ledger keeps.
const bodyKept = 1024

// accepted writes the answer to an accepted message. message_status is for
// templates only.
func (c *cloudSide) accepted(m *message, p *cloud.Payload, status string) []byte {
	dst := make([]byte, 0, 256)
	dst = append(dst, `{"messaging_product":"whatsapp","contacts":[{"input":`...)
	dst = cloud.AppendString(dst, string(p.To))
	dst = append(dst, `,"wa_id":"`...)
	dst = append(dst, m.To...)
	dst = append(dst, `"}],"messages":[{"id":"`...)
	dst = c.appendID(dst, m)
	dst = append(dst, '"')
	if m.Type == whatsapp.TypeTemplate {
		dst = append(dst, `,"message_status":"`...)
		dst = append(dst, status...)
		dst = append(dst, '"')
	}
	return append(dst, `}]}`...)
}

// admit applies the limits that the answer tells of.
func (c *cloudSide) admit(g *call, to string) *refusal {
	rules, at, user := &c.server.profile().Cloud, g.arrived.Sub(c.server.start), numberKey(to)
	n := g.number
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.usable(at); r != nil {
		return r
	}
	if n.blocks[to] {
		return refuse(130403, "The business has blocked this user.")
	}
	if rules.Pair.Burst > 0 && !n.pairs.allow(user, at, rules.Pair) {
		return refuse(131056, "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.")
	}
	if limit := n.limit(rules); limit > 0 && !n.throughput.allow(at, rules.Window) {
		return refuse(130429, "Cloud API message throughput has been reached.")
	}
	return nil
}

// limit sizes the throughput count for the profile and returns how many
// messages a window allows; 0 is no limit.
func (n *number) limit(rules *CloudProfile) int {
	rate := float64(rules.Throughput)
	if n.own > 0 {
		rate = n.own
	}
	if rate == 0 {
		return 0
	}
	if n.upgraded {
		rate = max(rate, upgradedThroughput)
	}
	limit := max(1, int(rate*rules.Window.Seconds()+0.5))
	n.throughput.resize(limit)
	return limit
}

// course decides how an accepted message fares.
func (c *cloudSide) course(g *call, m *message, p *cloud.Payload, failCode int) course {
	profile := c.server.profile()
	way := course{
		Delivery: profile.Cloud.Delivery, Person: c.person(profile, m),
		OnlySent: m.Type == whatsapp.TypeReaction, Faulty: c.server.faults.shares(whatsapp.Cloud),
		Undeliverable: 131026, Restricted: 130497, OptedOut: 131050, Experiment: 130472, TTL: messageTTL,
	}
	switch m.Category {
	case "marketing":
		way.Delivery.Sent = profile.Cloud.SentMarketing
	case "authentication":
		way.TTL = authenticationTTL
	}
	if ttl := c.ttlOf(g, p); ttl > 0 {
		way.TTL = ttl
	}
	way.FailCode = failCode
	switch {
	case failCode != 0 || !profile.Cloud.Strict:
	case way.OnlySent && !c.canReact(p.Reaction.MessageID, m.Arrived):
		way.FailCode = 131009
	case !c.fitsType(p):
		way.FailCode = 131053
	}
	g.forced.apply(&way)
	return way
}

// How long the platform tries to deliver (D:messages/send-messages).
const (
	messageTTL        = 30 * day
	authenticationTTL = 10 * time.Minute
)

// ttlOf is how long the message's template was created to be tried; 0 is the
// usual.
func (c *cloudSide) ttlOf(g *call, p *cloud.Payload) time.Duration {
	if p.Template == nil {
		return 0
	}
	a := g.number.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.template(p.Template.Name, p.Template.Language.Code); t != nil {
		return t.ttl
	}
	return 0
}

// apply has a message end as the client asked in its headers.
func (f forced) apply(way *course) {
	switch f.outcome {
	case "failed":
		way.FailCode = way.Undeliverable
	case "undelivered":
		way.OnlySent = true
	case "delivered":
		way.Delivery.Read = 0
	case "read":
		way.Delivery.Read = 1
	}
	if f.fail != 0 {
		way.FailCode = f.fail
	}
}
