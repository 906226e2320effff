package fakeapi

import (
	"strings"

	"wabench/internal/whatsapp/cloud"
)

// markRead answers a read receipt, with a typing indicator or without. Outside
// strict profiles any id of an inbound message will do.
func (c *cloudSide) markRead(g *call, p *cloud.Payload) {
	if r := c.checkRead(p); r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, success)
}

func (c *cloudSide) checkRead(p *cloud.Payload) *refusal {
	switch {
	case p.MessagingProduct != "whatsapp":
		return lacks("messaging_product")
	case p.Status != "read":
		return wrong("status", "must be read")
	case p.MessageID == "":
		return lacks("message_id")
	case p.Typing != nil && p.Typing.Type != "text":
		return wrong("typing_indicator['type']", "must be text")
	case !strings.HasPrefix(p.MessageID, "wamid."):
		return wrong("message_id", "is not the id of a message")
	case c.server.profile().Cloud.Strict && !c.wasReceived(p.MessageID):
		return wrong("message_id", "is not the id of a message that this number received")
	}
	return nil
}
