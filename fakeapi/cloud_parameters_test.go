package fakeapi

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Graph takes an object as a text that holds its JSON; whatsapp-api-js writes
// contacts so.
func TestObjectsWrittenAsTexts(t *testing.T) {
	c := startCloud(t, Options{})
	for name, test := range map[string]struct {
		body string
		code int
	}{
		"a list":               {`"type":"contacts","contacts":"[{\"name\":{\"formatted_name\":\"Ann\"}}]"`, 0},
		"two objects":          {`"type":"text","text":"{\"body\":\"hi\"}","context":"{\"message_id\":\"wamid.HBgL\"}"`, 0},
		"one within one":       {`"type":"text","text":{"body":"{\"body\":\"hi\"}"}`, 0},
		"a text that is meant": {`"type":"text","text":{"body":"hi"},"biz_opaque_callback_data":"{\"order\":7}"`, 0},
		"no JSON":              {`"type":"text","text":"{body"`, 100},
		"no object":            {`"type":"text","text":"hi"`, 100},
		"an unknown key in it": {`"type":"text","text":"{\"colour\":1}"`, 100},
		"the wrong kind in it": {`"type":"text","text":"[1]"`, 100},
	} {
		if a := c.send(`{"messaging_product":"whatsapp","to":"15550100001",` + test.body + `}`); a.code(t) != test.code {
			t.Errorf("%s: %d %s, want code %d", name, a.status, a.body, test.code)
		}
	}
}

// The parameters of a POST without a body may stand in the query.
func TestParametersInTheQuery(t *testing.T) {
	c := startCloud(t, Options{})
	words := url.QueryEscape("Grüße?")
	made := c.edge(http.MethodPost, "message_qrdls?generate_qr_image=png&prefilled_message="+words, "").object(t)
	if made["prefilled_message"] != "Grüße?" || !strings.HasSuffix(made["qr_image_url"].(string), ".PNG") {
		t.Errorf("made %v", made)
	}
	code, _ := made["code"].(string)
	if changed := c.edge(http.MethodPost, "message_qrdls/"+code+"?prefilled_message=b", "").object(t); changed["code"] != code {
		t.Errorf("changed %v, want code %s", changed, code)
	}
	list := c.edge(http.MethodGet, "message_qrdls", "").object(t)["data"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["prefilled_message"] != "b" {
		t.Errorf("list is %v", list)
	}
	query := url.Values{"messaging_product": {"whatsapp"}, "to": {"15550100001"}, "text": {`{"body":"hi"}`}, "access_token": {c.server.Info().Token}}
	if a := c.edge(http.MethodPost, "messages?"+query.Encode(), ""); a.status != 200 {
		t.Errorf("a message in the query: %d %s", a.status, a.body)
	}
	if a := c.edge(http.MethodPost, "messages?%zz", ""); a.status != 400 || a.code(t) != 100 {
		t.Errorf("a broken query: %d %s", a.status, a.body)
	}
}

func TestUploadWithItsProductInTheQuery(t *testing.T) {
	c := startCloud(t, Options{})
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="file"; filename="a.png"`}, "Content-Type": {"image/png"}})
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte("png"))
	w.Close()
	for query, want := range map[string]int{"?messaging_product=whatsapp": 200, "": 400, "?messaging_product=other": 400} {
		a := c.do(http.MethodPost, "/v24.0/"+c.server.Info().PhoneNumberID+"/media"+query, form.String(), "Content-Type", w.FormDataContentType())
		if a.status != want {
			t.Errorf("media%s: %d %s, want %d", query, a.status, a.body, want)
		}
	}
}

func TestTemplateFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := strictCloud(t, &receiver{})
		for name, text := range map[string]string{"order": "Order {{1}} waits for you here.", "order_gone": "It is gone.", "code": "Your code."} {
			c.do(http.MethodPost, c.templates(), `{"name":"`+name+`","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"`+text+`"}]}`)
		}
		pass(2 * time.Hour)
		for query, want := range map[string]int{
			"name_or_content=order": 2, "name_or_content=waits+for": 1, "name_or_content=nothing": 0,
			`status=["APPROVED","REJECTED"]`: 3, `status=["REJECTED"]`: 0, `category=["utility"]&language=["de","en"]`: 3, `status=[]`: 0, `status=["`: 0,
		} {
			list := c.do(http.MethodGet, c.templates()+"?"+strings.NewReplacer(`"`, "%22", "[", "%5B", "]", "%5D").Replace(query), "").object(t)["data"].([]any)
			if len(list) != want {
				t.Errorf("%s: %d templates, want %d", query, len(list), want)
			}
		}
	})
}

// Most edges have nothing below them.
func TestPathsThatAreTooLong(t *testing.T) {
	c := startCloud(t, Options{})
	var got []int
	for _, path := range []string{"/" + c.server.Info().WABAID + "/message_templates/7", "/" + c.server.Info().PhoneNumberID + "/media/7"} {
		got = append(got, c.do(http.MethodGet, path, "").code(t))
	}
	if diff := cmp.Diff([]int{2500, 2500}, got); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}
