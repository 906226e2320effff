package fakeapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// controlTell answers POST /_fake/account {"field","value"?,"waba_id"?}: the
// account's webhook with that value, or an example of one, is sent. What it
// tells of bans and of users' preferences comes true.
func (s *Server) controlTell(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Field   string          `json:"field"`
		Value   json.RawMessage `json:"value"`
		Account string          `json:"waba_id"`
	}
	if !readJSON(w, r, &req) {
		return
	}
	a := s.cloud.first.account
	if req.Account != "" {
		a = s.cloud.accounts[req.Account]
	}
	example, known := accountExamples[req.Field]
	if req.Value == nil {
		req.Value = json.RawMessage(example)
	}
	switch {
	case a == nil:
		problem(w, http.StatusBadRequest, "waba_id: there is no account "+req.Account)
	case !known:
		problem(w, http.StatusBadRequest, "field: "+req.Field+" is not a field of account webhooks")
	case len(req.Value) == 0 || req.Value[0] != '{':
		problem(w, http.StatusBadRequest, "value: is an object")
	default:
		s.cloud.follow(a, req.Field, req.Value)
		s.cloud.tell(a, req.Field, req.Value, time.Now())
		writeJSON(w, http.StatusOK, success)
	}
}

// templateStatuses are the statuses that the control route can give a template.
var templateStatuses = []string{
	templateApproved, templateRejected, templatePending, templatePaused, templateDisabled, "IN_APPEAL", "FLAGGED", "ARCHIVED",
}

// controlTemplate answers POST /_fake/templates {"name","language","status","reason"?,
// "waba_id"?}: the template gets the status and its webhook is sent.
func (s *Server) controlTemplate(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Status   string `json:"status"`
		Reason   string `json:"reason"`
		Account  string `json:"waba_id"`
	}
	if !readJSON(w, r, &req) {
		return
	}
	a := s.cloud.first.account
	if req.Account != "" {
		a = s.cloud.accounts[req.Account]
	}
	if a == nil || !slices.Contains(templateStatuses, req.Status) {
		problem(w, http.StatusBadRequest, "waba_id or status: there is no such account, or no such status of a template")
		return
	}
	a.mu.Lock()
	t := a.template(req.Name, req.Language)
	a.mu.Unlock()
	if t == nil {
		problem(w, http.StatusNotFound, "there is no template "+req.Name+" in "+req.Language)
		return
	}
	if req.Reason == "" {
		req.Reason = "NONE"
	}
	s.cloud.setTemplate(a, t, "", req.Status, req.Reason)
	writeJSON(w, http.StatusOK, success)
}
