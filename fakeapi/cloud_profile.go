package fakeapi

import (
	"slices"
	"strings"
	"unicode/utf8"

	"wabench/internal/whatsapp"
)

// businessProfile is what users see of a business. A nil field is left as it is
// by a change.
type businessProfile struct {
	MessagingProduct string    `json:"messaging_product"`
	About            *string   `json:"about"`
	Address          *string   `json:"address"`
	Description      *string   `json:"description"`
	Email            *string   `json:"email"`
	Picture          *string   `json:"profile_picture_url"`
	PictureHandle    *string   `json:"profile_picture_handle"`
	Websites         *[]string `json:"websites"`
	Vertical         *string   `json:"vertical"`
}

// Lengths of the parts (D:business-profiles).
const (
	longestAbout       = 139
	longestAddress     = 256
	longestDescribed   = 512
	longestEmail       = 128
	longestWebsite     = 256
	mostWebsites       = 2
	pictureOfAnyHandle = "https://pps.whatsapp.net/v/t61.24694-24/picture.jpg"
)

// profileFields are the fields that a profile has, whether they are set or not.
var profileFields = []string{
	"about", "address", "description", "email", "messaging_product", "profile_picture_url", "vertical", "websites", "id",
}

// verticals are the industries that a business can be of (OpenAPI v23.0).
var verticals = []string{
	"UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL", "HEALTH",
	"NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "NOT_A_BIZ", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS",
	"MATRIMONY_SERVICE",
}

// serveProfile answers GET /{number}/whatsapp_business_profile. The flat form is
// the one of the newer, written pages.
func (c *cloudSide) serveProfile(g *call) {
	g.op = whatsapp.OpProfile
	g.number.mu.Lock()
	all := g.number.profile.fields()
	g.number.mu.Unlock()
	picked := map[string]any{"messaging_product": "whatsapp"}
	for _, name := range g.fields(nil) {
		if !slices.Contains(profileFields, name) {
			c.fail(g.exchange, noField(name, "WhatsAppBusinessProfile"))
			return
		}
		if value, known := all[name]; known {
			picked[name] = value
		}
	}
	c.ok(g, map[string]any{"data": []any{picked}})
}

func (p *businessProfile) fields() map[string]any {
	all := map[string]any{}
	for name, value := range p.texts() {
		if *value != nil {
			all[name] = **value
		}
	}
	if p.Websites != nil {
		all["websites"] = *p.Websites
	}
	return all
}

func (p *businessProfile) texts() map[string]**string {
	return map[string]**string{
		"about": &p.About, "address": &p.Address, "description": &p.Description, "email": &p.Email,
		"profile_picture_url": &p.Picture, "vertical": &p.Vertical,
	}
}

// changeProfile answers POST /{number}/whatsapp_business_profile.
func (c *cloudSide) changeProfile(g *call) {
	g.op = opManagement
	var change businessProfile
	_, release, r := g.decode(&change)
	defer release()
	if r == nil {
		r = change.check()
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	g.number.mu.Lock()
	g.number.profile.apply(change)
	g.number.mu.Unlock()
	c.ok(g, success)
}

func (p *businessProfile) check() *refusal {
	if p.MessagingProduct != "whatsapp" {
		return lacks("messaging_product")
	}
	if p.About != nil && *p.About == "" {
		return wrong("about", "must not be empty")
	}
	for name, limit := range map[string]int{
		"about": longestAbout, "address": longestAddress, "description": longestDescribed, "email": longestEmail,
	} {
		if text := *p.texts()[name]; text != nil && utf8.RuneCountInString(*text) > limit {
			return tooLong(name, limit)
		}
	}
	if p.Email != nil && *p.Email != "" && !strings.Contains(*p.Email, "@") {
		return wrong("email", "is not an email address")
	}
	if p.Vertical != nil && *p.Vertical != "" && !slices.Contains(verticals, *p.Vertical) {
		return refuse(100, "Param vertical must be one of {"+strings.Join(verticals, ", ")+"}.")
	}
	return p.checkWebsites()
}

func (p *businessProfile) checkWebsites() *refusal {
	if p.Websites == nil {
		return nil
	}
	if len(*p.Websites) > mostWebsites {
		return refuse(100, "A business can have no more than 2 websites.")
	}
	for _, site := range *p.Websites {
		if !strings.HasPrefix(site, "http://") && !strings.HasPrefix(site, "https://") {
			return wrong("websites", "must begin with http:// or https://")
		}
		if len(site) > longestWebsite {
			return tooLong("websites", longestWebsite)
		}
	}
	return nil
}

func (p *businessProfile) apply(change businessProfile) {
	own := p.texts()
	for name, value := range change.texts() {
		if *value != nil {
			*own[name] = *value
		}
	}
	if change.PictureHandle != nil {
		picture := pictureOfAnyHandle
		p.Picture = &picture
	}
	if change.Websites != nil {
		p.Websites = change.Websites
	}
}
