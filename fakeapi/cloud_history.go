package fakeapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"wabench/internal/whatsapp"
)

// historyHead begins the ids of entries of the message history; the number of
// the message follows.
const historyHead = "77"

func historyID(n int64) string { return fmt.Sprintf("%s%016d", historyHead, n) }

// historyEvent is one status that a message reached.
type historyEvent struct {
	ID          string            `json:"id"`
	Status      string            `json:"delivery_status"`
	Timestamp   int64             `json:"timestamp"`
	Application map[string]string `json:"application"`
	WebhookURI  string            `json:"webhook_uri,omitempty"`
}

// historyEntry is one message and what became of it.
type historyEntry struct {
	ID        string         `json:"id"`
	MessageID string         `json:"message_id"`
	Events    map[string]any `json:"events"`
}

// serveHistory answers GET /{number}/message_history, the newest first: of all
// that the ledger remembers, or of the one with the message_id.
func (c *cloudSide) serveHistory(g *call) {
	query := g.r.URL.Query()
	first, next := c.ledger.span()
	if id := query.Get("message_id"); id != "" {
		first = c.number(id)
		next = first + 1
	} else if after := query.Get("after"); after != "" {
		next, _ = strconv.ParseInt(strings.TrimPrefix(cursorText(after), historyHead), 10, 64)
	}
	limit := pageLimit(query.Get("limit"))
	list := []historyEntry{}
	for n := next - 1; n >= max(first, 0) && len(list) < limit; n-- {
		if m := c.ledger.find(n); m != nil && m.From == g.number.id {
			list = append(list, c.historyOf(g, m))
		}
	}
	answer := map[string]any{"data": list}
	if len(list) > 0 {
		last := cursorOf(list[len(list)-1].ID)
		paging := map[string]any{"cursors": map[string]string{"before": cursorOf(list[0].ID), "after": last}}
		if len(list) == limit {
			paging["next"] = g.next(last)
		}
		answer["paging"] = paging
	}
	c.ok(g, answer)
}

func (c *cloudSide) historyOf(g *call, m *message) historyEntry {
	return historyEntry{ID: historyID(m.n), MessageID: c.messageID(m), Events: map[string]any{"data": c.eventsOf(m)}}
}

// eventsOf are the statuses that m reached.
func (c *cloudSide) eventsOf(m *message) []historyEvent {
	events := []historyEvent{}
	_, reached, _ := c.ledger.state(m)
	n := c.numbers[m.From]
	for s, at := range reached {
		if at == 0 || step(s) == stepAccepted || step(s) == stepRejected {
			continue
		}
		events = append(events, historyEvent{
			ID: historyID(m.n) + strconv.Itoa(s), Status: strings.ToUpper(string(stepNames[s])),
			Timestamp: c.server.start.Add(at - 1).Unix(), Application: app,
			WebhookURI: c.server.hookSettings.to(whatsapp.Cloud, n.id, n.account.id),
		})
	}
	return events
}

// serveEvents answers GET /{history}/events. It reports false if the node is no
// entry of the history.
func (c *cloudSide) serveEvents(g *call) bool {
	digits, is := strings.CutPrefix(g.node, historyHead)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !is || err != nil || len(digits) != 16 || g.edge != "events" || g.r.Method != http.MethodGet {
		return false
	}
	m := c.ledger.find(n)
	if m == nil {
		return false
	}
	list := []map[string]any{}
	for _, e := range c.eventsOf(m) {
		list = append(list, map[string]any{"cursor": cursorOf(e.ID), "node": map[string]any{
			"id": e.ID, "delivery_status": e.Status, "occurrence_timestamp": e.Timestamp, "status_timestamp": e.Timestamp,
			"application": e.Application,
		}})
	}
	c.ok(g, map[string]any{"data": list})
	return true
}
