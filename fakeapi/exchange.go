package fakeapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"wabench/internal/whatsapp"
)

// exchange is one request to one of the APIs, on its way to an answer.
type exchange struct {
	server *Server
	side   side
	w      http.ResponseWriter
	r      *http.Request
	wire   *wire // the connection, nil if net/http hides it
	// n numbers the requests of the server from 0: the key of every draw about
	// it.
	n int64
	// arrived is when the request came, due when its answer leaves.
	arrived, due time.Time
	// op is what the request is, for the arrival log and the metrics. A side
	// sets it as soon as it knows.
	op     whatsapp.Op
	forced forced
	record arrivalRef
	body   body
}

// serve takes the request through what the core does for both APIs, and then
// to its side.
func (x *exchange) serve() {
	if x.forced.mistake != "" {
		x.due = x.arrived
		x.mistaken()
		return
	}
	x.due = x.arrived.Add(x.delay())
	if f := x.server.faults.list(); len(f) > 0 && x.suffer(f) {
		return
	}
	if x.forced.code != 0 {
		x.side.refuse(x, Fault{Kind: Errors, Code: x.forced.code})
		return
	}
	x.side.serve(x)
}

// delay is how long the answer takes: what the API takes, made longer by
// slowness, or what the client asked for.
func (x *exchange) delay() time.Duration {
	if x.forced.latency != nil {
		return *x.forced.latency
	}
	d := x.side.latency(x)
	for _, f := range x.server.faults.list() {
		if f.Kind == Slow && f.on(x.side.api()) {
			d = time.Duration(float64(d) * f.Factor)
		}
	}
	return d
}

// suffer applies the faults that hit any request; it reports whether one of
// them was the end of it.
func (x *exchange) suffer(faults []*runningFault) bool {
	for _, f := range faults {
		if !f.on(x.side.api()) {
			continue
		}
		switch f.Kind {
		case Stall:
			if !x.stall(f) {
				return true
			}
		case Reset:
			x.reset()
			return true
		case Errors:
			if uniform(x.server.seed, x.n, drawFaultShare) < float64(f.Share) {
				x.side.refuse(x, f.Fault)
				return true
			}
		case RegionFailover:
			x.failover(f)
			return true
		case Unavailable, Throttle, TokenExpired:
			x.side.refuse(x, f.Fault)
			return true
		}
	}
	return false
}

// stall waits until f ends, and reports whether the client is still there.
func (x *exchange) stall(f *runningFault) bool {
	select {
	case <-f.ended:
		if now := time.Now(); now.After(x.due) {
			x.due = now
		}
		return true
	case <-x.r.Context().Done():
	case <-x.server.closing:
	}
	x.reset()
	return false
}

// failoverResets is the first part of a region's loss, in which its
// connections break; afterwards the other region refuses until it has caught up.
const failoverResets = 0.2

func (x *exchange) failover(f *runningFault) {
	if age := x.arrived.Sub(f.from); f.For > 0 && age < time.Duration(failoverResets*float64(f.For)) {
		x.reset()
		return
	}
	x.side.refuse(x, f.Fault)
}

// reset breaks the connection without an answer. It does not return.
func (x *exchange) reset() {
	x.server.arrivals.answered(x.record, x.op, 0)
	x.server.counters.answered(x.side.api(), x.op, 0)
	abort(x.w)
}

// reply answers with JSON when the answer is due, unless the client has left by
// then.
func (x *exchange) reply(status int, body []byte) {
	x.respond(status, jsonType, body)
}

// replyValue answers with v as JSON.
func (x *exchange) replyValue(status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // an answer of ours that JSON cannot hold is a bug
	}
	x.reply(status, body)
}

// answer answers with a body of any type, when the answer is due.
func (x *exchange) answer(status int, contentType string, body []byte) {
	x.respond(status, []string{contentType}, body)
}

// jsonType is the type of nearly every answer.
var jsonType = []string{"application/json; charset=UTF-8"}

func (x *exchange) respond(status int, contentType []string, body []byte) {
	if x.forced.status != 0 {
		status = x.forced.status
	}
	x.server.arrivals.answered(x.record, x.op, status)
	x.server.counters.answered(x.side.api(), x.op, status)
	x.body.release()
	if x.due.After(x.arrived) && !pause(x.r.Context(), x.server.closing, time.Until(x.due)) {
		abort(x.w)
		return
	}
	x.w.Header()["Content-Type"] = contentType
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // the client may be gone, which is its own affair
}

// pause waits for d and reports whether neither ctx nor the server ended first.
func pause(ctx context.Context, closing <-chan struct{}, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-closing:
	}
	return false
}
