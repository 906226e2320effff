package fakeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/jpeg"
	"maps"
	"sync"
	"time"
)

// userMediaLives is how long a file that a user sent can be fetched, and
// largestUserMedia how large it may be.
const (
	userMediaLives   = 7 * day
	largestUserMedia = 100 << 20
)

// userFile is the file of a message that a user sends, where none is given.
type userFile struct {
	mime string
	data []byte
	more map[string]any // beside the file
}

// userFiles are an example of each type: a picture and a sticker that can be
// shown, a document that can be opened, and the first bytes of a recording and
// of a film, which is what programs look at.
var userFiles = sync.OnceValue(func() map[string]userFile {
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 1, 1)), nil); err != nil {
		panic(err) // of one pixel
	}
	const pixel = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
	sticker, err := base64.StdEncoding.DecodeString(pixel)
	if err != nil {
		panic(err) // of a constant
	}
	return map[string]userFile{
		"image":    {"image/jpeg", picture.Bytes(), nil},
		"sticker":  {"image/webp", sticker, map[string]any{"animated": false}},
		"document": {"application/pdf", []byte("%PDF-1.4\ntrailer<</Root<</Pages<<>>>>>>\n%%EOF\n"), map[string]any{"filename": "a.pdf"}},
		"audio":    {"audio/ogg; codecs=opus", []byte("OggS\x00\x02OpusHead"), map[string]any{"voice": true}},
		"video":    {"video/mp4", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), nil},
	}
})

// mediaBody returns the object of a message with a file: what is given of it,
// and the rest from a file that is kept so that it can be fetched. It reports
// false for types without a file.
func (c *cloudSide) mediaBody(n *number, in Inbound, now time.Time) (json.RawMessage, bool, error) {
	file, is := userFiles()[in.Type]
	if !is {
		return nil, false, nil
	}
	given := map[string]any{}
	if in.Body != nil {
		if err := json.Unmarshal(in.Body, &given); err != nil {
			return nil, true, err
		}
	}
	if given["id"] != nil { // a file of the caller's own
		return in.Body, true, nil
	}
	if mime, ok := given["mime_type"].(string); ok {
		file.mime = mime
	}
	if in.Data != nil {
		file.data = in.Data
	}
	f := c.media.add(c.server.seed, mediaFile{mime: file.mime, owner: n.id, uploaded: now, lives: userMediaLives}, file.data)
	object := map[string]any{"mime_type": f.mime, "sha256": base64.StdEncoding.EncodeToString(f.sum[:]), "id": f.id}
	if c.server.profile().Cloud.MediaURL {
		object["url"] = c.mediaURL(c.server.URL, f.id)
	}
	maps.Copy(object, file.more)
	maps.Copy(object, given)
	text, err := json.Marshal(object)
	return text, true, err
}
