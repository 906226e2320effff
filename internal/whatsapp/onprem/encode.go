package onprem

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"wabench/internal/whatsapp"
)

func encode(call whatsapp.Call) (whatsapp.Request, error) {
	switch call.Op {
	case whatsapp.OpSend, whatsapp.OpRetry:
		return encodeSend(call.Message)
	case whatsapp.OpContacts:
		return encodeContacts(call.Contact)
	case whatsapp.OpMediaUpload:
		return encodeUpload(call.File)
	case whatsapp.OpMarkRead:
		return encodeRead(call.MessageID)
	case whatsapp.OpProfile:
		return whatsapp.Request{Method: http.MethodGet, Path: "/v1/settings/business/profile", Header: http.Header{}}, nil
	}
	return whatsapp.Request{}, fmt.Errorf("the On-Premises API has no operation %q", call.Op)
}

func encodeSend(m whatsapp.Message) (whatsapp.Request, error) {
	body, err := encodeMessage(m)
	if err != nil {
		return whatsapp.Request{}, fmt.Errorf("%s message: %w", m.Type, err)
	}
	return jsonRequest(http.MethodPost, "/v1/messages", body), nil
}

// encodeContacts asks for an answer that waits for the check, so that the
// response time is that of the check and not that of its queue.
func encodeContacts(number string) (whatsapp.Request, error) {
	if number == "" {
		return whatsapp.Request{}, errors.New("contacts: no number to check")
	}
	body, err := json.Marshal(ContactsRequest{Blocking: BlockingWait, Contacts: []string{number}})
	if err != nil {
		return whatsapp.Request{}, fmt.Errorf("contacts: %w", err)
	}
	return jsonRequest(http.MethodPost, "/v1/contacts", body), nil
}

func encodeUpload(f *whatsapp.File) (whatsapp.Request, error) {
	if f == nil {
		return whatsapp.Request{}, errors.New("media_upload: no file")
	}
	r := jsonRequest(http.MethodPost, "/v1/media", f.Bytes)
	r.Header["Content-Type"] = binaryContent
	if f.MIMEType != "" {
		r.Header["Content-Type"] = []string{f.MIMEType}
	}
	return r, nil
}

func encodeRead(messageID string) (whatsapp.Request, error) {
	if messageID == "" {
		return whatsapp.Request{}, errors.New("mark_read: no message id")
	}
	return jsonRequest(http.MethodPut, "/v1/messages/"+url.PathEscape(messageID), []byte(`{"status":"read"}`)), nil
}
