package scenarios

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"wabench/internal/whatsapp"
)

// recipe is one entry of the mix with its texts compiled. A nil template
// belongs to a part the message does not have.
type recipe struct {
	op    whatsapp.Op
	kind  whatsapp.Type
	proto whatsapp.Message

	text                          *template
	name, language                *template // of a template message
	body                          []*template
	components                    *template
	id, link, caption, filename   *template // of media
	placeName, address            *template
	reactedTo, emoji              *template
	contacts, interactive, raw    *template
	messageID                     *template // of mark_read
	file                          *whatsapp.File
	dynamicTemplate, dynamicMedia bool
}

// compiler turns texts into templates and keeps the first error.
type compiler struct {
	recipients *Recipients
	err        error
}

func newRecipe(spec MessageSpec, recipients *Recipients) (*recipe, error) {
	c := &compiler{recipients: recipients}
	r := &recipe{op: spec.Op, kind: spec.Type, messageID: c.text(spec.MessageID)}
	r.proto = whatsapp.Message{
		Type: spec.Type, Text: spec.Text, Template: spec.Template, Media: spec.Media, Location: spec.Location,
		Reaction: spec.Reaction, Contacts: spec.Contacts, Interactive: spec.Interactive, Raw: spec.Raw,
	}
	if spec.File != nil {
		r.file = &whatsapp.File{Name: spec.File.Name, MIMEType: spec.File.MIMEType, Bytes: spec.File.Bytes}
	}
	c.simple(r, spec)
	c.templateMessage(r, spec.Template)
	c.media(r, spec.Media)
	r.contacts, r.interactive, r.raw = c.json(spec.Contacts), c.json(spec.Interactive), c.json(spec.Raw)
	return r, c.err
}

// simple compiles the types with few texts.
func (c *compiler) simple(r *recipe, spec MessageSpec) {
	if spec.Text != nil {
		r.text = c.text(spec.Text.Body)
	}
	if spec.Location != nil {
		r.placeName, r.address = c.text(spec.Location.Name), c.text(spec.Location.Address)
	}
	if spec.Reaction != nil {
		r.reactedTo, r.emoji = c.text(spec.Reaction.MessageID), c.text(spec.Reaction.Emoji)
	}
}

func (c *compiler) templateMessage(r *recipe, t *whatsapp.Template) {
	if t == nil {
		return
	}
	r.name, r.language, r.components = c.text(t.Name), c.text(t.Language), c.json(t.Components)
	r.dynamicTemplate = r.name.dynamic() || r.language.dynamic() || r.components.dynamic()
	for _, parameter := range t.Body {
		compiled := c.text(parameter)
		r.body = append(r.body, compiled)
		r.dynamicTemplate = r.dynamicTemplate || compiled.dynamic()
	}
}

func (c *compiler) media(r *recipe, m *whatsapp.Media) {
	if m == nil {
		return
	}
	r.id, r.link, r.caption, r.filename = c.text(m.ID), c.text(m.Link), c.text(m.Caption), c.text(m.Filename)
	r.dynamicMedia = r.id.dynamic() || r.link.dynamic() || r.caption.dynamic() || r.filename.dynamic()
}

func (c *compiler) text(s string) *template {
	t, err := parseTemplate(s)
	if err != nil {
		c.fail(fmt.Errorf("%q: %w", s, err))
		return &template{}
	}
	c.fill(t, func(s string) string { return s })
	return t
}

func (c *compiler) json(text json.RawMessage) *template {
	if len(text) == 0 {
		return nil
	}
	t, err := jsonTemplate(text)
	if err != nil {
		c.fail(err)
		return &template{}
	}
	c.fill(t, jsonEscape)
	return t
}

// fill gives csv fields their columns.
func (c *compiler) fill(t *template, escape func(string) string) {
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.field != fieldCSV {
			continue
		}
		column, found := c.recipients.Columns[p.text]
		if !found {
			c.fail(fmt.Errorf("there is no column %q", p.text))
		}
		p.values = make([]string, len(column))
		for k, value := range column {
			p.values[k] = escape(value)
		}
	}
}

func (c *compiler) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// dynamic reports whether the text differs between arrivals.
func (t *template) dynamic() bool { return t != nil && t.pieces != nil }

// message returns the message for an arrival. Parts without fields are shared
// between all messages.
func (r *recipe) message(m *moment) whatsapp.Message {
	message := r.proto
	message.To = m.recipient
	switch {
	case r.text.dynamic():
		message.Text = &whatsapp.Text{Body: r.text.render(m), PreviewURL: r.proto.Text.PreviewURL}
	case r.dynamicTemplate:
		message.Template = r.template(m)
	case r.dynamicMedia:
		message.Media = &whatsapp.Media{
			ID: r.id.render(m), Link: r.link.render(m), Caption: r.caption.render(m), Filename: r.filename.render(m),
		}
	case r.placeName.dynamic() || r.address.dynamic():
		place := *r.proto.Location
		place.Name, place.Address = r.placeName.render(m), r.address.render(m)
		message.Location = &place
	case r.reactedTo.dynamic() || r.emoji.dynamic():
		message.Reaction = &whatsapp.Reaction{MessageID: r.reactedTo.render(m), Emoji: r.emoji.render(m)}
	}
	message.Contacts = rendered(r.contacts, message.Contacts, m)
	message.Interactive = rendered(r.interactive, message.Interactive, m)
	message.Raw = rendered(r.raw, message.Raw, m)
	return message
}

func (r *recipe) template(m *moment) *whatsapp.Template {
	t := *r.proto.Template
	t.Name, t.Language = r.name.render(m), r.language.render(m)
	t.Components = rendered(r.components, t.Components, m)
	if r.body != nil {
		t.Body = make([]string, len(r.body))
	}
	for i, parameter := range r.body {
		t.Body[i] = parameter.render(m)
	}
	return &t
}

// rendered returns a JSON part for an arrival, or the part as it is if it is
// always the same.
func rendered(t *template, static json.RawMessage, m *moment) json.RawMessage {
	if !t.dynamic() {
		return static
	}
	return json.RawMessage(t.render(m))
}

// inboundID makes up the id of a message from the arrival's recipient, in the
// form of each platform (wamid: a marked base64 of number and random hex).
func inboundID(api whatsapp.API, m *moment) string {
	d := m.dice(saltInbound)
	random := d.bytes()
	if api == whatsapp.OnPrem {
		return "ABGG" + base64.RawURLEncoding.EncodeToString(random[:12])
	}
	id := append([]byte{0x1c, 0x18, byte(len(m.recipient))}, m.recipient...)
	id = append(id, 0x15, 0x02, 0x00, 0x12, 0x18, 20)
	id = append(id, strings.ToUpper(hex.EncodeToString(random[:10]))...)
	return "wamid." + base64.StdEncoding.EncodeToString(append(id, 0))
}
