package fakeapi

import "net/http"

// control answers the fake's own routes.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}
