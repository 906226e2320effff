package fakeapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCloudBusinessProfile(t *testing.T) {
	c := startCloud(t, Options{})
	path := "/v24.0/" + c.server.Info().PhoneNumberID + "/whatsapp_business_profile"
	if a := c.do(http.MethodPost, path, `{"messaging_product":"whatsapp","about":"Plants","websites":["https://example.com/"],"vertical":"RETAIL","email":"a@example.com"}`); a.status != 200 || a.object(t)["success"] != true {
		t.Fatalf("change: %d %s", a.status, a.body)
	}
	if a := c.do(http.MethodPost, path, `{"messaging_product":"whatsapp","about":"Succulents"}`); a.status != 200 {
		t.Fatalf("change: %d %s", a.status, a.body)
	}
	got := c.do(http.MethodGet, path+"?fields=about,websites,vertical,address", "").object(t)
	want := map[string]any{"data": []any{map[string]any{
		"messaging_product": "whatsapp", "about": "Succulents", "websites": []any{"https://example.com/"}, "vertical": "RETAIL",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for body, code := range map[string]int{
		`{"about":"x"}`: 131008, `{"messaging_product":"whatsapp","about":""}`: 131009,
		`{"messaging_product":"whatsapp","about":"` + strings.Repeat("x", 140) + `"}`: 100,
		`{"messaging_product":"whatsapp","email":"x"}`:                                131009,
		`{"messaging_product":"whatsapp","websites":["x"]}`:                           131009,
		`{"messaging_product":"whatsapp","abuot":"x"}`:                                100,
	} {
		if a := c.do(http.MethodPost, path, body); a.status != 400 || a.code(t) != code {
			t.Errorf("%s: %d %s, want %d", body, a.status, a.body, code)
		}
	}
}

func TestNumberFields(t *testing.T) {
	c := startCloud(t, Options{Numbers: []Number{{ID: "2", Name: "Second"}}})
	info := c.server.Info()
	got := c.do(http.MethodGet, "/v24.0/"+info.PhoneNumberID, "").object(t)
	want := map[string]any{
		"verified_name": "Lucky Shrub", "code_verification_status": "VERIFIED", "display_phone_number": "15550783881",
		"quality_rating": "GREEN", "platform_type": "CLOUD_API", "throughput": map[string]any{"level": "STANDARD"}, "id": info.PhoneNumberID,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	got = c.do(http.MethodGet, "/v24.0/2?fields=status,verified_name", "").object(t)
	if diff := cmp.Diff(map[string]any{"status": "CONNECTED", "verified_name": "Second", "id": "2"}, got); diff != "" {
		t.Errorf("chosen (-want +got):\n%s", diff)
	}
	if a := c.do(http.MethodGet, "/v24.0/2?fields=colour", ""); a.status != 400 || a.code(t) != 100 || !strings.Contains(string(a.body), "nonexisting field (colour)") {
		t.Errorf("unknown field: %d %s", a.status, a.body)
	}
	page := c.do(http.MethodGet, "/v24.0/"+info.WABAID+"/phone_numbers?limit=1", "").object(t)
	if list := page["data"].([]any); len(list) != 1 || list[0].(map[string]any)["id"] != info.PhoneNumberID {
		t.Errorf("first page is %v", page)
	}
	next := page["paging"].(map[string]any)["next"].(string)
	page = c.do(http.MethodGet, strings.TrimPrefix(next, c.server.URL), "").object(t)
	if list := page["data"].([]any); len(list) != 1 || list[0].(map[string]any)["id"] != "2" || page["paging"].(map[string]any)["next"] != nil {
		t.Errorf("second page is %v", page)
	}
}
