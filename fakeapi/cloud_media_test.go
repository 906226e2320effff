package fakeapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// upload uploads a file as the driver does.
func (c *client) upload(mime string, data []byte) answer {
	c.t.Helper()
	info := c.server.Info()
	d := cloud.New(cloud.Options{Version: "v24.0", PhoneNumberID: info.PhoneNumberID, Token: info.Token})
	r, err := d.Encode(whatsapp.Call{Op: whatsapp.OpMediaUpload, File: &whatsapp.File{Name: "a", MIMEType: mime, Bytes: data}})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(r.Method, r.Path, string(r.Body), "Content-Type", r.Header.Get("Content-Type"))
}

func limitMediaLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{})
		data := bytes.Repeat([]byte{0xff, 0xd8, 1}, 1000)
		id, _ := c.upload("image/jpeg", data).object(t)["id"].(string)
		look := func() answer {
			return c.do(http.MethodGet, "/v24.0/"+id+"?phone_number_id="+c.server.Info().PhoneNumberID, "")
		}
		found := look().object(t)
		sum := sha256.Sum256(data)
		want := map[string]any{
			"messaging_product": "whatsapp", "id": id, "mime_type": "image/jpeg", "file_size": "3000",
			"sha256": hex.EncodeToString(sum[:]), "url": found["url"],
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("lookup (-want +got):\n%s", diff)
		}
		path := strings.TrimPrefix(found["url"].(string), c.server.URL)
		got := c.do(http.MethodGet, path, "")
		if got.status != 200 || !bytes.Equal(got.body, data) || got.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("download: %d, %d bytes, %v", got.status, len(got.body), got.header)
		}
		if a := c.do(http.MethodGet, path, "", "Authorization", ""); a.status != 401 {
			t.Errorf("download without a token: %d", a.status)
		}
		if a := c.do(http.MethodGet, path+"x", ""); a.status != 404 {
			t.Errorf("download of a made-up address: %d", a.status)
		}
		pass(5 * time.Minute)
		if a := c.do(http.MethodGet, path, ""); a.status != 404 {
			t.Errorf("download after 5 minutes: %d", a.status)
		}
		if a := look(); a.status != 200 {
			t.Errorf("lookup after 5 minutes: %d", a.status)
		}
		pass(30 * 24 * time.Hour)
		if a := look(); a.status != 400 || a.code(t) != 100 {
			t.Errorf("lookup after 30 days: %d %s", a.status, a.body)
		}
	})
}

func TestMediaDelete(t *testing.T) {
	c := startCloud(t, Options{})
	id, _ := c.upload("image/png", []byte("png")).object(t)["id"].(string)
	if a := c.do(http.MethodDelete, "/"+id, ""); a.status != 200 || a.object(t)["success"] != true {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
	if a := c.do(http.MethodDelete, "/"+id, ""); a.status != 400 || a.code(t) != 100 {
		t.Errorf("delete again: %d %s", a.status, a.body)
	}
}

func limitMediaSizes(t *testing.T) {
	c := startCloud(t, Options{})
	for name, u := range map[string]struct {
		mime   string
		size   int
		status int
	}{
		"image of 5 MiB": {"image/jpeg", 5 << 20, 200}, "larger image": {"image/jpeg", 5<<20 + 1, 400},
		"sticker of 100 KiB": {"image/webp", 100 << 10, 200}, "larger sticker": {"image/webp", 100<<10 + 1, 400},
		"audio": {"audio/ogg; codecs=opus", 100, 200}, "larger audio": {"audio/ogg", 16<<20 + 1, 400},
		"empty": {"image/jpeg", 0, 400}, "program": {"application/x-sh", 5, 400},
	} {
		if a := c.upload(u.mime, make([]byte, u.size)); a.status != u.status {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestMediaStoreKeepsTheSameBytesOnce(t *testing.T) {
	m := newMediaStore()
	data := make([]byte, 1<<16)
	now := time.Now()
	var ids []string
	for range 200 {
		ids = append(ids, m.add(1, mediaFile{mime: "image/png", name: "a", uploaded: now, lives: mediaLives}, data).id)
	}
	if m.held != len(data) {
		t.Errorf("%d bytes are held, want %d", m.held, len(data))
	}
	for _, id := range ids[1:] {
		m.delete(id)
	}
	if _, got := m.find(ids[0], now); !bytes.Equal(got, data) {
		t.Error("the bytes left with another file")
	}
	m.delete(ids[0])
	if m.held != 0 || len(m.bytes) != 0 {
		t.Errorf("%d bytes are held of nothing", m.held)
	}
}

func TestStrictWantsUploadedMedia(t *testing.T) {
	c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Strict = true }))
	image := func(id string) string {
		return `{"messaging_product":"whatsapp","to":"16505551234","type":"image","image":{"id":"` + id + `"}}`
	}
	if a := c.send(image("4490709327384033")); a.status != 400 || a.code(t) != 131009 {
		t.Errorf("any id: %d %s", a.status, a.body)
	}
	id, _ := c.upload("image/jpeg", []byte("x")).object(t)["id"].(string)
	if a := c.send(image(id)); a.status != 200 {
		t.Errorf("uploaded: %d %s", a.status, a.body)
	}
}

func TestStrictWantsMessagesThatExist(t *testing.T) {
	c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Strict = true }))
	read := func(id string) string {
		return `{"messaging_product":"whatsapp","status":"read","message_id":"` + id + `"}`
	}
	id, err := c.server.Receive(Inbound{From: "16505551234", Type: "text", Body: []byte(`"hi"`)})
	if err != nil {
		t.Fatal(err)
	}
	if a := c.send(read(id)); a.status != 200 {
		t.Errorf("received: %d %s", a.status, a.body)
	}
	for _, id := range []string{"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTgzRTI5Q0M2QjFGMjVEMEE0RAA=", c.server.cloud.inboundID(2, "16505551234")} {
		if a := c.send(read(id)); a.status != 400 || a.code(t) != 131009 {
			t.Errorf("never received: %d %s", a.status, a.body)
		}
	}
}
