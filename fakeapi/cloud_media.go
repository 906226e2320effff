package fakeapi

import (
	"cmp"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// mediaLimits are the types that can be uploaded and how large a file of each
// may be (D:business-phone-numbers/media).
var mediaLimits = map[string]int{
	"image/jpeg": 5 << 20, "image/png": 5 << 20,
	"image/webp": 500 << 10,
	"audio/aac":  16 << 20, "audio/mp4": 16 << 20, "audio/mpeg": 16 << 20, "audio/amr": 16 << 20, "audio/ogg": 16 << 20,
	"video/mp4": 16 << 20, "video/3gp": 16 << 20, "video/3gpp": 16 << 20,
	"text/plain": 100 << 20, "application/pdf": 100 << 20,
	"application/msword": 100 << 20, "application/vnd.ms-excel": 100 << 20, "application/vnd.ms-powerpoint": 100 << 20,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   100 << 20,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         100 << 20,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": 100 << 20,
}

// largestSticker is how large a sticker that does not move may be.
const largestSticker = 100 << 10

// isAnimated reports whether a WebP file moves: its extended header, the chunk
// VP8X, has the second bit of its flags set.
// https://developers.google.com/speed/webp/docs/riff_container
func isAnimated(webp []byte) bool {
	const flags = 20
	return len(webp) > flags && string(webp[12:16]) == "VP8X" && webp[flags]&2 != 0
}

// fitsType reports whether the uploaded file that a message names is of the
// message's type. What is not there is another matter.
func (c *cloudSide) fitsType(p *cloud.Payload) bool {
	id, kinds := "", []string{""}
	switch {
	case p.Image != nil:
		id, kinds = string(p.Image.ID), []string{"image/jpeg", "image/png"}
	case p.Video != nil:
		id, kinds = string(p.Video.ID), []string{"video/"}
	case p.Audio != nil:
		id, kinds = string(p.Audio.ID), []string{"audio/"}
	case p.Sticker != nil:
		id, kinds = string(p.Sticker.ID), []string{"image/webp"}
	}
	if id == "" {
		return true
	}
	f, _ := c.media.find(id, time.Now())
	return f == nil || slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(f.mime, kind) })
}

// upload is the parts of an upload's form.
type upload struct {
	product, kind, fileKind, name string
	data                          []byte
	present                       bool
}

// serveUpload answers POST /{number}/media.
func (c *cloudSide) serveUpload(g *call) {
	g.op = whatsapp.OpMediaUpload
	u, r := readUpload(g.r)
	u.product = cmp.Or(u.product, g.r.URL.Query().Get("messaging_product")) // some clients put it there
	if r == nil {
		r = u.check()
	}
	if r != nil {
		c.fail(g.exchange, r)
		return
	}
	file := mediaFile{mime: u.mime(), name: u.name, owner: g.number.id, uploaded: g.arrived, lives: mediaLives}
	c.ok(g, map[string]string{"id": c.media.add(c.server.seed, file, u.data).id})
}

// readUpload reads the form part by part; only the file may be long.
func readUpload(r *http.Request) (u upload, bad *refusal) {
	form, err := r.MultipartReader()
	if err != nil {
		return u, refuse(100, "An upload is a multipart form with the parts messaging_product, type and file.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return u, nil
		}
		if err != nil {
			return u, badForm("The form is not valid.", err)
		}
		if err := u.read(part); err != nil {
			return u, badForm("The upload was cut short.", err)
		}
	}
}

// badForm is the refusal of an upload that could not be read to its end.
func badForm(what string, err error) *refusal {
	if statusOfRead(err) != http.StatusBadRequest {
		return unread(err)
	}
	return refuse(100, what)
}

func (u *upload) read(part *multipart.Part) error {
	if part.FormName() == "file" {
		data, err := io.ReadAll(part)
		u.data, u.present, u.name, u.fileKind = data, true, part.FileName(), part.Header.Get("Content-Type")
		return err
	}
	text, err := io.ReadAll(io.LimitReader(part, 1024))
	switch part.FormName() {
	case "messaging_product":
		u.product = string(text)
	case "type":
		u.kind = string(text)
	}
	return err
}

// mime is the file's type: as the part says, which is more precise than the
// field type, unless it says nothing.
func (u upload) mime() string {
	if u.fileKind == "" || u.fileKind == "application/octet-stream" {
		return u.kind
	}
	return u.fileKind
}

func (u upload) check() *refusal {
	kind, _, err := mime.ParseMediaType(u.mime())
	limit, known := mediaLimits[kind]
	switch {
	case u.product != "whatsapp":
		return lacks("messaging_product")
	case !u.present:
		return lacks("file")
	case len(u.data) == 0:
		return wrong("file", "is empty")
	case err != nil || !known:
		return refuse(100, "Param file must be a file with one of the supported types. Received file of type '"+quoted(u.mime())+"'.")
	case kind == "image/webp" && !isAnimated(u.data) && len(u.data) > largestSticker:
		return refuse(100, "Param file must be no larger than "+strconv.Itoa(largestSticker)+" bytes for a sticker that does not move.")
	case len(u.data) > limit:
		return refuse(100, "Param file must be no larger than "+strconv.Itoa(limit)+" bytes for the type "+kind+".")
	}
	return nil
}

// serveMedia answers GET and DELETE /{media}.
func (c *cloudSide) serveMedia(g *call, f *mediaFile) {
	g.op = "media"
	if owner := g.r.URL.Query().Get("phone_number_id"); owner != "" && owner != f.owner {
		c.fail(g.exchange, noObject(g.r.Method, g.node))
		return
	}
	switch g.r.Method {
	case http.MethodGet:
		c.ok(g, map[string]string{
			"messaging_product": "whatsapp", "url": c.mediaURL(c.server.scheme()+"://"+cmp.Or(g.r.Host, inProcessHost), f.id), "mime_type": f.mime,
			"sha256": hex.EncodeToString(f.sum[:]), "file_size": strconv.Itoa(f.size), "id": f.id,
		})
	case http.MethodDelete:
		c.media.delete(f.id)
		c.ok(g, success)
	default:
		c.fail(g.exchange, noObject(g.r.Method, g.node))
	}
}

// mediaURL is where the bytes can be had for a while: under base, the address
// that the client has reached us by.
func (c *cloudSide) mediaURL(base, id string) string {
	ends := strconv.FormatInt(time.Now().Add(urlLives).Unix(), 10)
	query := url.Values{"mid": {id}, "ext": {ends}, "hash": {c.mediaHash(id, ends)}}
	return base + "/whatsapp_business/attachments/?" + query.Encode()
}

// mediaHash keeps clients from making such an address themselves.
func (c *cloudSide) mediaHash(id, ends string) string {
	return cloud.Sign(c.server.options.AppSecret, []byte(id+"."+ends))[7:39]
}

// serveDownload answers GET /whatsapp_business/attachments/, the address that a
// lookup gave. It needs the token as well.
func (c *cloudSide) serveDownload(g *call) {
	g.op = "media"
	query, now := g.r.URL.Query(), time.Now()
	id, ends := query.Get("mid"), query.Get("ext")
	until, err := strconv.ParseInt(ends, 10, 64)
	f, data := c.media.find(id, now)
	if err != nil || f == nil || now.Unix() >= until || query.Get("hash") != c.mediaHash(id, ends) {
		g.answer(http.StatusNotFound, "text/plain; charset=utf-8", []byte("URL signature expired or not found\n"))
		return
	}
	g.answer(http.StatusOK, f.mime, data)
}
