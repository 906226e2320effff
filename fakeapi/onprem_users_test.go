package fakeapi

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

func TestLoginLastsSevenDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", nil)
		expires, err := d.dialect.Login(d.exchange(d.dialect.LoginRequest()))
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(expires); left > 7*24*time.Hour || left < 7*24*time.Hour-2*time.Second {
			t.Errorf("expires in %v, want 7 days", left)
		}
		elapse(7*24*time.Hour - time.Minute)
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("a minute before the end: %+v", out)
		}
		elapse(2 * time.Minute)
		if out := d.text(1); out.Status != 401 || out.Code != 1005 {
			t.Errorf("a minute after the end: %+v, want HTTP 401 with 1005", out)
		}
		d.login()
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("after another login: %+v", out)
		}
	})
}

func TestWrongCredentials(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for name, authorization := range map[string]string{
		"nothing":         "",
		"wrong password":  "Basic YWRtaW46d3Jvbmc=", // admin:wrong
		"nobody":          "Basic bm9ib2R5Og==",     // nobody:
		"a token":         "Bearer x",
		"no base64":       "Basic ?",
		"another scheme":  "Digest x",
		"without a value": "Basic",
	} {
		status, answer := d.do("POST", "/v1/users/login", "{}", "Authorization", authorization)
		if status != 401 || codeIn(answer) != 1005 {
			t.Errorf("login with %s: HTTP %d with %v", name, status, answer.Errors)
		}
		if authorization == "Bearer x" || authorization == "" {
			status, answer = d.do("POST", "/v1/messages", `{}`, "Authorization", authorization)
			if status != 401 || codeIn(answer) != 1005 {
				t.Errorf("message with %s: HTTP %d with %v", name, status, answer.Errors)
			}
		}
	}
}

func TestFirstLoginChangesThePassword(t *testing.T) {
	d := newOnPremDesk(t, "onprem-2-shards", func(p *OnPremProfile) { atOnce(p); p.FirstLogin = true })
	info := d.fake.Info()
	logIn := func(password, body string) (int, int) {
		r := onprem.New(onprem.Options{Username: info.Username, Password: password}).LoginRequest()
		status, answer := d.do("POST", r.Path, body, "Authorization", r.Header.Get("Authorization"))
		return status, codeIn(answer)
	}
	for _, step := range []struct {
		password, body string
		status, code   int
	}{
		{info.Password, `{}`, 401, onprem.CodePasswordChange},
		{info.Password, `{"new_password":"short"}`, 400, onprem.CodeParameterNotValid},
		{info.Password, `{"new_password":"Another-Passw0rd"}`, 200, 0},
		{info.Password, `{}`, 401, onprem.CodeAccessDenied},
		{"Another-Passw0rd", ``, 200, 0},
	} {
		if status, code := logIn(step.password, step.body); status != step.status || code != step.code {
			t.Errorf("login as %s with %s: HTTP %d with %d, want HTTP %d with %d", step.password, step.body, status, code, step.status, step.code)
		}
	}
}

func TestUsers(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("POST", "/v1/users", `{"username":"ann","password":"Secret-12"}`, 201, 0)
	again := d.expect("POST", "/v1/users", `{"username":"ann","password":"Secret-12"}`, 500, 1014)
	if again.Errors[0].Details != "Unable to create user. Already exist?" {
		t.Errorf("got %q", again.Errors[0].Details)
	}
	if roles := d.expect("GET", "/v1/users/ann", "", 200, 0).Users[0].Roles; roles != "ROLE_USER" {
		t.Errorf("roles of a user: %s", roles)
	}
	if roles := d.expect("GET", "/v1/users/admin", "", 200, 0).Users[0].Roles; roles != "ROLE_ADMIN" {
		t.Errorf("roles of the administrator: %s", roles)
	}
	d.expect("POST", "/v1/users", `{"username":"bob"}`, 400, 1008)
	d.expect("POST", "/v1/users", `{"username":"bob","password":"weak"}`, 400, 1009)
	d.expect("GET", "/v1/users/bob", "", 404, 1006)
	d.expect("DELETE", "/v1/users/bob", "", 404, 1006)
	d.expect("PUT", "/v1/users/bob", `{"password":"Secret-12"}`, 404, 1006)
	d.expect("PUT", "/v1/users/ann", `{}`, 400, 1008)
	d.expect("DELETE", "/v1/users/admin", "", 400, 1021)

	d.dialect = onprem.New(onprem.Options{Username: "ann", Password: "Secret-12"})
	d.login()
	d.expect("POST", "/v1/messages", `{"to":"15550100001","text":{"body":"x"}}`, 201, 0)
	d.expect("GET", "/v1/users/ann", "", 403, 1005)
	d.expect("GET", "/v1/settings/application", "", 403, 1005)
	d.expect("PUT", "/v1/users/admin", `{"password":"Secret-12"}`, 403, 1005)
	d.expect("PUT", "/v1/users/ann", `{"password":"Secret-34"}`, 200, 0)
	d.dialect = onprem.New(onprem.Options{Username: "ann", Password: "Secret-34"})
	d.login()
	d.expect("POST", "/v1/users/logout", "", 200, 0)
	d.expect("POST", "/v1/messages", `{"to":"15550100001","text":{"body":"x"}}`, 401, 1005)
}

func TestADeletedUserIsOut(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("POST", "/v1/users", `{"username":"ann","password":"Secret-12"}`, 201, 0)
	admin := d.dialect
	d.dialect = onprem.New(onprem.Options{Username: "ann", Password: "Secret-12"})
	d.login()
	ann := d.dialect
	d.dialect = admin
	d.expect("DELETE", "/v1/users/ann", "", 200, 0)
	d.dialect = ann
	d.expect("POST", "/v1/messages", `{"to":"15550100001","text":{"body":"x"}}`, 401, 1005)
}

func TestExpiredTokensAreGoodAgainAfterTheFaultOrALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		if _, err := d.fake.Inject(Fault{Kind: TokenExpired, API: whatsapp.OnPrem, For: time.Minute}); err != nil {
			t.Fatal(err)
		}
		old := d.dialect
		if out := d.text(1); out.Status != 401 || out.Code != 1005 || !strings.Contains(out.Detail, "expired") {
			t.Errorf("during the fault: %+v", out)
		}
		elapse(time.Second)
		d.dialect = onprem.New(onprem.Options{Username: d.fake.Info().Username, Password: d.fake.Info().Password})
		d.login()
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("with a fresh token: %+v", out)
		}
		d.dialect = old
		elapse(time.Minute)
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("after the fault: %+v", out)
		}
	})
}

func TestResetKeepsTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-1-shard", atOnce)
		d.expect("POST", "/v1/users", `{"username":"ann","password":"Secret-12"}`, 201, 0)
		d.expect("POST", "/v1/account/shards", `{"shards":4}`, 201, 0)
		first := d.text(1).MessageID
		d.burst(20)
		if err := d.fake.Reset(); err != nil {
			t.Fatal(err)
		}
		if again := d.text(1); again.MessageID != first {
			t.Errorf("the first message after a reset is %+v, want the id %s again", again, first)
		}
		d.expect("GET", "/v1/users/ann", "", 404, 1006)
		elapse(time.Minute)
		if n := d.fake.onprem.shards.count(); n != 1 || len(d.reached(whatsapp.StateSent)) != 1 {
			t.Errorf("%d shards and %d messages sent after a reset, want 1 and 1", n, len(d.reached(whatsapp.StateSent)))
		}
	})
}
