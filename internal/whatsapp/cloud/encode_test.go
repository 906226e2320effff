package cloud

import (
	"bytes"
	"encoding/json"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/whatsapp"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decoded(t testing.TB, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}

func object(t testing.TB, name, key string) json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(testdata(t, name), &m); err != nil {
		t.Fatal(err)
	}
	return m[key]
}

const someID = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"

var dialect = New(Options{Version: "v24.0", PhoneNumberID: "106540352242922", Token: "secret"})

func TestEncodeWritesEveryTypeAsDocumented(t *testing.T) {
	to := "16505551234"
	for name, m := range map[string]whatsapp.Message{
		"send-text":     {Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "Your code is 424242 — “é” 👋\n", PreviewURL: true}},
		"send-template": {Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{Name: "order_update", Language: "en_US", Body: []string{"Ann", "17"}}},
		"send-template-components": {Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{
			Name: "order_update", Language: "en_US", Namespace: "only On-Premises has one",
			Components: func() json.RawMessage {
				var template map[string]json.RawMessage
				if err := json.Unmarshal(object(t, "send-template-components", "template"), &template); err != nil {
					t.Fatal(err)
				}
				return template["components"]
			}(),
		}},
		"send-image":            {Type: whatsapp.TypeImage, Media: &whatsapp.Media{Link: "https://example.com/a.jpg", Caption: "hi"}},
		"send-audio":            {Type: whatsapp.TypeAudio, Media: &whatsapp.Media{ID: "4490709327384033"}},
		"send-video":            {Type: whatsapp.TypeVideo, Media: &whatsapp.Media{Link: "https://example.com/a.mp4", Caption: "watch"}},
		"send-document":         {Type: whatsapp.TypeDocument, Media: &whatsapp.Media{ID: "4490709327384034", Caption: "read", Filename: "a.pdf"}},
		"send-sticker":          {Type: whatsapp.TypeSticker, Media: &whatsapp.Media{ID: "4490709327384035"}},
		"send-location":         {Type: whatsapp.TypeLocation, Location: &whatsapp.Location{Latitude: 37.483307, Longitude: -122.148981, Name: "Pablo Morales", Address: "1 Hacker Way"}},
		"send-contacts":         {Type: whatsapp.TypeContacts, Contacts: object(t, "send-contacts", "contacts")},
		"send-interactive":      {Type: whatsapp.TypeInteractive, Interactive: object(t, "send-interactive", "interactive")},
		"send-interactive-list": {Type: whatsapp.TypeInteractive, Interactive: object(t, "send-interactive-list", "interactive")},
		"send-reaction":         {Type: whatsapp.TypeReaction, Reaction: &whatsapp.Reaction{MessageID: someID, Emoji: "👍"}},
	} {
		t.Run(name, func(t *testing.T) {
			m.To = to
			for _, op := range []whatsapp.Op{whatsapp.OpSend, whatsapp.OpRetry} {
				got, err := dialect.Encode(whatsapp.Call{Op: op, Message: m})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(decoded(t, testdata(t, name)), decoded(t, got.Body)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", op, diff)
				}
				if got.Method != "POST" || got.Path != "/v24.0/106540352242922/messages" || got.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("%s goes to %s %s with %v", op, got.Method, got.Path, got.Header)
				}
			}
		})
	}
}

func TestPayloadReadsEveryTypeAsDocumented(t *testing.T) {
	files, err := filepath.Glob("testdata/send-*.json")
	if err != nil || len(files) < 13 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, "testdata/mark-read.json") {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(src))
		d.DisallowUnknownFields()
		var p Payload
		if err := d.Decode(&p); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	var text Payload
	if err := json.Unmarshal(testdata(t, "send-text"), &text); err != nil || text.Text.Body != "Your code is 424242 — “é” 👋\n" || text.To != "16505551234" {
		t.Errorf("text read as %+v, %v", text.Text, err)
	}
	var location Payload
	if err := json.Unmarshal(testdata(t, "send-location"), &location); err != nil || location.Location.Latitude != "37.483307" {
		t.Errorf("location read as %+v, %v", location.Location, err)
	}
}

func TestEncodeRawChangesOnlyTheRecipient(t *testing.T) {
	raw := json.RawMessage(`{"messaging_product":"whatsapp","type":"text","text":{"body":"é"},"to":"x"}`)
	got, err := EncodeMessage(whatsapp.Message{To: "16505551234", Raw: raw})
	want := map[string]any{"messaging_product": "whatsapp", "type": "text", "text": map[string]any{"body": "é"}, "to": "16505551234"}
	if err != nil || !cmp.Equal(decoded(t, got), any(want)) {
		t.Errorf("got %s, %v", got, err)
	}
	for _, bad := range []string{`[]`, `null`, `{`} {
		if got, err := EncodeMessage(whatsapp.Message{Raw: json.RawMessage(bad)}); err == nil {
			t.Errorf("raw %s was encoded as %s", bad, got)
		}
	}
}

func TestEncodeOtherOperations(t *testing.T) {
	got, err := dialect.Encode(whatsapp.Call{Op: whatsapp.OpMarkRead, MessageID: someID})
	if err != nil || !cmp.Equal(decoded(t, got.Body), decoded(t, testdata(t, "mark-read"))) {
		t.Errorf("mark_read is %s, %v", got.Body, err)
	}
	got, err = New(Options{PhoneNumberID: "1", Token: "t"}).Encode(whatsapp.Call{Op: whatsapp.OpProfile})
	if err != nil || got.Method != http.MethodGet || got.Path != "/1/whatsapp_business_profile?fields="+profileFields || got.Body != nil {
		t.Errorf("profile is %+v, %v", got, err)
	}
	for _, call := range []whatsapp.Call{
		{Op: whatsapp.OpContacts, Contact: "1"},
		{Op: whatsapp.OpMediaUpload},
		{Op: "dance"},
		{Op: whatsapp.OpSend, Message: whatsapp.Message{Type: whatsapp.TypeText}},
		{Op: whatsapp.OpSend, Message: whatsapp.Message{Type: "dance"}},
	} {
		if got, err := dialect.Encode(call); err == nil {
			t.Errorf("%+v was encoded as %+v", call, got)
		}
	}
}

func TestEncodeUpload(t *testing.T) {
	file := &whatsapp.File{Name: `a "b".jpg`, MIMEType: "image/jpeg", Bytes: bytes.Repeat([]byte{0xff, 0xd8, '\r', '\n'}, 100)}
	req, err := dialect.Encode(whatsapp.Call{Op: whatsapp.OpMediaUpload, File: file})
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(bytes.NewReader(req.Body), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	if form.Value["messaging_product"][0] != "whatsapp" || form.Value["type"][0] != "image/jpeg" {
		t.Errorf("fields are %v", form.Value)
	}
	part := form.File["file"][0]
	if part.Filename != file.Name || part.Size != 400 || part.Header.Get("Content-Type") != "image/jpeg" || req.Path != "/v24.0/106540352242922/media" {
		t.Errorf("file is %q, %d bytes, %v at %s", part.Filename, part.Size, part.Header, req.Path)
	}
	again, err := dialect.Encode(whatsapp.Call{Op: whatsapp.OpMediaUpload, File: file})
	if err != nil || !bytes.Equal(again.Body, req.Body) {
		t.Error("the same file is not encoded the same twice")
	}
}

func TestStringsSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "s")
		for name, text := range map[string][]byte{
			"AppendString": AppendString(nil, want), "AppendASCII": AppendASCII(nil, want),
			"EscapeNonASCII": EscapeNonASCII(nil, AppendString(nil, want)),
		} {
			var got string
			if err := json.Unmarshal(text, &got); err != nil || got != want {
				t.Fatalf("%s(%q) = %s, read as %q, %v", name, want, text, got, err)
			}
			if name != "AppendString" && bytes.ContainsFunc(text, func(r rune) bool { return r > 0x7f || r < ' ' }) {
				t.Fatalf("%s(%q) = %s is not ASCII", name, want, text)
			}
		}
	})
}

func TestBadUTF8BecomesTheReplacementCharacter(t *testing.T) {
	if got := string(AppendString(nil, "a\xffb")); got != "\"a�b\"" {
		t.Errorf("got %q", got)
	}
	if got := string(AppendASCII(nil, "a\xffb")); got != `"a\ufffdb"` {
		t.Errorf("got %q", got)
	}
}

func TestEncodeTextAllocatesOnlyTheBody(t *testing.T) {
	call := textCall()
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := dialect.Encode(call); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 1 {
		t.Errorf("%v allocations, want 1", allocs)
	}
}

func textCall() whatsapp.Call {
	return whatsapp.Call{Op: whatsapp.OpSend, Message: whatsapp.Message{
		To: "15550100001", Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "Your code is 424242"},
	}}
}

func BenchmarkEncodeText(b *testing.B) {
	call := textCall()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dialect.Encode(call); err != nil {
			b.Fatal(err)
		}
	}
}
