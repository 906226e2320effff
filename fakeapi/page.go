package fakeapi

import (
	_ "embed"
	"net/http"
)

// pageHTML shows the messages as they pass. It is one file without anything from
// elsewhere.
//
//go:embed assets/page.html
var pageHTML []byte

// pagePolicy lets the page load nothing but what is in it and the control
// routes.
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// controlPage answers GET /_fake/, where the page's own addresses begin.
func (s *Server) controlPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_fake" {
		http.Redirect(w, r, "/_fake/", http.StatusMovedPermanently)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(pageHTML) // the client may be gone, which is its own affair
}

// controlSchema answers GET /_fake/schema.
func (s *Server) controlSchema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(ProfileSchema())
}
