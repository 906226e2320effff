package fakeapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
)

func TestStepsTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) {
			p.Cloud.Accept = Constant(300 * time.Millisecond)
			p.Cloud.Delivery = Delivery{
				Sent: Constant(time.Second), Delivered: Constant(2 * time.Second), Read: 1, ReadAfter: Constant(4 * time.Second),
			}
		})
		began := time.Now()
		c.send(textTo("16505551234"))
		pass(time.Minute)
		var at []time.Duration
		for _, p := range hook.all() {
			at = append(at, p.at.Sub(began))
		}
		want := []time.Duration{1300 * time.Millisecond, 3300 * time.Millisecond, 7300 * time.Millisecond}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("times (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]whatsapp.State{"sent", "delivered", "read"}, states(hook.statuses(t))); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	})
}

func TestPeople(t *testing.T) {
	template := func(to, name string) string {
		return `{"messaging_product":"whatsapp","to":"` + to + `","type":"template","template":{"name":"` + name + `","language":{"code":"en"}}}`
	}
	for name, c := range map[string]struct {
		rule Person
		to   string
		want string
	}{
		"ordinary":        {Person{Is: Ordinary, Share: 1}, "15550100001", "[sent delivered] 0"},
		"not on WhatsApp": {Person{Prefix: "1555", Share: 1, Is: NotOnWhatsApp}, "15550100001", "[failed] 131026"},
		"another prefix":  {Person{Prefix: "44", Share: 1, Is: NotOnWhatsApp}, "15550100001", "[sent delivered] 0"},
		"no share":        {Person{Share: 0, Is: NotOnWhatsApp}, "15550100001", "[sent delivered] 0"},
		"blocked":         {Person{Share: 1, Is: Blocked}, "15550100001", "[sent] 0"},
		"opted out":       {Person{Share: 1, Is: OptedOut}, "15550100001", "[sent delivered] 0"}, // not a marketing template
		"several devices": {Person{Share: 1, Is: SeveralPhones}, "15550100001", "[sent delivered failed] 131026"},
		"Cuba":            {Person{Share: 0, Is: Ordinary}, "5350000000", "[failed] 130497"},
		"Iran":            {Person{Share: 0, Is: Ordinary}, "989120000000", "[failed] 130497"},
		"North Korea":     {Person{Share: 0, Is: Ordinary}, "850100000000", "[failed] 130497"},
		"Syria":           {Person{Share: 0, Is: Ordinary}, "963900000000", "[failed] 130497"},
		"Donetsk":         {Person{Share: 0, Is: Ordinary}, "79490000000", "[failed] 130497"},
		"Luhansk":         {Person{Share: 0, Is: Ordinary}, "79590000000", "[failed] 130497"},
		"Moscow":          {Person{Share: 0, Is: Ordinary}, "74950000000", "[sent delivered] 0"},
		"Crimea":          {Person{Share: 0, Is: Ordinary}, "79780000000", "[failed] 130497"},
		"Türkiye":         {Person{Share: 0, Is: Ordinary}, "905300000000", "[sent delivered] 0"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hook := &receiver{}
				client := hooked(t, hook, func(p *Profile) { p.People = []Person{c.rule} })
				client.send(template(c.to, "x"))
				synctest.Wait()
				code := 0
				for _, s := range hook.statuses(t) {
					code = max(code, s.Code)
				}
				if got := fmt.Sprint(states(hook.statuses(t)), code); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestOfflineForATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) { p.People = []Person{{Share: 1, Is: Offline, For: 3 * time.Hour}} })
		began := time.Now()
		c.send(textTo("15550100001"))
		pass(4 * time.Hour)
		posts := hook.all()
		if len(posts) != 2 || posts[1].at.Sub(began) != 3*time.Hour {
			t.Errorf("%d posts, the last after %s", len(posts), posts[len(posts)-1].at.Sub(began))
		}
	})
}

// D:messages/send-messages: 30 days, and 10 minutes for authentication templates.
func limitMessageLife(t *testing.T) {
	for category, c := range map[string]struct {
		offline time.Duration
		want    int
	}{"UTILITY": {29 * 24 * time.Hour, 2}, "AUTHENTICATION": {9 * time.Minute, 2}, "MARKETING": {31 * 24 * time.Hour, 1}} {
		for _, extra := range []time.Duration{0, 2 * 24 * time.Hour} {
			synctest.Test(t, func(t *testing.T) {
				hook := &receiver{}
				client := hooked(t, hook, func(p *Profile) { p.People = []Person{{Share: 1, Is: Offline, For: c.offline + extra}} })
				client.do(http.MethodPost, client.templates(), `{"name":"x","language":"en_US","category":"`+category+`","components":[{"type":"BODY","text":"Hi."}]}`)
				synctest.Wait()
				before := len(hook.all())
				client.send(sendTemplate("x", ""))
				pass(40 * 24 * time.Hour)
				want := c.want
				if extra > 0 {
					want = 1
				}
				if got := len(hook.all()) - before; got != want {
					t.Errorf("%s, offline for %s: %d statuses, want %d", category, c.offline+extra, got, want)
				}
			})
		}
	}
}

// What a user said in the app counts from then on, whatever the profile says.
func TestOptingOutAndIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		d := &errorDesk{client: hooked(t, hook, func(p *Profile) { p.People = []Person{{Prefix: "4", Share: 1, Is: OptedOut}} }), hook: hook}
		d.create("sale", "MARKETING", plainBody)
		d.create("bill", "UTILITY", plainBody)
		outcome := func(name, to string) string {
			before := len(hook.statuses(t))
			d.send(strings.Replace(sendTemplate(name, ""), somebody, to, 1))
			synctest.Wait()
			list := hook.statuses(t)[before:]
			return fmt.Sprint(states(list), list[len(list)-1].Code)
		}
		says := func(user, what string) {
			d.control("account", `{"field":"user_preferences","value":{"wa_id":"`+user+`","category":"marketing_messages","value":"`+what+`","timestamp":946684800}}`)
		}
		for _, step := range []struct{ do, name, to, want string }{
			{"", "sale", "15550100001", "[sent delivered] 0"},
			{"stop", "sale", "15550100001", "[failed] 131050"},
			{"", "bill", "15550100001", "[sent delivered] 0"},
			{"", "sale", "15550100002", "[sent delivered] 0"},
			{"resume", "sale", "15550100001", "[sent delivered] 0"},
			{"", "sale", "4915550100001", "[failed] 131050"},
			{"resume", "sale", "4915550100001", "[sent delivered] 0"},
		} {
			if step.do != "" {
				says(step.to, step.do)
				synctest.Wait()
			}
			if got := outcome(step.name, step.to); got != step.want {
				t.Errorf("%+v: %s", step, got)
			}
		}
	})
}

// The countries under restrictions are a field of the profile.
func TestRestrictedPrefixes(t *testing.T) {
	p := profileOf(t, "instant", func(p *Profile) { p.Restricted = []string{"99"} })
	for number, want := range map[string]Trait{"9900": Restricted, "5350000000": Ordinary} {
		if got := p.person(1, number).Is; got != want {
			t.Errorf("%s is %s, want %s", number, got, want)
		}
	}
}

func TestPeopleHaveTheirShare(t *testing.T) {
	p := &Profile{People: []Person{{Share: 0.3, Is: Blocked}}}
	blocked := 0
	for i := range 2000 {
		if p.person(1, fmt.Sprintf("1555%07d", i)).Is == Blocked {
			blocked++
		}
	}
	if blocked < 520 || blocked > 680 { // 4 standard deviations of 20.5
		t.Errorf("%d of 2000 are blocked, want about 600", blocked)
	}
}

// The shares of the model, over enough messages that chance cannot hide a
// mistake.
func TestDeliveryShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) {
			p.Cloud.Delivery = Delivery{Read: 0.5, SkipDelivered: 0.2, Failed: 0.1, Undelivered: 0.1}
		})
		const n = 2000
		for i := range n {
			c.send(textTo(fmt.Sprintf("1555%07d", i)))
		}
		synctest.Wait()
		count := map[whatsapp.State]float64{}
		for _, s := range hook.statuses(t) {
			count[s.State]++
		}
		for state, want := range map[whatsapp.State]float64{
			"failed": 0.1 * n, "sent": 0.9 * n, "read": 0.9 * 0.9 * 0.5 * n, "delivered": 0.9 * 0.9 * (1 - 0.5*0.2) * n,
		} {
			if got := count[state]; got < want-90 || got > want+90 { // 4 standard deviations
				t.Errorf("%v are %s, want about %v", got, state, want)
			}
		}
	})
}
