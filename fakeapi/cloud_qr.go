package fakeapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostCodes is how many QR codes a number can have, longestPrefilled how long
// the message in one.
const (
	mostCodes        = 2000
	longestPrefilled = 140
)

// qrCode is a code that opens a chat with a message ready to send.
type qrCode struct {
	Code      string `json:"code"`
	Prefilled string `json:"prefilled_message"`
	Link      string `json:"deep_link_url"`
	Image     string `json:"qr_image_url,omitempty"`
}

// qrName makes the name of a new code: 14 letters and digits.
func (c *cloudSide) qrName() string {
	x := bits(c.server.seed, c.objects.Add(1), drawObject)
	name := []byte(strconv.FormatUint(x|1<<63, 36))
	for i, b := range name {
		if b >= 'a' {
			name[i] = b - 'a' + 'A'
		}
	}
	return string(append(name, "0"...)[:14])
}

// serveCodes answers GET /{number}/message_qrdls and /{number}/message_qrdls/{code}.
func (c *cloudSide) serveCodes(g *call) {
	g.number.mu.Lock()
	list := slices.Clone(g.number.codes)
	g.number.mu.Unlock()
	if g.rest != "" {
		list = slices.DeleteFunc(list, func(q qrCode) bool { return q.Code != g.rest })
		if len(list) == 0 {
			c.fail(g.exchange, noObject(g.r.Method, g.rest))
			return
		}
	}
	c.ok(g, map[string]any{"data": list})
}

// changeCode answers POST /{number}/message_qrdls: a new code, or another
// message for the one that the body or the path names.
func (c *cloudSide) changeCode(g *call) {
	var req struct {
		Code      string `json:"code"`
		Prefilled string `json:"prefilled_message"`
		Image     string `json:"generate_qr_image"`
	}
	r := g.decodeLoose(&req)
	req.Code, req.Image = cmp.Or(req.Code, g.rest), strings.ToUpper(req.Image)
	switch {
	case r != nil:
	case req.Prefilled == "":
		r = lacks("prefilled_message")
	case utf8.RuneCountInString(req.Prefilled) > longestPrefilled:
		r = tooLong("prefilled_message", longestPrefilled)
	case req.Image != "" && req.Image != "SVG" && req.Image != "PNG":
		r = refuse(100, "Param generate_qr_image must be one of {SVG, PNG}.")
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	code := qrCode{Code: req.Code, Prefilled: req.Prefilled}
	if req.Code == "" {
		code.Code = c.qrName()
	}
	code.Link = "https://wa.me/message/" + code.Code
	if req.Image != "" {
		code.Image = "https://scontent.xx.fbcdn.net/" + code.Code + "." + req.Image
	}
	if r := g.number.keepCode(code, req.Code == ""); r != nil {
		c.fail(g.exchange, r)
		return
	}
	c.ok(g, code)
}

// keepCode adds a new code or changes one.
func (n *number) keepCode(code qrCode, fresh bool) *refusal {
	n.mu.Lock()
	defer n.mu.Unlock()
	if fresh {
		if len(n.codes) >= mostCodes {
			return refuse(100, "A number can have no more than "+strconv.Itoa(mostCodes)+" codes.")
		}
		n.codes = append(n.codes, code)
		return nil
	}
	i := slices.IndexFunc(n.codes, func(q qrCode) bool { return q.Code == code.Code })
	if i < 0 {
		return wrong("code", "is not one of this number")
	}
	n.codes[i] = code
	return nil
}

// deleteCode answers DELETE /{number}/message_qrdls/{code}.
func (c *cloudSide) deleteCode(g *call) {
	n := g.number
	n.mu.Lock()
	before := len(n.codes)
	n.codes = slices.DeleteFunc(n.codes, func(q qrCode) bool { return q.Code == g.rest })
	gone := len(n.codes) < before
	n.mu.Unlock()
	if !gone {
		c.fail(g.exchange, noObject(g.r.Method, g.rest))
		return
	}
	c.ok(g, success)
}
