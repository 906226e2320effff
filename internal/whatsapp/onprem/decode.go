package onprem

import (
	"encoding/json"
	"fmt"
	"net/http"

	"wabench/internal/whatsapp"
)

// brief is as much of an answer as Decode looks at. A call is about one thing,
// so the first of each list is enough, and arrays need no memory of their own.
type brief struct {
	Messages [1]MessageRef `json:"messages"`
	Contacts [1]Contact    `json:"contacts"`
	Media    [1]MediaRef   `json:"media"`
	Errors   []Error       `json:"errors"`
}

// Decode says what became of a request. An answer with errors is a failure
// whatever its status, and so is a success that lacks what was asked for.
func (d *Dialect) Decode(op whatsapp.Op, r whatsapp.Response) whatsapp.Outcome {
	var body brief
	err := json.Unmarshal(r.Body, &body)
	out := whatsapp.Outcome{Status: r.Status}
	switch {
	case len(body.Errors) > 0:
		out.Class = classify(r.Status, body.Errors[0].Code)
		out.Code, out.Detail = body.Errors[0].Code, body.Errors[0].Error()
	case r.Status/100 != 2:
		out.Class, out.Detail = classify(r.Status, 0), excerpt(r)
	case op == whatsapp.OpMarkRead: // an empty body will do
	case err != nil:
		out.Class, out.Detail = whatsapp.Target5xx, "answer is not JSON: "+excerpt(r)
	default:
		body.accept(op, &out)
	}
	return out
}

// accept checks that a success holds what op asked for.
func (b *brief) accept(op whatsapp.Op, out *whatsapp.Outcome) {
	missing := ""
	switch op {
	case whatsapp.OpSend, whatsapp.OpRetry:
		if b.Messages[0].ID == "" {
			missing = "a message id"
			break
		}
		out.MessageID = b.Messages[0].ID
	case whatsapp.OpContacts:
		if b.Contacts[0].Status == "" || b.Contacts[0].Status == ContactFailed {
			missing = "a checked contact"
		}
	case whatsapp.OpMediaUpload:
		if b.Media[0].ID == "" {
			missing = "a media id"
		}
	}
	if missing != "" {
		out.Class, out.Detail = whatsapp.Target5xx, "success without "+missing
	}
}

// classify puts a rejection into a class: by its code first, since the same
// code comes with several statuses, then by the HTTP status.
//
// A full job queue (1016, HTTP 503) is target_5xx, not throttled: the rate
// limiter (1015) says "you are faster than your contract", while 1016 says
// "this deployment is out of capacity". The second is the breaking point that
// a load test looks for, and it counts against the deployment's availability.
func classify(status, code int) whatsapp.Class {
	switch code {
	case CodeTooManyRequests, CodeRateLimitHit, CodeSpamRateLimitHit:
		return whatsapp.Throttled
	case CodeServiceNotReady, CodeInternalError, CodeOverloaded, CodeNotPrimaryMaster,
		CodeNotPrimaryCoreapp, CodeDatabaseError, CodeServerError:
		return whatsapp.Target5xx
	}
	switch {
	case status == http.StatusTooManyRequests:
		return whatsapp.Throttled
	case status >= 500:
		return whatsapp.Target5xx
	}
	return whatsapp.ClientFault
}

// excerpt describes an answer that is not the API's, such as a proxy's page.
func excerpt(r whatsapp.Response) string {
	const most = 200
	body := r.Body
	if len(body) > most {
		body = body[:most]
	}
	return fmt.Sprintf("HTTP %d: %q", r.Status, body)
}
