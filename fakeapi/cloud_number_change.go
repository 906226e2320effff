package fakeapi

// numberChange is what POST /{number} can set.
type numberChange struct {
	Pin     Pin `json:"pin"`
	Webhook *struct {
		Callback string `json:"override_callback_uri"`
		Verify   string `json:"verify_token"`
	} `json:"webhook_configuration"`
}

// changeNumber answers POST /{number}: it sets the two-step PIN, or where the
// number's own webhooks go (an empty address takes that back).
func (c *cloudSide) changeNumber(g *call) {
	var req numberChange
	r := g.decodeLoose(&req)
	switch {
	case r != nil:
	case req.Pin == "" && req.Webhook == nil:
		r = lacks("pin")
	case req.Pin != "" && !isPin(string(req.Pin)):
		r = wrong("pin", "must have 6 digits")
	case req.Webhook != nil:
		r = c.checkOverride(g, req.Webhook.Callback, req.Webhook.Verify)
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	if req.Webhook != nil {
		c.server.SetWebhookOf(g.number.id, req.Webhook.Callback)
	}
	if req.Pin != "" {
		g.number.mu.Lock()
		g.number.pin, g.number.guesses = string(req.Pin), 0
		g.number.mu.Unlock()
	}
	c.ok(g, success)
}
