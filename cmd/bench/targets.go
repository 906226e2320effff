package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"wabench/fakeapi"
	"wabench/internal/load"
	"wabench/internal/units"
	"wabench/internal/webhook"
	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
	"wabench/scenarios"
)

// stage is everything that stands around a run: the fakes it starts, the
// receiver of webhooks, and the targets as the engine sees them.
type stage struct {
	plan     *scenarios.Plan
	around   scenarios.Env
	fakes    map[string]*fakeapi.Server
	targets  []load.Target
	receiver *http.Server
	// correlator is nil for a scenario without webhooks.
	correlator *webhook.Correlator
	hook       string // the receiver's own address
}

// setUp starts fakes and receiver. observe is told the webhooks' latencies.
func setUp(ctx context.Context, plan *scenarios.Plan, around scenarios.Env) (*stage, error) {
	s := &stage{plan: plan, around: around, fakes: map[string]*fakeapi.Server{}}
	if err := s.startFakes(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	for i := range plan.Targets {
		t, err := s.target(ctx, &plan.Targets[i])
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.targets = append(s.targets, t)
	}
	return s, nil
}

// close stops what setUp started.
func (s *stage) close() error {
	for _, fake := range s.fakes {
		fake.Close()
	}
	if s.receiver != nil {
		return s.receiver.Close()
	}
	return nil
}

// hangUp closes the connections that no request uses.
func (s *stage) hangUp() {
	for _, t := range s.targets {
		if idle, ok := t.Transport.(interface{ CloseIdleConnections() }); ok {
			idle.CloseIdleConnections()
		}
	}
}

// startFakes starts one fake platform for each target that asks for one.
func (s *stage) startFakes() error {
	for i := range s.plan.Targets {
		t := &s.plan.Targets[i]
		if t.Fake == "" {
			continue
		}
		options := fakeapi.Options{
			Profile: t.Fake, Seed: s.plan.Seed, PhoneNumberID: t.PhoneNumberID, WABAID: t.WABAID, Username: t.Username,
		}
		if t.FakeProfile != "" {
			profile, err := fakeapi.ParseProfile(t.Fake, []byte(t.FakeProfile))
			if err != nil {
				return usageError("", "target %s: %v", t.Name, err)
			}
			options.Behaviour = profile
		}
		if secret, err := s.reveal(t.Token); err != nil {
			return err
		} else if secret != "" {
			options.Token = secret
		}
		if secret, err := s.reveal(t.Password); err != nil {
			return err
		} else if secret != "" {
			options.Password = secret
		}
		if s.plan.Webhooks != nil {
			secret, err := s.reveal(s.plan.Webhooks.Secret)
			if err != nil {
				return err
			}
			options.AppSecret = secret
		}
		fake, err := fakeapi.Open(options)
		if err != nil {
			return failure("", fmt.Errorf("start fake %s: %w", t.Name, err))
		}
		s.fakes[t.Name] = fake
	}
	return nil
}

// reveal returns a secret's value, "" for none.
func (s *stage) reveal(secret *scenarios.Secret) (string, error) {
	if secret == nil {
		return "", nil
	}
	value, err := secret.Reveal(s.around)
	if err != nil {
		return "", usageError("", "%v", err)
	}
	return value, nil
}

// listen starts the receiver of webhooks and directs the fakes to it.
func (s *stage) listen() error {
	hooks := s.plan.Webhooks
	if hooks == nil {
		return nil
	}
	secret, err := s.appSecret()
	if err != nil {
		return err
	}
	var names []string
	options := webhook.Options{
		Secret: secret, Latency: hooks.AnswerLatency, Fail: hooks.AnswerFail, Seed: s.plan.Seed,
	}
	for _, t := range s.plan.Targets {
		names = append(names, t.Name)
		options.Targets = append(options.Targets, webhook.Target{Name: t.Name, API: t.API})
	}
	s.correlator = webhook.NewCorrelator(webhook.Config{Targets: names})
	listener, err := net.Listen("tcp", hooks.Listen)
	if err != nil {
		return failure("set webhooks.listen to a free address, as 127.0.0.1:0", fmt.Errorf("listen for webhooks: %w", err))
	}
	s.hook = "http://" + listener.Addr().String()
	s.receiver = &http.Server{Handler: webhook.NewReceiver(s.correlator, options), ReadHeaderTimeout: 10 * time.Second}
	go s.serve(listener)
	for name, fake := range s.fakes {
		fake.SetWebhook("", s.hook+webhook.Path(name))
	}
	return nil
}

// serve runs the receiver until close ends it.
func (s *stage) serve(listener net.Listener) {
	_ = s.receiver.Serve(listener) // ErrServerClosed, once closed
}

// appSecret returns what signs the webhooks: the scenario's secret, or the
// fake's own.
func (s *stage) appSecret() (string, error) {
	if s.plan.Webhooks.Secret != nil {
		return s.reveal(s.plan.Webhooks.Secret)
	}
	for _, t := range s.plan.Targets {
		if fake := s.fakes[t.Name]; fake != nil && t.API == whatsapp.Cloud {
			return fake.Info().AppSecret, nil
		}
	}
	return "", nil
}

// target returns a target as the engine sees it.
func (s *stage) target(ctx context.Context, t *scenarios.Target) (load.Target, error) {
	out := load.Target{
		Name: t.Name, URL: strings.TrimRight(t.URL, "/"),
		Timeout: t.Timeout, MaxInFlight: t.MaxInFlight, Retry: t.Retry,
	}
	keys, err := s.credentials(t)
	if err != nil {
		return out, err
	}
	if fake := s.fakes[t.Name]; fake != nil {
		out.URL = strings.TrimRight(fake.Info().URL, "/")
		out.Inject = injector(fake, t.API)
	}
	if t.API == whatsapp.Cloud {
		out.Dialect = cloud.New(cloud.Options{Version: t.Version, PhoneNumberID: keys.phoneNumberID, Token: keys.token})
	} else {
		out.Dialect = onprem.New(onprem.Options{Username: keys.username, Password: keys.password})
	}
	out.Redact = redactor(keys.token, keys.password)
	if out.Transport, err = load.NewTransport(ctx, t, out.URL); err != nil {
		return out, failure(reachHint(err), fmt.Errorf("target %s: %w", t.Name, err))
	}
	return out, nil
}

// keys are a target's credentials and names.
type keys struct{ phoneNumberID, token, username, password string }

// credentials returns what the scenario gives, completed by the fake's own.
func (s *stage) credentials(t *scenarios.Target) (keys, error) {
	k := keys{phoneNumberID: t.PhoneNumberID, username: t.Username}
	var err error
	if k.token, err = s.reveal(t.Token); err != nil {
		return k, err
	}
	if k.password, err = s.reveal(t.Password); err != nil {
		return k, err
	}
	if fake := s.fakes[t.Name]; fake != nil {
		info := fake.Info()
		k = keys{info.PhoneNumberID, info.Token, info.Username, info.Password}
	}
	return k, nil
}

// redactor removes secrets from texts.
func redactor(secrets ...string) func(string) string {
	var pairs []string
	for _, secret := range secrets {
		if secret != "" {
			pairs = append(pairs, secret, "***")
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

// injector starts faults of a scenario's timeline on a fake.
func injector(fake *fakeapi.Server, api whatsapp.API) func(scenarios.Fault) (func(), error) {
	return func(f scenarios.Fault) (func(), error) {
		fault := fakeapi.Fault{
			Kind: fakeapi.FaultKind(f.Kind), API: api, Factor: f.Factor, Code: f.Code,
			Share: f.Share, Shard: f.Shard, To: f.API,
		}
		id, err := fake.Inject(fault)
		if err != nil {
			return nil, err
		}
		return func() { fake.Clear(id) }, nil
	}
}

// warm opens connections to every target, and so reports the first that
// nothing listens for before anything is sent.
func (s *stage) warm(ctx context.Context) error {
	var peak units.Rate
	for _, stage := range s.plan.Stages {
		peak = max(peak, stage.Peak())
	}
	for _, t := range s.targets {
		ctx, cancel := context.WithTimeout(ctx, t.Timeout)
		err := load.Warm(ctx, t, peak)
		cancel()
		if err != nil {
			return failure(reachHint(err), fmt.Errorf("target %s: %w", t.Name, err))
		}
	}
	return nil
}

// reachHint says what to look at where a target cannot be reached.
func reachHint(err error) string {
	if hint := machineHint(err); hint != "" {
		return hint
	}
	return "is it running, and is the address right?"
}

// planJSON returns a plan as `bench plan --json` prints it.
func planJSON(plan *scenarios.Plan) (json.RawMessage, error) { return json.Marshal(plan) }
