package fakeapi

import "net/http"

// update is one thing a webhook tells.
type update interface {
	// size is about how many bytes the update takes in a body.
	size() int
}

// envelope is how one API writes its webhooks.
type envelope interface {
	// rules returns how the API sends them at the moment.
	rules() WebhookRules
	// address returns where u goes; empty is nowhere.
	address(u update) string
	// compose writes a body that tells all updates, in order.
	compose(updates []update) []byte
	// seal adds the headers that belong to body.
	seal(header http.Header, body []byte)
}
