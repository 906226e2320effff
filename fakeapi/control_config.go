package fakeapi

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// settings are the parts of the configuration that are not in the profile.
type settings struct {
	Webhook     json.RawMessage   `json:"webhook"` // an address, or one for each API
	Overrides   map[string]string `json:"overrides"`
	AppSecret   *string           `json:"app_secret"`
	VerifyToken *string           `json:"verify_token"`
	Profile     *string           `json:"profile"` // the name of another profile
}

// settingKeys are the keys of settings.
var settingKeys = []string{"webhook", "overrides", "app_secret", "verify_token", "profile"}

// controlConfig answers GET /_fake/config: the profile in force, and where
// webhooks go.
func (s *Server) controlConfig(w http.ResponseWriter, _ *http.Request) {
	config := shown(reflect.ValueOf(*s.profile())).(map[string]any)
	config["webhook"], config["overrides"] = s.hookSettings.addresses()
	config["seed"], config["url"] = s.seed, s.URL
	writeJSON(w, http.StatusOK, config)
}

// shown is a part of a profile as JSON has it, with the keys and the notation
// of profile files.
func shown(v reflect.Value) any {
	switch value := v.Interface().(type) {
	case time.Duration:
		return value.String()
	case encoding.TextMarshaler:
		text, err := value.MarshalText()
		if err != nil {
			panic(err) // of our own types
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Struct:
		object := map[string]any{}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if name != "" && name != "-" {
				object[name] = shown(v.Field(i))
			}
		}
		return object
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = shown(v.Index(i))
		}
		return list
	}
	return v.Interface()
}

// controlConfigure answers PATCH /_fake/config: keys of the profile change that
// key, the others what they name.
func (s *Server) controlConfigure(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.configure(r, body)
	}
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	s.controlConfig(w, r)
}

func (s *Server) configure(r *http.Request, body []byte) error {
	var change settings
	if err := json.Unmarshal(body, &change); err != nil {
		return err
	}
	var rest map[string]json.RawMessage
	if err := json.Unmarshal(body, &rest); err != nil {
		return err
	}
	for _, key := range settingKeys {
		delete(rest, key)
	}
	profile, err := s.changed(change.Profile, rest)
	if err != nil {
		return err
	}
	if err := s.direct(r, change); err != nil {
		return err
	}
	s.live.Store(profile)
	for _, side := range s.sides() {
		side.webhooks().resume()
	}
	return nil
}

// changed returns the profile with the keys of rest changed.
func (s *Server) changed(name *string, rest map[string]json.RawMessage) (*Profile, error) {
	profile := s.profile().clone()
	if name != nil {
		var err error
		if profile, err = ReadProfile(s.options.Files, *name); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	if err := strictyaml.Decode("config", text, profile); err != nil {
		return nil, err
	}
	if now := s.profile().Accounts; len(now)+len(profile.Accounts) > 0 && !reflect.DeepEqual(profile.Accounts, now) {
		return nil, errors.New("accounts: are read when the fake starts; start another one for others")
	}
	return profile, profile.check()
}

// direct changes where webhooks go and how they are signed.
func (s *Server) direct(r *http.Request, change settings) error {
	urls, err := change.urls()
	if err != nil {
		return err
	}
	h := &s.hookSettings
	h.mu.Lock()
	if change.AppSecret != nil {
		h.secret = *change.AppSecret
	}
	if change.VerifyToken != nil {
		h.verify = *change.VerifyToken
	}
	verify := h.verify
	h.mu.Unlock()
	for api, url := range urls {
		if err := s.verify(r.Context(), url, verify); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		s.SetWebhook(api, url)
	}
	for id, url := range change.Overrides {
		s.SetWebhookOf(id, url)
	}
	return nil
}

// urls reads the webhook addresses by API; the empty API is both.
func (c settings) urls() (map[whatsapp.API]string, error) {
	if c.Webhook == nil {
		return nil, nil
	}
	var one string
	if json.Unmarshal(c.Webhook, &one) == nil {
		return map[whatsapp.API]string{"": one}, nil
	}
	var each map[whatsapp.API]string
	if err := json.Unmarshal(c.Webhook, &each); err != nil {
		return nil, fmt.Errorf(`webhook: is an address, or an object with one for "cloud" and one for "onprem"`)
	}
	return each, nil
}
