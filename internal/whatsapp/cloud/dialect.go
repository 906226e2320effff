// Package cloud speaks the Cloud API: it encodes operations as requests, reads
// answers and webhooks, and holds the wire types, the error codes, the message
// ids and the signatures that the fake platform needs for the other direction.
//
// Field names and values follow Meta's documentation of v24.0 (December 2025),
// https://developers.facebook.com/documentation/business-messaging/whatsapp/.
package cloud

import (
	"fmt"
	"net/http"
	"net/url"

	"wabench/internal/whatsapp"
)

// Options say which number to use and how.
type Options struct {
	// Version is the Graph version, as v24.0; empty leaves it out of the path.
	Version       string
	PhoneNumberID string
	Token         string
}

// Dialect turns calls into Cloud API requests and answers into outcomes. It is
// safe for concurrent use.
type Dialect struct {
	messages, media, profile string // paths
	authorization            []string
	json, bare               http.Header // shared by all requests of a kind
}

// New returns the dialect of one business number.
func New(o Options) *Dialect {
	node := "/" + url.PathEscape(o.PhoneNumberID)
	if o.Version != "" {
		node = "/" + url.PathEscape(o.Version) + node
	}
	d := &Dialect{
		messages: node + "/messages", media: node + "/media",
		profile:       node + "/whatsapp_business_profile?fields=" + profileFields,
		authorization: []string{"Bearer " + o.Token},
	}
	d.bare = http.Header{"Authorization": d.authorization}
	d.json = http.Header{"Authorization": d.authorization, "Content-Type": {"application/json"}}
	return d
}

// profileFields are the fields of a business profile; the API returns only
// those that are asked for.
const profileFields = "about,address,description,email,profile_picture_url,websites,vertical"

// Encode writes call as a request. Its header is shared between requests and
// must not be changed.
func (d *Dialect) Encode(call whatsapp.Call) (whatsapp.Request, error) {
	switch call.Op {
	case whatsapp.OpSend, whatsapp.OpRetry:
		body, err := appendMessage(call.Into, call.Message)
		if err != nil {
			return whatsapp.Request{}, err
		}
		return d.post(d.messages, body), nil
	case whatsapp.OpMarkRead:
		return d.post(d.messages, encodeRead(call.MessageID)), nil
	case whatsapp.OpMediaUpload:
		return d.upload(call.File)
	case whatsapp.OpProfile:
		return whatsapp.Request{Method: http.MethodGet, Path: d.profile, Header: d.bare}, nil
	}
	return whatsapp.Request{}, fmt.Errorf("the Cloud API has no operation %q", call.Op)
}

func (d *Dialect) post(path string, body []byte) whatsapp.Request {
	return whatsapp.Request{Method: http.MethodPost, Path: path, Header: d.json, Body: body}
}
