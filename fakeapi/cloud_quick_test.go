package fakeapi

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp/cloud"
)

func TestQuickTextReadsWhatClientsWrite(t *testing.T) {
	for _, body := range []string{
		benchBody, textTo("16505551234"),
		"{ \"messaging_product\" : \"whatsapp\",\n\t\"to\": \"1\", \"text\": { \"preview_url\" : true, \"body\": \"Grüße 👋\" }, \"biz_opaque_callback_data\":\"x\" }\n",
	} {
		var p cloud.Payload
		if !quickText([]byte(body), &p) {
			t.Errorf("%s was left to encoding/json", body)
		}
	}
}

// Whatever the quick reader accepts, it reads as the full one does.
func FuzzQuickText(f *testing.F) {
	for _, body := range []string{
		benchBody, `{"to":1}`, `{"text":{"body":"a\u00e9"}}`, `{"text":{},"text":{}}`, `{"to":"1","to":"2"}`, "{\"to\":\"\xff\"}",
		`{"text":{"body":"x","preview_url":truefalse}}`, `{"to":"1"}{}`, `{"to":"1",}`, `{"To":"1"}`, `{"text":null}`, `{}`, "{\"to\":\"a\tb\"}",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got, want cloud.Payload
		if !quickText([]byte(body), &got) {
			if diff := cmp.Diff(cloud.Payload{}, got); diff != "" {
				t.Errorf("%q left something behind:\n%s", body, diff)
			}
			return
		}
		if r := decodeKnown([]byte(body), &want); r != nil {
			t.Fatalf("%q is refused in full: %s", body, r.details)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-full +quick):\n%s", body, diff)
		}
	})
}

func TestAcceptedMessageAllocates(t *testing.T) {
	var p cloud.Payload
	body := []byte(benchBody)
	if allocs := testing.AllocsPerRun(100, func() { p = cloud.Payload{}; quickText(body, &p) }); allocs > 3 {
		t.Errorf("reading a text message allocates %v times, want at most 3: the object, the recipient and the text", allocs)
	}
}
