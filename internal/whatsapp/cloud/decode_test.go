package cloud

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestDecode(t *testing.T) {
	rateLimit := "(#130429) Rate limit hit: Cloud API message throughput has been reached."
	for name, c := range map[string]struct {
		op     whatsapp.Op
		status int
		body   string
		want   whatsapp.Outcome
	}{
		"accepted":             {whatsapp.OpSend, 200, string(testdata(t, "answer-send")), whatsapp.Outcome{Class: whatsapp.OK, Status: 200, MessageID: someID}},
		"throttled with 400":   {whatsapp.OpSend, 400, string(testdata(t, "answer-error")), whatsapp.Outcome{Class: whatsapp.Throttled, Status: 400, Code: 130429, Detail: rateLimit}},
		"throttled with 429":   {whatsapp.OpRetry, 429, string(testdata(t, "answer-error")), whatsapp.Outcome{Class: whatsapp.Throttled, Status: 429, Code: 130429, Detail: rateLimit}},
		"an error inside 200":  {whatsapp.OpSend, 200, `{"error":{"code":131016,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 200, Code: 131016, Detail: "m"}},
		"code beats status":    {whatsapp.OpSend, 400, `{"error":{"code":131000,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 400, Code: 131000, Detail: "m"}},
		"permission with 500":  {whatsapp.OpSend, 500, `{"error":{"code":3,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 500, Code: 3, Detail: "m"}},
		"code 1 with 400":      {whatsapp.OpSend, 400, `{"error":{"code":1,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 400, Code: 1, Detail: "m"}},
		"code 1 with 500":      {whatsapp.OpSend, 500, `{"error":{"code":1,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 500, Code: 1, Detail: "m"}},
		"code not in table":    {whatsapp.OpSend, 502, `{"error":{"code":999,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 502, Code: 999, Detail: "m"}},
		"other permission":     {whatsapp.OpSend, 500, `{"error":{"code":294,"message":"m"}}`, whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 500, Code: 294, Detail: "m"}},
		"details as a string":  {whatsapp.OpSend, 400, `{"error":{"code":100,"message":"m","error_data":"d"}}`, whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 400, Code: 100, Detail: "m: d"}},
		"a proxy's 502":        {whatsapp.OpSend, 502, "<html>", whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 502, Detail: "<html>"}},
		"a proxy's 429":        {whatsapp.OpSend, 429, "", whatsapp.Outcome{Class: whatsapp.Throttled, Status: 429, Detail: "Too Many Requests"}},
		"a proxy's redirect":   {whatsapp.OpSend, 302, "", whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 302, Detail: "Found"}},
		"cut short":            {whatsapp.OpSend, 200, `{"messages":[{`, whatsapp.Outcome{Class: whatsapp.TargetReset, Status: 200, Detail: `status 200 without what send promises: {"messages":[{`}},
		"accepted without id":  {whatsapp.OpSend, 200, `{"messages":[]}`, whatsapp.Outcome{Class: whatsapp.TargetReset, Status: 200, Detail: `status 200 without what send promises: {"messages":[]}`}},
		"uploaded":             {whatsapp.OpMediaUpload, 200, `{"id":"4490709327384033"}`, whatsapp.Outcome{Class: whatsapp.OK, Status: 200}},
		"uploaded without id":  {whatsapp.OpMediaUpload, 200, `{}`, whatsapp.Outcome{Class: whatsapp.TargetReset, Status: 200, Detail: "status 200 without what media_upload promises: {}"}},
		"marked as read":       {whatsapp.OpMarkRead, 200, `{"success":true}`, whatsapp.Outcome{Class: whatsapp.OK, Status: 200}},
		"not marked as read":   {whatsapp.OpMarkRead, 200, `{"success":false}`, whatsapp.Outcome{Class: whatsapp.TargetReset, Status: 200, Detail: `status 200 without what mark_read promises: {"success":false}`}},
		"profile":              {whatsapp.OpProfile, 200, `{"data":[{"about":"x"}]}`, whatsapp.Outcome{Class: whatsapp.OK, Status: 200}},
		"profile without data": {whatsapp.OpProfile, 200, `{}`, whatsapp.Outcome{Class: whatsapp.TargetReset, Status: 200, Detail: "status 200 without what profile promises: {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := dialect.Decode(c.op, whatsapp.Response{Status: c.status, Body: []byte(c.body)})
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestThrottlingCodes(t *testing.T) {
	var got []int
	for _, c := range Codes() {
		if c.Class == whatsapp.Throttled {
			got = append(got, c.Code)
		}
	}
	want := []int{4, 17, 80007, 130429, 131048, 131056, 133016}
	if !slices.Equal(got, want) {
		t.Errorf("throttled are %v, want %v", got, want)
	}
}

func TestCodesAreWhole(t *testing.T) {
	seen := map[int]bool{}
	for _, c := range Codes() {
		if seen[c.Code] || c.Title == "" || c.Where == 0 || c.Status < 400 || c.Status > 599 {
			t.Errorf("code %+v is incomplete or there twice", c)
		}
		seen[c.Code] = true
		if got, ok := Lookup(c.Code); !ok || got != c {
			t.Errorf("Lookup(%d) = %+v, %v", c.Code, got, ok)
		}
	}
	if _, ok := Lookup(424242); ok {
		t.Error("an unknown code was found")
	}
}

func TestErrorBodyAsDocumented(t *testing.T) {
	e := NewError(130429, "Cloud API message throughput has been reached.")
	e.TraceID = "Az8or2yhqkZfEZ-_4Qn_Bam"
	body, err := json.Marshal(ErrorAnswer{e})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(t, testdata(t, "answer-error")), decoded(t, body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnswerAsDocumented(t *testing.T) {
	body, err := json.Marshal(Answer{
		MessagingProduct: "whatsapp", Contacts: []AnswerContact{{Input: "+16505551234", WAID: "16505551234"}},
		Messages: []AnswerMessage{{ID: someID, Status: "accepted"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(t, testdata(t, "answer-send")), decoded(t, body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(200, string(testdata(f, "answer-send")))
	f.Add(400, string(testdata(f, "answer-error")))
	f.Fuzz(func(t *testing.T, status int, body string) {
		got := dialect.Decode(whatsapp.OpSend, whatsapp.Response{Status: status, Body: []byte(body)})
		if got.Class == whatsapp.OK && got.MessageID == "" {
			t.Errorf("status %d, %q is ok without an id", status, body)
		}
		if got.Class == whatsapp.GeneratorFault || got.Class == whatsapp.Network {
			t.Errorf("status %d, %q is %s, which no answer is", status, body, got.Class)
		}
	})
}
