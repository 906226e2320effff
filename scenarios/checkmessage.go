package scenarios

import (
	"fmt"
	"strings"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// part is one of the keys that say what an entry of the mix is.
type part struct {
	kind whatsapp.Type
	pos  strictyaml.Pos
}

// parts lists the message types that an entry has; one is right.
func (m *MessageEntry) parts() []part {
	all := []part{
		{whatsapp.TypeText, m.Text.Pos},
		{whatsapp.TypeTemplate, m.Template.Pos},
		{whatsapp.TypeImage, m.Image.Pos},
		{whatsapp.TypeAudio, m.Audio.Pos},
		{whatsapp.TypeVideo, m.Video.Pos},
		{whatsapp.TypeDocument, m.Document.Pos},
		{whatsapp.TypeSticker, m.Sticker.Pos},
		{whatsapp.TypeLocation, m.Location.Pos},
		{whatsapp.TypeContacts, m.Contacts.Pos},
		{whatsapp.TypeInteractive, m.Interactive.Pos},
		{whatsapp.TypeReaction, m.Reaction.Pos},
		{whatsapp.TypeRaw, m.Raw.Pos},
	}
	var have []part
	for _, p := range all {
		if p.pos.Known() {
			have = append(have, p)
		}
	}
	return have
}

// op returns what the entry does.
func (m *MessageEntry) op() whatsapp.Op { return whatsapp.Op(m.Op.Or(opName(whatsapp.OpSend))) }

// media returns the media of an entry of the given type.
func (m *MessageEntry) media(kind whatsapp.Type) At[MediaBody] {
	switch kind {
	case whatsapp.TypeImage:
		return m.Image
	case whatsapp.TypeAudio:
		return m.Audio
	case whatsapp.TypeVideo:
		return m.Video
	case whatsapp.TypeDocument:
		return m.Document
	case whatsapp.TypeSticker:
		return m.Sticker
	default:
		return At[MediaBody]{}
	}
}

func (c *checker) messages() {
	messages := c.scenario.Messages
	if messages.OK && len(messages.Value) == 0 {
		c.Problem(messages.Pos, `add one such as {text: "hello"}`, "the mix is empty")
	}
	total := 0.0
	for i := range messages.Value {
		entry := &messages.Value[i]
		if entry.Node == nil || entry.Node.Kind != strictyaml.Map {
			continue
		}
		c.message(&entry.Value, entry.Pos)
		c.fields(entry.Node)
		total += entry.Value.Weight.Or(1)
	}
	if messages.OK && len(messages.Value) > 0 && total <= 0 {
		c.Problem(messages.Pos, "", "the weights of the mix add up to 0")
	}
}

func (c *checker) message(m *MessageEntry, pos strictyaml.Pos) {
	if m.Weight.OK && m.Weight.Value < 0 {
		c.Problem(m.Weight.Pos, "", "weight is negative")
	}
	parts := m.parts()
	switch {
	case m.Op.Written() && !m.Op.OK:
		return
	case m.op() != whatsapp.OpSend:
		c.operation(m, parts)
		return
	case len(parts) == 0:
		c.Problem(pos, `write {text: "hello"}, {template: {…}}, {image: {…}} …`, "message has no content")
	case len(parts) > 1:
		c.Problem(parts[1].pos, "write an entry for each", "message is both %s and %s", parts[0].kind, parts[1].kind)
	}
	c.misplaced(m, whatsapp.OpSend)
	for _, p := range parts {
		c.content(m, p)
	}
}

// misplaced notes fields of another operation.
func (c *checker) misplaced(m *MessageEntry, op whatsapp.Op) {
	if m.File.Written() && op != whatsapp.OpMediaUpload {
		c.Problem(m.File.Pos, "", "file belongs to op: media_upload")
	}
	if m.MessageID.Written() && op != whatsapp.OpMarkRead {
		c.Problem(m.MessageID.Pos, "", "message_id belongs to op: mark_read")
	}
}

// operation checks an entry that is not a message.
func (c *checker) operation(m *MessageEntry, parts []part) {
	op := m.op()
	for _, p := range parts {
		c.Problem(p.pos, "write an entry for each", "op: %s sends no %s", op, p.kind)
	}
	c.misplaced(m, op)
	if op == whatsapp.OpMediaUpload && !m.File.Written() {
		c.Problem(m.Op.Pos, "write {op: media_upload, file: a.jpg}", "media_upload has no file")
	}
	for _, t := range c.scenario.Targets.Value {
		if op == whatsapp.OpContacts && t.Value.API.OK && whatsapp.API(t.Value.API.Value) != whatsapp.OnPrem {
			c.Problem(m.Op.Pos, "", "contacts is an operation of the onprem API; target %s is %s", t.Value.name, t.Value.API.Value)
		}
	}
}

// content checks the body of a message.
func (c *checker) content(m *MessageEntry, p part) {
	switch p.kind {
	case whatsapp.TypeText:
		if m.Text.OK && m.Text.Value.Body.Value == "" {
			c.Problem(p.pos, "", "text is empty")
		}
	case whatsapp.TypeTemplate:
		c.templateMessage(m.Template)
	case whatsapp.TypeLocation:
		c.location(m.Location.Value)
	case whatsapp.TypeRaw, whatsapp.TypeInteractive:
		raw := m.Raw
		if p.kind == whatsapp.TypeInteractive {
			raw = m.Interactive
		}
		if raw.Node.Kind != strictyaml.Map {
			c.Mismatch(raw.Node, "a mapping, as the platform takes it")
		}
	case whatsapp.TypeContacts:
		if m.Contacts.Node.Kind != strictyaml.List {
			c.Mismatch(m.Contacts.Node, "a list of cards, as the platform takes it")
		}
	default:
		c.mediaMessage(p, m.media(p.kind))
	}
}

func (c *checker) templateMessage(t At[TemplateBody]) {
	if t.Value.Body.Written() && t.Value.Components.Written() {
		c.Problem(t.Value.Components.Pos, "keep one of them", "template has both body and components")
	}
	if node := t.Value.Components.Node; node != nil && node.Kind != strictyaml.List {
		c.Mismatch(node, "a list, as the platform takes it")
	}
	if t.Value.Namespace.Written() && !c.speaks(whatsapp.OnPrem) {
		c.Problem(t.Value.Namespace.Pos, "", "namespace belongs to the onprem API, which no target speaks")
	}
}

// speaks reports whether a target speaks the API.
func (c *checker) speaks(api whatsapp.API) bool {
	for _, t := range c.scenario.Targets.Value {
		if whatsapp.API(t.Value.API.Value) == api {
			return true
		}
	}
	return false
}

func (c *checker) location(l LocationBody) {
	if l.Latitude.OK && (l.Latitude.Value < -90 || l.Latitude.Value > 90) {
		c.Problem(l.Latitude.Pos, "", "latitude must be from -90 to 90")
	}
	if l.Longitude.OK && (l.Longitude.Value < -180 || l.Longitude.Value > 180) {
		c.Problem(l.Longitude.Pos, "", "longitude must be from -180 to 180")
	}
}

// mediaMessage checks a file message: captions and file names are not for
// every type.
func (c *checker) mediaMessage(p part, m At[MediaBody]) {
	if m.OK && m.Value.ID.Written() == m.Value.Link.Written() {
		c.Problem(m.Pos, "set one of id and link", "%s says not which file, or says it twice", p.kind)
	}
	if m.Value.Caption.Written() && (p.kind == whatsapp.TypeAudio || p.kind == whatsapp.TypeSticker) {
		c.Problem(m.Value.Caption.Pos, "", "%s has no caption", p.kind)
	}
	if m.Value.Filename.Written() && p.kind != whatsapp.TypeDocument {
		c.Problem(m.Value.Filename.Pos, "", "filename belongs to document")
	}
}

// fields checks the fields in every text of an entry.
func (c *checker) fields(n *strictyaml.Node) {
	for _, item := range n.Items {
		c.fields(item)
	}
	for _, f := range n.Fields {
		c.fields(f.Value)
	}
	if n.Kind != strictyaml.Text {
		return
	}
	t, err := parseTemplate(n.Value)
	if err != nil {
		c.Problem(n.At(err.offset), err.hint, "%s", err.what)
		return
	}
	if columns := t.columns(); len(columns) > 0 && !c.scenario.Recipients.Value.File.Written() {
		c.Problem(n.At(strings.Index(n.Value, "{{")), "add recipients: {file: recipients.csv, column: phone}",
			"csv %s has no file to read from", fmt.Sprintf("%q", columns[0]))
	}
}
