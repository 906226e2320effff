package fakeapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// plainSettings are edges of a number that keep what they are given, by the keys
// they take; answers with data have it in a list of that name.
var plainSettings = map[string]struct {
	keys []string
	list bool
}{
	"whatsapp_commerce_settings":   {[]string{"is_catalog_visible", "is_cart_enabled"}, true},
	"conversational_automation":    {[]string{"enable_welcome_message", "prompts", "commands"}, false},
	"settings":                     {[]string{"calling", "payload_encryption", "storage_configuration", "user_identity_change"}, false},
	"business_compliance_info":     {[]string{"messaging_product", "entity_name", "entity_type", "is_registered", "grievance_officer_details", "customer_care_details"}, true},
	"whatsapp_business_encryption": {[]string{"business_public_key"}, true},
}

// serveSettings answers GET on such an edge.
func (c *cloudSide) serveSettings(g *call) {
	g.number.mu.Lock()
	kept := maps.Clone(g.number.settings[g.edge])
	g.number.mu.Unlock()
	if kept == nil {
		kept = map[string]json.RawMessage{}
	}
	if plainSettings[g.edge].list {
		c.ok(g, map[string]any{"data": []any{kept}})
		return
	}
	c.ok(g, kept)
}

// changeSettings answers POST on such an edge.
func (c *cloudSide) changeSettings(g *call) {
	var change map[string]json.RawMessage
	r := g.decodeLoose(&change)
	for key, values := range g.r.URL.Query() { // some clients put them there
		if r == nil && slices.Contains(plainSettings[g.edge].keys, key) {
			if change == nil {
				change = map[string]json.RawMessage{}
			}
			change[key] = asValue(values[0])
		}
	}
	for key := range change {
		if r == nil && !slices.Contains(plainSettings[g.edge].keys, key) {
			r = refuse(100, "Unexpected key \""+quoted(key)+"\"; there are "+strings.Join(plainSettings[g.edge].keys, ", ")+".")
		}
	}
	if r == nil && len(change) == 0 {
		r = lacks(plainSettings[g.edge].keys[0])
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	g.number.keepSettings(g.edge, change)
	c.ok(g, success)
}

func (n *number) keepSettings(edge string, change map[string]json.RawMessage) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.settings == nil {
		n.settings = map[string]map[string]json.RawMessage{}
	}
	if n.settings[edge] == nil {
		n.settings[edge] = map[string]json.RawMessage{}
	}
	maps.Copy(n.settings[edge], change)
	n.identities.Store(checksIdentities(n.settings["settings"]))
}
