package scenarios_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/scenarios"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)

// message returns what arrival n of a mix of one message sends.
func message(t *testing.T, mix string, n int64) whatsapp.Message {
	t.Helper()
	plan := resolve(t, withMessages(mix))
	m, sends := plan.Message(n, noon)
	if !sends {
		t.Fatalf("%s sends nothing", mix)
	}
	return m
}

func TestFieldsAreFilled(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing to fill", "plain } text {", `^plain } text \{$`},
		{"arrival number from 0", "n={{seq}}", `^n=7$`},
		{"recipient", "{{ recipient }}!", `^15550100007!$`},
		{"digits", "{{digits 6}}", `^[0-9]{6}$`},
		{"many digits", "{{digits 64}}", `^[0-9]{64}$`},
		{"uuid of version 4", "{{uuid}}", `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`},
		{"due time", "{{now}}", `^2026-03-01T12:00:00.250Z$`},
		{"braces in quotes", `{{\"{{\"}}x{{\"}}\"}}`, `^\{\{x\}\}$`},
		{"several", "{{seq}}{{seq}} é {{recipient}}", `^77 é 15550100007$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := message(t, `[{text: "`+c.text+`"}]`, 7).Text.Body
			if !regexp.MustCompile(c.want).MatchString(got) {
				t.Errorf("%s gives %q, want %s", c.text, got, c.want)
			}
		})
	}
}

func TestAFieldIsTheSameAllOverAMessage(t *testing.T) {
	got := message(t, `[{template: {name: otp, language: en, body: ["{{digits 6}}", "{{digits 6}}", "{{uuid}}", "{{uuid}}"]}}]`, 3)
	body := got.Template.Body
	if body[0] != body[1] || body[2] != body[3] {
		t.Errorf("body = %q, want the code and the uuid twice each", body)
	}
	other := message(t, `[{template: {name: otp, language: en, body: ["{{digits 6}}", "{{digits 6}}", "{{uuid}}", "{{uuid}}"]}}]`, 4)
	if other.Template.Body[0] == body[0] || other.Template.Body[2] == body[2] {
		t.Errorf("arrivals 3 and 4 have the same fields %q", body)
	}
}

func TestEveryTypeOfMessage(t *testing.T) {
	for _, c := range []struct {
		mix  string
		want whatsapp.Message
	}{
		{`[{text: {body: "a {{seq}}", preview_url: true}}]`, whatsapp.Message{
			Type: whatsapp.TypeText, Text: &whatsapp.Text{Body: "a 7", PreviewURL: true},
		}},
		{`[{template: {name: n, language: en_US, body: ["{{seq}}", b]}}]`, whatsapp.Message{
			Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{Name: "n", Language: "en_US", Body: []string{"7", "b"}},
		}},
		{`[{template: {name: n, language: en_US, components: [{type: body, text: "{{seq}}"}]}}]`, whatsapp.Message{
			Type: whatsapp.TypeTemplate, Template: &whatsapp.Template{
				Name: "n", Language: "en_US", Components: json.RawMessage(`[{"type":"body","text":"7"}]`),
			},
		}},
		{`[{image: {link: "https://example.com/{{seq}}", caption: c}}]`, whatsapp.Message{
			Type: whatsapp.TypeImage, Media: &whatsapp.Media{Link: "https://example.com/7", Caption: "c"},
		}},
		{`[{document: {id: "5", filename: "{{seq}}.pdf"}}]`, whatsapp.Message{
			Type: whatsapp.TypeDocument, Media: &whatsapp.Media{ID: "5", Filename: "7.pdf"},
		}},
		{`[{location: {latitude: 1.5, longitude: -2, name: "at {{seq}}", address: a}}]`, whatsapp.Message{
			Type: whatsapp.TypeLocation, Location: &whatsapp.Location{Latitude: 1.5, Longitude: -2, Name: "at 7", Address: "a"},
		}},
		{`[{reaction: {message_id: "m{{seq}}", emoji: "👍"}}]`, whatsapp.Message{
			Type: whatsapp.TypeReaction, Reaction: &whatsapp.Reaction{MessageID: "m7", Emoji: "👍"},
		}},
		{`[{contacts: [{name: {formatted_name: "{{seq}}"}}]}]`, whatsapp.Message{
			Type: whatsapp.TypeContacts, Contacts: json.RawMessage(`[{"name":{"formatted_name":"7"}}]`),
		}},
		{`[{interactive: {type: button, n: 1}}]`, whatsapp.Message{
			Type: whatsapp.TypeInteractive, Interactive: json.RawMessage(`{"type":"button","n":1}`),
		}},
		{`[{raw: {z: "<{{seq}} \"q\">", a: {{seq}}}}]`, whatsapp.Message{}},
		{`[{raw: {z: "<{{seq}} \"q\">", a: [true, null, 1.5]}}]`, whatsapp.Message{
			Type: whatsapp.TypeRaw, Raw: json.RawMessage(`{"z":"<7 \"q\">","a":[true,null,1.5]}`),
		}},
	} {
		t.Run(c.mix, func(t *testing.T) {
			if c.want.Type == "" {
				if _, err := tryResolve(withMessages(c.mix)); err == nil {
					t.Error("braces outside quotes are accepted")
				}
				return
			}
			c.want.To = "15550100007"
			if diff := cmp.Diff(c.want, message(t, c.mix, 7)); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCSVFieldsComeFromTheRecipientsRow(t *testing.T) {
	src := strings.Replace(withMessages(`[{raw: {text: 'Dear {{csv "name"}}'}}]`),
		"{range: 15550100000..15550100099}", "{file: recipients.csv, column: phone}", 1)
	plan := resolve(t, src)
	for n, want := range []struct{ to, raw string }{
		{"15550100000", `{"text":"Dear Ann"}`},
		{"15550100001", `{"text":"Dear Bob \"B\""}`},
		{"15550100002", `{"text":"Dear Zoë"}`},
		{"15550100000", `{"text":"Dear Ann"}`},
	} {
		m, _ := plan.Message(int64(n), noon)
		if m.To != want.to || string(m.Raw) != want.raw {
			t.Errorf("arrival %d: %s %s, want %s %s", n, m.To, m.Raw, want.to, want.raw)
		}
	}
}

func TestOperationsOtherThanSend(t *testing.T) {
	src := withMessages(`[{op: contacts}]`)
	src = strings.Replace(src, "{api: cloud, fake: instant}", "{api: onprem, fake: instant}", 1)
	plan := resolve(t, src)
	if call := plan.Call(&plan.Targets[0], 3, noon); call.Op != whatsapp.OpContacts || call.Contact != "15550100003" {
		t.Errorf("contacts call = %+v", call)
	}
	plan = resolve(t, withMessages(`[{op: media_upload, file: a.jpg}]`))
	call := plan.Call(&plan.Targets[0], 3, noon)
	if call.File == nil || call.File.MIMEType != "image/jpeg" || call.File.Name != "a.jpg" || string(call.File.Bytes) != "JPEG" {
		t.Errorf("upload = %+v", call.File)
	}
	plan = resolve(t, withMessages(`[{op: mark_read}]`))
	cloud := plan.Call(&scenarios.Target{API: whatsapp.Cloud}, 3, noon).MessageID
	onprem := plan.Call(&scenarios.Target{API: whatsapp.OnPrem}, 3, noon).MessageID
	if !strings.HasPrefix(cloud, "wamid.") || !strings.HasPrefix(onprem, "ABGG") {
		t.Errorf("message ids %s and %s are not those of the platforms", cloud, onprem)
	}
	plan = resolve(t, withMessages(`[{op: mark_read, message_id: "m{{seq}}"}]`))
	if got := plan.Call(&plan.Targets[0], 3, noon).MessageID; got != "m3" {
		t.Errorf("message id = %s, want m3", got)
	}
}

func TestTheMixFollowsItsWeights(t *testing.T) {
	plan := resolve(t, withMessages(`[{text: a, weight: 8}, {text: b, weight: 1}, {op: profile, weight: 1}, {text: never, weight: 0}]`))
	counts := map[string]int{}
	const draws = 20_000
	for n := range int64(draws) {
		m, _ := plan.Message(n, noon)
		if m.Text == nil {
			counts[string(plan.Op(n))]++
			continue
		}
		counts[m.Text.Body]++
	}
	// Binomial: 20,000 draws at 0.1 have a standard deviation of 42.
	for name, want := range map[string]int{"a": 16_000, "b": 2_000, "profile": 2_000, "never": 0} {
		if got := counts[name]; got < want-260 || got > want+260 || want == 0 && got > 0 {
			t.Errorf("%s drawn %d times of %d, want about %d", name, got, draws, want)
		}
	}
}

func TestCallsAreCheap(t *testing.T) {
	plan := resolve(t, withMessages(`[{text: "Your code is {{digits 6}}", weight: 8}, {template: {name: n, language: en, body: ["{{seq}}", "{{uuid}}"]}}, {raw: {a: "{{now}}"}}]`))
	n := int64(0)
	allocs := testing.AllocsPerRun(2000, func() {
		plan.Call(&plan.Targets[0], n, noon)
		n++
	})
	if allocs > 4 {
		t.Errorf("a call takes %.1f allocations, want at most 4", allocs)
	}
}

func BenchmarkCall(b *testing.B) {
	plan := resolve(b, withMessages(`[{text: "Your code is {{digits 6}}", weight: 8}, {template: {name: n, language: en, body: ["{{seq}}", "{{uuid}}"]}}]`))
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		plan.Call(&plan.Targets[0], n, noon)
		n++
	}
}
