package fakeapi

import (
	"crypto/subtle"
	"net/http"
	"regexp"
)

// scopes are what the token may do.
var scopes = []string{"whatsapp_business_management", "whatsapp_business_messaging"}

// debugToken answers GET /debug_token?input_token=.
func (c *cloudSide) debugToken(g *call) {
	token := g.r.URL.Query().Get("input_token")
	if token == "" {
		c.fail(g.exchange, lacks("input_token"))
		return
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(c.server.options.Token)) != 1 {
		c.ok(g, map[string]any{"data": map[string]any{
			"is_valid": false, "scopes": []string{}, "error": map[string]any{"code": 190, "message": invalid.message},
		}})
		return
	}
	ids := []string{}
	for id := range c.accounts {
		ids = append(ids, id)
	}
	granular := make([]map[string]any, len(scopes))
	for i, scope := range scopes {
		granular[i] = map[string]any{"scope": scope, "target_ids": ids}
	}
	c.ok(g, map[string]any{"data": map[string]any{
		"app_id": app["id"], "type": "SYSTEM_USER", "application": app["name"], "data_access_expires_at": 0, "expires_at": 0,
		"is_valid": true, "issued_at": c.server.start.Unix(), "scopes": scopes, "granular_scopes": granular,
	}})
}

// serveObject answers on objects that are neither a number nor an account.
func (c *cloudSide) serveObject(g *call) {
	switch {
	case g.node == "debug_token" && g.r.Method == http.MethodGet:
		c.debugToken(g)
	case g.node == "whatsapp_business" && g.edge == "attachments" && g.r.Method == http.MethodGet:
		c.serveDownload(g)
	case g.node == businessID:
		c.serveBusiness(g)
	default:
		c.serveCreated(g)
	}
}

// aliasName is what Graph takes for a name of an object instead of an id.
var aliasName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// serveCreated answers on objects that clients made: media and templates.
func (c *cloudSide) serveCreated(g *call) {
	if f, _ := c.media.find(g.node, g.arrived); f != nil && g.edge == "" {
		c.serveMedia(g, f)
		return
	}
	if a, t := c.findTemplate(g.node); t != nil {
		c.serveTemplate(g, a, t)
		return
	}
	if c.serveEvents(g) {
		return
	}
	if aliasName.MatchString(g.node) {
		c.fail(g.exchange, noAlias(g.node))
		return
	}
	c.fail(g.exchange, noObject(g.r.Method, g.node))
}
