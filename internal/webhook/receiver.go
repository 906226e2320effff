// Package webhook takes the status webhooks of a run and matches them with the
// messages that were accepted, so that a run can say how long a message took
// from its due moment to sent, delivered and read, and which were lost.
//
// A Receiver is the HTTP side. A Correlator, which the engine tells of each
// accepted message, does the matching and the counting.
package webhook

import (
	"bytes"
	"context"
	"crypto/subtle"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// Base is the path that all targets share: which platform a body is from is
// then told from its shape. A target's own path is below it.
const Base = "/webhook"

// maxBody is the largest body that is read: the platform promises 3 MB at most,
// the rest is slack.
const maxBody = 3<<20 + 64<<10

// Target is one target whose webhooks a Receiver takes.
type Target struct {
	Name string
	API  whatsapp.API
}

// Options is what a Receiver is made with.
type Options struct {
	Targets []Target
	// Secret signs the bodies of Cloud targets; without one they are taken
	// unchecked. On-Premises bodies are never signed.
	Secret string
	// VerifyToken is what the handshake must name; without one any will do.
	VerifyToken string
	// Latency is how long each answer is held back, and Fail the share of
	// webhooks that are answered 500, chosen by Seed.
	Latency time.Duration
	Fail    units.Percent
	Seed    uint64
}

// Receiver is the http.Handler that a run's targets send their webhooks to. A
// webhook that it answers 500, by Fail, counts as not received: the platform
// has to send it again, and what that costs is what such a run is about.
type Receiver struct {
	options    Options
	apis       map[string]whatsapp.API
	correlator *Correlator
	posts      atomic.Uint64
}

// NewReceiver returns a Receiver that hands statuses to the correlator.
func NewReceiver(correlator *Correlator, options Options) *Receiver {
	r := &Receiver{options: options, correlator: correlator, apis: map[string]whatsapp.API{}}
	for _, target := range options.Targets {
		r.apis[target.Name] = target.API
	}
	return r
}

// Path returns the path of a target's webhooks.
func Path(target string) string { return Base + "/" + target }

// ServeHTTP answers the handshake (GET) and takes webhooks (POST).
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	target, found := r.route(req.URL.Path)
	if !found {
		http.NotFound(w, req)
		return
	}
	switch req.Method {
	case http.MethodGet:
		r.handshake(w, req)
	case http.MethodPost:
		answer := r.receive(w, req, target)
		pause(req.Context(), r.options.Latency)
		w.WriteHeader(answer)
	default:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// route returns the target of a path, empty for the shared one.
func (r *Receiver) route(path string) (target string, found bool) {
	rest, below := strings.CutPrefix(path, Base)
	if !below {
		return "", false
	}
	if rest == "" || rest == "/" {
		return "", true
	}
	target, below = strings.CutPrefix(rest, "/")
	_, found = r.apis[target]
	return target, below && found
}

// handshake proves to the platform that this address is ours, as
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
// asks: the challenge is given back if the token is right.
func (r *Receiver) handshake(w http.ResponseWriter, req *http.Request) {
	query := req.URL.Query()
	if query.Get("hub.mode") != "subscribe" || query.Get("hub.challenge") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	token := query.Get("hub.verify_token")
	if want := r.options.VerifyToken; want != "" && subtle.ConstantTimeCompare([]byte(token), []byte(want)) == 0 {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	// Plain text that no browser takes for a page: the challenge is a stranger's.
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.WriteString(w, query.Get("hub.challenge"))
}

// receive takes one webhook and returns the status to answer it with.
func (r *Receiver) receive(w http.ResponseWriter, req *http.Request, target string) int {
	body, answer := readBody(w, req)
	at := time.Now()
	if answer != http.StatusOK {
		return r.malformed(target, answer)
	}
	api, known := r.platform(target, body)
	if !known {
		return r.malformed(target, http.StatusBadRequest)
	}
	if target == "" {
		target = r.only(api)
	}
	if answer := r.verify(api, req.Header, body); answer != http.StatusOK {
		r.correlator.tally(target, func(counts *results.Webhook) { counts.BadSignature++ })
		return answer
	}
	if r.fails() {
		return http.StatusInternalServerError
	}
	statuses, err := parsers[api](body)
	if err != nil {
		return r.malformed(target, http.StatusBadRequest)
	}
	for _, st := range statuses {
		r.correlator.Status(target, st, at)
	}
	return http.StatusOK
}

// malformed counts a body that makes no sense, and returns the answer to it.
func (r *Receiver) malformed(target string, answer int) int {
	r.correlator.tally(target, func(counts *results.Webhook) { counts.Malformed++ })
	return answer
}

// platform returns which API a body is from: the target's own, or at the
// shared path the one whose shape it has, if a target of this run speaks it.
func (r *Receiver) platform(target string, body []byte) (api whatsapp.API, known bool) {
	if target != "" {
		return r.apis[target], true
	}
	api = shapeOf(body)
	for _, spoken := range r.apis {
		known = known || spoken == api
	}
	return api, known
}

// only returns the name of the one target that speaks api, or none if several
// do: then the message ids tell whose a status is.
func (r *Receiver) only(api whatsapp.API) (name string) {
	for target, spoken := range r.apis {
		switch {
		case spoken != api:
		case name != "":
			return ""
		default:
			name = target
		}
	}
	return name
}

// fails draws whether the next webhook is answered 500. The n-th draw is the
// same whenever the seed is, whichever webhook comes n-th.
func (r *Receiver) fails() bool {
	n := r.posts.Add(1)
	return rand.New(rand.NewPCG(r.options.Seed, n)).Float64() < float64(r.options.Fail)
}

// readBody reads a body whole, or says how to refuse it.
func readBody(w http.ResponseWriter, req *http.Request) (body []byte, answer int) {
	if req.Body == nil {
		return nil, http.StatusBadRequest
	}
	if req.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge
	}
	var buffer bytes.Buffer
	buffer.Grow(int(max(0, req.ContentLength)) + bytes.MinRead) // so that it never grows again
	_, err := buffer.ReadFrom(http.MaxBytesReader(w, req.Body, maxBody))
	if isTooLarge(err) {
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return nil, http.StatusBadRequest
	}
	return buffer.Bytes(), http.StatusOK
}

// pause waits, but not for a sender who is gone.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
