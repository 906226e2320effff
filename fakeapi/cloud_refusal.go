package fakeapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/cloud"
)

// refusal is an error of the Cloud API before it is written. A nil *refusal is
// none.
type refusal struct {
	code    int
	details string
	// message replaces the usual "(#code) title", status the usual HTTP
	// status, kind the usual type.
	message string
	status  int
	kind    string
	subcode int
}

func refuse(code int, details string) *refusal { return &refusal{code: code, details: details} }

// fail answers x with r.
func (c *cloudSide) fail(x *exchange, r *refusal) {
	e := c.errorOf(x, r)
	info, _ := cloud.Lookup(r.code)
	x.replyValue(c.statusOf(r, info), cloud.ErrorAnswer{Error: e})
}

// errorOf is r as the body of an answer has it. It also sets the headers of the
// answer.
func (c *cloudSide) errorOf(x *exchange, r *refusal) cloud.Error {
	e := cloud.NewError(r.code, r.details)
	if r.message != "" {
		e.Message = r.message
	}
	if r.kind != "" {
		e.Type = r.kind
	}
	e.Subcode = r.subcode
	info, _ := cloud.Lookup(r.code)
	if s := oldSubcode(x, r.code); s != 0 {
		e.Subcode = s
	}
	if r.code >= 2388000 && r.code < 2389000 {
		e.UserTitle, e.UserMsg = info.Title, r.details
	}
	e.Transient = info.Retry && info.Class == whatsapp.Target5xx
	e.TraceID = c.head(x)
	challenge := "invalid_request"
	if r.code == 190 || r.code == 104 || r.code == 0 {
		challenge = "invalid_token"
	}
	x.w.Header()["Www-Authenticate"] = []string{`OAuth "Facebook Platform" "` + challenge + `" "` + quoted(e.Message) + `"`}
	return e
}

// oldSubcode is the subcode that errors of sending had before version 16 of
// Graph.
func oldSubcode(x *exchange, code int) int {
	version, _ := cutVersion(strings.TrimPrefix(x.r.URL.Path, "/"))
	if version == "" || majorVersion(version) >= 16 || !strings.HasSuffix(x.r.URL.Path, "/messages") {
		return 0
	}
	switch code {
	case 130429:
		return 2494055
	case 100, 131008, 131009:
		return 2494010
	}
	return 0
}

// garbled is the body of the answer to what is not even a request; net/http
// says what is wrong with it.
func (c *cloudSide) garbled(what string) []byte {
	e := cloud.NewError(100, what)
	marks := c.marks(-1 - c.garbage.Add(1))
	e.TraceID = string(marks[requestMark:traceMark])
	body, err := json.Marshal(cloud.ErrorAnswer{Error: e})
	if err != nil {
		panic(err) // strings and numbers
	}
	return body
}

// statusOf is the HTTP status of an error: its own, or for rate limits the one
// that the profile chooses between Meta's pages.
func (c *cloudSide) statusOf(r *refusal, info cloud.Code) int {
	switch {
	case r.status != 0:
		return r.status
	case info.Class == whatsapp.Throttled:
		return c.server.profile().Cloud.ThrottleStatus
	case info.Status != 0:
		return info.Status
	}
	return http.StatusBadRequest
}

// quoted makes text fit between the quotes of a header.
func quoted(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' {
			return '\''
		}
		return r
	}, text)
}

// refuse answers x in the Cloud API's words for a fault.
func (c *cloudSide) refuse(x *exchange, f Fault) {
	switch f.Kind {
	case Unavailable:
		c.fail(x, &refusal{code: 2, details: "The service is temporarily unavailable because of an update of the API."})
	case Throttle:
		c.fail(x, refuse(130429, "Cloud API message throughput has been reached."))
	case TokenExpired:
		c.fail(x, expired)
	case RegionFailover:
		c.fail(x, refuse(131016, "A service is temporarily unavailable while another region takes over."))
	default:
		c.fail(x, refuse(f.Code, "This error was asked for."))
	}
}

// The refusals of a token.
var (
	missing = &refusal{code: 104, message: "An access token is required to request this resource."}
	expired = &refusal{code: 190, subcode: 463, message: "Error validating access token: Session has expired."}
	// invalidated has the code that the page of errors gives it.
	invalidated = &refusal{code: 0, details: "The access token has expired or was made invalid."}

	invalid = &refusal{code: 190, message: "Invalid OAuth access token - Cannot parse access token"}
)

// noObject is the refusal of a path whose first part is no object.
func noObject(method, id string) *refusal {
	return &refusal{
		code: 100, subcode: 33, kind: "GraphMethodException", status: http.StatusBadRequest,
		message: "Unsupported " + strings.ToLower(method) + " request. Object with ID '" + shortened(id) +
			"' does not exist, cannot be loaded due to missing permissions, or does not support this operation. " +
			"Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api",
	}
}

// noAlias is the refusal of a path whose first part is no number and no name of
// anything.
func noAlias(name string) *refusal {
	return &refusal{
		code: 803, kind: "GraphMethodException",
		message: "(#803) Some of the aliases you requested do not exist: " + quoted(shortened(name)),
	}
}

// noEdge is the refusal of a path that no object has.
func noEdge(path string) *refusal {
	return &refusal{code: 2500, status: http.StatusBadRequest, message: "Unknown path components: /" + shortened(path)}
}

func lacks(parameter string) *refusal {
	return refuse(131008, "The parameter "+parameter+" is required.")
}

func wrong(parameter, why string) *refusal {
	return refuse(131009, "Parameter "+parameter+" "+why+".")
}

func tooLong(parameter string, limit int) *refusal {
	return refuse(100, "Parameter "+parameter+" must be no longer than "+strconv.Itoa(limit)+" characters.")
}

// shortened keeps an answer from repeating all of an endless path.
func shortened(path string) string {
	const most = 200
	if len(path) <= most {
		return path
	}
	return strings.ToValidUTF8(path[:most], "") + "..."
}
