package fakeapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
)

// cloudSeeds are requests to every edge that takes a body, by what path names:
// {number}, {account}, {template}, {media} and {code} stand for objects that
// exist.
var cloudSeeds = []struct{ method, path, body string }{
	{"POST", "{number}", `{"pin":"123456"}`},
	{"GET", "{number}?fields=id,throughput{level},health_status,nothing", ""},
	{"POST", "{number}/register", `{"messaging_product":"whatsapp","pin":"123456","data_localization_region":"CH","backup":{"password":"x","data":"eA=="}}`},
	{"POST", "{number}/deregister", ``},
	{"POST", "{number}/request_code", `{"code_method":"SMS","language":"en_US"}`},
	{"POST", "{number}/verify_code", `{"code":"000000"}`},
	{"POST", "{number}/whatsapp_business_profile", `{"messaging_product":"whatsapp","about":"hi","address":"here","description":"d","email":"a@b.test","vertical":"RETAIL","websites":["https://a.test"]}`},
	{"GET", "{number}/whatsapp_business_profile?fields=about,nothing", ""},
	{"POST", "{number}/settings", `{"storage_configuration":{"status":"DEFAULT"}}`},
	{"POST", "{number}/whatsapp_commerce_settings", `{"is_cart_enabled":true,"is_catalog_visible":false}`},
	{"POST", "{number}/conversational_automation", `{"enable_welcome_message":true,"prompts":["a"],"commands":[{"command_name":"x","command_description":"y"}]}`},
	{"POST", "{number}/block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"+15550100001"}]}`},
	{"DELETE", "{number}/block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"+15550100001"},{"user":""}]}`},
	{"GET", "{number}/block_users?limit=1&after=x", ""},
	{"POST", "{number}/message_qrdls", `{"prefilled_message":"hi","generate_qr_image":"SVG"}`},
	{"POST", "{number}/message_qrdls", `{"prefilled_message":"hi","code":"ABC"}`},
	{"GET", "{number}/message_qrdls/{code}", ""},
	{"DELETE", "{number}/message_qrdls/{code}", ""},
	{"POST", "{account}/message_templates", `{"name":"order_update","language":"en_US","category":"UTILITY","parameter_format":"NAMED","components":[{"type":"HEADER","format":"TEXT","text":"Hi {{1}}","example":{"header_text":["x"]}},{"type":"BODY","text":"Order {{id}}","example":{"body_text_named_params":[{"param_name":"id","example":"1"}]}},{"type":"FOOTER","text":"bye"},{"type":"BUTTONS","buttons":[{"type":"URL","text":"go","url":"https://a.test/{{1}}","example":["https://a.test/1"]},{"type":"PHONE_NUMBER","text":"call","phone_number":"15550100001"},{"type":"QUICK_REPLY","text":"ok"},{"type":"COPY_CODE","example":"ABC"}]}]}`},
	{"POST", "{account}/message_templates", `{"name":"code","language":"en_US","category":"AUTHENTICATION","components":[{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}`},
	{"POST", "{account}/message_templates", `{"name":"c","language":"en_US","category":"MARKETING","components":[{"type":"BODY","text":"x"},{"type":"CAROUSEL","cards":[{"components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::a"]}},{"type":"BODY","text":"y"}]}]}]}`},
	{"GET", "{account}/message_templates?name=a&status=APPROVED&limit=2&after=MQ==", ""},
	{"DELETE", "{account}/message_templates?name=order_update&hsm_id=1", ""},
	{"POST", "{template}", `{"category":"MARKETING","components":[{"type":"BODY","text":"Hi"}]}`},
	{"GET", "{template}?fields=name,status", ""},
	{"POST", "{template}/unpause", ""},
	{"POST", "{account}/subscribed_apps", `{"override_callback_uri":"https://hook.test/","verify_token":"x"}`},
	{"GET", "{account}?fields=analytics.start(0).end(100000).granularity(DAY).phone_numbers([])", ""},
	{"GET", "{account}?fields=health_status,analytics.start(1).end(9223372036854775807).granularity(HALF_HOUR)", ""},
	{"GET", "{account}/phone_numbers?limit=1&sort=x&filtering=[{]", ""},
	{"GET", "debug_token?input_token=x", ""},
	{"GET", "{media}?phone_number_id={number}", ""},
	{"DELETE", "{media}", ""},
	{"GET", "whatsapp_business/attachments/?mid={media}&ext=9&hash=0", ""},
	{"POST", "{number}/marketing_messages", `{"messaging_product":"whatsapp","to":"15550100001","type":"template","template":{"name":"x","language":{"code":"en"}}}`},
}

// FuzzEdges sends any request to any edge of the Cloud API.
func FuzzEdges(f *testing.F) {
	for _, seed := range cloudSeeds {
		for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", ""} {
			f.Add(seed.method, seed.path, kind, seed.body)
		}
	}
	f.Add("POST", "{number}/request_code", "application/x-www-form-urlencoded", "code_method=SMS&language=en_US")
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		s := Start(t, Options{Profile: "cloud-strict", WebhookClient: (&receiver{}).client()})
		r, err := http.NewRequest(method, "http://127.0.0.1/v24.0/"+objectsOf(t, s).Replace(path), strings.NewReader(body))
		if err != nil || r.URL.Path == "/v1" || strings.HasPrefix(r.URL.Path, "/_fake") {
			return
		}
		r.Header.Set("Authorization", "Bearer "+s.Info().Token)
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		wantCloudAnswer(t, s, r)
	})
}

// objectsOf makes an object of each kind and names them.
func objectsOf(t testing.TB, s *Server) *strings.Replacer {
	t.Helper()
	c := &client{t: t, server: s, http: s.Client()}
	info := s.Info()
	number, account := "/v24.0/"+info.PhoneNumberID, "/v24.0/"+info.WABAID
	form := "--x\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\nx\r\n--x--"
	word := func(a answer, key string) string {
		value, _ := a.object(t)[key].(string)
		if value == "" {
			t.Fatalf("answered %d %s, %v", a.status, a.body, a.err)
		}
		return value
	}
	return strings.NewReplacer(
		"{number}", info.PhoneNumberID, "{account}", info.WABAID,
		"{template}", word(c.do(http.MethodPost, account+"/message_templates", `{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"hi"}]}`, "X-Fake-Latency", "0s"), "id"),
		"{media}", word(c.do(http.MethodPost, number+"/media", form, "Content-Type", "multipart/form-data; boundary=x", "X-Fake-Latency", "0s"), "id"),
		"{code}", word(c.do(http.MethodPost, number+"/message_qrdls", `{"prefilled_message":"hi"}`, "X-Fake-Latency", "0s"), "code"),
	)
}

// wantCloudAnswer makes a request of its own kind and wants an answer that the
// platform could have given.
func wantCloudAnswer(t *testing.T, s *Server, r *http.Request) {
	t.Helper()
	r.Header.Set("X-Fake-Latency", "0s")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= 500 || w.Header().Get("Facebook-Api-Version") == "" && w.Code != http.StatusNotFound {
		t.Fatalf("%s %s answered %d %v %s", r.Method, r.URL, w.Code, w.Header(), w.Body)
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		return // a file, or that there is none
	}
	var answer struct{ Error *cloud.Error }
	err := json.Unmarshal(w.Body.Bytes(), &answer)
	if err != nil || (answer.Error == nil) != (w.Code < 300) || answer.Error != nil && (answer.Error.Message == "" || answer.Error.TraceID == "") {
		t.Fatalf("%s %s answered %d %s (%v)", r.Method, r.URL, w.Code, w.Body, err)
	}
}

// FuzzUpload sends any form to the media of a number.
func FuzzUpload(f *testing.F) {
	part := func(name, more, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + value + "\r\n"
	}
	product, kind := part("messaging_product", "", "whatsapp"), part("type", "", "image/png")
	for _, body := range []string{
		product + kind + part("file", `; filename="a.png"`+"\r\nContent-Type: image/png", "\x89PNG") + "--x--\r\n",
		product + part("file", `; filename="a.pdf"`+"\r\nContent-Type: application/pdf", "%PDF") + "--x--",
		kind + product + "--x--", product + kind + part("file", "", "x"), "--x--", "", "--x\r\n\r\n", part("file", "; filename*=utf-8''%ff", ""),
		part("file", "\r\nContent-Transfer-Encoding: quoted-printable", "=zz") + "--x--",
	} {
		f.Add("multipart/form-data; boundary=x", body)
	}
	f.Add("multipart/mixed; boundary=x", product)
	f.Add("multipart/form-data", product)
	f.Add("multipart/form-data; boundary="+strings.Repeat("x", 100), product)
	s := Start(f, Options{})
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest(http.MethodPost, "/v24.0/"+s.Info().PhoneNumberID+"/media", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+s.Info().Token)
		r.Header.Set("Content-Type", kind)
		wantCloudAnswer(t, s, r)
	})
}

// FuzzOnPrem sends any request to any endpoint of the On-Premises API.
func FuzzOnPrem(f *testing.F) {
	files, err := filepath.Glob("../internal/whatsapp/onprem/testdata/request-*.json")
	if err != nil {
		f.Fatal(err)
	}
	bodies := []string{`{"new_password":"New-Passw0rd"}`, `{"ID":"a","password":"Passw0rd!x"}`, `{"blocking":"wait","contacts":["+15550100001"],"force_check":true}`, `{"status":"read"}`, `{"shards":2,"pin":"123456"}`, `{"cc":"1","phone_number":"5550100001","method":"sms","cert":"eA=="}`, `{"webhooks":{"url":"http://hook.test"},"media":{"auto_download":["image"]},"heartbeat_interval":5}`, `{"www":{"type":"www","config":{"basic":{"username":"a","password":"b"}}}}`, `{"password":"x","data":"eA=="}`, `{"text":"about"}`, `{"pin":"123456"}`}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		bodies = append(bodies, string(body))
	}
	for i, route := range onPremRoutes {
		for k := range 3 {
			f.Add(route.method, strings.Replace(route.path, "*", "admin", 1), "application/json", bodies[(i+7*k)%len(bodies)])
		}
	}
	for _, body := range bodies {
		f.Add(http.MethodPost, "/v1/messages", "application/json", body)
	}
	f.Fuzz(func(t *testing.T, method, path, kind, body string) {
		s := Start(t, Options{Profile: "instant", WebhookClient: (&receiver{}).client()})
		r, err := http.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(r.URL.Path, "/v1/") {
			return
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+onPremToken(t, s))
		if strings.HasSuffix(path, "/login") {
			r.SetBasicAuth(s.Info().Username, s.Info().Password)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s answered %d %s", method, path, w.Code, w.Body)
		}
		var answer onprem.Answer
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && w.Code < 300 {
			return // a file or metrics
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || (len(answer.Errors) > 0) != (w.Code >= 300) && !strings.HasSuffix(r.URL.Path, "/contacts") {
			t.Fatalf("%s %s answered %d %s (%v)", method, path, w.Code, w.Body, err)
		}
	})
}

// onPremToken logs in.
func onPremToken(t testing.TB, s *Server) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/v1/users/login", strings.NewReader("{}"))
	r.SetBasicAuth(s.Info().Username, s.Info().Password)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer onprem.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Users) != 1 {
		t.Fatalf("log in: %d %s", w.Code, w.Body)
	}
	return answer.Users[0].Token
}
