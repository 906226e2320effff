package scenarios

import (
	"mime"
	"path/filepath"
	"strings"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// maxUpload bounds the file of a media_upload, which is part of the plan.
const maxUpload = 16 << 20

func (r *resolver) messages() {
	r.columns = map[string]strictyaml.Pos{}
	for i := range r.scenario.Messages.Value {
		entry := &r.scenario.Messages.Value[i]
		r.plan.Messages = append(r.plan.Messages, r.message(&entry.Value))
		r.usedColumns(entry.Node)
	}
}

// usedColumns notes which columns of the recipients file an entry uses.
func (r *resolver) usedColumns(n *strictyaml.Node) {
	for _, item := range n.Items {
		r.usedColumns(item)
	}
	for _, f := range n.Fields {
		r.usedColumns(f.Value)
	}
	if n.Kind != strictyaml.Text || !strings.Contains(n.Value, "{{") {
		return
	}
	if t, err := parseTemplate(n.Value); err == nil {
		for _, name := range t.columns() {
			r.columns[name] = n.Pos
		}
	}
}

func (r *resolver) message(m *MessageEntry) MessageSpec {
	spec := MessageSpec{Weight: m.Weight.Or(1), Op: m.op()}
	switch spec.Op {
	case whatsapp.OpSend:
		spec.Type = m.parts()[0].kind
		m.body(&spec)
	case whatsapp.OpMarkRead:
		spec.MessageID = m.MessageID.Value
	case whatsapp.OpMediaUpload:
		spec.File = r.upload(m.File)
	}
	return spec
}

// body fills in what a message says.
func (m *MessageEntry) body(spec *MessageSpec) {
	switch spec.Type {
	case whatsapp.TypeText:
		spec.Text = &whatsapp.Text{Body: m.Text.Value.Body.Value, PreviewURL: m.Text.Value.PreviewURL.Value}
	case whatsapp.TypeTemplate:
		spec.Template = m.Template.Value.template()
	case whatsapp.TypeLocation:
		l := m.Location.Value
		spec.Location = &whatsapp.Location{
			Latitude: l.Latitude.Value, Longitude: l.Longitude.Value, Name: l.Name.Value, Address: l.Address.Value,
		}
	case whatsapp.TypeReaction:
		spec.Reaction = &whatsapp.Reaction{
			MessageID: m.Reaction.Value.MessageID.Value, Emoji: m.Reaction.Value.Emoji.Value,
		}
	case whatsapp.TypeContacts:
		spec.Contacts = m.Contacts.Value
	case whatsapp.TypeInteractive:
		spec.Interactive = m.Interactive.Value
	case whatsapp.TypeRaw:
		spec.Raw = m.Raw.Value
	default:
		media := m.media(spec.Type).Value
		spec.Media = &whatsapp.Media{
			ID: media.ID.Value, Link: media.Link.Value, Caption: media.Caption.Value, Filename: media.Filename.Value,
		}
	}
}

func (t TemplateBody) template() *whatsapp.Template {
	template := &whatsapp.Template{
		Namespace: t.Namespace.Value, Name: t.Name.Value, Language: t.Language.Value, Components: t.Components.Value,
	}
	for _, parameter := range t.Body.Value {
		template.Body = append(template.Body, parameter.Value)
	}
	return template
}

// upload reads the file of a media_upload.
func (r *resolver) upload(path At[string]) *File {
	content, err := r.env.readFile(r.text(path))
	switch {
	case err != nil:
		r.Problem(path.Pos, "", "file: %s", err)
	case len(content) == 0:
		r.Problem(path.Pos, "", "file: %s is empty", path.Value)
	case len(content) > maxUpload:
		r.Problem(path.Pos, "", "file: %s is larger than 16 MiB", path.Value)
	}
	kind := mimeType(path.Value)
	if kind == "" {
		r.Problem(path.Pos, "give it an extension such as .jpg or .pdf", "file: nobody knows what kind of file %s is", path.Value)
	}
	return &File{Name: filepath.Base(path.Value), MIMEType: kind, Bytes: content}
}

// mediaTypes are the types that both platforms take, by extension; what the
// machine's own table says differs from machine to machine.
var mediaTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
	".aac": "audio/aac", ".amr": "audio/amr", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg",
	".mp4": "video/mp4", ".3gp": "video/3gpp",
	".txt": "text/plain", ".pdf": "application/pdf",
	".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

func mimeType(path string) string {
	extension := strings.ToLower(filepath.Ext(path))
	if kind, known := mediaTypes[extension]; known {
		return kind
	}
	return mime.TypeByExtension(extension)
}
