package fakeapi

import (
	"embed"
	"net/http"
)

// pageFiles show the messages as they pass; nothing of the page comes from
// elsewhere.
//
//go:embed assets/page.html assets/page.css assets/page.js
var pageFiles embed.FS

// pagePolicy lets the page load its own two files and the control routes, and
// run nothing that a message may contain.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// controlPage answers GET /_fake/, where the page's own addresses begin.
func (s *Server) controlPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_fake" {
		http.Redirect(w, r, "/_fake/", http.StatusMovedPermanently)
		return
	}
	servePage(w, "page.html", "text/html; charset=utf-8")
}

func (s *Server) controlStyle(w http.ResponseWriter, _ *http.Request) {
	servePage(w, "page.css", "text/css; charset=utf-8")
}

func (s *Server) controlScript(w http.ResponseWriter, _ *http.Request) {
	servePage(w, "page.js", "text/javascript; charset=utf-8")
}

func servePage(w http.ResponseWriter, name, contentType string) {
	text, err := pageFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // the client may be gone, which is its own affair
}

// controlSchema answers GET /_fake/schema.
func (s *Server) controlSchema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(ProfileSchema())
}
