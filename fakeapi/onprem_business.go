package fakeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"unicode/utf8"

	"wabench/internal/whatsapp/onprem"
)

// onPremJSON is a value of ours as JSON.
func onPremJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // a wire type that JSON cannot hold is a bug
	}
	return text
}

// readBusiness is GET /v1/settings/business/profile.
func (o *onPremSide) readBusiness(c *onPremCall) {
	o.settings.mu.RLock()
	profile := o.settings.business
	o.settings.mu.RUnlock()
	o.okSettings(c, onprem.Settings{Business: &onprem.BusinessSettings{Profile: profile}})
}

// The limits of a business profile.
const (
	onPremWebsites = 2
	onPremAddress  = 256
	onPremAbout    = 139
	onPremPhoto    = 5 << 20
)

// writeBusiness is POST /v1/settings/business/profile.
func (o *onPremSide) writeBusiness(c *onPremCall) {
	var profile onprem.BusinessProfile
	if !o.read(c, &profile) {
		return
	}
	if len(profile.Websites) > onPremWebsites || utf8.RuneCountInString(profile.Address) > onPremAddress {
		o.fail(c.exchange, parameterNotValid("there can be %d websites, and an address of %d characters", onPremWebsites, onPremAddress))
		return
	}
	o.settings.mu.Lock()
	o.settings.business = profile
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// readAbout is GET /v1/settings/profile/about.
func (o *onPremSide) readAbout(c *onPremCall) {
	o.settings.mu.RLock()
	about := o.settings.about
	o.settings.mu.RUnlock()
	o.okSettings(c, onprem.Settings{Profile: &onprem.ProfileSettings{About: onprem.About{Text: about}}})
}

// writeAbout is PATCH /v1/settings/profile/about.
func (o *onPremSide) writeAbout(c *onPremCall) {
	var about onprem.About
	if !o.read(c, &about) {
		return
	}
	if n := utf8.RuneCountInString(about.Text); n < 1 || n > onPremAbout {
		o.fail(c.exchange, parameterNotValid("text has 1 to %d characters", onPremAbout))
		return
	}
	o.settings.mu.Lock()
	o.settings.about = about.Text
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// readPhoto is GET /v1/settings/profile/photo.
func (o *onPremSide) readPhoto(c *onPremCall) {
	o.settings.mu.RLock()
	photo := o.settings.photo
	o.settings.mu.RUnlock()
	if photo == nil {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no photo"))
		return
	}
	o.stats.answered(c.exchange, true)
	c.answer(http.StatusOK, photo.mimeType, photo.content)
}

// writePhoto is POST /v1/settings/profile/photo: the body is the picture.
func (o *onPremSide) writePhoto(c *onPremCall) {
	content, err := io.ReadAll(io.LimitReader(c.r.Body, onPremPhoto+1))
	if err != nil || len(content) == 0 || len(content) > onPremPhoto {
		o.fail(c.exchange, parameterNotValid("a photo has 1 byte to 5 MB"))
		return
	}
	photo := &onPremFile{mimeType: c.r.Header.Get("Content-Type"), content: content}
	o.settings.mu.Lock()
	o.settings.photo = photo
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// deletePhoto is DELETE /v1/settings/profile/photo.
func (o *onPremSide) deletePhoto(c *onPremCall) {
	o.settings.mu.Lock()
	o.settings.photo = nil
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// readProviders is GET /v1/settings/application/media/providers.
func (o *onPremSide) readProviders(c *onPremCall) {
	o.settings.mu.RLock()
	providers := slices.Clone(o.settings.providers)
	o.settings.mu.RUnlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Settings: onPremJSON(map[string]any{
		"application": map[string]any{"media": map[string]any{"providers": append([]onprem.MediaProvider{}, providers...)}},
	})})
}

// addProviders is POST /v1/settings/application/media/providers; a provider of
// the same name is replaced.
func (o *onPremSide) addProviders(c *onPremCall) {
	var providers []onprem.MediaProvider
	if !o.read(c, &providers) {
		return
	}
	for _, p := range providers {
		if p.Name == "" {
			o.fail(c.exchange, parameterMissing("name"))
			return
		}
	}
	o.settings.mu.Lock()
	for _, p := range providers {
		o.settings.dropProvider(p.Name)
		o.settings.providers = append(o.settings.providers, p)
	}
	o.settings.mu.Unlock()
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

func (s *onPremSettings) dropProvider(name string) bool {
	before := len(s.providers)
	s.providers = slices.DeleteFunc(s.providers, func(p onprem.MediaProvider) bool { return p.Name == name })
	return len(s.providers) < before
}

// deleteProvider is DELETE /v1/settings/application/media/providers/{name}.
func (o *onPremSide) deleteProvider(c *onPremCall) {
	o.settings.mu.Lock()
	found := o.settings.dropProvider(c.arg)
	o.settings.mu.Unlock()
	if !found {
		o.fail(c.exchange, onprem.NewError(onprem.CodeNotFound, "There is no provider "+c.arg))
		return
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}
