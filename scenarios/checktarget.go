package scenarios

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"wabench/internal/gate"
	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

func (c *checker) targets() {
	targets := c.scenario.Targets
	if targets.OK && len(targets.Value) == 0 {
		c.Problem(targets.Pos, "add one such as fake: {api: cloud, fake: instant}", "scenario has no targets")
	}
	for i := range targets.Value {
		t := &targets.Value[i].Value
		if !targetName.MatchString(t.name) || t.name == gate.Baseline {
			c.Problem(t.key, "use letters, digits, - and _", "%q cannot be a target's name", t.name)
		}
		if node := targets.Value[i].Node; node.Kind == strictyaml.Map {
			c.target(t, node.Pos)
		}
	}
}

func (c *checker) target(t *TargetSection, pos strictyaml.Pos) {
	switch {
	case t.Fake.Written() && t.URL.Written():
		c.Problem(t.URL.Pos, "keep one of them", "target %s has both fake and url", t.name)
	case !t.Fake.Written() && !t.URL.Written():
		c.Problem(pos, "add fake: PROFILE or url: ADDRESS", "target %s has neither fake nor url", t.name)
	case t.URL.Written():
		c.endpoint(t, pos)
	default:
		c.fake(t)
	}
	if t.API.OK {
		c.ownFields(t)
	}
	positive(c, "timeout", t.Timeout)
	positive(c, "max_in_flight", t.MaxInFlight)
	positive(c, "max", t.Retry.Value.Max)
	if t.Version.OK && !strings.Contains(t.Version.Value, "${") && !cloudVersion.MatchString(t.Version.Value) {
		c.Problem(t.Version.Pos, "write it as v24.0", "%q is not a version of the Cloud API", t.Version.Value)
	}
}

var cloudVersion = regexp.MustCompile(`^v[1-9][0-9]*\.[0-9]+$`)

// apiField is a field of a target that only one API knows.
type apiField struct {
	name string
	api  whatsapp.API
	pos  strictyaml.Pos
	// needed says that an endpoint (url) cannot do without it.
	needed bool
}

func (t *TargetSection) apiFields() []apiField {
	return []apiField{
		{"version", whatsapp.Cloud, t.Version.Pos, false},
		{"phone_number_id", whatsapp.Cloud, t.PhoneNumberID.Pos, true},
		{"waba_id", whatsapp.Cloud, t.WABAID.Pos, false},
		{"token", whatsapp.Cloud, t.Token.Pos, true},
		{"username", whatsapp.OnPrem, t.Username.Pos, true},
		{"password", whatsapp.OnPrem, t.Password.Pos, true},
	}
}

// ownFields notes fields that belong to the other API.
func (c *checker) ownFields(t *TargetSection) {
	api := whatsapp.API(t.API.Value)
	for _, f := range t.apiFields() {
		if f.pos.Known() && f.api != api {
			c.Problem(f.pos, "", "%s belongs to the %s API; target %s is %s", f.name, f.api, t.name, api)
		}
	}
}

// endpoint checks a target with a url.
func (c *checker) endpoint(t *TargetSection, pos strictyaml.Pos) {
	for _, f := range t.apiFields() {
		if f.needed && !f.pos.Known() && t.API.OK && f.api == whatsapp.API(t.API.Value) {
			c.Problem(pos, "", "target %s has a url and no %s", t.name, f.name)
		}
	}
	if !t.URL.OK || strings.Contains(t.URL.Value, "${") {
		return // known when the scenario is resolved
	}
	if _, err := parseURL(t.URL.Value); err != nil {
		hidePassword(t.URL)
		c.Problem(t.URL.Pos, "", "url: %s", err)
	}
}

// fake checks what a fake cannot have.
func (c *checker) fake(t *TargetSection) {
	if t.TLS.Written() {
		c.Problem(t.TLS.Pos, "", "tls has no effect: target %s is a fake without TLS", t.name)
	}
	if t.HTTP2.Value == HTTP2On {
		c.Problem(t.HTTP2.Pos, "use http2: auto", "target %s is a fake and speaks HTTP/1.1", t.name)
	}
}

// parseURL reads the base address of an endpoint.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("%q is not an address such as https://example.com", s)
	case u.User != nil:
		return nil, fmt.Errorf("address of %s holds a user or password; use the target's own fields", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q has a query or fragment; a base address ends with its path", s)
	}
	return u, nil
}

// hidePassword keeps the password of an address out of every message.
func hidePassword(a At[string]) {
	if u, err := url.Parse(a.Value); err == nil && u.User != nil {
		password, _ := u.User.Password()
		a.Pos.Source.Hide(password)
	}
}
