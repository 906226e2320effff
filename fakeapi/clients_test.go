//go:build node

package fakeapi_test

import (
	"os"
	"os/exec"
	"testing"
)

// library is a client library of others, run by the script of its name in
// testdata/clients, and what is to come of it. The libraries are as their
// registry has them; what one gets wrong stands in its script.
type library struct {
	name string
	// sends are the types it can send, with the kind of interactive messages, in
	// the order of the script.
	sends []string
	// refused are the codes of what the platform does not take from it.
	refused map[string]any
	// What it can do.
	verifies, uploads, deletes, profile, statuses, reads bool
	// templates are the names of those that are left when it has ended.
	templates []string
	// account are its answers about numbers and accounts, as JSON.
	account string
}

// commonTypes are the types that every library sends.
var commonTypes = []string{"text", "text", "image", "audio", "document", "video", "sticker", "location", "contacts"}

// lists joins lists.
func lists(all ...[]string) (joined []string) {
	for _, list := range all {
		joined = append(joined, list...)
	}
	return joined
}

// addressed are the libraries whose address is a setting.
var addressed = []library{
	{
		name: "kapso",
		sends: lists(commonTypes[1:], []string{
			"reaction", "template", "interactive/button", "interactive/list", "interactive/product", "interactive/product_list",
			"interactive/flow", "interactive/address_message", "interactive/location_request_message",
			"interactive/call_permission_request", "interactive/cta_url", "interactive/carousel", "interactive/catalog_message",
		}),
		refused:  map[string]any{"template by id": 2500.},
		verifies: true, uploads: true, deletes: true, profile: true, statuses: true, reads: true,
		templates: []string{"kept"},
	},
	{
		name: "great-detail",
		sends: lists(commonTypes, []string{
			"reaction", "template", "interactive/button", "interactive/list", "interactive/product", "interactive/product_list",
			"interactive/catalog_message", "interactive/flow", "interactive/location_request_message", "interactive/cta_url",
		}),
		verifies: true, uploads: true, deletes: true, profile: true, statuses: true, reads: true,
		templates: []string{"kept"},
		account:   `{"number":"106540352242922","numbers":["106540352242922"],"account":"102290129340398","apps":1}`,
	},
	{
		name: "microfox",
		sends: []string{
			"text", "text", "image", "video", "document", "audio", "sticker", "location", "contacts",
			"interactive/button", "interactive/list", "interactive/cta_url", "template", "interactive/flow",
			"interactive/location_request_message", "reaction",
		},
		refused: map[string]any{
			"interactive/cta": 100., "many read": 100., "template without text": 2388072., "template unknown": 100.,
		},
		uploads: true, profile: true, statuses: true, reads: true,
		account: `{"numbers":["106540352242922"]}`,
	},
}

// fixed are the libraries that have https://graph.facebook.com in their code.
var fixed = []library{
	{
		name: "meta-sdk",
		sends: lists(commonTypes, []string{
			"template", "interactive/button", "interactive/list", "interactive/product", "interactive/product_list",
		}),
		refused:  map[string]any{"its own receiver": "ERR_INVALID_ARG_TYPE"},
		verifies: true, statuses: true, reads: true,
		account: `{"pin":true}`,
	},
	{
		name: "whatsapp-api-js",
		sends: lists(commonTypes, []string{
			"reaction", "reaction", "template", "template", "template", "template",
			"interactive/button", "interactive/list", "interactive/catalog_message", "interactive/product", "interactive/product_list",
			"interactive/cta_url", "interactive/flow", "interactive/flow", "interactive/location_request_message",
			"interactive/call_permission_request",
		}),
		refused:  map[string]any{"no number": 131009.},
		verifies: true, uploads: true, deletes: true, statuses: true, reads: true,
		account: `{"blocked":"15550100123","unblocked":"15550100123","prefilled":["Grüße, 你好 👋 \"quoted\"","c"],"codes":1}`,
	},
	{
		name: "whatsapp-business",
		sends: lists(commonTypes, []string{
			"reaction", "template", "interactive/button", "interactive/list", "interactive/product", "interactive/product_list",
			"interactive/catalog_message",
		}),
		refused: map[string]any{"no body": 131008.},
		uploads: true, deletes: true, profile: true, statuses: true, reads: true,
		account: `{"numbers":["106540352242922"],"number":"106540352242922"}`,
	},
	{
		name: "whatsapp-cloud-api",
		sends: []string{
			"text", "text", "image", "document", "audio", "video", "sticker", "location", "contacts",
			"template", "interactive/button", "interactive/list",
		},
		refused: map[string]any{"no body": 131008.},
	},
}

func TestLibraries(t *testing.T) {
	for _, l := range addressed {
		t.Run(l.name, func(t *testing.T) { l.try(t, inProcess(t)) })
	}
}

// insideVar tells the test that it is in a network namespace of its own, and
// where the command is.
const insideVar = "FAKE_INSIDE_NAMESPACE"

// Libraries with the platform's address in their code work unchanged where that
// name leads to this machine: in a network namespace with a host file of its own
// the fake has port 443 to itself.
func TestLibrariesWithTheAddressInTheirCode(t *testing.T) {
	bench := os.Getenv(insideVar)
	if bench == "" {
		inNamespace(t, fixed)
		return
	}
	for _, l := range fixed {
		t.Run(l.name, func(t *testing.T) { l.try(t, command(t, bench)) })
	}
}

// inNamespace runs this test again in a network namespace, and wants it to have
// tried all libraries.
func inNamespace(t *testing.T, all []library) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := namespace(t)
	inside := exec.CommandContext(t.Context(), "ip", "netns", "exec", name, self, "-test.run", "^"+t.Name()+"$", "-test.v", "-test.timeout", "5m")
	inside.Env = append(os.Environ(), insideVar+"="+build(t))
	out, err := inside.CombinedOutput()
	t.Logf("in the namespace:\n%s", out)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if !passed(out, t.Name()+"/"+l.name) {
			t.Errorf("%s did not pass in the namespace", l.name)
		}
	}
}
