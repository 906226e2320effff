package onprem

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestDecodeReadsWhatIsDocumented(t *testing.T) {
	d := New(Options{})
	everyDocumented(t, "answer-*.json", func(t *testing.T, doc documented) {
		got := d.Decode(whatsapp.Op(doc.Op), whatsapp.Response{Status: doc.Status, Body: doc.Body})
		want := whatsapp.Outcome{
			Status: doc.Outcome.Status, Code: doc.Outcome.Code, MessageID: doc.Outcome.MessageID, Detail: doc.Outcome.Detail,
		}
		if err := want.Class.UnmarshalText([]byte(doc.Outcome.Class)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("outcome (-documented +decoded):\n%s", diff)
		}
	})
}

func TestAnswersSurviveTheFakesTypes(t *testing.T) {
	everyDocumented(t, "answer-*.json", func(t *testing.T, doc documented) {
		if diff := diffRoundTrip(t, doc.Body, new(Answer)); diff != "" {
			t.Errorf("lost (-documented +written again):\n%s", diff)
		}
	})
}

func TestDecodeOfWhatTheAPINeverSays(t *testing.T) {
	for _, c := range []struct {
		name   string
		op     whatsapp.Op
		status int
		body   string
		want   whatsapp.Class
	}{
		{"a proxy's page is the target's failure", whatsapp.OpSend, 502, "<html>", whatsapp.Target5xx},
		{"a page of status 200 is not an answer", whatsapp.OpSend, 200, "<html>", whatsapp.Target5xx},
		{"a success without an id is not one", whatsapp.OpSend, 201, `{"messages":[]}`, whatsapp.Target5xx},
		{"an upload without an id is not one", whatsapp.OpMediaUpload, 200, `{}`, whatsapp.Target5xx},
		{"a check without contacts is not one", whatsapp.OpContacts, 200, `{}`, whatsapp.Target5xx},
		{"a limiter before the API throttles too", whatsapp.OpSend, 429, "slow down", whatsapp.Throttled},
		{"a full queue without a body", whatsapp.OpSend, 503, "", whatsapp.Target5xx},
		{"a wrong address is ours", whatsapp.OpSend, 404, "", whatsapp.ClientFault},
		{"a redirect is a wrong address", whatsapp.OpSend, 302, "", whatsapp.ClientFault},
		{"mark_read needs no body", whatsapp.OpMarkRead, 200, "", whatsapp.OK},
		{"a code of a later version goes by its status", whatsapp.OpSend, 500, `{"errors":[{"code":9999,"title":"?"}]}`, whatsapp.Target5xx},
		{"a code of a later version goes by its status", whatsapp.OpSend, 400, `{"errors":[{"code":9999,"title":"?"}]}`, whatsapp.ClientFault},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := New(Options{}).Decode(c.op, whatsapp.Response{Status: c.status, Body: []byte(c.body)})
			if got.Class != c.want || got.Status != c.status {
				t.Errorf("HTTP %d %q: got %v with status %d, want %v", c.status, c.body, got.Class, got.Status, c.want)
			}
			if (got.Detail == "") != (got.Class == whatsapp.OK) {
				t.Errorf("detail %q of class %v", got.Detail, got.Class)
			}
		})
	}
}

func TestDecodeCutsLongPages(t *testing.T) {
	got := New(Options{}).Decode(whatsapp.OpSend, whatsapp.Response{Status: 502, Body: []byte(strings.Repeat("x", 1<<20))})
	if len(got.Detail) > 300 {
		t.Errorf("detail has %d bytes", len(got.Detail))
	}
}

// Every documented code, under the status it comes with, has the class that
// measuring counts it in.
func TestEveryCodeHasItsClass(t *testing.T) {
	throttled := map[int]bool{429: true, 471: true, 1015: true}
	target := map[int]bool{500: true, 1011: true, 1014: true, 1016: true, 1017: true, 1018: true, 1023: true}
	for _, kind := range Kinds() {
		want := whatsapp.ClientFault
		switch {
		case throttled[kind.Code]:
			want = whatsapp.Throttled
		case target[kind.Code]:
			want = whatsapp.Target5xx
		}
		e := NewError(kind.Code, "")
		body, err := json.Marshal(Answer{Errors: []Error{e}})
		if err != nil {
			t.Fatal(err)
		}
		got := New(Options{}).Decode(whatsapp.OpSend, whatsapp.Response{Status: e.Status(), Body: body})
		if got.Class != want || got.Code != kind.Code {
			t.Errorf("%d %s (HTTP %d): got %v with code %d, want %v", kind.Code, kind.Title, e.Status(), got.Class, got.Code, want)
		}
	}
}

// The code says more than the status, which proxies and releases change.
func TestACodeCountsMoreThanItsStatus(t *testing.T) {
	for code, want := range map[int]whatsapp.Class{
		1011: whatsapp.Target5xx, 1014: whatsapp.Target5xx, 1016: whatsapp.Target5xx, 1023: whatsapp.Target5xx,
		1015: whatsapp.Throttled, 429: whatsapp.Throttled, 471: whatsapp.Throttled,
	} {
		for _, status := range []int{200, 400, 503} {
			body := fmt.Sprintf(`{"errors":[{"code":%d,"title":"x"}]}`, code)
			got := New(Options{}).Decode(whatsapp.OpSend, whatsapp.Response{Status: status, Body: []byte(body)})
			if got.Class != want {
				t.Errorf("code %d with HTTP %d: got %v, want %v", code, status, got.Class, want)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, body := range []string{`{"messages":[{"id":"x"}]}`, `{"errors":[{"code":1015}]}`, `{"errors":[{}]}`, `[]`, `null`, ``} {
		f.Add(200, body)
		f.Add(503, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		got := New(Options{}).Decode(whatsapp.OpSend, whatsapp.Response{Status: status, Body: []byte(body)})
		if got.Class == whatsapp.OK && (got.MessageID == "" || status/100 != 2) {
			t.Errorf("HTTP %d %q is ok with id %q", status, body, got.MessageID)
		}
	})
}

func TestDecodeAllocations(t *testing.T) {
	r := accepted()
	d := New(Options{})
	allocs := testing.AllocsPerRun(100, func() { d.Decode(whatsapp.OpSend, r) })
	if most := 10.0; allocs > most {
		t.Errorf("decoding an accepted message allocates %v times, want at most %v", allocs, most)
	}
}

func BenchmarkDecode(b *testing.B) {
	d := New(Options{})
	r := accepted()
	b.ReportAllocs()
	for b.Loop() {
		if out := d.Decode(whatsapp.OpSend, r); out.Class != whatsapp.OK {
			b.Fatal(out)
		}
	}
}

func accepted() whatsapp.Response {
	body := fmt.Sprintf(`{"messages":[{"id":%q}],"meta":{"api_status":"stable","version":"2.45.2"}}`, "gBEGkYiEB1VXAglK1ZEqA1YKPrU")
	return whatsapp.Response{Status: 201, Body: []byte(body)}
}
