package fakeapi

import "slices"

// verificationCode is the code that verifies a number: the fake sends no SMS.
const verificationCode = "123456"

// codeMethods are the ways a code comes by.
var codeMethods = []string{"SMS", "VOICE"}

// requestCode answers POST /{number}/request_code.
func (c *cloudSide) requestCode(g *call) {
	var req struct {
		Method   string `json:"code_method"`
		Language string `json:"language"`
	}
	r := g.decodeLoose(&req)
	switch {
	case r != nil:
	case !slices.Contains(codeMethods, req.Method):
		r = refuse(100, "Param code_method must be one of {SMS, VOICE}.")
	case req.Language == "":
		r = lacks("language")
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	g.number.mu.Lock()
	g.number.asked = true
	g.number.mu.Unlock()
	c.ok(g, success)
}

// verifyCode answers POST /{number}/verify_code.
func (c *cloudSide) verifyCode(g *call) {
	var req struct {
		Code Pin `json:"code"`
	}
	r := g.decodeLoose(&req)
	n := g.number
	n.mu.Lock()
	switch {
	case r != nil:
	case req.Code == "":
		r = lacks("code")
	case !n.asked:
		r = refuse(100, "No code was asked for; request_code comes first.")
	case req.Code != verificationCode:
		r = refuse(100, "The code is not the one that was sent; the fake's is always "+verificationCode+".")
	default:
		n.verified = true
	}
	n.mu.Unlock()
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, map[string]any{"success": true, "id": n.id})
}
