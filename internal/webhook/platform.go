package webhook

import (
	"encoding/json"
	"errors"
	"net/http"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
	"wabench/internal/whatsapp/onprem"
)

// signatureHeader carries the HMAC of a Cloud body.
const signatureHeader = "X-Hub-Signature-256"

// parser reads the statuses out of a webhook's body and keeps nothing of it.
type parser func(body []byte) ([]whatsapp.Status, error)

// parsers are the platforms' readers.
var parsers = map[whatsapp.API]parser{
	whatsapp.Cloud:  parseCloud,
	whatsapp.OnPrem: parseOnPrem,
}

func parseCloud(body []byte) ([]whatsapp.Status, error) {
	notification, err := cloud.ParseWebhook(body)
	return notification.Statuses, err
}

func parseOnPrem(body []byte) ([]whatsapp.Status, error) {
	notification, err := onprem.ParseWebhook(body)
	return notification.Statuses, err
}

// verify returns the status to answer a body with by its signature. Only Cloud
// bodies are signed, and only a run that knows the secret can tell.
func (r *Receiver) verify(api whatsapp.API, header http.Header, body []byte) int {
	if api != whatsapp.Cloud || r.options.Secret == "" {
		return http.StatusOK
	}
	signature := header.Get(signatureHeader)
	if signature == "" {
		return http.StatusUnauthorized
	}
	if !cloud.VerifySignature(r.options.Secret, body, signature) {
		return http.StatusForbidden
	}
	return http.StatusOK
}

// shapeOf tells from its outermost keys which platform a body is from; an empty
// API means neither. Cloud wraps all in an envelope, On-Premises in nothing.
func shapeOf(body []byte) whatsapp.API {
	var shape struct {
		Object, Entry                        json.RawMessage
		Statuses, Messages, Contacts, Errors json.RawMessage
	}
	if json.Unmarshal(body, &shape) != nil {
		return ""
	}
	switch {
	case shape.Object != nil || shape.Entry != nil:
		return whatsapp.Cloud
	case shape.Statuses != nil || shape.Messages != nil || shape.Contacts != nil || shape.Errors != nil:
		return whatsapp.OnPrem
	}
	return ""
}

// isTooLarge reports whether a body was cut because it is over the limit.
func isTooLarge(err error) bool {
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	return tooLarge
}
