package fakeapi

import (
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// registrationWindow is the time over which registrations are limited.
const registrationWindow = 72 * time.Hour

// wrongPins is how many wrong PINs in a row are too many.
const wrongPins = 10

// verificationCode is the code that verifies a number: the fake sends no SMS.
const verificationCode = "123456"

// register answers POST /{number}/register. A number is on one platform at a
// time, so it leaves On-Premises.
func (c *cloudSide) register(g *call) {
	var req struct {
		MessagingProduct string `json:"messaging_product"`
		Pin              Pin    `json:"pin"`
	}
	r := g.decodeLoose(&req)
	switch {
	case r != nil:
	case req.MessagingProduct != "whatsapp":
		r = lacks("messaging_product")
	default:
		r = c.enroll(g, string(req.Pin))
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.server.onprem.fault(Fault{Kind: Migrate, To: whatsapp.Cloud}, true)
	c.ok(g, success)
}

// Pin is a two-step PIN, which clients write as a string or a number.
type Pin string

// UnmarshalJSON takes both.
func (p *Pin) UnmarshalJSON(data []byte) error {
	*p = Pin(strings.Trim(string(data), `"`))
	return nil
}

// enroll checks the PIN and the limit, and registers the number.
func (c *cloudSide) enroll(g *call, pin string) *refusal {
	if !isPin(pin) {
		return wrong("pin", "must have 6 digits")
	}
	n := g.number
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.countRegistration(c, g.arrived); r != nil {
		return r
	}
	switch {
	case n.guesses >= wrongPins:
		return refuse(133008, "Too many PIN guesses for this phone number.")
	case n.pin != "" && n.pin != pin:
		n.guesses++
		return refuse(133005, "The two step verification PIN is not the one that was set.")
	}
	n.pin, n.guesses, n.registered = pin, 0, true
	return nil
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
		n.registered = false
	}
	n.mu.Unlock()
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, success)
}

// changeNumber answers POST /{number}: it sets the two-step PIN.
func (c *cloudSide) changeNumber(g *call) {
	var req struct {
		Pin Pin `json:"pin"`
	}
	r := g.decodeLoose(&req)
	if r == nil && !isPin(string(req.Pin)) {
		r = wrong("pin", "must have 6 digits")
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	g.number.mu.Lock()
	g.number.pin, g.number.guesses = string(req.Pin), 0
	g.number.mu.Unlock()
	c.ok(g, success)
}

// requestCode answers POST /{number}/request_code.
func (c *cloudSide) requestCode(g *call) {
	var req struct {
		Method   string `json:"code_method"`
		Language string `json:"language"`
	}
	r := g.decodeLoose(&req)
	query := g.r.URL.Query()
	if req.Method == "" {
		req.Method = query.Get("code_method")
	}
	if r == nil && req.Method != "SMS" && req.Method != "VOICE" {
		r = refuse(100, "Param code_method must be one of {SMS, VOICE}.")
	}
	if r == nil && req.Language == "" && query.Get("language") == "" {
		r = lacks("language")
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, success)
}

// verifyCode answers POST /{number}/verify_code.
func (c *cloudSide) verifyCode(g *call) {
	var req struct {
		Code Pin `json:"code"`
	}
	r := g.decodeLoose(&req)
	if req.Code == "" {
		req.Code = Pin(g.r.URL.Query().Get("code"))
	}
	if r == nil && req.Code != verificationCode {
		r = &refusal{code: 136025, status: 400, details: "The code is not the one that was sent; the fake's is always " + verificationCode + "."}
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, success)
}
