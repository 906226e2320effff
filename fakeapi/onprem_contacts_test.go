package fakeapi

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// slowChecks has upstream calls take a second, and nobody else anything.
func slowChecks(p *OnPremProfile) {
	atOnce(p)
	p.Others = RequestLimit{}
	p.Contacts.Check = Constant(time.Second)
}

func (d *onPremDesk) check(body string) []onprem.Contact {
	d.t.Helper()
	return d.expect("POST", "/v1/contacts", body, 200, 0).Contacts
}

func TestCheckWithoutWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", slowChecks)
		const body = `{"contacts":["+1 (555) 010-0001","not a number"]}`
		at := func(want ...onprem.Contact) {
			t.Helper()
			if diff := cmp.Diff(want, d.check(body)); diff != "" {
				t.Errorf("after %v (-want +got):\n%s", time.Since(d.fake.start), diff)
			}
		}
		invalid := onprem.Contact{Input: "not a number", Status: "invalid"}
		at(onprem.Contact{Input: "+1 (555) 010-0001", Status: "processing"}, invalid)
		elapse(999 * time.Millisecond)
		at(onprem.Contact{Input: "+1 (555) 010-0001", Status: "processing"}, invalid)
		elapse(time.Millisecond)
		at(onprem.Contact{Input: "+1 (555) 010-0001", Status: "valid", WaID: "15550100001"}, invalid)
	})
}

func TestCheckAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", slowChecks)
		took := func(body string) time.Duration {
			t.Helper()
			before := time.Now()
			if got := d.check(body); got[0].Status != "valid" {
				t.Errorf("%s: got %+v", body, got)
			}
			return time.Since(before)
		}
		const body = `{"blocking":"wait","contacts":["15550100001"]}`
		if got := took(body); got != time.Second {
			t.Errorf("the first check took %v, want 1s", got)
		}
		if got := took(body); got != 0 {
			t.Errorf("a check that is known took %v", got)
		}
		if got := took(`{"blocking":"wait","contacts":["15550100001"],"force_check":true}`); got != time.Second {
			t.Errorf("a forced check took %v, want 1s", got)
		}
		elapse(7 * 24 * time.Hour)
		d.login()
		if got := took(body); got != time.Second {
			t.Errorf("a check after a week took %v, want 1s", got)
		}
	})
}

// While one upstream call is under way, all that comes goes into the next.
func TestChecksAreBatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnPremDesk(t, "onprem-2-shards", slowChecks)
		done := make([]time.Duration, 10)
		var wait sync.WaitGroup
		for i := range done { // one every 250 ms: at 0, 0.25, ... 2.25 s
			wait.Go(func() {
				d.check(`{"blocking":"wait","contacts":["` + onPremNumber(i) + `"]}`)
				done[i] = time.Since(d.fake.start)
			})
			elapse(250 * time.Millisecond)
		}
		wait.Wait()
		var want []time.Duration
		for _, seconds := range []int{1, 2, 2, 2, 3, 3, 3, 3, 4, 4} {
			want = append(want, time.Duration(seconds)*time.Second)
		}
		// The one at exactly 1 s and the one at 2 s come as a call ends.
		want[4], want[8] = done[4], done[8]
		if diff := cmp.Diff(want, done); diff != "" {
			t.Errorf("ends (-want +got):\n%s", diff)
		}
	})
}

func TestRefusedChecks(t *testing.T) {
	d := newOnPremDesk(t, "instant", nil)
	d.expect("POST", "/v1/contacts", `{}`, 400, 1008)
	d.expect("POST", "/v1/contacts", `{"contacts":"x"}`, 400, 1009)
	d.expect("POST", "/v1/contacts", `{"contacts":["1"],"blocking":"perhaps"}`, 400, 1009)
}

func TestWhoIsNotOnWhatsApp(t *testing.T) {
	for always, want := range map[bool]string{false: "invalid", true: "valid"} {
		d := newOnPremDesk(t, "instant", func(p *OnPremProfile) { p.Contacts.AlwaysValid = always })
		profile := d.fake.profile().clone()
		profile.People = []Person{{Share: units.Percent(1), Is: NotOnWhatsApp}}
		d.fake.live.Store(profile)
		if got := d.check(`{"blocking":"wait","contacts":["15550100001"]}`); got[0].Status != want {
			t.Errorf("always valid %v: got %+v, want %s", always, got, want)
		}
	}
}

// Older releases send to checked numbers only; clients check and send again.
func TestUnknownContact(t *testing.T) {
	d := newOnPremDesk(t, "instant", func(p *OnPremProfile) { p.Contacts.Required = true })
	if out := d.text(1); out.Status != 404 || out.Code != 1006 || out.Detail != "Resource not found: unknown contact" {
		t.Errorf("got %+v", out)
	}
	d.check(`{"blocking":"wait","force_check":true,"contacts":["` + onPremNumber(1) + `"]}`)
	if out := d.text(1); out.Class != whatsapp.OK {
		t.Errorf("after the check: %+v", out)
	}
}
