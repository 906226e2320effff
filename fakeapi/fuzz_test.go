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
)

// FuzzMessages sends any body to the messages of a number: no panic, no answer
// of 500 and above, and always an answer in the platform's shape.
func FuzzMessages(f *testing.F) {
	files, err := filepath.Glob("../internal/whatsapp/cloud/testdata/send-*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("application/json", string(body))
	}
	f.Add("application/x-www-form-urlencoded", "messaging_product=whatsapp&to=1&text=%7B%22body%22%3A%22hi%22%7D")
	f.Add("multipart/form-data; boundary=x", "--x")
	f.Add("application/json", `{"messaging_product":"whatsapp","to":"1","type":"contacts","contacts":"[{\"name\":{\"formatted_name\":\"A\"}}]","context":"{}"}`)
	s := Start(f, Options{})
	path := "/v24.0/" + s.Info().PhoneNumberID + "/messages"
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+s.Info().Token)
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("answered %d %s", w.Code, w.Body)
		}
		var answer struct {
			Messages []struct{ ID string }
			Success  bool
			Error    *cloud.Error
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%v in %d %q", err, w.Code, w.Body)
		}
		if ok := len(answer.Messages) == 1 || answer.Success; ok != (w.Code == http.StatusOK) || ok == (answer.Error != nil) {
			t.Fatalf("answered %d %s", w.Code, w.Body)
		}
	})
}

// FuzzPaths asks for any path with any method.
func FuzzPaths(f *testing.F) {
	s := Start(f, Options{})
	info := s.Info()
	for _, path := range []string{"", "/", "/v24.0", "/v24.0/" + info.PhoneNumberID, "/" + info.WABAID + "/phone_numbers?limit=x&after=y", "/../..", "/v24.0//messages", "/whatsapp_business/attachments/?mid=1&ext=2&hash=3"} {
		f.Add(http.MethodGet, path, "{}")
	}
	f.Add(http.MethodPost, "/"+info.PhoneNumberID+"/messages?messaging_product=whatsapp&to=1&text=%7B%22body%22%3A1%7D", "")
	f.Add(http.MethodPost, "/"+info.PhoneNumberID+"/message_qrdls/X?prefilled_message=a&generate_qr_image=png", "")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		if err != nil || strings.HasPrefix(r.URL.Path, "/_fake") || strings.HasPrefix(r.URL.Path, "/v1") {
			return
		}
		r.Header.Set("Authorization", "Bearer "+info.Token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s %q answered %d %s", method, path, body, w.Code, w.Body)
		}
	})
}

// FuzzControl sends any body to the control routes.
func FuzzControl(f *testing.F) {
	for _, route := range []string{"config", "faults", "inbound"} {
		f.Add(route, `{"fault":"stall","for":"1ms"}`)
		f.Add(route, `{"from":"15550100001","type":"text","text":"hi"}`)
		f.Add(route, `{"cloud":{"throughput":"1/s"}}`)
	}
	f.Fuzz(func(t *testing.T, route, body string) {
		if strings.Contains(body, "webhook") || strings.Contains(body, "profile") {
			return // these reach out: to a receiver, to a file
		}
		s := Start(t, Options{})
		for _, method := range []string{http.MethodPost, http.MethodPatch} {
			r := httptest.NewRequest(method, "/_fake/x", strings.NewReader(body))
			r.URL.Path, r.Host, r.RemoteAddr = "/_fake/"+route, "127.0.0.1", "127.0.0.1:1"
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 || !json.Valid(w.Body.Bytes()) && w.Header().Get("Content-Type") == "application/json" {
				t.Fatalf("%s answered %d %s", route, w.Code, w.Body)
			}
		}
	})
}
