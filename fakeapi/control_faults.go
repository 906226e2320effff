package fakeapi

import (
	"net/http"
	"strings"
	"time"

	"wabench/internal/whatsapp"
)

// controlInject answers POST /_fake/faults.
func (s *Server) controlInject(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readJSON(w, r, &f) {
		return
	}
	id, err := s.Inject(f)
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

// controlClear answers DELETE /_fake/faults and /_fake/faults/{id}.
func (s *Server) controlClear(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/_fake/faults"), "/")
	if id == "" {
		id = r.URL.Query().Get("id")
	}
	if !s.Clear(id) && id != "" {
		problem(w, http.StatusNotFound, "there is no fault "+id)
		return
	}
	writeJSON(w, http.StatusOK, success)
}

// shownFault is a fault as GET /_fake/faults tells it.
type shownFault struct {
	ID    string       `json:"id"`
	Fault FaultKind    `json:"fault"`
	On    whatsapp.API `json:"on,omitempty"`
	From  time.Time    `json:"from"`
	Until *time.Time   `json:"until,omitempty"`
}

func (s *Server) controlFaults(w http.ResponseWriter, _ *http.Request) {
	list := []shownFault{}
	for _, f := range s.faults.all() {
		shown := shownFault{ID: f.id, Fault: f.Kind, On: f.API, From: f.from}
		if !f.until.IsZero() {
			shown.Until = &f.until
		}
		list = append(list, shown)
	}
	writeJSON(w, http.StatusOK, map[string]any{"faults": list})
}
