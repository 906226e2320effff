package fakeapi

import (
	"slices"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// categoryMarketing and categoryUtility are categories of templates, as webhooks
// write them.
const (
	categoryMarketing = "marketing"
	categoryUtility   = "utility"
)

// standing returns why the business may not send the message at all: what
// became of its account, its number or its recipients.
func (c *cloudSide) standing(g *call, p *cloud.Payload, to, category string) *refusal {
	rules := &c.server.live.Load().Cloud.Account
	switch {
	case rules.Locked || g.number.account.locked.Load():
		return refuse(131031, "The business account is locked because of a violation of the policies.")
	case rules.NameStatus != approvedName:
		return refuse(131037, "The display name of the phone number is not approved.")
	case rules.Test && !slices.Contains(rules.AllowedRecipients, to):
		return refuse(131030, "The recipient is not in the list of the test number.")
	case category == categoryMarketing && g.edge == "messages" && rules.Marketing == MarketingOwnOnly:
		return refuse(131063, "Templates of the category marketing go through marketing_messages only.")
	case p.Interactive != nil:
		return c.standingOf(g, p.Interactive.Type, rules)
	}
	return nil
}

// mostThrottledFlows is how many messages an hour a throttled flow may send.
const mostThrottledFlows = 10

// standingOf is the standing for a kind of interactive message.
func (c *cloudSide) standingOf(g *call, kind string, rules *AccountRules) *refusal {
	switch {
	case kind == "order_details" && rules.PaymentsTermsMissing:
		return refuse(134011, "The terms of service of payments were not accepted.")
	case kind != "flow":
		return nil
	case rules.Flow == FlowBlocked:
		return refuse(132068, "The flow is blocked.")
	case rules.Flow == FlowThrottled && !g.number.allowFlow(g.arrived.Sub(c.server.start)):
		return refuse(132069, "The flow is throttled and was sent 10 times in the last hour.")
	}
	return nil
}

func (n *number) allowFlow(at time.Duration) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.flows.resize(mostThrottledFlows)
	return n.flows.allow(at, hour)
}

// unpaid returns the error with which an accepted message fails because of what
// it costs, or because its user gets too many like it; 0 is none.
func (c *cloudSide) unpaid(g *call, m *message) int {
	rules := c.server.profile().Cloud
	switch {
	case m.Type == whatsapp.TypeTemplate && rules.Account.PaymentIssue:
		return 131042
	case m.Category != categoryMarketing || rules.MarketingPerUser.Burst == 0:
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.marketing.allow(numberKey(m.To), m.Arrived, rules.MarketingPerUser) {
		return 131049
	}
	return 0
}
