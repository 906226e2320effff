package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"wabench/internal/alarm"
	"wabench/internal/whatsapp"
	"wabench/results"
)

// tripper is the RoundTripper under vegeta's client. Vegeta's request is no
// more than a worker's start: it sends one message after another, reads the
// whole answers and accounts for them until its leg ends. Vegeta is handed an
// empty answer and never a target's error, since it has nothing to add.
type tripper struct {
	target    *target
	leg       *leg
	exchanger exchanger
	// room is for the bodies of requests, one after another; nil is none. It is
	// for an exchanger that has copied a small body before another is made.
	room *[roomSize]byte
}

// roomSize is enough for most messages.
const roomSize = 4 << 10

// done is what vegeta sees of every worker; nobody writes to it.
var done = &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}

// RoundTrip implements http.RoundTripper.
func (t *tripper) RoundTrip(*http.Request) (*http.Response, error) {
	if t.leg.users > 0 {
		t.user()
	} else {
		t.lead()
		t.serve()
	}
	return done, nil
}

// lead sends arrivals of an open leg from the target's loop, while there is an
// economy: the first worker that comes does it for all.
func (t *tripper) lead() {
	loop := t.target.loop
	if loop == nil || !t.leg.led.CompareAndSwap(false, true) {
		return
	}
	within := *t
	within.exchanger = t.target.looped
	if _, copies := t.target.looped.(direct); copies && t.target.Retry == nil { // else bodies are needed for longer
		within.room = new([roomSize]byte)
	}
	rest := func() { loop.Sleep(waitSlice) }
	wait := alarm.Over(loop.Doze).Wait
	if busy := t.leg.engine.busy; busy != nil {
		wait = busy.in(loop.Spin)
	}
	t.leg.pacer.lead(waits{wait, rest}, t.leg.engine.economy.holds, func(a arrival) {
		loop.Go(func() { within.serveOne(a) })
	})
	for loop.Busy() > 0 {
		rest()
	}
}

// serve sends arrivals of an open leg.
func (t *tripper) serve() {
	for a, ok := t.leg.pacer.take(); ok; a, ok = t.leg.pacer.take() {
		t.serveOne(a)
	}
}

func (t *tripper) serveOne(a arrival) {
	t.leg.engine.messages.Add(1)
	t.hit(a)
}

// user sends one message after another until the stage ends or the plan's
// limit is reached.
func (t *tripper) user() {
	for !t.leg.over() && t.leg.engine.take() {
		t.leg.enter()
		t.hit(arrival{n: t.leg.engine.nextClosed()})
		if t.leg.think > 0 {
			pause(t.leg.engine.running, t.leg.think)
		}
	}
}

// hit makes the message of an arrival that counts as under way, sends it and
// accounts for it. A message that cannot be made ends the leg.
func (t *tripper) hit(a arrival) {
	defer t.leg.exit()
	due := t.leg.due(a)
	call := t.leg.engine.plan.Call(t.target.spec, a.n, orNow(due))
	if t.room != nil {
		call.Into = t.room[:0]
	}
	request, err := t.target.Dialect.Encode(call)
	if err != nil {
		t.leg.fail(a.n, err)
		return
	}
	t.leg.noteLateness(a)
	t.send(request, &Sample{Op: call.Op, N: a.n, Block: t.leg.block(a), Due: due})
}

// send performs one attempt and accounts for it.
func (t *tripper) send(request whatsapp.Request, s *Sample) {
	t.leg.engine.collector.begin(cellKey{t.target.Name, s.Op, s.Block})
	s.Sent = time.Now()
	answer, err := t.exchanger.exchange(request, s.Sent.Add(t.target.Timeout))
	s.Done = answer.done(s.Sent, time.Now())
	defer answer.release()
	if err != nil {
		s.Outcome = failed(err, s.Service()-t.target.Timeout)
		if errors.Is(err, errCut) {
			t.leg.engine.cut.Add(1)
		}
	} else {
		s.Outcome = t.target.Dialect.Decode(s.Op, answer.Response)
		if answer.arrived.IsZero() {
			t.leg.engine.timedByUs.Add(1)
		}
	}
	// The correlator is told before the sample is counted: a run that waits for
	// its webhooks must know of every accepted message.
	if s.Outcome.Class == whatsapp.OK && s.Outcome.MessageID != "" && t.leg.engine.correlator != nil {
		t.leg.engine.correlator.Accepted(t.target.Name, s.Outcome.MessageID, dueOrSent(*s), s.Block)
	}
	t.leg.engine.collector.end(t.target.Name, s)
	if s.Outcome.Class != whatsapp.OK {
		t.leg.engine.sampleFailure(t.target, *s, answer.Body)
		t.retry(request, *s)
	}
}

// failed is the outcome of a request without an answer, that ended so long after
// its time.
func failed(err error, behind time.Duration) whatsapp.Outcome {
	o := whatsapp.Outcome{Class: classify(err), Detail: err.Error()}
	if o.Class == whatsapp.TargetTimeout && behind > stallFloor {
		o.Class = whatsapp.GeneratorFault
		o.Detail += fmt.Sprintf("; noticed %v too late, by a process that did not run: the request may have been sent as late", behind)
	}
	return o
}

// orNow is the moment that a message's fields are filled with.
func orNow(due time.Time) time.Time {
	if due.IsZero() {
		return time.Now()
	}
	return due
}

// dueOrSent is the moment from which webhooks are timed.
func dueOrSent(s Sample) time.Time {
	if s.Due.IsZero() {
		return s.Sent
	}
	return s.Due
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// failureEvent returns a failed sample as an event; the engine removes the
// target's secrets from it.
func failureEvent(at time.Duration, target string, s Sample, body []byte) results.Event {
	const bodyKept = 2 << 10
	return results.Event{
		At: at, Kind: "failure", Target: target,
		Text:  fmt.Sprintf("%s %d: %s", s.Op, s.N, s.Outcome.Detail),
		Class: s.Outcome.Class.String(), Code: s.Outcome.Code, Status: s.Outcome.Status,
		Body: strings.ToValidUTF8(string(body[:min(len(body), bodyKept)]), "\uFFFD"),
	}
}
