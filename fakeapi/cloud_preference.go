package fakeapi

import "encoding/json"

// banned and pardoned are the states of a ban that lock an account and unlock
// it (D:webhooks/reference/account_update).
const (
	banned   = "DISABLE"
	pardoned = "REINSTATE"
)

// preference is what a user said about marketing messages.
type preference struct {
	User     string `json:"wa_id"`
	Category string `json:"category"`
	Value    string `json:"value"` // stop or resume
}

// follow has the account be as a webhook about it tells: banned or not, its
// users wanting marketing messages or not.
func (c *cloudSide) follow(a *account, field string, value json.RawMessage) {
	var told struct {
		preference
		Preferences []preference `json:"user_preferences"`
		Ban         struct {
			State string `json:"waba_ban_state"`
		} `json:"ban_info"`
	}
	if json.Unmarshal(value, &told) != nil {
		return // a value of another shape tells nothing that the fake follows
	}
	switch {
	case field == "account_update" && told.Ban.State == banned:
		a.locked.Store(true)
	case field == "account_update" && told.Ban.State == pardoned:
		a.locked.Store(false)
	case field == "user_preferences":
		for _, p := range append(told.Preferences, told.preference) {
			c.prefer(p)
		}
	}
}

// prefer notes what a user said.
func (c *cloudSide) prefer(p preference) {
	if p.User == "" || p.Category != "marketing_messages" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped == nil {
		c.stopped = map[string]bool{}
	}
	c.stopped[digits(p.User)] = p.Value == "stop"
}

// person returns what the recipient of a message is like: as the profile says,
// or as the user said since.
func (c *cloudSide) person(profile *Profile, m *message) Person {
	p := profile.person(c.server.seed, m.To)
	if m.Category != categoryMarketing {
		return p
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	stopped, said := c.stopped[m.To]
	switch {
	case said && stopped && p.Is != NotOnWhatsApp && p.Is != Restricted:
		return Person{Is: OptedOut}
	case said && !stopped && p.Is == OptedOut:
		return Person{Is: Ordinary}
	}
	return p
}
