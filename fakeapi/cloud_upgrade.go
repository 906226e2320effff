package fakeapi

import (
	"fmt"
	"net/http"
	"time"
)

// upgradedThroughput is the level that is called HIGH, in messages a second.
const upgradedThroughput = 1000

// usable reports why the number cannot send at the time at.
func (n *number) usable(at time.Duration) *refusal {
	switch {
	case !n.registered:
		return refuse(133010, "The phone number is not registered on the Cloud API.")
	case at < n.upgradeEnds:
		return refuse(131057, "The throughput of the phone number is being raised.")
	}
	return nil
}

// upgrade raises the number's throughput: it cannot send for a while, and a
// webhook tells when that is over.
func (c *cloudSide) upgrade(n *number) {
	now := time.Now()
	ends := now.Add(c.server.profile().Cloud.UpgradeFor)
	n.mu.Lock()
	n.upgradeEnds = ends.Sub(c.server.start)
	n.mu.Unlock()
	c.server.agenda.at(ends, taskFunc(func(at time.Time) {
		n.mu.Lock()
		n.upgraded = true
		n.mu.Unlock()
		c.tell(n.account, "phone_number_quality_update", map[string]string{
			"display_phone_number": n.display, "event": "THROUGHPUT_UPGRADE", "current_limit": c.tier(),
			"max_daily_conversations_per_business": c.tier(),
		}, at)
	}))
}

// controlUpgrade answers POST /_fake/upgrade {"phone_number_id"?}: what the
// platform does by itself once a business has written to enough users.
func (s *Server) controlUpgrade(w http.ResponseWriter, r *http.Request) {
	var req struct {
		ID string `json:"phone_number_id"`
	}
	if !readJSON(w, r, &req) {
		return
	}
	n, err := s.cloud.receiver(req.ID)
	if err != nil {
		problem(w, http.StatusBadRequest, fmt.Sprintf("phone_number_id: %v", err))
		return
	}
	s.cloud.upgrade(n)
	writeJSON(w, http.StatusOK, success)
}
