package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// errorCase is a row of the platform's table of errors and a way to run into it:
// by the state of things, by a limit or by a fault.
type errorCase struct {
	code int
	way  string
	// status is the HTTP status of an answer, 0 where the error is in a webhook.
	status int
	// rules is how the profile differs from instant.
	rules func(*Profile)
	// provoke returns the answer that has the error; for one in a webhook, what
	// it returns is not looked at.
	provoke func(d *errorDesk) answer
}

// errorDesk is a fake with a receiver, on which errors are provoked.
type errorDesk struct {
	*client
	hook *receiver
}

const somebody = "16505551234"

// text sends a text, template one that somebody else created, use one with
// components.
func (d *errorDesk) text() answer                 { return d.send(textTo(somebody)) }
func (d *errorDesk) use(name, with string) answer { return d.send(sendTemplate(name, with)) }

// create has a template approved.
func (d *errorDesk) create(name, category, components string) string {
	d.t.Helper()
	id, _ := d.do(http.MethodPost, d.templates(), templateBody(name, category, components)).object(d.t)["id"].(string)
	if id == "" {
		d.t.Fatalf("cannot create the template %s", name)
	}
	synctest.Wait()
	return id
}

func templateBody(name, category, components string) string {
	return `{"name":"` + name + `","language":"en_US","category":"` + category + `","components":[` + components + `]}`
}

// marketing is the other route of marketing templates.
func (d *errorDesk) marketing(body string) answer {
	return d.edge(http.MethodPost, "marketing_messages", body)
}

// control uses a control route.
func (d *errorDesk) control(route, body string) {
	d.t.Helper()
	if a := d.do(http.MethodPost, "/_fake/"+route, body); a.status != http.StatusOK {
		d.t.Fatalf("%s: %d %s", route, a.status, a.body)
	}
}

// hears has somebody write to the business.
func (d *errorDesk) hears(from string) string {
	d.t.Helper()
	id, err := d.server.Receive(Inbound{From: from, Type: "text", Body: []byte(`"hi"`)})
	if err != nil {
		d.t.Fatal(err)
	}
	synctest.Wait()
	return id
}

func (d *errorDesk) register(pin string) answer {
	return d.edge(http.MethodPost, "register", `{"messaging_product":"whatsapp","pin":"`+pin+`"}`)
}

// repeat does something n times and returns what the last time brought.
func repeat(n int, do func() answer) (last answer) {
	for range n {
		last = do()
	}
	return last
}

// byFault is a row for an error that nothing but a fault brings about: what
// stands behind it is not part of the fake, or is not told by the platform.
func byFault(code, status int) errorCase {
	return errorCase{code: code, way: "fault", status: status, provoke: func(d *errorDesk) answer {
		d.control("faults", fmt.Sprintf(`{"fault":{"errors":{"code":%d}}}`, code))
		return d.text()
	}}
}

// failing is a row for an error in a webhook that only a fault brings about.
func failing(code int) errorCase {
	return errorCase{code: code, way: "fault", provoke: func(d *errorDesk) answer {
		d.control("faults", fmt.Sprintf(`{"fault":{"failed":{"code":%d}}}`, code))
		return d.text()
	}}
}

// standingOfAccount changes the standing of the business.
func standingOfAccount(change func(*AccountRules)) func(*Profile) {
	return func(p *Profile) { change(&p.Cloud.Account) }
}

func person(is Trait) func(*Profile) {
	return func(p *Profile) { p.People = []Person{{Share: 1, Is: is}} }
}

func strict(p *Profile) { p.Cloud.Strict = true }

const (
	plainBody = `{"type":"BODY","text":"Hello there."}`
	varBody   = `{"type":"BODY","text":"Hello {{1}}, here it is."}`
	flowBody  = `{"messaging_product":"whatsapp","to":"16505551234","type":"interactive","interactive":{"type":"flow","body":{"text":"b"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_cta":"Go"}}}}`
	orderBody = `{"messaging_product":"whatsapp","to":"16505551234","type":"interactive","interactive":{"type":"order_details","body":{"text":"b"},"action":{"name":"review_and_pay","parameters":{}}}}`
)

// errorCases has the rows of the platform's table (section 2 of the platform
// notes; HTTP statuses of November 2025) in its order, one or more for each.
func errorCases() []errorCase {
	return append(append(append(generalErrors(), sendingErrors()...), templateErrors()...), accountErrors()...)
}

func generalErrors() []errorCase {
	withToken := func(token string) func(d *errorDesk) answer {
		return func(d *errorDesk) answer { return d.send(textTo(somebody), "Authorization", token) }
	}
	return []errorCase{
		{0, "an old token", 401, func(p *Profile) { p.Cloud.TokenCode = 0 }, withToken("Bearer old")},
		byFault(1, 400),
		{2, "fault unavailable", 503, nil, func(d *errorDesk) answer {
			d.control("faults", `{"fault":"unavailable"}`)
			return d.text()
		}},
		byFault(3, 500), byFault(4, 400), byFault(10, 403), byFault(17, 400), byFault(33, 400),
		{100, "an unknown key", 400, nil, func(d *errorDesk) answer {
			return d.send(`{"messaging_product":"whatsapp","to":"16505551234","txet":{}}`)
		}},
		{100, "an unknown object", 400, nil, func(d *errorDesk) answer { return d.do(http.MethodPost, "/1/messages", "{}") }},
		{104, "no token", 401, nil, withToken("")},
		{190, "a wrong token", 401, nil, withToken("Bearer wrong")},
		{190, "fault token_expired", 401, nil, func(d *errorDesk) answer {
			d.control("faults", `{"fault":"token_expired"}`)
			return d.text()
		}},
		byFault(200, 403), byFault(294, 403), byFault(368, 403), failing(368),
		{803, "a name that nothing has", 404, nil, func(d *errorDesk) answer { return d.do(http.MethodGet, "/v24.0/nobody", "") }},
		{80007, "a management call too many", 400, func(p *Profile) { p.Cloud.Management = 3 }, func(d *errorDesk) answer {
			return repeat(4, func() answer { return d.account(http.MethodGet, "/phone_numbers", "") })
		}},
	}
}

func sendingErrors() []errorCase {
	return []errorCase{
		{130403, "a user whom the business blocked", 400, nil, func(d *errorDesk) answer {
			d.hears(somebody)
			d.edge(http.MethodPost, "block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"16505551234"}]}`)
			return d.text()
		}},
		failing(130403),
		{130429, "a message too many in a second", 400, func(p *Profile) { p.Cloud.Throughput = 2 }, func(d *errorDesk) answer {
			return repeat(3, d.text)
		}},
		{130429, "the same, told in a webhook", 0, func(p *Profile) { p.Cloud.Throughput, p.Cloud.ThrottleWebhook = 2, true }, func(d *errorDesk) answer {
			return repeat(3, d.text)
		}},
		{130472, "a user in an experiment", 0, person(Experiment), func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			return d.use("sale", "")
		}},
		{130497, "a user in a restricted country", 0, nil, func(d *errorDesk) answer { return d.send(textTo("989120000000")) }},
		byFault(130497, 403), byFault(131000, 500), failing(131000), byFault(131005, 403),
		{131008, "no recipient", 400, nil, func(d *errorDesk) answer { return d.send(`{"messaging_product":"whatsapp"}`) }},
		{131009, "a recipient that is no number", 400, nil, func(d *errorDesk) answer { return d.send(textTo("ann")) }},
		{131009, "a reaction to nothing", 0, strict, func(d *errorDesk) answer {
			return d.send(`{"messaging_product":"whatsapp","to":"16505551234","type":"reaction","reaction":{"message_id":"wamid.x","emoji":"x"}}`)
		}},
		{131016, "fault region_failover", 500, nil, func(d *errorDesk) answer {
			d.control("faults", `{"fault":"region_failover"}`)
			return d.text()
		}},
		failing(131016),
		{131021, "to itself", 400, nil, func(d *errorDesk) answer { return d.send(textTo("15550783881")) }},
		{131026, "a user not on WhatsApp", 0, person(NotOnWhatsApp), (*errorDesk).text},
		{131030, "a test number", 400, standingOfAccount(func(a *AccountRules) { a.Test = true }), (*errorDesk).text},
		{131031, "a locked account", 403, standingOfAccount(func(a *AccountRules) { a.Locked = true }), (*errorDesk).text},
		{131031, "an account that a webhook told is banned", 403, nil, func(d *errorDesk) answer {
			d.control("account", `{"field":"account_update","value":{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}}}`)
			return d.text()
		}},
		failing(131031),
		{131037, "a name not approved", 400, standingOfAccount(func(a *AccountRules) { a.NameStatus = "PENDING_REVIEW" }), (*errorDesk).text},
		failing(131037),
		{131042, "a payment issue", 0, standingOfAccount(func(a *AccountRules) { a.PaymentIssue = true }), func(d *errorDesk) answer {
			return d.use("any", "")
		}},
		byFault(131045, 500), failing(131045),
		{131047, "a user who did not write", 0, func(p *Profile) { p.Cloud.ServiceWindow = day }, (*errorDesk).text},
		{131048, "a user too many for the portfolio", 0, func(p *Profile) { p.Cloud.Portfolio = 1 }, func(d *errorDesk) answer {
			d.send(textTo("16505550000"))
			return d.text()
		}},
		{131048, "the same in the answer", 400, func(p *Profile) { p.Cloud.Portfolio, p.Cloud.PortfolioSync = 1, true }, func(d *errorDesk) answer {
			d.send(textTo("16505550000"))
			return d.text()
		}},
		{131049, "a marketing message too many for a user", 0, func(p *Profile) { p.Cloud.MarketingPerUser = PairLimit{Burst: 1, Every: day} }, func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			return repeat(2, func() answer { return d.use("sale", "") })
		}},
		{131050, "a user who wants no marketing", 0, person(OptedOut), func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			return d.use("sale", "")
		}},
		{131050, "a user who wants no more of it", 0, nil, func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			d.control("account", `{"field":"user_preferences","value":{"user_preferences":[{"wa_id":"16505551234","category":"marketing_messages","value":"stop"}]}}`)
			return d.use("sale", "")
		}},
		{131051, "no such type", 400, nil, func(d *errorDesk) answer {
			return d.send(`{"messaging_product":"whatsapp","to":"16505551234","type":"dance"}`)
		}},
		{131051, "a user's message of a type that cannot be shown", 0, nil, func(d *errorDesk) answer {
			d.control("inbound", `{"from":"16505551234","type":"unsupported"}`)
			return answer{}
		}},
		{131052, "a user's file over 100 MB", 0, nil, func(d *errorDesk) answer {
			d.control("inbound", `{"from":"16505551234","type":"video","size":104857601}`)
			return answer{}
		}},
		{131053, "a file of another type", 0, strict, func(d *errorDesk) answer {
			id := d.upload("application/pdf", []byte("%PDF")).object(d.t)["id"].(string)
			return d.send(`{"messaging_product":"whatsapp","to":"16505551234","type":"image","image":{"id":"` + id + `"}}`)
		}},
		{131056, "a message too many to a user", 400, func(p *Profile) { p.Cloud.Pair = PairLimit{Burst: 2, Every: 6 * time.Second} }, func(d *errorDesk) answer {
			return repeat(3, d.text)
		}},
		failing(131056),
		{131057, "while the throughput is raised", 500, nil, func(d *errorDesk) answer {
			d.control("upgrade", `{}`)
			return d.text()
		}},
		{137000, "a user with another identity", 400, nil, func(d *errorDesk) answer {
			d.edge(http.MethodPost, "settings", `{"user_identity_change":{"enable_identity_key_check":true}}`)
			return d.send(`{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"hi"},"recipient_identity_key_hash":"x"}`)
		}},
		failing(137000), byFault(135000, 400), failing(135000),
	}
}

func templateErrors() []errorCase {
	creates := func(components string) func(d *errorDesk) answer {
		return func(d *errorDesk) answer {
			return d.do(http.MethodPost, d.templates(), templateBody("bad", "UTILITY", components))
		}
	}
	uses := func(components, with string) func(d *errorDesk) answer {
		return func(d *errorDesk) answer {
			d.create("bill", "UTILITY", components)
			return d.use("bill", with)
		}
	}
	becomes := func(status string) func(d *errorDesk) answer {
		return func(d *errorDesk) answer {
			d.create("bill", "UTILITY", plainBody)
			d.control("templates", `{"name":"bill","language":"en_US","status":"`+status+`"}`)
			return d.use("bill", "")
		}
	}
	syncing := func(p *Profile) { p.Cloud.MarketingSync = 10 * time.Minute }
	marketingBy := func(route MarketingRoute) func(*Profile) {
		return standingOfAccount(func(a *AccountRules) { a.Marketing = route })
	}
	sale := func(send func(d *errorDesk, body string) answer) func(d *errorDesk) answer {
		return func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			return send(d, sendTemplate("sale", ""))
		}
	}
	return []errorCase{
		{131055, "marketing_messages without the right to it", 400, marketingBy(MarketingCloudOnly), sale((*errorDesk).marketing)},
		{131063, "messages without the right to marketing", 400, marketingBy(MarketingOwnOnly), sale(func(d *errorDesk, body string) answer { return d.send(body) })},
		failing(131063), byFault(131064, 400), failing(131064),
		{132000, "a parameter missing", 400, nil, uses(varBody, "")},
		{132001, "no such template", 404, strict, func(d *errorDesk) answer { return d.use("nothing", "") }},
		{132005, "a text too long", 400, nil, uses(varBody, bodyOf("body", strings.Repeat("x", 1024)))},
		{132007, "a new line in a parameter", 400, nil, uses(varBody, bodyOf("body", "a\nb"))},
		{132012, "a parameter of another type", 400, nil, uses(varBody, `{"type":"body","parameters":[{"type":"image"}]}`)},
		{132015, "a paused template", 400, nil, becomes("PAUSED")},
		{132015, "a template that people did not like", 0, func(p *Profile) { p.Cloud.Pacing = Pacing{After: 1, Hold: time.Minute, Drop: 1} }, func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			last := repeat(2, func() answer { return d.use("sale", "") })
			pass(time.Minute)
			return last
		}},
		{132016, "a disabled template", 400, nil, becomes("DISABLED")},
		{132018, "a button that the template does not have", 400, nil, func(d *errorDesk) answer {
			d.create("sale", "MARKETING", plainBody)
			return d.marketing(sendTemplate("sale", urlButton))
		}},
		{132068, "a blocked flow", 400, standingOfAccount(func(a *AccountRules) { a.Flow = FlowBlocked }), func(d *errorDesk) answer { return d.send(flowBody) }},
		{132069, "a throttled flow for the 11th time", 400, standingOfAccount(func(a *AccountRules) { a.Flow = FlowThrottled }), func(d *errorDesk) answer {
			return repeat(11, func() answer { return d.send(flowBody) })
		}},
		{134011, "an order without the terms", 400, standingOfAccount(func(a *AccountRules) { a.PaymentsTermsMissing = true }), func(d *errorDesk) answer { return d.send(orderBody) }},
		{134100, "marketing_messages with a text", 400, nil, func(d *errorDesk) answer { return d.marketing(textTo(somebody)) }},
		{134101, "a template just created", 400, syncing, sale((*errorDesk).marketing)},
		byFault(134102, 500),
		byFault(2388001, 400), byFault(2388012, 400),
		{2388019, "a template too many", 400, func(p *Profile) { p.Cloud.Templates = 1 }, func(d *errorDesk) answer {
			d.create("first", "UTILITY", plainBody)
			return creates(plainBody)(d)
		}},
		{2388039, "an empty header", 400, nil, creates(`{"type":"HEADER","format":"TEXT"},` + plainBody)},
		{2388040, "a body too long", 400, nil, creates(`{"type":"BODY","text":"` + strings.Repeat("x", 1025) + `"}`)},
		{2388047, "an odd header", 400, nil, creates(`{"type":"HEADER","format":"DANCE"},` + plainBody)},
		{2388072, "an empty body", 400, nil, creates(`{"type":"BODY","text":""}`)},
		{2388073, "a variable in the footer", 400, nil, creates(plainBody + `,{"type":"FOOTER","text":"{{1}}"}`)},
		{2388293, "many variables", 400, nil, creates(`{"type":"BODY","text":"a {{1}} {{2}} {{3}} b"}`)},
		{2388299, "a variable at the end", 400, nil, creates(`{"type":"BODY","text":"Hello dear {{1}}"}`)},
		byFault(200005, 400), byFault(200006, 400), byFault(200007, 400),
	}
}

func accountErrors() []errorCase {
	return []errorCase{
		byFault(133000, 500), byFault(133004, 503),
		{133005, "another PIN", 400, nil, func(d *errorDesk) answer {
			d.register("123456")
			return d.register("654321")
		}},
		{133006, "a number not verified", 400, func(p *Profile) { p.APIs = []whatsapp.API{whatsapp.OnPrem} }, func(d *errorDesk) answer {
			return d.register("123456")
		}},
		{133008, "many wrong PINs", 400, nil, func(d *errorDesk) answer {
			d.register("123456")
			return repeat(11, func() answer { return d.register("654321") })
		}},
		{133009, "wrong PINs fast", 400, func(p *Profile) { p.Cloud.PinEvery = time.Minute }, func(d *errorDesk) answer {
			d.register("123456")
			return repeat(2, func() answer { return d.register("654321") })
		}},
		{133010, "a number not registered", 400, nil, func(d *errorDesk) answer {
			d.edge(http.MethodPost, "deregister", "")
			return d.text()
		}},
		{133015, "back too soon", 400, func(p *Profile) { p.Cloud.ReregisterAfter = 5 * time.Minute }, func(d *errorDesk) answer {
			d.edge(http.MethodPost, "deregister", "")
			return d.register("123456")
		}},
		{133016, "the 11th registration", 400, func(p *Profile) { p.Cloud.Registrations = 10 }, func(d *errorDesk) answer {
			return repeat(11, func() answer { return d.register("123456") })
		}},
		byFault(138024, 400), byFault(138025, 400),
		{139100, "a user who did not write", 400, nil, func(d *errorDesk) answer {
			return d.edge(http.MethodPost, "block_users", `{"messaging_product":"whatsapp","block_users":[{"user":"16505551234"}]}`)
		}},
		byFault(1752041, 400), byFault(2388091, 400), byFault(2388093, 400), byFault(2388103, 400), byFault(2494100, 400),
		byFault(2593079, 400), byFault(2593085, 400), byFault(2593107, 400), byFault(2593108, 400),
		byFault(131001, 400), byFault(131002, 400), byFault(131006, 400), byFault(131027, 400), byFault(131043, 400), byFault(130470, 400),
	}
}

func TestErrors(t *testing.T) {
	for _, e := range errorCases() {
		t.Run(strconv.Itoa(e.code)+" "+e.way, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hook := &receiver{}
				d := &errorDesk{client: hooked(t, hook, func(p *Profile) {
					if e.rules != nil {
						e.rules(p)
					}
				}), hook: hook}
				a := e.provoke(d)
				if e.status > 0 {
					checkErrorAnswer(t, a, e.code, e.status)
					return
				}
				pass(time.Minute)
				if got := webhookCodes(t, hook); len(got) == 0 || got[len(got)-1] != e.code {
					t.Errorf("webhooks have the errors %v, want %d", got, e.code)
				}
			})
		})
	}
}

// checkErrorAnswer wants the body and the headers of an error (1.8 of the
// platform notes).
func checkErrorAnswer(t *testing.T, a answer, code, status int) {
	t.Helper()
	if a.status != status || a.code(t) != code {
		t.Fatalf("answered %d %s, want %d with %d", a.status, a.body, status, code)
	}
	e := a.object(t)["error"].(map[string]any)
	if e["message"] == "" || e["type"] == "" || (code != 139100 && e["fbtrace_id"] == nil) {
		t.Errorf("the body is %s", a.body)
	}
	kind := "invalid_request"
	if code == 0 || code == 104 || code == 190 {
		kind = "invalid_token"
	}
	message, _ := e["message"].(string)
	if want := `OAuth "Facebook Platform" "` + kind + `" "` + quoted(message) + `"`; a.header.Get("WWW-Authenticate") != want {
		t.Errorf("WWW-Authenticate is %s, want %s", a.header.Get("WWW-Authenticate"), want)
	}
	if e["fbtrace_id"] != nil && e["fbtrace_id"] != a.header.Get("X-Fb-Trace-Id") {
		t.Errorf("fbtrace_id %v is not the header's %s", e["fbtrace_id"], a.header.Get("X-Fb-Trace-Id"))
	}
}

// webhookCodes are the codes of all errors that webhooks told: of statuses, of
// messages and of values.
func webhookCodes(t *testing.T, hook *receiver) (codes []int) {
	t.Helper()
	for _, p := range hook.all() {
		codes = append(codes, errorsIn(t, p.body)...)
	}
	return codes
}

// Every error of the table is provoked, wherever it can be.
func TestErrorCasesCoverTheTable(t *testing.T) {
	answered, told := map[int]bool{}, map[int]bool{}
	for _, e := range errorCases() {
		answered[e.code] = answered[e.code] || e.status > 0
		told[e.code] = told[e.code] || e.status == 0
	}
	for _, code := range cloud.Codes() {
		if code.Where&cloud.InAnswer != 0 && !answered[code.Code] {
			t.Errorf("%d %s is not provoked in an answer", code.Code, code.Title)
		}
		if code.Where&cloud.InWebhook != 0 && !told[code.Code] {
			t.Errorf("%d %s is not provoked in a webhook", code.Code, code.Title)
		}
	}
}

// The HTTP statuses are those of the page of November 2025, and for rate limits
// 429 if the profile says so.
func TestErrorStatuses(t *testing.T) {
	for _, throttle := range []int{400, 429} {
		c := startCloud(t, behaving(t, func(p *CloudProfile) { p.ThrottleStatus = throttle }))
		for _, code := range cloud.Codes() {
			want := code.Status
			if code.Class == whatsapp.Throttled {
				want = throttle
			}
			if code.Code == 0 {
				continue // the absence of a code in a header
			}
			if a := c.send(textTo(somebody), "X-Fake-Code", strconv.Itoa(code.Code)); a.status != want || a.code(t) != code.Code {
				t.Errorf("%d with throttle_status %d: %d %s, want %d", code.Code, throttle, a.status, a.body, want)
			}
		}
	}
}

// 141002 is not an error of a request but stands in a health status.
func TestHealthOfATemplateNotApproved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := &receiver{}
		d := &errorDesk{client: hooked(t, hook, func(p *Profile) { p.Cloud.TemplateReview = Constant(time.Hour) }), hook: hook}
		id := d.create("bill", "UTILITY", plainBody)
		health := string(d.do(http.MethodGet, "/"+id+"?fields=health_status", "").body)
		if !strings.Contains(health, `"error_code":141002`) || !strings.Contains(health, `"can_send_message":"BLOCKED"`) {
			t.Errorf("health is %s", health)
		}
	})
}

// Versions of Graph before 16 had subcodes in the errors of sending.
func TestSubcodesOfOldVersions(t *testing.T) {
	c := startCloud(t, Options{})
	for version, want := range map[string]any{"v15.0": 2494010.0, "v16.0": nil, "v24.0": nil} {
		a := c.do(http.MethodPost, "/"+version+"/"+c.server.Info().PhoneNumberID+"/messages", textTo("ann"))
		if got := a.object(t)["error"].(map[string]any)["error_subcode"]; got != want {
			t.Errorf("%s: subcode %v, want %v", version, got, want)
		}
	}
}

// errorsIn are the codes of the errors in one webhook.
func errorsIn(t *testing.T, body []byte) (codes []int) {
	t.Helper()
	type withErrors struct {
		Errors []cloud.WebhookError `json:"errors"`
	}
	var hook cloud.Webhook
	if err := json.Unmarshal(body, &hook); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, entry := range hook.Entry {
		for _, change := range entry.Changes {
			var value struct {
				withErrors
				Statuses []withErrors `json:"statuses"`
				Messages []withErrors `json:"messages"`
			}
			if err := json.Unmarshal(change.Value, &value); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			for _, part := range append(append(value.Statuses, value.Messages...), value.withErrors) {
				for _, e := range part.Errors {
					codes = append(codes, e.Code)
				}
			}
		}
	}
	return codes
}
