package fakeapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// clearance is what a request needs to show.
type clearance uint8

const (
	forUsers clearance = iota
	forAdmins
	forMonitors // a login or the API key
	forAll
)

// onPremRoute is one endpoint. A path that ends in /* has an argument there.
type onPremRoute struct {
	method, path string
	op           whatsapp.Op
	need         clearance
	serve        func(o *onPremSide, c *onPremCall)
}

// onPremCall is a request on an endpoint.
type onPremCall struct {
	*exchange
	user string // who logged in
	arg  string // of the path
}

// The operations that only the fake tells apart.
const (
	opLogin  whatsapp.Op = "login"
	opMedia  whatsapp.Op = "media"
	opHealth whatsapp.Op = "health"
)

// onPremRoutes are the endpoints of the API.
var onPremRoutes = []onPremRoute{
	{"POST", "/v1/messages", whatsapp.OpSend, forUsers, (*onPremSide).sendMessage},
	{"PUT", "/v1/messages/*", whatsapp.OpMarkRead, forUsers, (*onPremSide).markRead},
	{"POST", "/v1/contacts", whatsapp.OpContacts, forUsers, (*onPremSide).checkContacts},

	{"POST", "/v1/media", whatsapp.OpMediaUpload, forUsers, (*onPremSide).uploadMedia},
	{"GET", "/v1/media/*", opMedia, forUsers, (*onPremSide).downloadMedia},
	{"DELETE", "/v1/media/*", opMedia, forUsers, (*onPremSide).deleteMedia},

	{"POST", "/v1/users/login", opLogin, forAll, (*onPremSide).logIn},
	{"POST", "/v1/users/logout", opLogin, forUsers, (*onPremSide).logOut},
	{"POST", "/v1/users", opManagement, forAdmins, (*onPremSide).createUser},
	{"GET", "/v1/users/*", opManagement, forAdmins, (*onPremSide).readUser},
	{"PUT", "/v1/users/*", opManagement, forUsers, (*onPremSide).changeUser},
	{"DELETE", "/v1/users/*", opManagement, forAdmins, (*onPremSide).deleteUser},

	{"GET", "/v1/health", opHealth, forMonitors, (*onPremSide).readHealth},
	{"GET", "/v1/stats/app", opHealth, forMonitors, (*onPremSide).readAppStats},
	{"GET", "/v1/stats/db", opHealth, forMonitors, (*onPremSide).readStoreStats},
	{"GET", "/v1/metrics", opHealth, forMonitors, (*onPremSide).readMetrics},

	{"POST", "/v1/account", opManagement, forAdmins, (*onPremSide).createAccount},
	{"POST", "/v1/account/verify", opManagement, forAdmins, (*onPremSide).verifyAccount},
	{"GET", "/v1/account/shards", opManagement, forAdmins, (*onPremSide).readShards},
	{"POST", "/v1/account/shards", opManagement, forAdmins, (*onPremSide).changeShards},

	{"GET", "/v1/settings/application", opManagement, forAdmins, (*onPremSide).readApplication},
	{"PATCH", "/v1/settings/application", opManagement, forAdmins, (*onPremSide).patchApplication},
	{"DELETE", "/v1/settings/application", opManagement, forAdmins, (*onPremSide).resetApplication},
	{"GET", "/v1/settings/application/media/providers", opManagement, forAdmins, (*onPremSide).readProviders},
	{"POST", "/v1/settings/application/media/providers", opManagement, forAdmins, (*onPremSide).addProviders},
	{"DELETE", "/v1/settings/application/media/providers/*", opManagement, forAdmins, (*onPremSide).deleteProvider},
	{"GET", "/v1/settings/business/profile", whatsapp.OpProfile, forUsers, (*onPremSide).readBusiness},
	{"POST", "/v1/settings/business/profile", opManagement, forAdmins, (*onPremSide).writeBusiness},
	{"GET", "/v1/settings/profile/about", opManagement, forUsers, (*onPremSide).readAbout},
	{"PATCH", "/v1/settings/profile/about", opManagement, forAdmins, (*onPremSide).writeAbout},
	{"GET", "/v1/settings/profile/photo", opManagement, forUsers, (*onPremSide).readPhoto},
	{"POST", "/v1/settings/profile/photo", opManagement, forAdmins, (*onPremSide).writePhoto},
	{"DELETE", "/v1/settings/profile/photo", opManagement, forAdmins, (*onPremSide).deletePhoto},
	{"POST", "/v1/settings/account/two-step", opManagement, forAdmins, (*onPremSide).writePin},
	{"DELETE", "/v1/settings/account/two-step", opManagement, forAdmins, (*onPremSide).deletePin},
	{"POST", "/v1/settings/backup", opManagement, forAdmins, (*onPremSide).backUp},
	{"POST", "/v1/settings/restore", opManagement, forAdmins, (*onPremSide).restore},

	{"POST", "/v1/certificates/external", opManagement, forAdmins, (*onPremSide).writeCertificate},
	{"GET", "/v1/certificates/external/ca", opManagement, forAdmins, (*onPremSide).readCertificate},
	{"POST", "/v1/certificates/webhooks/ca", opManagement, forAdmins, (*onPremSide).writeCertificate},
	{"GET", "/v1/certificates/webhooks/ca", opManagement, forAdmins, (*onPremSide).readCertificate},
	{"DELETE", "/v1/certificates/webhooks/ca", opManagement, forAdmins, (*onPremSide).deleteCertificate},
}

// findOnPremRoute finds the endpoint of a request; known reports whether the path has
// one for some method.
func findOnPremRoute(method, path string) (found *onPremRoute, arg string, known bool) {
	path = strings.TrimSuffix(path, "/")
	for i := range onPremRoutes {
		r := &onPremRoutes[i]
		arg, ok := r.matches(path)
		if ok && r.method == method {
			return r, arg, true
		}
		known = known || ok
	}
	return nil, "", known
}

// matches reports whether the path is the route's, and its argument.
func (r *onPremRoute) matches(path string) (arg string, ok bool) {
	prefix, takes := strings.CutSuffix(r.path, "*")
	if !takes {
		return "", path == r.path
	}
	arg, ok = strings.CutPrefix(path, prefix)
	return arg, ok && arg != "" && !strings.Contains(arg, "/")
}

// serve implements side.
func (o *onPremSide) serve(x *exchange) {
	o.busy.Add(1)
	defer o.busy.Add(-1)
	r, arg, known := findOnPremRoute(x.r.Method, x.r.URL.Path)
	if r != nil {
		x.op = r.op
	}
	c := &onPremCall{exchange: x, arg: arg}
	switch {
	case !o.admit(x):
		o.failBriefly(x, onprem.NewError(onprem.CodeTooManyRequests, ""))
	case r == nil && known:
		o.failAs(x, http.StatusMethodNotAllowed, onprem.NewError(onprem.CodeInvalidRequest, "Method not allowed"))
	case r == nil:
		o.fail(x, onprem.NewError(onprem.CodeNotFound, "There is no such endpoint"))
	case o.cleared(c, r.need):
		r.serve(o, c)
	}
}

// cleared checks a request's credentials and answers it if they are not enough.
func (o *onPremSide) cleared(c *onPremCall, need clearance) bool {
	if need == forAll || need == forMonitors && o.hasAPIKey(c.r) {
		return true
	}
	user, admin, problem := o.users.authenticate(c.r, c.arrived)
	if problem != "" {
		o.fail(c.exchange, onprem.NewError(onprem.CodeAccessDenied, problem))
		return false
	}
	if need == forAdmins && !admin {
		o.failAs(c.exchange, http.StatusForbidden, onprem.NewError(onprem.CodeAccessDenied, "Only administrators may do this"))
		return false
	}
	c.user = user
	return true
}

func (o *onPremSide) hasAPIKey(r *http.Request) bool {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Apikey ")
	return found && key != "" && sameSecret(key, o.profile().APIKey)
}

// read decodes a request's body; if that fails it answers and reports false. An
// empty body leaves into as it is.
func (o *onPremSide) read(c *onPremCall, into any) bool {
	body, ok := o.readAll(c)
	if !ok || len(body) == 0 {
		return ok
	}
	return o.decode(c, body, into)
}

// readAll reads a request's body; if that fails it answers and reports false.
func (o *onPremSide) readAll(c *onPremCall) ([]byte, bool) {
	c.body.limit = largestJSON
	body, err := io.ReadAll(c.r.Body)
	if err == nil {
		return body, true
	}
	status, what := statusOfRead(err), "The body could not be read"
	switch status {
	case http.StatusRequestEntityTooLarge:
		what = "The body is too large"
	case http.StatusRequestTimeout:
		what = "The body took too long to come"
	}
	o.failAs(c.exchange, status, onprem.NewError(onprem.CodeInvalidRequest, what))
	return nil, false
}

func (o *onPremSide) decode(c *onPremCall, body []byte, into any) bool {
	err := json.Unmarshal(body, into)
	if err == nil {
		return true
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		o.fail(c.exchange, onprem.NewError(onprem.CodeParameterNotValid, "Parameter '"+wrong.Field+"' is not valid"))
		return false
	}
	o.fail(c.exchange, onprem.NewError(onprem.CodeInvalidRequest, "The body is not valid: "+err.Error()))
	return false
}
