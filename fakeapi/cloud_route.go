package fakeapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"wabench/internal/whatsapp"
)

// call is a request to the Cloud API with its path taken apart:
// /{version}/{node}/{edge}/{rest}.
type call struct {
	*exchange
	version, node, edge, rest string
	// number or account is the object that node names; neither for others.
	number  *number
	account *account
}

// handler answers one method on one edge.
type handler func(c *cloudSide, g *call)

// methods are the handlers of one edge by HTTP method.
type methods map[string]handler

// takeApart splits the path of x. The version may be left out.
func (c *cloudSide) takeApart(x *exchange) *call {
	g := &call{exchange: x}
	path := strings.Trim(x.r.URL.Path, "/")
	g.version, path = cutVersion(path)
	if g.version == "" {
		g.version = c.server.profile().Cloud.Version
	}
	g.node, path, _ = strings.Cut(path, "/")
	g.edge, g.rest, _ = strings.Cut(path, "/")
	return g
}

// cutVersion takes a Graph version as v24.0 off the front of a path.
func cutVersion(path string) (version, rest string) {
	first, rest, _ := strings.Cut(path, "/")
	if len(first) < 2 || first[0] != 'v' || strings.Trim(first[1:], "0123456789.") != "" {
		return "", path
	}
	return first, rest
}

// version returns the Graph version of x's path.
func (c *cloudSide) version(x *exchange) string {
	version, _ := cutVersion(strings.TrimPrefix(x.r.URL.Path, "/"))
	if version == "" {
		version = c.server.profile().Cloud.Version
	}
	return version
}

// serve answers a request on the Cloud API's paths.
func (c *cloudSide) serve(x *exchange) {
	g := c.takeApart(x)
	if r := c.authorize(x.r); r != nil {
		c.fail(x, r)
		return
	}
	if g.number, g.account = c.numbers[g.node], c.accounts[g.node]; g.number != nil {
		x.op = opOf(g.edge)
		c.dispatch(g, numberEdges)
		return
	}
	x.op = opManagement
	if g.account != nil {
		c.dispatch(g, accountEdges)
		return
	}
	c.serveObject(g)
}

// dispatch finds the handler of the call among an object's edges.
func (c *cloudSide) dispatch(g *call, edges map[string]methods) {
	on, known := edges[g.edge]
	if uncovered[g.edge] || g.account != nil && uncovered[g.r.Method+" "+g.edge] {
		c.fail(g.exchange, notCovered(g.r.Method+" /"+g.edge))
		return
	}
	if !known || g.rest != "" && !deepEdges[g.edge] {
		c.fail(g.exchange, noEdge(strings.TrimSuffix(g.edge+"/"+g.rest, "/")))
		return
	}
	handle := on[g.r.Method]
	if handle == nil {
		c.fail(g.exchange, noObject(g.r.Method, g.node))
		return
	}
	if a := g.managed(); a != nil {
		if r := c.manage(a); r != nil {
			c.usage(g.exchange, a)
			c.fail(g.exchange, r)
			return
		}
	}
	handle(c, g)
}

// authorize checks the token, in the header or in the query.
func (c *cloudSide) authorize(r *http.Request) *refusal {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		token = ""
		if r.URL.RawQuery != "" {
			token = r.URL.Query().Get("access_token")
		}
	}
	if token == "" {
		return missing
	}
	if !sameSecret(token, c.server.options.Token) {
		if c.server.live.Load().Cloud.TokenCode == 0 {
			return invalidated
		}
		return invalid
	}
	return nil
}

// ok answers with a value of the API.
func (c *cloudSide) ok(g *call, v any) {
	c.head(g.exchange)
	c.usage(g.exchange, g.managed())
	if g.r.Method == http.MethodGet {
		c.tag(g, v)
		return
	}
	g.replyValue(http.StatusOK, v)
}

// tag answers a GET with the ETag of the body, or with 304 if the client has it.
func (c *cloudSide) tag(g *call, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // an answer of ours that JSON cannot hold is a bug
	}
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:20]) + `"`
	g.w.Header()["Etag"] = []string{etag}
	if g.r.Header.Get("If-None-Match") == etag {
		g.reply(http.StatusNotModified, nil)
		return
	}
	g.reply(http.StatusOK, body)
}

// managed is the account whose management calls g counts against; nil for
// calls that do not count, as those that send. Of the account itself only
// reading counts.
func (g *call) managed() *account {
	if g.account != nil && (g.edge != "" || g.r.Method == http.MethodGet) {
		return g.account
	}
	return nil
}

// numberEdges are the edges of a business number.
var numberEdges = map[string]methods{
	"":                             {http.MethodGet: (*cloudSide).serveNumber, http.MethodPost: (*cloudSide).changeNumber},
	"messages":                     {http.MethodPost: (*cloudSide).serveMessages},
	"marketing_messages":           {http.MethodPost: (*cloudSide).serveMarketing},
	"message_history":              {http.MethodGet: (*cloudSide).serveHistory},
	"media":                        {http.MethodPost: (*cloudSide).serveUpload},
	"whatsapp_business_profile":    {http.MethodGet: (*cloudSide).serveProfile, http.MethodPost: (*cloudSide).changeProfile},
	"register":                     {http.MethodPost: (*cloudSide).register},
	"deregister":                   {http.MethodPost: (*cloudSide).deregister},
	"request_code":                 {http.MethodPost: (*cloudSide).requestCode},
	"verify_code":                  {http.MethodPost: (*cloudSide).verifyCode},
	"block_users":                  {http.MethodGet: (*cloudSide).listBlocked, http.MethodPost: (*cloudSide).block, http.MethodDelete: (*cloudSide).unblock},
	"message_qrdls":                {http.MethodGet: (*cloudSide).serveCodes, http.MethodPost: (*cloudSide).changeCode, http.MethodDelete: (*cloudSide).deleteCode},
	"settings":                     settingsMethods,
	"whatsapp_commerce_settings":   settingsMethods,
	"conversational_automation":    settingsMethods,
	"business_compliance_info":     settingsMethods,
	"whatsapp_business_encryption": settingsMethods,
}

var settingsMethods = methods{http.MethodGet: (*cloudSide).serveSettings, http.MethodPost: (*cloudSide).changeSettings}

// accountEdges are the edges of an account.
var accountEdges = map[string]methods{
	"":                  {http.MethodGet: (*cloudSide).serveAccount},
	"phone_numbers":     {http.MethodGet: (*cloudSide).serveNumbers},
	"message_templates": {http.MethodGet: (*cloudSide).listTemplates, http.MethodPost: (*cloudSide).createTemplate, http.MethodDelete: (*cloudSide).deleteTemplates},
	"assigned_users":    {http.MethodGet: (*cloudSide).serveUsers},
	"subscribed_apps":   {http.MethodGet: (*cloudSide).serveApps, http.MethodPost: (*cloudSide).subscribe, http.MethodDelete: (*cloudSide).unsubscribe},
}

// deepEdges are the edges that have objects of their own below them.
var deepEdges = map[string]bool{"message_qrdls": true}

// notCovered is the refusal of what the platform has and the fake does not.
func notCovered(what string) *refusal {
	return &refusal{code: 3, status: http.StatusBadRequest, details: "The fake platform does not cover " + what + "."}
}

// uncovered are such edges, and such methods on edges of an account.
var uncovered = map[string]bool{
	"POST ": true, "POST phone_numbers": true,
	"groups": true, "calls": true, "call_permissions": true, "flows": true, "messages_encrypted": true,
	"official_business_account": true, "activities": true, "schedules": true, "solutions": true, "extendedcredits": true,
}

// success is what many operations answer.
var success = map[string]bool{"success": true}

// opManagement is what requests that neither send nor load count as.
const opManagement whatsapp.Op = "management"

// opOf is what a request to an edge of a number counts as until more is known.
func opOf(edge string) whatsapp.Op {
	switch edge {
	case "messages", "marketing_messages":
		return whatsapp.OpSend
	case "media":
		return whatsapp.OpMediaUpload
	case "whatsapp_business_profile":
		return whatsapp.OpProfile
	}
	return opManagement
}
