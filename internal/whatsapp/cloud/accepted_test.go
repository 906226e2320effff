package cloud

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wabench/internal/whatsapp"
)

// Both ways of reading an answer agree on every body, whether the short one
// takes it or not.
func TestTheShortWayReadsWhatTheDecoderReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.String())
		answer := Answer{
			MessagingProduct: "whatsapp",
			Contacts:         []AnswerContact{{Input: text.Draw(t, "input"), WAID: text.Draw(t, "wa_id")}},
			Messages:         []AnswerMessage{{ID: text.Draw(t, "id"), Status: text.Draw(t, "status")}},
		}
		body, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "damaged") {
			at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
			body[at] = rapid.SampledFrom([]byte("\"{}[],:\\ \n\x00x\xff")).Draw(t, "byte")
		}
		body = append(body, rapid.SampledFrom([]string{"", "\n", "\n\n", " ", "}", "\x00"}).Draw(t, "tail")...)
		r := whatsapp.Response{Status: 200, Body: body}
		if diff := cmp.Diff(decode(whatsapp.OpSend, r), dialect.Decode(whatsapp.OpSend, r)); diff != "" {
			t.Errorf("%q (-decoder +short):\n%s", body, diff)
		}
	})
}

func TestTheShortWayTakesThePlatformsAnswers(t *testing.T) {
	for _, status := range []string{"", "accepted"} {
		body, err := json.Marshal(Answer{"whatsapp", []AnswerContact{{"1", "1"}}, []AnswerMessage{{someID, status}}})
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := acceptedID(body); id != someID || !ok {
			t.Errorf("%s: id %q, taken: %v", body, id, ok)
		}
	}
	escaped := `{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}],"messages":[{"id":"\u0041"}]}`
	if _, ok := acceptedID([]byte(escaped)); ok {
		t.Error("an escape is the decoder's to read")
	}
	if got := dialect.Decode(whatsapp.OpSend, whatsapp.Response{Status: 200, Body: []byte(strings.TrimSpace(escaped))}).MessageID; got != "A" {
		t.Errorf("id %q, want A", got)
	}
}
