package fakeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// limitRows are the rows of the platform's table of limits (section 3 of the
// platform notes), in its order, and of the contract of webhooks beside it.
var limitRows = []string{
	"throughput", "coexistence", "over limit", "upgrade criteria", "upgrade effect", "pair rate", "messaging limit", "management calls",
	"template pause", "pacing", "media", "message life", "registration", "QR codes", "block list", "contacts",
	"template creations", "service window", "webhook retries",
}

// limitCases run into each of them, most in virtual time.
var limitCases = []struct {
	row, way string
	check    func(t *testing.T)
}{
	{"throughput", "80 a second, 400 or 429 beyond", limitThroughputLimit},
	{"throughput", "both directions count", limitThroughputCountsInboundToo},
	{"throughput", "1000 a second when high", func(t *testing.T) { limitLevel(t, "cloud-high", 1000) }},
	{"coexistence", "20 a second", func(t *testing.T) { limitLevel(t, "cloud-coexistence", 20) }},
	{"over limit", "refused until back within", limitUntilBack},
	{"upgrade criteria", "enough users in a day", limitUpgradeCriteria},
	{"upgrade criteria", "not with a limited portfolio or low quality", limitNoUpgrade},
	{"upgrade effect", "131057, then a webhook and 1000 a second", limitUpgrade},
	{"pair rate", "45 at once, then one in 6 s", limitPairLimit},
	{"pair rate", "a burst is a debt", limitPairDebt},
	{"messaging limit", "users in a sliding day, over all numbers", limitPortfolioLimit},
	{"messaging limit", "it slides", limitPortfolioSlides},
	{"messaging limit", "it rises by levels", limitPortfolioRises},
	{"management calls", "200 an hour, usage headers, 80007", limitManagementLimit},
	{"management calls", "fewer without a registered number", limitManagementInactive},
	{"template pause", "3 h, 6 h, disabled", limitPauses},
	{"pacing", "held, let go or dropped", limitPacing},
	{"media", "uploads 30 days, addresses 5 minutes", limitMediaLife},
	{"media", "users' files 7 days", limitUserMedia},
	{"media", "sizes", limitMediaSizes},
	{"media", "sizes of large files and moving stickers", limitLargeMedia},
	{"media", "users' files up to 100 MB", limitUserMediaSize},
	{"message life", "30 days, 10 minutes for codes", limitMessageLife},
	{"message life", "as the template was created", limitOwnLife},
	{"registration", "10 in 72 hours", limitRegistrations},
	{"QR codes", "2000 a number", limitCodes},
	{"block list", "64,000 users", limitBlocks},
	{"contacts", "257 a message", limitContacts},
	{"template creations", "100 an hour, 250 in all", limitTemplates},
	{"service window", "24 hours", limitServiceWindow},
	{"service window", "in the answer", limitServiceWindowInTheAnswer},
	{"webhook retries", "for 7 days", limitRetries},
}

func TestLimits(t *testing.T) {
	checked := map[string]bool{}
	for _, c := range limitCases {
		checked[c.row] = true
		t.Run(c.row+" "+c.way, c.check)
	}
	for _, row := range limitRows {
		if !checked[row] {
			t.Errorf("nothing runs into the limit %s", row)
		}
	}
}

// limitLevel checks how many messages a profile takes at once.
func limitLevel(t *testing.T, profile string, want int) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, Options{Behaviour: profileOf(t, profile, func(p *Profile) { p.Cloud.Accept = Constant(0) })})
		accepted := 0
		for i := range want + 50 {
			if c.send(textTo(fmt.Sprintf("1650555%04d", i))).status == http.StatusOK {
				accepted++
			}
		}
		if accepted != want {
			t.Errorf("%s: %d accepted at once, want %d", profile, accepted, want)
		}
	})
}

// Refused messages do not count: at twice the rate every other one passes.
func limitUntilBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Throughput = 10 }))
		accepted := 0
		for i := range 200 {
			if c.send(textTo(fmt.Sprintf("1650555%04d", i))).status == http.StatusOK {
				accepted++
			}
			pass(50 * time.Millisecond)
		}
		if accepted < 100 || accepted > 110 {
			t.Errorf("%d of 200 accepted in 10 s at 10/s", accepted)
		}
	})
}

func limitNoUpgrade(t *testing.T) {
	for name, change := range map[string]func(*CloudProfile){
		"a limited portfolio": func(p *CloudProfile) { p.Portfolio = 250 },
		"low quality":         func(p *CloudProfile) { p.Account.Quality = "RED" },
	} {
		synctest.Test(t, func(t *testing.T) {
			c := startCloud(t, behaving(t, func(p *CloudProfile) {
				p.UpgradeAfter = 5
				change(p)
			}))
			for i := range 10 {
				if a := c.send(textTo(fmt.Sprintf("1650555%04d", i))); a.status != http.StatusOK {
					t.Errorf("%s: %d %s", name, a.status, a.body)
				}
			}
		})
	}
}

// D:about-the-platform: after a burst of 20 it takes about 2 minutes.
func limitPairDebt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Pair = PairLimit{Burst: 45, Every: 6 * time.Second, Debt: true} }))
		began := time.Now()
		for range 20 {
			if a := c.send(textTo(somebody)); a.status != http.StatusOK {
				t.Fatalf("in the burst: %d %s", a.status, a.body)
			}
		}
		pass(6 * time.Second)
		for c.send(textTo(somebody)).code(t) == 131056 {
			pass(time.Second)
		}
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("the next message passed after %s, want 2m", took)
		}
		accepted := 1
		for range 60 {
			if c.send(textTo(somebody)).status == http.StatusOK {
				accepted++
			}
		}
		if accepted != 45 {
			t.Errorf("a burst of %d, want 45", accepted)
		}
		for range 40 { // at one in 6 s nothing is owed
			pass(6 * time.Second)
			if a := c.send(textTo("16505550000")); a.status != http.StatusOK {
				t.Fatalf("one in 6 s: %d %s", a.status, a.body)
			}
		}
	})
}

func limitPortfolioSlides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := behaving(t, func(p *CloudProfile) { p.Portfolio, p.PortfolioSync = 4, true })
		o.Numbers = []Number{{ID: "2"}}
		c := startCloud(t, o)
		user := 0
		write := func(number string) int {
			user++
			return c.do(http.MethodPost, "/"+number+"/messages", textTo(fmt.Sprintf("1650555%04d", user))).code(t)
		}
		for i := range 4 { // one every 6 hours, from two numbers of one portfolio
			if code := write([]string{"2", c.server.Info().PhoneNumberID}[i%2]); code != 0 {
				t.Fatalf("user %d: %d", i, code)
			}
			if code := write("2"); i == 3 && code != 131048 {
				t.Errorf("a fifth user within the day: %d", code)
			} else if i < 3 {
				user--
			}
			pass(6 * time.Hour)
		}
	})
}

// +1 level within 6 hours once half was used within 7 days.
func limitPortfolioRises(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		o := behaving(t, func(p *CloudProfile) { p.Portfolio, p.PortfolioGrowth, p.PortfolioSync = 250, 6*time.Hour, true })
		o.Webhook, o.WebhookClient = "", nil
		c := startCloud(t, o)
		limit := func() any {
			return c.edge(http.MethodGet, "?fields=whatsapp_business_manager_messaging_limit", "").object(t)["whatsapp_business_manager_messaging_limit"]
		}
		reach := func(from, to int) {
			for i := from; i < to; i++ {
				c.send(textTo(fmt.Sprintf("1650555%04d", i)))
			}
		}
		reach(0, 60)
		pass(3 * 24 * time.Hour)
		reach(60, 124)
		pass(7 * time.Hour)
		if got := limit(); got != "TIER_250" {
			t.Errorf("below half: %v", got)
		}
		c.server.SetWebhook(whatsapp.Cloud, webhookURL)
		c.server.webhookClient = hook.client()
		reach(124, 125)
		pass(6*time.Hour - time.Second)
		if got := limit(); got != "TIER_250" {
			t.Errorf("before 6 hours: %v", got)
		}
		pass(time.Second)
		if got := limit(); got != "TIER_2K" {
			t.Errorf("after 6 hours: %v", got)
		}
		last := hook.all()[len(hook.all())-1]
		if !strings.Contains(string(last.body), `"max_daily_conversations_per_business":"TIER_2K"`) {
			t.Errorf("webhook %s", last.body)
		}
	})
}

func limitManagementInactive(t *testing.T) {
	c := startCloud(t, behaving(t, func(p *CloudProfile) { p.Management, p.ManagementInactive = 50, 5 }))
	calls := func(n int) (refused int) {
		for range n {
			if c.account(http.MethodGet, "/message_templates", "").code(t) == 80007 {
				refused++
			}
		}
		return refused
	}
	if got := calls(50); got != 0 {
		t.Errorf("%d of 50 refused with a registered number", got)
	}
	c.edge(http.MethodPost, "deregister", "")
	if got := calls(6); got != 1 {
		t.Errorf("%d of 6 refused without one, want 1", got)
	}
}

// D:templates/template-pausing.
func limitPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		d := &errorDesk{client: hooked(t, hook, func(*Profile) {}), hook: hook}
		d.create("order_update", "UTILITY", plainBody)
		pause := func() { d.control("templates", `{"name":"order_update","language":"en_US","status":"PAUSED"}`) }
		for _, wait := range []time.Duration{3 * time.Hour, 6 * time.Hour} {
			pause()
			pass(wait - time.Second)
			if code := d.use("order_update", "").code(t); code != 132015 {
				t.Errorf("just before %s: %d", wait, code)
			}
			pass(time.Second)
			if code := d.use("order_update", "").code(t); code != 0 {
				t.Errorf("after %s: %d", wait, code)
			}
		}
		pause()
		pass(30 * 24 * time.Hour)
		if code := d.use("order_update", "").code(t); code != 132016 {
			t.Errorf("after the third time: %d", code)
		}
		var events []string
		for _, value := range accountValues(t, hook, "message_template_status_update") {
			events = append(events, value["event"].(string))
		}
		if diff := cmp.Diff([]string{"APPROVED", "PAUSED", "APPROVED", "PAUSED", "APPROVED", "DISABLED"}, events); diff != "" {
			t.Errorf("webhooks (-want +got):\n%s", diff)
		}
	})
}

func limitUserMedia(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(p *Profile) { p.Cloud.MediaURL = true })
		if _, err := c.server.Receive(Inbound{From: somebody, Type: "image", Data: []byte("picture")}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		image := inboundMessage(t, hook.all()[0].body)["image"].(map[string]any)
		id := image["id"].(string)
		a := c.do(http.MethodGet, strings.TrimPrefix(image["url"].(string), c.server.URL), "")
		if a.status != http.StatusOK || string(a.body) != "picture" {
			t.Errorf("the file of the webhook: %d %s", a.status, a.body)
		}
		pass(7*24*time.Hour - time.Second)
		if a := c.do(http.MethodGet, "/"+id, ""); a.status != http.StatusOK {
			t.Errorf("before 7 days: %d %s", a.status, a.body)
		}
		pass(time.Second)
		if a := c.do(http.MethodGet, "/"+id, ""); a.status != http.StatusBadRequest {
			t.Errorf("after 7 days: %d %s", a.status, a.body)
		}
	})
}

func limitLargeMedia(t *testing.T) {
	c := startCloud(t, Options{})
	moving := func(size int) []byte {
		return append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02"), make([]byte, size-21)...)
	}
	for name, u := range map[string]struct {
		data   []byte
		status int
	}{"moving sticker of 500 KiB": {moving(500 << 10), 200}, "larger moving sticker": {moving(500<<10 + 1), 400}} {
		if a := c.upload("image/webp", u.data); a.status != u.status {
			t.Errorf("%s: %d %.200s", name, a.status, a.body)
		}
	}
	for name, u := range map[string]struct { // without the way over HTTP, which takes seconds for so much
		mime string
		size int
		fits bool
	}{
		"document of 100 MiB": {"application/pdf", 100 << 20, true}, "larger document": {"application/pdf", 100<<20 + 1, false},
		"video of 16 MiB": {"video/mp4", 16 << 20, true}, "larger video": {"video/mp4", 16<<20 + 1, false},
	} {
		r := upload{product: "whatsapp", kind: u.mime, present: true, data: make([]byte, u.size)}.check()
		if (r == nil) != u.fits || r != nil && r.code != 100 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func limitUserMediaSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		c := hooked(t, hook, func(*Profile) {})
		for _, size := range []int64{100 << 20, 100<<20 + 1} {
			if _, err := c.server.Receive(Inbound{From: somebody, Type: "video", Size: size}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		posts := hook.all()
		if m := inboundMessage(t, posts[0].body); m["type"] != "video" || m["errors"] != nil {
			t.Errorf("100 MB: %v", m)
		}
		if m := inboundMessage(t, posts[1].body); m["type"] != "unsupported" || fmt.Sprint(errorsIn(t, posts[1].body)) != "[131052]" {
			t.Errorf("more: %v", m)
		}
	})
}

func limitOwnLife(t *testing.T) {
	for _, offline := range []time.Duration{time.Hour - time.Second, time.Hour + time.Second} {
		synctest.Test(t, func(t *testing.T) {
			hook := &receiver{}
			d := &errorDesk{client: hooked(t, hook, func(p *Profile) { p.People = []Person{{Share: 1, Is: Offline, For: offline}} }), hook: hook}
			body := strings.Replace(templateBody("bill", "UTILITY", plainBody), `{`, `{"message_send_ttl_seconds":3600,`, 1)
			if a := d.do(http.MethodPost, d.templates(), body); a.status != http.StatusOK {
				t.Fatalf("create: %d %s", a.status, a.body)
			}
			synctest.Wait()
			d.use("bill", "")
			pass(2 * time.Hour)
			want := []whatsapp.State{"sent", "delivered"}
			if offline > time.Hour {
				want = want[:1]
			}
			if diff := cmp.Diff(want, states(hook.statuses(t))); diff != "" {
				t.Errorf("offline for %s (-want +got):\n%s", offline, diff)
			}
		})
	}
}

func limitBlocks(t *testing.T) {
	c := startCloud(t, Options{})
	n := c.server.cloud.first
	users := func(from, to int) string {
		var list []string
		for i := from; i < to; i++ {
			user := fmt.Sprintf("1650%07d", i)
			n.wrote[numberKey(user)] = 0 // as if each had just written
			list = append(list, `{"user":"`+user+`"}`)
		}
		return `{"messaging_product":"whatsapp","block_users":[` + strings.Join(list, ",") + `]}`
	}
	if a := c.edge(http.MethodPost, "block_users", users(0, 64_000)); a.status != http.StatusOK {
		t.Fatalf("64,000 users: %d %.300s", a.status, a.body)
	}
	if a := c.edge(http.MethodPost, "block_users", users(64_000, 64_001)); a.code(t) != 139100 {
		t.Errorf("one more: %d %s", a.status, a.body)
	}
}

func limitContacts(t *testing.T) {
	c := startCloud(t, Options{})
	for n, want := range map[int]int{257: 0, 258: 100} {
		card := `{"name":{"formatted_name":"Ann Lee","first_name":"Ann"}}`
		body := `{"messaging_product":"whatsapp","to":"16505551234","type":"contacts","contacts":[` + strings.TrimSuffix(strings.Repeat(card+",", n), ",") + `]}`
		if a := c.send(body); a.code(t) != want {
			t.Errorf("%d contacts: %d %s", n, a.status, a.body)
		}
	}
}

// The rules are those of cloud-standard: exponential waits for up to 7 days.
func limitRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{status: func(int) int { return http.StatusInternalServerError }}
		c := hooked(t, hook, func(p *Profile) {
			p.Cloud.Webhooks.Retry = profileOf(t, "cloud-standard", func(*Profile) {}).Cloud.Webhooks.Retry
		})
		c.send(textTo(somebody), "X-Fake-Outcome", "undelivered")
		pass(8 * 24 * time.Hour)
		posts := hook.all()
		age, wait := posts[len(posts)-1].at.Sub(posts[0].at), time.Duration(0)
		for i := 1; i < len(posts); i++ {
			if next := posts[i].at.Sub(posts[i-1].at); next < wait {
				t.Errorf("retry %d after %s, sooner than the %s before it", i, next, wait)
			} else {
				wait = next
			}
			if !bytes.Equal(posts[i].body, posts[0].body) {
				t.Errorf("retry %d has another body", i)
			}
		}
		if age > 7*24*time.Hour || age < 7*24*time.Hour-time.Hour || wait != time.Hour {
			t.Errorf("%d attempts over %s, the last after a wait of %s", len(posts), age, wait)
		}
	})
}

// inboundMessage is the message in a webhook.
func inboundMessage(t *testing.T, body []byte) map[string]any {
	t.Helper()
	n, err := cloud.ParseWebhook(body)
	if err != nil || len(n.Inbound) != 1 {
		t.Fatalf("%v in %s", err, body)
	}
	return object(t, n.Inbound[0].Body)
}

// accountValues are the values of a field of account webhooks, in order.
func accountValues(t *testing.T, hook *receiver, field string) (values []map[string]any) {
	t.Helper()
	for _, p := range hook.all() {
		n, err := cloud.ParseWebhook(p.body)
		if err != nil {
			t.Fatalf("%v in %s", err, p.body)
		}
		for _, u := range n.Account {
			if u.Field == field {
				values = append(values, object(t, u.Value))
			}
		}
	}
	return values
}

func object(t *testing.T, text []byte) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}
