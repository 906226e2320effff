package fakeapi

import (
	"maps"
	"net/http"
	"slices"
)

// businessID is the portfolio that every account belongs to.
const businessID = "2729063490586005"

// serveBusiness answers GET on the edges of the portfolio: its accounts.
func (c *cloudSide) serveBusiness(g *call) {
	switch {
	case g.r.Method != http.MethodGet:
		c.fail(g.exchange, noObject(g.r.Method, g.node))
	case g.edge == "":
		c.ok(g, map[string]string{"id": businessID, "name": "Fake Business"})
	case uncovered[g.edge]:
		c.fail(g.exchange, notCovered(g.r.Method+" /"+g.edge))
	case g.edge == "owned_whatsapp_business_accounts":
		list := []map[string]any{}
		for _, id := range slices.Sorted(maps.Keys(c.accounts)) {
			list = append(list, map[string]any{
				"id": id, "name": c.accounts[id].name, "currency": "USD", "timezone_id": "1",
				"message_template_namespace": namespaceOf(c.server.seed, id),
			})
		}
		c.ok(g, page(g, list, func(m map[string]any) string { return m["id"].(string) }))
	case g.edge == "client_whatsapp_business_accounts":
		c.ok(g, map[string]any{"data": []any{}})
	default:
		c.fail(g.exchange, noEdge(g.edge))
	}
}

// serveUsers answers GET /{account}/assigned_users: the system user whose token
// clients use.
func (c *cloudSide) serveUsers(g *call) {
	c.ok(g, map[string]any{"data": []any{map[string]any{
		"id": "100093872921537", "name": "Fake System User", "tasks": []string{"MANAGE", "MESSAGING"},
	}}})
}
