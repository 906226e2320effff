package fakeapi

import (
	"time"

	"wabench/internal/whatsapp"
)

// plan is what is going to happen to one message: at most one step at a time
// is on the agenda, and each step enters the next.
type plan struct {
	journey   *journey
	m         *message
	now       step // the step that is due
	then      [3]step
	wait      [3]time.Duration // from the step before
	failCode  int
	failExtra bool // also report failed right after delivered
}

// journey is what the messages of one API go through; it outlives them all.
type journey struct {
	server *Server
	ledger *ledger
	// status builds the webhook for m having reached s, or nil if the API
	// reports no such step. It runs on the agenda's goroutine.
	status func(m *message, s step, at time.Time, code int) update
	hook   *hook
}

// course is what decides how a message fares: the profile's model, the person
// it is for, and what the API itself has decided already.
type course struct {
	Delivery Delivery
	Person   Person
	// FailCode, if not 0, ends the message with this error instead of delivery.
	FailCode int
	// OnlySent stops after sent (a reaction, a silent non-delivery).
	OnlySent bool
	// Undeliverable and Restricted are the API's codes for recipients that
	// cannot be reached, OptedOut and Experiment for those that get no marketing.
	Undeliverable, Restricted, OptedOut, Experiment int
	// TTL is how long the platform tries to deliver; what takes longer stays at
	// sent. 0 is for ever.
	TTL time.Duration
	// Faulty are the shares that running faults add.
	Faulty faultShares
}

// begin starts m on its way at the time from. The message must be in the
// ledger. It returns at once; steps come later, each through the agenda.
func (j *journey) begin(m *message, from time.Time, c course) {
	j.schedule(j.draw(m, c), from)
}

// draw decides everything about m that is left to chance.
func (j *journey) draw(m *message, c course) *plan {
	d, seed := c.Delivery, j.server.seed
	chance := func(s stream, share float64) bool { return share > 0 && uniform(seed, m.n, s) < share }
	pl := &plan{journey: j, m: m}
	if code := c.fails(m, chance); code != 0 {
		pl.failCode = code
		pl.then, pl.wait = [3]step{stepFailed}, [3]time.Duration{d.Sent.At(uniform(seed, m.n, drawSent))}
		return pl
	}
	pl.then[0], pl.wait[0] = stepSent, d.Sent.At(uniform(seed, m.n, drawSent))
	silent := c.OnlySent || c.Person.Is == Blocked ||
		chance(drawUndelivered, float64(d.Undelivered)+c.Faulty.undelivered)
	if silent {
		return pl
	}
	wait := d.Delivered.At(uniform(seed, m.n, drawDelivered)) + c.offline(m, seed, chance)
	if c.TTL > 0 && wait > c.TTL {
		return pl
	}
	pl.then[1], pl.wait[1] = stepDelivered, wait
	both := c.Person.Is == SeveralPhones || chance(drawDeliveredAndFailed, float64(d.DeliveredAndFailed)+c.Faulty.deliveredAndFailed)
	if both {
		pl.failExtra, pl.failCode = true, c.Undeliverable
	}
	if !chance(drawWillRead, float64(d.Read)) {
		return pl
	}
	after := d.ReadAfter.At(uniform(seed, m.n, drawRead))
	if !both && chance(drawSkipDelivered, float64(d.SkipDelivered)) {
		pl.then[1], pl.wait[1] = stepRead, pl.wait[1]+after
		return pl
	}
	pl.then[2], pl.wait[2] = stepRead, after
	return pl
}

// fails returns the code with which the message fails, 0 if it does not.
func (c course) fails(m *message, chance func(stream, float64) bool) int {
	switch {
	case c.FailCode != 0:
		return c.FailCode
	case c.Person.Is == NotOnWhatsApp:
		return c.Undeliverable
	case c.Person.Is == Restricted:
		return c.Restricted
	case c.Person.Is == OptedOut && m.Category == "marketing":
		return c.OptedOut
	case c.Person.Is == Experiment && m.Category == "marketing":
		return c.Experiment
	case chance(drawFailedByFault, c.Faulty.failed):
		return c.Faulty.failCode
	case chance(drawFailed, float64(c.Delivery.Failed)):
		return c.Undeliverable
	}
	return 0
}

// offline returns how much longer the phone takes for not being online.
func (c course) offline(m *message, seed uint64, chance func(stream, float64) bool) time.Duration {
	if c.Person.Is == Offline && c.Person.For > 0 {
		return c.Person.For
	}
	if c.Person.Is == Offline || chance(drawOffline, float64(c.Delivery.Offline)) {
		return c.Delivery.OfflineFor.At(uniform(seed, m.n, drawOfflineFor))
	}
	return 0
}

// schedule enters the next step, if there is one.
func (j *journey) schedule(pl *plan, from time.Time) {
	if pl.then[0] == stepAccepted {
		return
	}
	pl.now = pl.then[0]
	due := from.Add(pl.wait[0])
	pl.then = [3]step{pl.then[1], pl.then[2]}
	pl.wait = [3]time.Duration{pl.wait[1], pl.wait[2]}
	j.server.agenda.at(due, pl)
}

// run is the agenda's call: the step that was due is reached, and the next one
// is entered.
func (pl *plan) run(now time.Time) {
	j, m, s := pl.journey, pl.m, pl.now
	code := 0
	if s == stepFailed {
		code = pl.failCode
	}
	j.report(m, s, now, code)
	if s == stepDelivered && pl.failExtra {
		j.report(m, stepFailed, now, pl.failCode)
	}
	if s == stepRead && m.Type == whatsapp.TypeAudio && j.server.profile().Cloud.Played {
		j.report(m, stepPlayed, now, 0)
	}
	j.schedule(pl, now)
}

// report notes a step and sends its webhook.
func (j *journey) report(m *message, s step, at time.Time, code int) {
	j.ledger.advance(m, s, at.Sub(j.server.start), code)
	if !j.server.hookSettings.anywhere() {
		j.hook.tally.undirected.Add(1)
		return
	}
	if u := j.status(m, s, at, code); u != nil {
		j.hook.push(u)
	}
}
