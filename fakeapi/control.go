package fakeapi

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// controlRoutes are the fake's own routes, by path below /_fake/ and method.
var controlRoutes = map[string]map[string]func(*Server, http.ResponseWriter, *http.Request){
	"health":   {http.MethodGet: (*Server).controlHealth},
	"config":   {http.MethodGet: (*Server).controlConfig, http.MethodPatch: (*Server).controlConfigure},
	"faults":   {http.MethodGet: (*Server).controlFaults, http.MethodPost: (*Server).controlInject, http.MethodDelete: (*Server).controlClear},
	"messages": {http.MethodGet: (*Server).controlMessages},
	"inbound":  {http.MethodPost: (*Server).controlInbound},
	"reset":    {http.MethodPost: (*Server).controlReset},
	"arrivals": {http.MethodGet: (*Server).controlArrivals},
	"metrics":  {http.MethodGet: (*Server).controlMetrics},
	// Beyond the common ones: a page, the form of profiles, and what the platform
	// does by itself in life.
	"":          {http.MethodGet: (*Server).controlPage},
	"page.css":  {http.MethodGet: (*Server).controlStyle},
	"page.js":   {http.MethodGet: (*Server).controlScript},
	"schema":    {http.MethodGet: (*Server).controlSchema},
	"account":   {http.MethodPost: (*Server).controlTell},
	"templates": {http.MethodPost: (*Server).controlTemplate},
	"upgrade":   {http.MethodPost: (*Server).controlUpgrade},
}

// control answers the fake's own routes.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	if why := s.stranger(r); why != "" {
		problem(w, http.StatusForbidden, why)
		return
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/_fake"), "/"), "/")
	on, known := controlRoutes[name]
	if !known {
		problem(w, http.StatusNotFound, "there is no route "+r.URL.Path)
		return
	}
	handle := on[r.Method]
	if handle == nil {
		problem(w, http.StatusMethodNotAllowed, r.Method+" is not for "+r.URL.Path)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestJSON)
	handle(s, w, r)
}

// stranger says why r may not use the control routes: it comes from another
// machine, or from a page of another origin (a page that has rebound its own
// name to this machine shows by the Host). Empty is welcome.
func (s *Server) stranger(r *http.Request) string {
	if s.options.AllowRemote {
		return ""
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return "the control routes are for this machine only"
	}
	if !s.ownHost(r.Host) {
		return "the control routes are not for the host " + r.Host
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return "the control routes are not for the origin " + origin
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return "the control routes are not for other sites"
	}
	return ""
}

// ownHost reports whether a Host names this machine.
func (s *Server) ownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback()
	}
	return name == "localhost" || name == inProcessHost
}

// problem answers that something is wrong.
func problem(w http.ResponseWriter, status int, what string) {
	writeJSON(w, status, map[string]string{"error": what})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // an answer of ours that JSON cannot hold is a bug
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone, which is its own affair
}

// readJSON reads the body into what v points to; it answers and reports false
// if that cannot be.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, v)
	}
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
	}
	return err == nil
}

// controlHealth answers GET /_fake/health, with the last trouble of a webhook
// receiver if there was any.
func (s *Server) controlHealth(w http.ResponseWriter, _ *http.Request) {
	health := map[string]any{"status": "ok", "profile": s.profile().Name, "api": s.profile().APIs}
	for _, side := range s.sides() {
		if trouble := side.webhooks().lastTrouble(); trouble != "" {
			health["webhook_trouble"] = trouble
		}
	}
	writeJSON(w, http.StatusOK, health)
}

func (s *Server) controlInbound(w http.ResponseWriter, r *http.Request) {
	var in Inbound
	if !readJSON(w, r, &in) {
		return
	}
	id, err := s.Receive(in)
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

// Receive has a user write to the business and returns the message's id.
func (s *Server) Receive(in Inbound) (id string, err error) {
	side, err := s.sideOf(in.API)
	if err != nil {
		return "", err
	}
	return side.receive(in)
}

func (s *Server) controlReset(w http.ResponseWriter, _ *http.Request) {
	if err := s.Reset(); err != nil {
		problem(w, http.StatusInternalServerError, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, success)
}
