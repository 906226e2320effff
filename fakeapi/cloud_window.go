package fakeapi

import (
	"time"

	"wabench/internal/whatsapp"
)

// window returns the error with which a message fails because of whom it is
// for: a free-form message outside the service window, or a user too many for
// the portfolio. 0 is none.
func (c *cloudSide) window(n *number, m *message) int {
	rules, user := &c.server.profile().Cloud, numberKey(m.To)
	if rules.ServiceWindow == 0 && rules.Portfolio == 0 || n.open(user, m.Arrived, rules) {
		return 0
	}
	if m.Type != whatsapp.TypeTemplate && rules.ServiceWindow > 0 {
		return 131047
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.portfolio.limit(rules.Portfolio)
	if limit > 0 && !c.reached.allow(user, m.Arrived, limit) {
		return rules.PortfolioCode
	}
	c.grow(rules, user, m.Arrived, limit)
	return 0
}

// open reports whether the user wrote within the service window. Without one
// nobody needs to have written, and everybody counts in the portfolio.
func (n *number) open(user int64, at time.Duration, rules *CloudProfile) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	wrote, ever := n.wrote[user]
	return ever && (rules.ServiceWindow == 0 || at-wrote < rules.ServiceWindow)
}

// closed returns the refusal of a message whose window error belongs into the
// answer, nil if there is none.
func (c *cloudSide) closed(code int) *refusal {
	rules := &c.server.profile().Cloud
	switch {
	case code == 131047 && rules.ServiceWindowSync:
		return refuse(code, "Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	case code != 0 && code == rules.PortfolioCode && rules.PortfolioSync:
		return refuse(code, "The limit of users that this business can message in 24 hours has been reached.")
	}
	return nil
}
