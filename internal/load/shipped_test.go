package load

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"wabench/fakeapi"
	"wabench/internal/gate"
	"wabench/internal/webhook"
	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
	"wabench/results"
	"wabench/scenarios"
)

// Every shipped scenario runs whole, in virtual time and without sockets,
// against the fakes it names, and its own gates pass: the soak's hour too, with
// a tenth of its messages unless the tests are built with the tag long.
func TestShippedScenariosPassTheirGates(t *testing.T) {
	for _, name := range scenarios.Shipped() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { runShipped(t, name) })
		})
	}
}

func runShipped(t *testing.T, name string) {
	source, ok := scenarios.ShippedScenario(name)
	if !ok {
		t.Fatalf("%s is not shipped", name)
	}
	w := fakeWorld(resolve(t, affordable(t, name, string(source))))
	receiver := w.receiver()
	for i := range w.plan.Targets {
		w.fake(t, &w.plan.Targets[i], receiver)
	}
	rec := w.run(t.Context(), t)
	if w.err != nil {
		t.Fatal(w.err)
	}
	for target, figures := range rec.Run.Targets {
		if op := figures.Ops["send"]; op == nil || op.Sent == 0 || op.Planned != op.Sent+op.Dropped || op.Dropped != 0 {
			t.Errorf("%s: send %+v", target, op)
		}
		if b := figures.Webhook; b != nil && (b.Matched == 0 || b.Unknown != 0 || b.BadSignature != 0) {
			t.Errorf("%s: webhooks %+v", target, b)
		}
	}
	for _, g := range gate.Judge(w.plan.Gates, rec, nil) {
		if g.Verdict != results.Pass {
			t.Errorf("%s %s: %s; %s", g.Verdict, g.Rule, g.Observed, g.Detail)
		}
	}
}

// affordable returns a scenario as it is shipped, but for the soak: what costs
// is not its hour but its 108,000 messages, each with three webhooks, through
// two HTTP stacks in this process. A tenth of them leaves every fault where it
// is and every gate with ample evidence.
func affordable(t *testing.T, name, source string) string {
	if name != "soak" || soakShare == 1 {
		return source
	}
	return replaceAll(t, source,
		"mean: 30/s, amplitude: 20/s", fmt.Sprintf("mean: %v/s, amplitude: %v/s", 30*soakShare, 20*soakShare),
		"rate(send) >= 25/s", fmt.Sprintf("rate(send) >= %v/s", 25*soakShare))
}

// replaceAll puts new texts in place of old ones, which must be there.
func replaceAll(t *testing.T, source string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(source, pairs[i]) {
			t.Fatalf("the scenario no longer says %q", pairs[i])
		}
	}
	return strings.NewReplacer(pairs...).Replace(source)
}

// fakeWorld returns a world whose targets are fakes, which are yet to start.
func fakeWorld(plan *scenarios.Plan) world {
	return world{
		plan: plan, servers: map[string]http.RoundTripper{}, dialects: map[string]Dialect{},
		urls: map[string]string{}, inject: map[string]func(scenarios.Fault) (func(), error){},
	}
}

// receiver returns what the fakes' webhooks go to, nil without webhooks.
func (w *world) receiver() http.Handler {
	if w.plan.Webhooks == nil {
		return nil
	}
	options := webhook.Options{Secret: appSecret, Seed: w.plan.Seed}
	var names []string
	for _, t := range w.plan.Targets {
		names = append(names, t.Name)
		options.Targets = append(options.Targets, webhook.Target{Name: t.Name, API: t.API})
	}
	w.options.Correlator = webhook.NewCorrelator(webhook.Config{Targets: names})
	return webhook.NewReceiver(w.options.Correlator, options)
}

const appSecret = "shipped-secret"

// fake starts the fake of a target, without a socket.
func (w *world) fake(t *testing.T, target *scenarios.Target, receiver http.Handler) {
	options := fakeapi.Options{Profile: target.Fake, AppSecret: appSecret}
	if receiver != nil {
		options.Webhook = "http://receiver.invalid" + webhook.Path(target.Name)
		options.WebhookClient = &http.Client{Transport: handled{receiver}}
	}
	w.reach(t, target, options)
}

// reach starts a fake without a socket and directs the world to it.
func (w *world) reach(t *testing.T, target *scenarios.Target, options fakeapi.Options) {
	t.Helper()
	options.Seed, options.Listen = w.plan.Seed, fakeapi.NoListener
	server, err := fakeapi.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	info := server.Info()
	w.urls[target.Name] = info.URL
	w.inject[target.Name] = func(f scenarios.Fault) (func(), error) {
		id, err := server.Inject(fakeapi.Fault{
			Kind: fakeapi.FaultKind(f.Kind), API: target.API, Factor: f.Factor, Code: f.Code, Share: f.Share, Shard: f.Shard, To: f.API,
		})
		return func() { server.Clear(id) }, err
	}
	w.servers[target.Name] = server.Client().Transport
	if target.API == whatsapp.Cloud {
		w.dialects[target.Name] = cloud.New(cloud.Options{Version: target.Version, PhoneNumberID: info.PhoneNumberID, Token: info.Token})
	} else {
		w.dialects[target.Name] = onprem.New(onprem.Options{Username: info.Username, Password: info.Password})
	}
}

// handled answers requests by a handler in this process.
type handled struct{ handler http.Handler }

func (h handled) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	h.handler.ServeHTTP(answer, req)
	return answer.Result(), nil
}
