package fakeapi

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

func TestMovingToTheCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", atOnce)
		backup := d.expect("POST", "/v1/settings/backup", `{"password":"pass"}`, 200, 0)
		var saved onprem.Settings
		if err := json.Unmarshal(backup.Settings, &saved); err != nil {
			t.Fatal(err)
		}
		if !opensBackup("pass", saved.Data, "106540352242922") || opensBackup("other", saved.Data, "106540352242922") ||
			opensBackup("pass", saved.Data, "10654035224292") || opensBackup("pass", "V0FCS", "106540352242922") {
			t.Error("the password opens another backup, or not its own")
		}
		if _, err := d.fake.Inject(Fault{Kind: Migrate, API: whatsapp.OnPrem, To: whatsapp.Cloud, For: time.Second}); err != nil {
			t.Fatal(err)
		}
		elapse(time.Minute) // the number stays where it is when the fault ends
		if out := d.text(1); out.Status != 503 || out.Code != 1011 || out.Class != whatsapp.Target5xx {
			t.Errorf("after the move: %+v", out)
		}
		d.expect("POST", "/v1/contacts", `{"contacts":["15550100001"]}`, 503, 1011)
		if id, err := d.fake.onprem.receive(Inbound{From: "15550100001", Type: "text", Body: json.RawMessage(`"hi"`)}); err != nil || id == "" {
			t.Errorf("a message during the move: %q, %v", id, err)
		}
		elapse(time.Minute)
		if got := d.callbacks(); len(got) != 0 {
			t.Errorf("callbacks %v, want the message lost without a word", got)
		}
		d.expect("POST", "/v1/settings/restore", `{"password":"wrong","data":"`+saved.Data+`"}`, 400, 1009)
		d.expect("POST", "/v1/settings/restore", `{}`, 400, 1008)
		d.expect("POST", "/v1/settings/backup", `{}`, 400, 1008)
		d.expect("POST", "/v1/settings/restore", `{"password":"pass","data":"`+saved.Data+`"}`, 200, 0)
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("after coming back: %+v", out)
		}
	})
}

func TestRegistering(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	const whole = `{"cc":"1","phone_number":"5550783881","method":"sms","cert":"x"`
	d.expect("POST", "/v1/account", whole+`}`, 201, 0)
	d.fake.onprem.account.register(false)
	answer := d.expect("POST", "/v1/account", whole+`}`, 202, 0)
	if !strings.Contains(string(answer.Account), "vname") {
		t.Errorf("got %s", answer.Account)
	}
	d.expect("POST", "/v1/account", `{"cc":"1"}`, 400, 1008)
	d.expect("POST", "/v1/account", strings.Replace(whole, "sms", "pigeon", 1)+`}`, 400, 1009)
	d.expect("POST", "/v1/account/shards", `{"shards":2}`, 403, 1005)
	d.expect("POST", "/v1/account/verify", `{"code":"12"}`, 400, 1009)
	d.expect("POST", "/v1/account/verify", `{"code":"123456"}`, 201, 0)
	d.expect("POST", "/v1/account/shards", `{"shards":3}`, 400, 1009)
	d.expect("POST", "/v1/account/shards", `{"shards":2}`, 201, 0)

	d.expect("POST", "/v1/settings/account/two-step", `{"pin":"1"}`, 400, 1009)
	d.expect("POST", "/v1/settings/account/two-step", `{"pin":"123456"}`, 200, 0)
	d.expect("POST", "/v1/account/shards", `{"shards":2}`, 401, 1005)
	d.expect("POST", "/v1/account", whole+`}`, 401, 1005)
	d.expect("POST", "/v1/account", whole+`,"pin":"123456"}`, 201, 0)
	d.expect("DELETE", "/v1/settings/account/two-step", "", 200, 0)
	d.expect("POST", "/v1/account/shards", `{"shards":1}`, 201, 0)
}

func TestFaultsInOnPremWords(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  whatsapp.Outcome
	}{
		{Fault{Kind: Unavailable}, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 503, Code: 1011}},
		{Fault{Kind: Throttle}, whatsapp.Outcome{Class: whatsapp.Throttled, Status: 429, Code: 1015}},
		{Fault{Kind: Errors, Code: 1023}, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 500, Code: 1023}},
		{Fault{Kind: Errors, Code: 471}, whatsapp.Outcome{Class: whatsapp.Throttled, Status: 400, Code: 471}},
		{Fault{Kind: Errors, Code: 1016}, whatsapp.Outcome{Class: whatsapp.Target5xx, Status: 503, Code: 1016}},
		{Fault{Kind: Errors, Code: 131000}, whatsapp.Outcome{Class: whatsapp.ClientFault, Status: 400, Code: 131000}},
	} {
		d := newOnPremDesk(t, "instant", nil)
		c.fault.API = whatsapp.OnPrem
		id, err := d.fake.Inject(c.fault)
		if err != nil {
			t.Fatal(err)
		}
		got := d.text(1)
		got.Detail = ""
		if got != c.want {
			t.Errorf("%s %d: got %+v, want %+v", c.fault.Kind, c.fault.Code, got, c.want)
		}
		d.fake.Clear(id)
		if out := d.text(1); out.Class != whatsapp.OK {
			t.Errorf("after %s: %+v", c.fault.Kind, out)
		}
	}
	d := newOnPremDesk(t, "instant", nil)
	if _, err := d.fake.Inject(Fault{Kind: RegionFailover, API: whatsapp.OnPrem}); err == nil {
		t.Error("an On-Premises deployment has lost a region")
	}
}

// Any documented code can be asked for, and comes with its status.
func TestEveryCodeOnDemand(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	for _, kind := range onprem.Kinds() {
		r := d.request("POST", "/v1/messages", `{"to":"15550100001","text":{"body":"x"}}`)
		r.Header.Set("X-Fake-Code", strconv.Itoa(kind.Code))
		res := d.exchange(r)
		got := d.dialect.Decode(whatsapp.OpSend, res)
		if want := onprem.NewError(kind.Code, "").Status(); res.Status != want || got.Code != kind.Code {
			t.Errorf("code %d: HTTP %d with code %d, want HTTP %d", kind.Code, res.Status, got.Code, want)
		}
	}
}

func TestUnknownEndpoints(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("GET", "/v1/nothing", "", 404, 1006)
	d.expect("GET", "/v1", "", 404, 1006)
	d.expect("PUT", "/v1/messages", "{}", 405, 1025)
	d.expect("PUT", "/v1/messages/", `{}`, 405, 1025)
	d.expect("GET", "/v1/messages/x", "", 405, 1025)
	d.expect("PUT", "/v1/messages/x/y", "", 404, 1006)
}
