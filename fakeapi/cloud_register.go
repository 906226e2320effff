package fakeapi

import (
	"slices"
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// registrationWindow is the time over which registrations are limited.
const registrationWindow = 72 * time.Hour

// wrongPins is how many wrong PINs in a row are too many.
const wrongPins = 10

// registration is the body that registers a number.
type registration struct {
	MessagingProduct string `json:"messaging_product"`
	Pin              Pin    `json:"pin"`
	Region           string `json:"data_localization_region"`
	Backup           *struct {
		Password string `json:"password"`
		Data     string `json:"data"`
	} `json:"backup"`
}

// localRegions are where a number's data can be kept (D:local-storage).
var localRegions = []string{"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"}

// register answers POST /{number}/register. A number is on one platform at a
// time, so it leaves On-Premises; with that one's backup it need not be verified
// by a code.
func (c *cloudSide) register(g *call) {
	var req registration
	r := g.decodeLoose(&req)
	if r == nil {
		r = req.check(c.server.profile().Cloud, g.number.id)
	}
	if r == nil {
		r = c.enroll(g, req)
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	if g.number == c.first { // the number that On-Premises has too
		c.server.onprem.fault(Fault{Kind: Migrate, To: whatsapp.Cloud}, true)
	}
	c.ok(g, success)
}

func (r registration) check(rules CloudProfile, number string) *refusal {
	switch {
	case r.MessagingProduct != "whatsapp":
		return lacks("messaging_product")
	case !isPin(string(r.Pin)):
		return wrong("pin", "must have 6 digits")
	case r.Region != "" && !slices.Contains(localRegions, r.Region):
		return refuse(100, "Param data_localization_region must be one of {"+strings.Join(localRegions, ", ")+"}.")
	case r.Backup == nil:
		return nil
	case r.Backup.Password == "" || r.Backup.Data == "":
		return lacks("backup['password'] and backup['data']")
	case !opensBackup(r.Backup.Password, r.Backup.Data, number):
		return refuse(rules.BackupCode, "The password does not open the backup, or it is not a backup of this number.")
	}
	return nil
}

// Pin is a two-step PIN, which clients write as a string or a number.
type Pin string

// UnmarshalJSON takes both.
func (p *Pin) UnmarshalJSON(data []byte) error {
	*p = Pin(strings.Trim(string(data), `"`))
	return nil
}

// enroll checks the limits and the PIN, and registers the number.
func (c *cloudSide) enroll(g *call, req registration) *refusal {
	rules, at, pin := c.server.profile().Cloud, g.arrived.Sub(c.server.start), string(req.Pin)
	n := g.number
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.countRegistration(c, g.arrived); r != nil {
		return r
	}
	switch {
	case at-n.left < rules.ReregisterAfter:
		return refuse(133015, "The phone number was deregistered a moment ago; wait before it is registered again.")
	case n == c.first && !c.server.onprem.account.fits(pin): // it takes its PIN along
		return refuse(133005, "The two step verification PIN is not the one that was set on On-Premises.")
	case !n.verified && req.Backup == nil:
		return refuse(133006, "The phone number has to be verified by a code, or to bring a backup, before it is registered.")
	}
	if r := n.guess(pin, at, rules.PinEvery); r != nil {
		return r
	}
	n.pin, n.guesses, n.registered = pin, 0, true
	return nil
}

// guess compares the PIN with the one that was set, if there is one.
func (n *number) guess(pin string, at, every time.Duration) *refusal {
	tooFast := at-n.guessed < every
	switch {
	case n.pin == "":
		return nil
	case n.guesses >= wrongPins:
		return refuse(133008, "Too many PIN guesses for this phone number.")
	case tooFast:
		return refuse(133009, "The PIN was guessed too fast; wait before the next guess.")
	case n.pin == pin:
		return nil
	}
	n.guesses++
	n.guessed = at
	return refuse(133005, "The two step verification PIN is not the one that was set.")
}

func isPin(text string) bool { return len(text) == 6 && strings.Trim(text, "0123456789") == "" }

// countRegistration refuses the registration beyond the limit.
func (n *number) countRegistration(c *cloudSide, now time.Time) *refusal {
	limit := c.server.profile().Cloud.Registrations
	if limit == 0 {
		return nil
	}
	n.registrations.resize(limit)
	if !n.registrations.allow(now.Sub(c.server.start), registrationWindow) {
		return refuse(133016, "The phone number was registered or deregistered too often within 72 hours.")
	}
	return nil
}

// deregister answers POST /{number}/deregister.
func (c *cloudSide) deregister(g *call) {
	n := g.number
	n.mu.Lock()
	r := n.countRegistration(c, g.arrived)
	if r == nil && !n.registered {
		r = refuse(133010, "The phone number is not registered on the Cloud API.")
	}
	if r == nil {
		n.registered, n.left = false, g.arrived.Sub(c.server.start)
	}
	n.mu.Unlock()
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, success)
}
