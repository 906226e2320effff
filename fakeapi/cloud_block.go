package fakeapi

import (
	"net/http"
	"slices"
	"time"

	"wabench/internal/whatsapp/cloud"
)

// mostBlocked is how many users a number can block.
const mostBlocked = 64_000

// blockRequest is the body that blocks or unblocks users.
type blockRequest struct {
	MessagingProduct string `json:"messaging_product"`
	Users            []struct {
		User cloud.Scalar `json:"user"`
	} `json:"block_users"`
}

// blockedUser is one user of an answer.
type blockedUser struct {
	Input  string               `json:"input,omitempty"`
	ID     string               `json:"wa_id"`
	Errors []cloud.WebhookError `json:"errors,omitempty"`
}

// block answers POST /{number}/block_users: only users who wrote within the last
// day can be blocked.
func (c *cloudSide) block(g *call) {
	c.changeBlocked(g, "added_users", func(n *number, user string) bool {
		wrote, ever := n.wrote[numberKey(user)]
		if n.blocks[user] {
			return true
		}
		if !ever || g.arrived.Sub(c.server.start)-wrote >= day || len(n.blocked) >= mostBlocked {
			return false
		}
		if n.blocks == nil {
			n.blocks = map[string]bool{}
		}
		n.blocked, n.blocks[user] = append(n.blocked, user), true
		return true
	})
}

// unblock answers DELETE /{number}/block_users.
func (c *cloudSide) unblock(g *call) {
	c.changeBlocked(g, "removed_users", func(n *number, user string) bool {
		i := slices.Index(n.blocked, user)
		if i < 0 {
			return false
		}
		n.blocked = slices.Delete(n.blocked, i, i+1)
		delete(n.blocks, user)
		return true
	})
}

// changeBlocked applies change to every user of the request. If it failed for
// one of them the answer is an error, and still tells for whom it worked.
func (c *cloudSide) changeBlocked(g *call, done string, change func(n *number, user string) bool) {
	var req blockRequest
	_, release, r := g.decode(&req)
	defer release()
	switch {
	case r != nil:
	case req.MessagingProduct != "whatsapp":
		r = lacks("messaging_product")
	case len(req.Users) == 0:
		r = lacks("block_users")
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	worked, failed := []blockedUser{}, []blockedUser{}
	g.number.mu.Lock()
	for _, u := range req.Users {
		user := digits(string(u.User))
		if user != "" && change(g.number, user) {
			worked = append(worked, blockedUser{Input: string(u.User), ID: user})
			continue
		}
		e := cloud.NewWebhookError(139100, "The user did not write within the last 24 hours, or is not blocked.")
		failed = append(failed, blockedUser{Input: string(u.User), ID: user, Errors: []cloud.WebhookError{e}})
	}
	g.number.mu.Unlock()
	answer := map[string]any{"messaging_product": "whatsapp"}
	if len(failed) == 0 {
		answer["block_users"] = map[string]any{done: worked}
		c.ok(g, answer)
		return
	}
	answer["block_users"] = map[string]any{done: worked, "failed_users": failed}
	answer["error"] = c.errorOf(g.exchange, refuse(139100, "Some users could not be blocked or unblocked."))
	g.replyValue(http.StatusBadRequest, answer)
}

// listBlocked answers GET /{number}/block_users.
func (c *cloudSide) listBlocked(g *call) {
	g.number.mu.Lock()
	list := make([]map[string]string, len(g.number.blocked))
	for i, user := range g.number.blocked {
		list[i] = map[string]string{"messaging_product": "whatsapp", "wa_id": user}
	}
	g.number.mu.Unlock()
	c.ok(g, page(g, list, func(m map[string]string) string { return m["wa_id"] }))
}

// longAgoWrote forgets users who wrote so long ago that no rule asks for them.
func (n *number) longAgoWrote(at time.Duration) {
	for user, wrote := range n.wrote {
		if at-wrote > 2*day {
			delete(n.wrote, user)
		}
	}
}
