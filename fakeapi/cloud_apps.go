package fakeapi

import "strings"

// app is the app whose webhooks are sent.
var app = map[string]string{
	"id": "670843887433847", "name": "Fake Platform App", "link": "https://www.facebook.com/games/?app_id=670843887433847",
}

// longestCallbackURL is how long an override address may be.
const longestCallbackURL = 200

// serveApps answers GET /{account}/subscribed_apps.
func (c *cloudSide) serveApps(g *call) {
	list := []map[string]any{}
	g.account.mu.Lock()
	subscribed := !g.account.unsubscribed
	g.account.mu.Unlock()
	if subscribed {
		entry := map[string]any{"whatsapp_business_api_data": app}
		if url := c.server.hookSettings.overrideOf(g.account.id); url != "" {
			entry["override_callback_uri"] = url
		}
		list = append(list, entry)
	}
	c.ok(g, map[string]any{"data": list})
}

// subscribe answers POST /{account}/subscribed_apps. An override address has to
// pass the verification first.
func (c *cloudSide) subscribe(g *call) {
	var req struct {
		Callback string `json:"override_callback_uri"`
		Verify   string `json:"verify_token"`
	}
	r := g.decodeLoose(&req)
	if r == nil {
		r = c.checkOverride(g, req.Callback, req.Verify)
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.server.SetWebhookOf(g.account.id, req.Callback)
	g.account.subscribe(true)
	c.ok(g, success)
}

// checkOverride wants an override address to be short enough and to pass the
// verification; an empty one is none.
func (c *cloudSide) checkOverride(g *call, address, token string) *refusal {
	if len(address) > longestCallbackURL {
		return tooLong("override_callback_uri", longestCallbackURL)
	}
	if address == "" {
		return nil
	}
	if err := c.server.verify(g.r.Context(), address, token); err != nil {
		return refuse(100, "Override callback verification failed: "+strings.ToValidUTF8(err.Error(), "?"))
	}
	return nil
}

// unsubscribe answers DELETE /{account}/subscribed_apps: the account's webhooks
// go nowhere from now on.
func (c *cloudSide) unsubscribe(g *call) {
	g.account.subscribe(false)
	c.ok(g, success)
}

func (a *account) subscribe(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unsubscribed = !on
}

// overrideOf returns the override address of a number or an account.
func (h *hookSettings) overrideOf(id string) string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.override[id]
}
