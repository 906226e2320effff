package fakeapi

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// Limits of D:messages/send-messages.
const (
	longestText     = 4096
	longestCaption  = 1024
	longestCallback = 512
	mostContacts    = 257
	longestNumber   = 20
)

// check checks a message and returns the recipient's digits, as soon as it is
// clear whom it is for. It also sets the type where the message leaves it out.
func (c *cloudSide) check(g *call, p *cloud.Payload) (to string, r *refusal) {
	if p.MessagingProduct != "whatsapp" {
		if p.MessagingProduct == "" {
			return "", lacks("messaging_product")
		}
		return "", wrong("messaging_product", "must be whatsapp")
	}
	to, r = recipient(p)
	if r != nil {
		return "", r
	}
	to = c.server.live.Load().Cloud.Recipients.waID(string(p.To), to)
	if to == g.number.display {
		return to, refuse(131021, "The sender and the recipient are the same number.")
	}
	if p.Type == "" {
		p.Type = string(whatsapp.TypeText)
	}
	if utf8.RuneCountInString(p.Callback) > longestCallback {
		return to, tooLong("biz_opaque_callback_data", longestCallback)
	}
	if r := c.checkIdentity(g.number, to, p.IdentityKeyHash); r != nil {
		return to, r
	}
	return to, c.checkType(g, p)
}

// recipient returns the digits of the number that the message is for.
func recipient(p *cloud.Payload) (string, *refusal) {
	switch {
	case p.RecipientType != "" && p.RecipientType != "individual" && p.RecipientType != "group":
		return "", wrong("recipient_type", "must be individual or group")
	case p.RecipientType == "group":
		return "", refuse(131051, "The fake platform has no groups.")
	case p.To == "" && p.Recipient != "":
		return "", refuse(131051, "The fake platform does not know business-scoped user ids.")
	case p.To == "":
		return "", lacks("to")
	}
	to := digits(string(p.To))
	if to == "" || len(to) > longestNumber {
		return "", wrong("to", "is not a phone number")
	}
	return to, nil
}

// digits takes the marks out of a phone number; what is left is empty if there
// was anything else in it.
func digits(number string) string {
	if strings.Trim(number, "0123456789") == "" { // the usual case, without a copy
		return number
	}
	bad := false
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case !strings.ContainsRune("+-(). ", r):
			bad = true
		}
		return -1
	}, number)
	if bad {
		return ""
	}
	return kept
}

// checkType checks the object that belongs to the message's type.
func (c *cloudSide) checkType(g *call, p *cloud.Payload) *refusal {
	switch whatsapp.Type(p.Type) {
	case whatsapp.TypeText:
		return checkText(p.Text)
	case whatsapp.TypeImage:
		return c.checkCaptioned(g.number.id, "image", p.Image)
	case whatsapp.TypeVideo:
		return c.checkCaptioned(g.number.id, "video", p.Video)
	case whatsapp.TypeAudio:
		if p.Audio == nil {
			return lacks("audio")
		}
		return c.checkMedia(g.number.id, "audio", string(p.Audio.ID), p.Audio.Link)
	case whatsapp.TypeDocument:
		return c.checkDocument(g.number.id, p.Document)
	case whatsapp.TypeSticker:
		if p.Sticker == nil {
			return lacks("sticker")
		}
		return c.checkMedia(g.number.id, "sticker", string(p.Sticker.ID), p.Sticker.Link)
	case whatsapp.TypeLocation:
		return checkLocation(p.Location)
	case whatsapp.TypeContacts:
		return checkContacts(p.Contacts)
	case whatsapp.TypeReaction:
		return checkReaction(p)
	case whatsapp.TypeTemplate:
		return c.checkTemplate(g, p.Template)
	case whatsapp.TypeInteractive:
		return checkInteractive(p.Interactive)
	}
	return refuse(131051, "Message type "+quoted(p.Type)+" is not supported.")
}

func checkText(t *cloud.TextPayload) *refusal {
	switch {
	case t == nil:
		return lacks("text")
	case t.Body == "":
		return lacks("text['body']")
	case len(t.Body) > longestText && utf8.RuneCountInString(t.Body) > longestText:
		return tooLong("text['body']", longestText)
	}
	return nil
}

func (c *cloudSide) checkCaptioned(number, name string, m *cloud.MediaPayload) *refusal {
	if m == nil {
		return lacks(name)
	}
	if utf8.RuneCountInString(m.Caption) > longestCaption {
		return tooLong(name+"['caption']", longestCaption)
	}
	return c.checkMedia(number, name, string(m.ID), m.Link)
}

func (c *cloudSide) checkDocument(number string, d *cloud.DocumentPayload) *refusal {
	if d == nil {
		return lacks("document")
	}
	if utf8.RuneCountInString(d.Caption) > longestCaption {
		return tooLong("document['caption']", longestCaption)
	}
	return c.checkMedia(number, "document", string(d.ID), d.Link)
}

// checkMedia wants an id or a link, and in strict profiles an id that there is.
func (c *cloudSide) checkMedia(number, name, id, link string) *refusal {
	switch {
	case id == "" && link == "":
		return lacks(name + "['id'] or " + name + "['link']")
	case link != "" && !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://"):
		return wrong(name+"['link']", "is not a valid address")
	case id != "" && c.server.profile().Cloud.Strict && c.media.of(number, id) == nil:
		return wrong(name+"['id']", "is not the id of an uploaded file")
	}
	return nil
}

func checkLocation(l *cloud.LocationPayload) *refusal {
	switch {
	case l == nil:
		return lacks("location")
	case l.Latitude == "":
		return lacks("location['latitude']")
	case l.Longitude == "":
		return lacks("location['longitude']")
	case !degrees(string(l.Latitude), 90):
		return wrong("location['latitude']", "must be between -90 and 90")
	case !degrees(string(l.Longitude), 180):
		return wrong("location['longitude']", "must be between -180 and 180")
	}
	return nil
}

func degrees(text string, most float64) bool {
	x, err := strconv.ParseFloat(text, 64)
	return err == nil && x >= -most && x <= most
}

func checkContacts(contacts []cloud.ContactPayload) *refusal {
	switch {
	case len(contacts) == 0:
		return lacks("contacts")
	case len(contacts) > mostContacts:
		return refuse(100, "A message can have no more than "+strconv.Itoa(mostContacts)+" contacts.")
	}
	for i, contact := range contacts {
		if contact.Name.Formatted == "" {
			return lacks("contacts[" + strconv.Itoa(i) + "]['name']['formatted_name']")
		}
	}
	return nil
}

func checkReaction(p *cloud.Payload) *refusal {
	switch {
	case p.Reaction == nil:
		return lacks("reaction")
	case p.Reaction.MessageID == "":
		return lacks("reaction['message_id']")
	case p.Reaction.Emoji == nil:
		return lacks("reaction['emoji']")
	case p.Context != nil:
		return refuse(100, "A reaction cannot have a context.")
	}
	return nil
}
