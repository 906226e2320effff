package onprem

import (
	"encoding/json"
	"strings"
	"testing"

	"wabench/internal/whatsapp"
)

const recipient = "15550100001"

// documentedCalls are the calls whose requests testdata holds.
var documentedCalls = map[string]whatsapp.Call{
	"text": send(whatsapp.Message{Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "see https://example.com", PreviewURL: true}}),
	"template": send(whatsapp.Message{Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{
		Namespace: "88b39973_f4d5_54b3_b17d", Name: "order_update", Language: "en_US", Body: []string{"17"},
	}}),
	"image":    send(whatsapp.Message{Type: whatsapp.TypeImage, Media: &whatsapp.Media{Link: "https://example.com/a.jpg", Caption: "hi"}}),
	"audio":    send(whatsapp.Message{Type: whatsapp.TypeAudio, Media: &whatsapp.Media{ID: "f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68"}}),
	"video":    send(whatsapp.Message{Type: whatsapp.TypeVideo, Media: &whatsapp.Media{ID: "f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68", Caption: "look"}}),
	"document": send(whatsapp.Message{Type: whatsapp.TypeDocument, Media: &whatsapp.Media{Link: "https://example.com/a.pdf", Filename: "invoice.pdf"}}),
	"sticker":  send(whatsapp.Message{Type: whatsapp.TypeSticker, Media: &whatsapp.Media{ID: "f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68"}}),
	"location": send(whatsapp.Message{Type: whatsapp.TypeLocation, Location: &whatsapp.Location{
		Latitude: 37.483307, Longitude: -122.148, Name: "Main Street Beach", Address: "Main St",
	}}),
	"contacts": send(whatsapp.Message{Type: whatsapp.TypeContacts, Contacts: json.RawMessage(
		`[{"name":{"formatted_name":"Ann Lee","first_name":"Ann"},"phones":[{"phone":"+1 555 0100","type":"WORK"}]}]`,
	)}),
	"interactive": send(whatsapp.Message{Type: whatsapp.TypeInteractive, Interactive: json.RawMessage(
		`{"type":"button","body":{"text":"Sure?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}`,
	)}),
	"reaction": send(whatsapp.Message{Type: whatsapp.TypeReaction, Reaction: &whatsapp.Reaction{MessageID: "ABGGFlA5FpafAgo6tHcNmNjXmuSf", Emoji: "👍"}}),
	"raw": send(whatsapp.Message{Type: whatsapp.TypeRaw, Raw: json.RawMessage(
		`{"to":"somebody else","type":"hsm","ttl":1,"hsm":{"namespace":"88b39973_f4d5_54b3_b17d","element_name":"order_update",
		  "language":{"policy":"deterministic","code":"en"},"localizable_params":[{"default":"17"}]}}`,
	)}),
	"check": {Op: whatsapp.OpContacts, Contact: "+1 631 555 1002"},
	"read":  {Op: whatsapp.OpMarkRead, MessageID: "ABGGFlA5FpafAgo6tHcNmNjXmuSf"},
}

func send(m whatsapp.Message) whatsapp.Call {
	m.To = recipient
	return whatsapp.Call{Op: whatsapp.OpSend, Message: m}
}

func TestEncodeWritesWhatIsDocumented(t *testing.T) {
	d := loggedIn(t)
	tested := 0
	everyDocumented(t, "request-*.json", func(t *testing.T, want documented) {
		tested++
		call, known := documentedCalls[strings.TrimPrefix(t.Name(), "TestEncodeWritesWhatIsDocumented/request-")]
		if !known {
			t.Fatal("no call for this file")
		}
		got, err := d.Encode(call)
		if err != nil {
			t.Fatal(err)
		}
		if got.Method != want.Method || got.Path != want.Path {
			t.Errorf("got %s %s, want %s %s", got.Method, got.Path, want.Method, want.Path)
		}
		if diff := diffJSON(t, want.Body, got.Body); diff != "" {
			t.Errorf("body (-documented +encoded):\n%s", diff)
		}
		if got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Authorization") != "Bearer "+testToken {
			t.Errorf("header %v", got.Header)
		}
	})
	if tested != len(documentedCalls) {
		t.Errorf("%d files for %d calls", tested, len(documentedCalls))
	}
}

func TestRequestsSurviveTheFakesTypes(t *testing.T) {
	everyDocumented(t, "request-*.json", func(t *testing.T, want documented) {
		into := any(new(Message))
		switch {
		case want.Path == "/v1/contacts":
			into = new(ContactsRequest)
		case want.Method == "PUT":
			into = new(StatusChange)
		}
		if diff := diffRoundTrip(t, want.Body, into); diff != "" {
			t.Errorf("lost (-documented +written again):\n%s", diff)
		}
	})
}

func TestEncodeUpload(t *testing.T) {
	d := loggedIn(t)
	for name, c := range map[string]struct {
		file     whatsapp.File
		mimeType string
	}{
		"with a type":    {whatsapp.File{Name: "a.jpg", MIMEType: "image/jpeg", Bytes: []byte{0xff, 0xd8}}, "image/jpeg"},
		"without a type": {whatsapp.File{Name: "a", Bytes: []byte("x")}, "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := d.Encode(whatsapp.Call{Op: whatsapp.OpMediaUpload, File: &c.file})
			if err != nil {
				t.Fatal(err)
			}
			if got.Method != "POST" || got.Path != "/v1/media" || string(got.Body) != string(c.file.Bytes) {
				t.Errorf("got %s %s %q, want the raw bytes to POST /v1/media", got.Method, got.Path, got.Body)
			}
			if got.Header.Get("Content-Type") != c.mimeType {
				t.Errorf("type %q, want %q", got.Header.Get("Content-Type"), c.mimeType)
			}
		})
	}
}

func TestEncodeProfile(t *testing.T) {
	got, err := loggedIn(t).Encode(whatsapp.Call{Op: whatsapp.OpProfile})
	if err != nil {
		t.Fatal(err)
	}
	if got.Method != "GET" || got.Path != "/v1/settings/business/profile" || got.Body != nil {
		t.Errorf("got %s %s %q", got.Method, got.Path, got.Body)
	}
	if got.Header.Get("Authorization") != "Bearer "+testToken {
		t.Errorf("header %v", got.Header)
	}
}

func TestRetryIsTheSameRequest(t *testing.T) {
	d := loggedIn(t)
	call := documentedCalls["text"]
	first, err := d.Encode(call)
	if err != nil {
		t.Fatal(err)
	}
	call.Op = whatsapp.OpRetry
	again, err := d.Encode(call)
	if err != nil {
		t.Fatal(err)
	}
	if string(first.Body) != string(again.Body) || first.Path != again.Path {
		t.Errorf("send %s, retry %s", first.Body, again.Body)
	}
}

func TestEncodePrefersComponentsAsWritten(t *testing.T) {
	got, err := New(Options{}).Encode(send(whatsapp.Message{Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{
		Name: "n", Language: "en", Body: []string{"ignored"}, Components: json.RawMessage(`[{"type":"button","index":0}]`),
	}}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"to":"15550100001","recipient_type":"individual","type":"template","template":{"namespace":"","name":"n",
		"language":{"policy":"deterministic","code":"en"},"components":[{"type":"button","index":0}]}}`
	if diff := diffJSON(t, []byte(want), got.Body); diff != "" {
		t.Error(diff)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, call := range map[string]whatsapp.Call{
		"an unknown operation":       {Op: "dance"},
		"a message to nobody":        {Op: whatsapp.OpSend, Message: whatsapp.Message{Type: whatsapp.TypeText, Text: &whatsapp.Text{}}},
		"a text without a text":      send(whatsapp.Message{Type: whatsapp.TypeText}),
		"an image without an image":  send(whatsapp.Message{Type: whatsapp.TypeImage}),
		"an unknown type":            send(whatsapp.Message{Type: "dance", Media: &whatsapp.Media{ID: "1"}}),
		"contacts that are not JSON": send(whatsapp.Message{Type: whatsapp.TypeContacts, Contacts: json.RawMessage(`[{`)}),
		"a raw array":                send(whatsapp.Message{Type: whatsapp.TypeRaw, Raw: json.RawMessage(`[1]`)}),
		"a raw null":                 send(whatsapp.Message{Type: whatsapp.TypeRaw, Raw: json.RawMessage(`null`)}),
		"a check of nobody":          {Op: whatsapp.OpContacts},
		"an upload of nothing":       {Op: whatsapp.OpMediaUpload},
		"a read of nothing":          {Op: whatsapp.OpMarkRead},
	} {
		t.Run(name, func(t *testing.T) {
			if r, err := New(Options{}).Encode(call); err == nil {
				t.Errorf("got %s %s %s, want an error", r.Method, r.Path, r.Body)
			}
		})
	}
}

func TestReadEscapesTheID(t *testing.T) {
	got, err := New(Options{}).Encode(whatsapp.Call{Op: whatsapp.OpMarkRead, MessageID: "a/b?c"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "/v1/messages/a%2Fb%3Fc"; got.Path != want {
		t.Errorf("got %s, want %s", got.Path, want)
	}
}

// The driver encodes one message for each arrival, so allocations are held.
func TestEncodeAllocations(t *testing.T) {
	d := loggedIn(t)
	call := documentedCalls["text"]
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := d.Encode(call); err != nil {
			t.Fatal(err)
		}
	})
	if most := 8.0; allocs > most {
		t.Errorf("encoding a text message allocates %v times, want at most %v", allocs, most)
	}
}

func BenchmarkEncode(b *testing.B) {
	d := loggedIn(b)
	for _, name := range []string{"text", "template", "raw"} {
		call := documentedCalls[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Encode(call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
