package fakeapi

import (
	"net/http"
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// phoneDefaults are the fields of a number that are answered when none are
// asked for (D:about-the-platform).
var phoneDefaults = []string{
	"verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type",
	"throughput", "webhook_configuration", "id",
}

// fields returns the fields that g asks for, or the defaults, without what is
// said about each in brackets or after a dot.
func (g *call) fields(defaults []string) []string {
	text := g.r.URL.Query().Get("fields")
	if text == "" {
		return defaults
	}
	var fields []string
	depth, from := 0, 0
	for i, r := range text + "," {
		switch {
		case r == '(' || r == '{':
			depth++
		case r == ')' || r == '}':
			depth--
		case r == ',' && depth <= 0:
			fields = append(fields, fieldName(text[from:i]))
			from = i + 1
		}
	}
	return fields
}

// fieldName is the name in a field of the form name.modifier(...){subfields}.
func fieldName(text string) string {
	if end := strings.IndexAny(text, ".({"); end >= 0 {
		text = text[:end]
	}
	return strings.TrimSpace(text)
}

// pick answers with those fields of all that were asked for; the id always. A
// field that the object does not have is an error, as in Graph.
func (c *cloudSide) pick(g *call, all map[string]any, defaults []string) {
	picked := map[string]any{"id": all["id"]}
	for _, name := range g.fields(defaults) {
		value, known := all[name]
		if !known {
			c.fail(g.exchange, noField(name, nodeType(g)))
			return
		}
		if value != nil {
			picked[name] = value
		}
	}
	c.ok(g, picked)
}

// uncoveredFields are fields that the platform has and the fake does not.
var uncoveredFields = map[string]bool{
	"conversation_analytics": true, "pricing_analytics": true, "template_analytics": true, "template_group_analytics": true,
}

// noField is the refusal of a field that a node does not have, in Graph's words,
// or of one that the fake does not cover.
func noField(name, node string) *refusal {
	if uncoveredFields[name] {
		return notCovered("the field " + name)
	}
	return &refusal{
		code: 100, status: http.StatusBadRequest,
		message: "(#100) Tried accessing nonexisting field (" + quoted(name) + ") on node type (" + node + ")",
	}
}

func nodeType(g *call) string {
	switch {
	case g.number != nil:
		return "WhatsAppBusinessPhoneNumber"
	case g.account != nil:
		return "WhatsAppBusinessAccount"
	}
	return "WhatsAppMessageTemplate"
}

// serveNumber answers GET /{number}.
func (c *cloudSide) serveNumber(g *call) {
	c.pick(g, c.numberFields(g.number, g.arrived), phoneDefaults)
}

// numberFields are all fields that a number has; nil ones exist but have no
// value.
func (c *cloudSide) numberFields(n *number, now time.Time) map[string]any {
	rules, tier := c.server.profile().Cloud, c.tier()
	n.mu.Lock()
	defer n.mu.Unlock()
	status, platform, level := "CONNECTED", "CLOUD_API", "STANDARD"
	mode, verified := "LIVE", "VERIFIED"
	if !n.registered {
		status, platform = "PENDING", c.elsewhere(n)
	}
	if !n.verified {
		verified = "NOT_VERIFIED"
	}
	if rules.Account.Test {
		mode = "SANDBOX"
	}
	if rules.Throughput > standardThroughput || n.upgraded {
		level = "HIGH"
	}
	fields := map[string]any{
		"id": n.id, "verified_name": n.name, "code_verification_status": verified, "display_phone_number": n.display,
		"quality_rating": rules.Account.Quality, "platform_type": platform, "throughput": map[string]string{"level": level},
		"webhook_configuration": nil, "name_status": rules.Account.NameStatus, "status": status, "account_mode": mode,
		"is_official_business_account": false, "quality_score": map[string]string{"score": rules.Account.Quality},
		"whatsapp_business_manager_messaging_limit": tier,
		"messaging_limit_tier":                      tier,
		"last_onboarded_time":                       c.server.start.UTC().Format("2006-01-02T15:04:05-0700"),
		"is_pin_enabled":                            n.pin != "", "search_visibility": "VISIBLE", "username": nil, "certificate": nil,
		"new_certificate": nil, "new_name_status": nil, "host_platform": platform,
		"health_status": c.healthOfNumber(n),
	}
	if hooks := c.webhooksOf(n); len(hooks) > 0 {
		fields["webhook_configuration"] = hooks
	}
	return fields
}

// elsewhere is the platform of a number that is not registered here.
func (c *cloudSide) elsewhere(n *number) string {
	if n == c.first && c.server.onprem.registered() {
		return "ON_PREMISE"
	}
	return "NOT_APPLICABLE"
}

// webhooksOf are the addresses that the webhooks of n can go to, in the order of
// precedence the number's own, its account's and the app's.
func (c *cloudSide) webhooksOf(n *number) map[string]string {
	h := map[string]string{}
	for name, url := range map[string]string{
		"phone_number":              c.server.hookSettings.overrideOf(n.id),
		"whatsapp_business_account": c.server.hookSettings.overrideOf(n.account.id),
		"application":               c.server.hookSettings.to(whatsapp.Cloud),
	} {
		if url != "" {
			h[name] = url
		}
	}
	return h
}

// standardThroughput is the level that is called STANDARD, in messages a second.
const standardThroughput = 80

// portfolioTier is the platform's name of a portfolio's limit.
func portfolioTier(limit int) string {
	switch {
	case limit == 0:
		return "TIER_UNLIMITED"
	case limit <= 250:
		return "TIER_250"
	case limit <= 2000:
		return "TIER_2K"
	case limit <= 10_000:
		return "TIER_10K"
	}
	return "TIER_100K"
}
