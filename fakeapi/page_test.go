package fakeapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestPage(t *testing.T) {
	c := startCloud(t, Options{})
	for path, kind := range map[string]string{
		"/_fake/": "text/html", "/_fake": "text/html", "/_fake/page.css": "text/css", "/_fake/page.js": "text/javascript",
	} {
		a := c.do(http.MethodGet, path, "")
		if a.status != 200 || a.header.Get("Content-Type") != kind+"; charset=utf-8" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
		for _, outside := range []string{"http://", "https://", "//cdn", "innerHTML", "outerHTML", "document.write", "eval("} {
			if bytes.Contains(a.body, []byte(outside)) {
				t.Errorf("%s contains %s", path, outside)
			}
		}
	}
}

// A config that the fake shows, and with it every profile, fits the schema.
func TestProfileSchema(t *testing.T) {
	c := startCloud(t, Options{})
	text := c.do(http.MethodGet, "/_fake/schema", "").body
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("profile.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("profile.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Profiles() {
		shown := startCloud(t, Options{Profile: name}).do(http.MethodGet, "/_fake/config", "").object(t)
		for _, key := range []string{"webhook", "overrides", "seed", "url"} {
			delete(shown, key)
		}
		if err := schema.Validate(shown); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{`{"clowd":{}}`, `{"cloud":{"throughput":80}}`, `{"apis":["sms"]}`, `{"cloud":{"accept":{"median":5}}}`} {
		var v any
		if err := json.Unmarshal([]byte(bad), &v); err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("%s fits the schema", bad)
		}
	}
}
