package onprem

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"wabench/internal/whatsapp"
)

const testToken = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"

// loggedIn is a dialect that holds testToken.
func loggedIn(tb testing.TB) *Dialect {
	tb.Helper()
	d := New(Options{Username: "admin", Password: "Secret-1"})
	if _, err := d.Login(loginAnswer("2018-03-01 15:29:26+00:00")); err != nil {
		tb.Fatal(err)
	}
	return d
}

func loginAnswer(expires string) whatsapp.Response {
	body, err := json.Marshal(Answer{Users: []User{{Token: testToken, ExpiresAfter: expires}}})
	if err != nil {
		panic(err)
	}
	return whatsapp.Response{Status: 200, Body: body}
}

func TestLoginRequest(t *testing.T) {
	got := New(Options{Username: "admin", Password: "Secret-1"}).LoginRequest()
	if got.Method != "POST" || got.Path != "/v1/users/login" || string(got.Body) != "{}" {
		t.Errorf("got %s %s %s", got.Method, got.Path, got.Body)
	}
	// printf admin:Secret-1 | base64
	if want := "Basic YWRtaW46U2VjcmV0LTE="; got.Header.Get("Authorization") != want {
		t.Errorf("got %q, want %q", got.Header.Get("Authorization"), want)
	}
}

func TestLoginReadsTheExpiry(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2018-03-01 15:29:26+00:00": time.Date(2018, 3, 1, 15, 29, 26, 0, time.UTC),
		"2018-03-01 15:29:26-08:00": time.Date(2018, 3, 1, 23, 29, 26, 0, time.UTC),
	} {
		got, err := New(Options{}).Login(loginAnswer(text))
		if err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestEncodeBeforeLoginHasNoAuthorization(t *testing.T) {
	got, err := New(Options{}).Encode(documentedCalls["text"])
	if err != nil {
		t.Fatal(err)
	}
	if _, found := got.Header["Authorization"]; found {
		t.Errorf("header %v", got.Header)
	}
}

func TestLoginRefusesAndKeepsTheOldToken(t *testing.T) {
	for name, r := range map[string]whatsapp.Response{
		"bad credentials":   {Status: 401, Body: []byte(`{"errors":[{"code":1005,"title":"Access denied"}]}`)},
		"a 401 without why": {Status: 401, Body: []byte(`{}`)},
		"no JSON":           {Status: 200, Body: []byte(`<html>`)},
		"no users":          {Status: 200, Body: []byte(`{"users":[]}`)},
		"no token":          {Status: 200, Body: []byte(`{"users":[{"expires_after":"2018-03-01 15:29:26+00:00"}]}`)},
		"another layout":    loginAnswer("2018-03-01T15:29:26Z"),
	} {
		t.Run(name, func(t *testing.T) {
			d := loggedIn(t)
			if _, err := d.Login(r); err == nil {
				t.Fatal("no error")
			}
			got, err := d.Encode(documentedCalls["text"])
			if err != nil || got.Header.Get("Authorization") != "Bearer "+testToken {
				t.Errorf("authorization %q, %v", got.Header.Get("Authorization"), err)
			}
		})
	}
}

func TestLoginErrorCarriesTheCode(t *testing.T) {
	_, err := New(Options{}).Login(whatsapp.Response{Status: 401, Body: []byte(`{"errors":[{"code":1024,"title":"Password change required"}]}`)})
	e, found := errors.AsType[Error](err)
	if !found || e.Code != CodePasswordChange {
		t.Errorf("got %v, want code %d in it", err, CodePasswordChange)
	}
}
