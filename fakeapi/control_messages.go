package fakeapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"wabench/internal/whatsapp"
)

// Message is a message that the fake received, and what became of it.
type Message struct {
	ID     string         `json:"id"`
	API    whatsapp.API   `json:"api"`
	From   string         `json:"from,omitempty"` // the business number's id
	To     string         `json:"to"`
	Type   whatsapp.Type  `json:"type"`
	Status whatsapp.State `json:"status"` // also accepted and rejected
	Code   int            `json:"code,omitempty"`
	// Times says when it reached each status.
	Times map[whatsapp.State]time.Time `json:"times"`
	// Body is the request, or its beginning as a string if it was long.
	Body json.RawMessage `json:"body,omitempty"`
}

// MessageQuery chooses messages: by status, recipient, and how many at most,
// the newest of them. Zero fields choose all.
type MessageQuery struct {
	Status whatsapp.State
	To     string
	Limit  int
}

// Messages returns what the fake received, of both APIs, oldest first.
func (s *Server) Messages(q MessageQuery) []Message {
	list := []Message{}
	for _, side := range s.sides() {
		list = append(list, s.messagesOf(side, q)...)
	}
	slices.SortStableFunc(list, func(p, q Message) int { return p.received().Compare(q.received()) })
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[len(list)-q.Limit:]
	}
	return list
}

// received is when the message came.
func (m Message) received() time.Time {
	if at, ok := m.Times[stepNames[stepAccepted]]; ok {
		return at
	}
	return m.Times[stepNames[stepRejected]]
}

// messagesOf returns the newest messages of one API that fit, oldest first.
func (s *Server) messagesOf(side side, q MessageQuery) []Message {
	var list []Message
	first, next := side.messages().span()
	for n := next - 1; n >= first && (q.Limit == 0 || len(list) < q.Limit); n-- {
		m := side.messages().find(n)
		if m == nil || q.To != "" && m.To != q.To {
			continue
		}
		latest, at, code := side.messages().state(m)
		if q.Status != "" && stepNames[latest] != q.Status {
			continue
		}
		list = append(list, s.shown(side, m, latest, at, code))
	}
	slices.Reverse(list)
	return list
}

func (s *Server) shown(side side, m *message, latest step, at [numSteps]time.Duration, code int) Message {
	shown := Message{
		ID: side.messageID(m), API: side.api(), From: m.From, To: m.To, Type: m.Type, Status: stepNames[latest],
		Code: code, Times: map[whatsapp.State]time.Time{},
	}
	for i, since := range at {
		if since > 0 {
			shown.Times[stepNames[i]] = s.start.Add(since - 1).UTC()
		}
	}
	if shown.Body = json.RawMessage(m.Body); m.Body == "" {
		shown.Body = nil
	} else if !json.Valid(shown.Body) {
		shown.Body, _ = json.Marshal(m.Body)
	}
	return shown
}

// messagesShown is how many messages a page without a limit has.
const messagesShown = 100

func (s *Server) controlMessages(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, ok := limitOf(w, r, messagesShown)
	if !ok {
		return
	}
	list := s.Messages(MessageQuery{Status: whatsapp.State(query.Get("status")), To: digits(query.Get("to")), Limit: limit})
	left := int64(0)
	for _, side := range s.sides() {
		_, gone := side.messages().tally()
		left += gone
	}
	writeJSON(w, http.StatusOK, map[string]any{"messages": list, "left": left})
}

// limitOf reads the limit of a list; it answers and reports false if it is no
// number.
func limitOf(w http.ResponseWriter, r *http.Request, otherwise int) (int, bool) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		problem(w, http.StatusBadRequest, "limit is a number above 0")
		return 0, false
	}
	return n, true
}

func (s *Server) controlArrivals(w http.ResponseWriter, r *http.Request) {
	limit, ok := limitOf(w, r, arrivalsKept)
	if !ok {
		return
	}
	since := int64(0)
	if text := r.URL.Query().Get("since"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			problem(w, http.StatusBadRequest, "since is the number of an arrival")
			return
		}
		since = n
	}
	writeJSON(w, http.StatusOK, map[string]any{"start": s.start.UTC(), "arrivals": s.arrivals.since(since, limit)})
}
