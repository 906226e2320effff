package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"wabench/internal/whatsapp"
)

// reply is whatever an answer can hold that an outcome depends on.
type reply struct {
	Messages []struct {
		ID string `json:"id"`
	} `json:"messages"`
	ID      string          `json:"id"`
	Success bool            `json:"success"`
	Data    json.RawMessage `json:"data"`
	Error   *Error          `json:"error"`
}

// Decode says what became of an operation from the answer to it. The error code
// counts for more than the HTTP status.
func (d *Dialect) Decode(op whatsapp.Op, r whatsapp.Response) whatsapp.Outcome {
	if r.Status == http.StatusOK && (op == whatsapp.OpSend || op == whatsapp.OpRetry) {
		if id, ok := acceptedID(r.Body); ok {
			return whatsapp.Outcome{Class: whatsapp.OK, Status: r.Status, MessageID: id}
		}
	}
	return decode(op, r)
}

// decode reads any answer.
func decode(op whatsapp.Op, r whatsapp.Response) whatsapp.Outcome {
	var answer reply
	malformed := json.Unmarshal(r.Body, &answer)
	if malformed == nil && answer.Error != nil {
		return refused(r.Status, *answer.Error)
	}
	if r.Status < 200 || r.Status > 299 {
		return whatsapp.Outcome{Class: classOf(0, r.Status), Status: r.Status, Detail: plain(r)}
	}
	if malformed != nil || !answer.confirms(op) {
		return whatsapp.Outcome{
			Class: whatsapp.TargetReset, Status: r.Status,
			Detail: fmt.Sprintf("status %d without what %s promises: %s", r.Status, op, plain(r)),
		}
	}
	outcome := whatsapp.Outcome{Class: whatsapp.OK, Status: r.Status}
	if len(answer.Messages) > 0 {
		outcome.MessageID = answer.Messages[0].ID
	}
	return outcome
}

func refused(status int, e Error) whatsapp.Outcome {
	return whatsapp.Outcome{Class: classOf(e.Code, status), Status: status, Code: e.Code, Detail: e.text()}
}

// confirms reports whether the answer has what success of op consists of.
func (a *reply) confirms(op whatsapp.Op) bool {
	switch op {
	case whatsapp.OpSend, whatsapp.OpRetry:
		return len(a.Messages) > 0 && a.Messages[0].ID != ""
	case whatsapp.OpMediaUpload:
		return a.ID != ""
	case whatsapp.OpMarkRead:
		return a.Success
	case whatsapp.OpProfile:
		return a.Data != nil
	}
	return true
}

// longestDetail is how much of an answer that is not the API's is quoted.
const longestDetail = 200

// plain quotes the beginning of an answer.
func plain(r whatsapp.Response) string {
	text := strings.ToValidUTF8(string(bytes.TrimSpace(r.Body[:min(len(r.Body), longestDetail)])), "�")
	if text == "" {
		return http.StatusText(r.Status)
	}
	return text
}
