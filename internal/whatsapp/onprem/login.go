package onprem

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"wabench/internal/whatsapp"
)

// ExpiryLayout is how expires_after is written; clients parse exactly this.
const ExpiryLayout = "2006-01-02 15:04:05-07:00"

// session is what a login gave: the token as a header's value.
type session struct{ authorization []string }

// LoginRequest asks for a token, which lives for seven days.
func (d *Dialect) LoginRequest() whatsapp.Request {
	r := jsonRequest(http.MethodPost, "/v1/users/login", []byte("{}"))
	credentials := base64.StdEncoding.EncodeToString([]byte(d.username + ":" + d.password))
	r.Header["Authorization"] = []string{"Basic " + credentials}
	return r
}

// Login reads the answer to LoginRequest and puts its token into use. It
// returns when the token expires; a failed login leaves an earlier token be.
func (d *Dialect) Login(r whatsapp.Response) (expires time.Time, err error) {
	var answer Answer
	if err := json.Unmarshal(r.Body, &answer); err != nil {
		return time.Time{}, fmt.Errorf("log in: %s", excerpt(r))
	}
	switch {
	case len(answer.Errors) > 0:
		return time.Time{}, fmt.Errorf("log in: HTTP %d: %w", r.Status, answer.Errors[0])
	case r.Status/100 != 2:
		return time.Time{}, fmt.Errorf("log in: HTTP %d", r.Status)
	case len(answer.Users) == 0 || answer.Users[0].Token == "":
		return time.Time{}, errors.New("log in: the answer has no token")
	}
	user := answer.Users[0]
	expires, err = time.Parse(ExpiryLayout, user.ExpiresAfter)
	if err != nil {
		return time.Time{}, fmt.Errorf("log in: expires_after: %w", err)
	}
	d.session.Store(&session{authorization: []string{"Bearer " + user.Token}})
	return expires, nil
}
