package fakeapi

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// onPremStats counts answers by endpoint, for /v1/metrics and /v1/stats.
type onPremStats struct {
	mu      sync.Mutex
	answers map[answerKind]answerCount
}

// answerKind is an endpoint, as POST_v1_messages, and how it went.
type answerKind struct {
	method   string // HTTP's
	resource string // the first word after /v1/
	result   string // ok or error
}

type answerCount struct {
	n    int64
	took time.Duration
}

func (s *onPremStats) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = map[answerKind]answerCount{}
}

// answered counts the answer to x.
func (s *onPremStats) answered(x *exchange, ok bool) {
	kind := answerKind{method: x.r.Method, resource: onPremResource(x.r.URL.Path), result: "error"}
	if ok {
		kind.result = "ok"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	count := s.answers[kind]
	count.n++
	count.took += x.due.Sub(x.arrived)
	s.answers[kind] = count
}

// onPremResources are the first words of the API's paths.
var onPremResources = []string{"messages", "contacts", "media", "users", "health", "stats", "metrics", "account", "settings"}

// onPremResource is the first word of a path after /v1/; unknown ones are one, so
// that nobody can fill the memory with them.
func onPremResource(path string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/"), "/")
	if !slices.Contains(onPremResources, word) {
		return "other"
	}
	return word
}

func (k answerKind) name() string { return k.method + "_v1_" + k.resource }

// countedAnswers are a kind of answer and its count.
type countedAnswers struct {
	answerKind
	answerCount
}

// all returns the counts, sorted.
func (s *onPremStats) all() []countedAnswers {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]countedAnswers, 0, len(s.answers))
	for kind, count := range s.answers {
		list = append(list, countedAnswers{kind, count})
	}
	slices.SortFunc(list, func(p, q countedAnswers) int {
		return cmp.Or(cmp.Compare(p.name(), q.name()), cmp.Compare(p.result, q.result))
	})
	return list
}
