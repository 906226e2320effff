package fakeapi

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// onPremSettings are what PATCH /v1/settings/application and the like have
// changed. Zero values leave what the profile says.
type onPremSettings struct {
	mu          sync.RWMutex
	application onprem.ApplicationSettings
	backoff     time.Duration
	mostBackoff time.Duration
	heartbeat   time.Duration
	unhealthy   time.Duration
	concurrency int
	business    onprem.BusinessProfile
	about       string
	photo       *onPremFile
	providers   []onprem.MediaProvider
	told        *onprem.MessageUpdates // nil: as the profile has it
	// certificates are PEM by what they are for.
	certificates map[string][]byte
}

func (s *onPremSettings) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.business, s.about, s.photo, s.providers = onprem.BusinessProfile{}, "", nil, nil
	s.certificates = map[string][]byte{}
	s.resetApplication()
}

func (s *onPremSettings) resetApplication() {
	s.backoff, s.mostBackoff, s.heartbeat, s.unhealthy, s.concurrency = 0, 0, 0, 0, 0
	s.application = onprem.ApplicationSettings{
		CallbackPersist: true, PassThrough: true, Media: onprem.MediaSettings{AutoDownload: []string{}},
	}
	s.told = nil
}

// muted reports whether a state is not reported. Failures always are.
func (s *onPremSettings) muted(state whatsapp.State, mute Mute) bool {
	told := s.updates(mute)
	switch state {
	case whatsapp.StateSent:
		return !told.Sent
	case whatsapp.StateDelivered:
		return !told.Delivered
	case whatsapp.StateRead:
		return !told.Read
	}
	return false
}

// updates says which states are reported.
func (s *onPremSettings) updates(mute Mute) onprem.MessageUpdates {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.told != nil {
		return *s.told
	}
	return onprem.MessageUpdates{Sent: !mute.Sent, Delivered: !mute.Delivered, Read: !mute.Read}
}

// rules are the profile's rules with what the settings have changed.
func (s *onPremSettings) rules(r WebhookRules) WebhookRules {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.concurrency > 0 {
		r.Concurrency = s.concurrency
	}
	if s.backoff > 0 {
		r.Retry.First, r.Retry.Add = s.backoff, s.backoff
	}
	if s.mostBackoff > 0 {
		r.Retry.Max = s.mostBackoff
	}
	return r
}

// health returns how often nodes look for each other and when one counts as
// lost.
func (o *onPremSide) health() (heartbeat, unhealthy time.Duration) {
	p, s := o.profile(), &o.settings
	s.mu.RLock()
	defer s.mu.RUnlock()
	heartbeat, unhealthy = p.Heartbeat, p.Failover
	if s.heartbeat > 0 {
		heartbeat = s.heartbeat
	}
	if s.unhealthy > 0 && p.Failover > 0 {
		unhealthy = s.unhealthy
	}
	return heartbeat, unhealthy
}

// application returns the settings in force.
func (o *onPremSide) application() onprem.ApplicationSettings {
	rules := o.rules()
	heartbeat, unhealthy := o.health()
	told := o.settings.updates(o.profile().Mute)
	o.settings.mu.RLock()
	defer o.settings.mu.RUnlock()
	a := o.settings.application
	a.Webhooks.Message, a.SentStatus = told, told.Sent
	a.CallbackBackoff, a.MaxCallbackBackoff = onprem.Millis(rules.Retry.First), onprem.Millis(rules.Retry.Max)
	a.HeartbeatInterval, a.UnhealthyInterval = int(heartbeat.Seconds()), int(unhealthy.Seconds())
	a.Webhooks.URL, a.Webhooks.MaxConcurrentRequests = o.server.hookSettings.to(whatsapp.OnPrem), rules.Concurrency
	a.Media.AutoDownload = slices.Clone(a.Media.AutoDownload)
	return a
}

// readApplication is GET /v1/settings/application.
func (o *onPremSide) readApplication(c *onPremCall) {
	a := o.application()
	o.okSettings(c, onprem.Settings{Application: &a})
}

func (o *onPremSide) okSettings(c *onPremCall, s onprem.Settings) {
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Settings: onPremJSON(s)})
}

// patchApplication is PATCH /v1/settings/application. What it does not name
// stays as it is.
func (o *onPremSide) patchApplication(c *onPremCall) {
	before := o.application()
	after := before
	after.Media.AutoDownload = slices.Clone(before.Media.AutoDownload)
	if !o.read(c, &after) {
		return
	}
	if e := checkApplication(before, after); e.Code != 0 {
		o.fail(c.exchange, e)
		return
	}
	o.apply(before, after)
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// checkApplication says what is wrong with new settings.
func checkApplication(before, after onprem.ApplicationSettings) onprem.Error {
	address, err := url.Parse(after.Webhooks.URL)
	concurrency := after.Webhooks.MaxConcurrentRequests
	switch {
	// The platform insists on https; receivers in tests seldom have it.
	case after.Webhooks.URL != "" && (err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http"):
		return parameterNotValid("webhooks.url '%s' is not a URL", after.Webhooks.URL)
	case concurrency != before.Webhooks.MaxConcurrentRequests && !slices.Contains([]int{6, 12, 18, 24}, concurrency):
		return parameterNotValid("webhooks.max_concurrent_requests is 6, 12, 18 or 24")
	case after.HeartbeatInterval < 0 || after.HeartbeatInterval > 3600 || after.UnhealthyInterval < 0 || after.UnhealthyInterval > 86400:
		return parameterNotValid("heartbeat_interval and unhealthy_interval are numbers of seconds")
	}
	return onprem.Error{}
}

func (o *onPremSide) apply(before, after onprem.ApplicationSettings) {
	s := &o.settings
	s.mu.Lock()
	s.application = after
	told := after.Webhooks.Message
	if after.SentStatus != before.SentStatus { // the older name of the same switch
		told.Sent = after.SentStatus
	}
	if told != before.Webhooks.Message {
		s.told = &told
	}
	takeChange(&s.backoff, time.Duration(before.CallbackBackoff), time.Duration(after.CallbackBackoff))
	takeChange(&s.mostBackoff, time.Duration(before.MaxCallbackBackoff), time.Duration(after.MaxCallbackBackoff))
	takeChange(&s.heartbeat, wholeSeconds(before.HeartbeatInterval), wholeSeconds(after.HeartbeatInterval))
	takeChange(&s.unhealthy, wholeSeconds(before.UnhealthyInterval), wholeSeconds(after.UnhealthyInterval))
	takeChange(&s.concurrency, before.Webhooks.MaxConcurrentRequests, after.Webhooks.MaxConcurrentRequests)
	s.mu.Unlock()
	if after.Webhooks.URL != before.Webhooks.URL {
		o.server.SetWebhook(whatsapp.OnPrem, after.Webhooks.URL)
	}
	o.hook.resume() // with more requests at once, perhaps
}

func wholeSeconds(n int) time.Duration { return time.Duration(n) * time.Second }

// takeChange takes over a value that a PATCH has changed.
func takeChange[T comparable](into *T, before, after T) {
	if before != after {
		*into = after
	}
}

// resetApplication is DELETE /v1/settings/application.
func (o *onPremSide) resetApplication(c *onPremCall) {
	o.settings.mu.Lock()
	o.settings.resetApplication()
	o.settings.mu.Unlock()
	o.server.SetWebhook(whatsapp.OnPrem, "")
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}
