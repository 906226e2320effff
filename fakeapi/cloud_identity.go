package fakeapi

import "encoding/json"

// identityOf is the hash of a user's identity, which changes in life when the
// user installs the app anew.
func (c *cloudSide) identityOf(user string) string {
	return string(appendHex(nil, bits(c.server.seed, numberKey(user), drawIdentity)))
}

// checksIdentities reports whether the settings have the identity of users
// checked.
func checksIdentities(settings map[string]json.RawMessage) bool {
	var on struct {
		Check bool `json:"enable_identity_key_check"`
	}
	text, set := settings["user_identity_change"]
	return set && json.Unmarshal(text, &on) == nil && on.Check
}

// checkIdentity compares the hash that a message names, where numbers check it.
func (c *cloudSide) checkIdentity(n *number, to, hash string) *refusal {
	if hash != "" && n.identities.Load() && hash != c.identityOf(to) {
		return refuse(137000, "The recipient_identity_key_hash is not the user's any more.")
	}
	return nil
}

// identityFor is the identity that a webhook of n tells of a user, empty if n
// does not check it.
func (c *cloudSide) identityFor(n *number, user string) string {
	if !n.identities.Load() {
		return ""
	}
	return c.identityOf(user)
}
