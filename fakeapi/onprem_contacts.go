package fakeapi

import (
	"net/http"
	"sync"
	"time"

	"wabench/internal/whatsapp/onprem"
)

// contactBook is what the deployment knows about users: who is on WhatsApp and
// who wrote when.
type contactBook struct {
	mu      sync.Mutex
	checked map[string]contactCheck
	written map[string]time.Time // the last message of each user
	inbound int64                // messages of users, ever
	call    upstreamCall         // the last one entered
	calls   int64
}

// contactCheck is a result, good from and until.
type contactCheck struct {
	valid bool
	from  time.Time
	until time.Time // zero: for ever
}

// upstreamCall is one call of the deployment to the platform. There is one at a
// time: what comes during one goes into the next.
type upstreamCall struct{ start, end time.Time }

func (b *contactBook) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.checked, b.written = map[string]contactCheck{}, map[string]time.Time{}
	b.inbound, b.calls, b.call = 0, 0, upstreamCall{}
}

// contactsKept bounds the memory of checks and of who wrote.
const contactsKept = 1 << 20

// checkContacts is POST /v1/contacts.
func (o *onPremSide) checkContacts(c *onPremCall) {
	var wanted onprem.ContactsRequest
	if !o.read(c, &wanted) {
		return
	}
	wait := wanted.Blocking == onprem.BlockingWait
	switch {
	case !o.registered():
		o.fail(c.exchange, onprem.NewError(onprem.CodeServiceNotReady, "The phone number is not registered on this platform"))
		return
	case len(wanted.Contacts) == 0:
		o.fail(c.exchange, parameterMissing("contacts"))
		return
	case !wait && wanted.Blocking != "" && wanted.Blocking != onprem.BlockingNoWait:
		o.fail(c.exchange, parameterNotValid("blocking is wait or no_wait"))
		return
	}
	found, done := o.lookUp(wanted, c.arrived)
	if wait && done.After(c.due) {
		c.due = done
	}
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Contacts: found})
}

// lookUp returns what an answer says of each contact, and when it can say so.
func (o *onPremSide) lookUp(wanted onprem.ContactsRequest, now time.Time) (found []onprem.Contact, done time.Time) {
	b := &o.contacts
	b.mu.Lock()
	defer b.mu.Unlock()
	var fresh time.Time // when the call that this request needs is over
	for _, input := range wanted.Contacts {
		number := onPremDigits(input)
		if !isPhoneNumber(number) {
			found = append(found, onprem.Contact{Input: input, Status: onprem.ContactInvalid})
			continue
		}
		check, known := b.checked[number]
		if !known || wanted.ForceCheck || check.stale(now) {
			if fresh.IsZero() {
				fresh = b.join(o, now)
			}
			check = o.check(number, fresh)
			b.remember(number, check)
		}
		if check.from.After(done) {
			done = check.from
		}
		wait := wanted.Blocking == onprem.BlockingWait
		found = append(found, check.contact(input, number, wait || !now.Before(check.from)))
	}
	return found, done
}

func (c contactCheck) stale(now time.Time) bool { return !c.until.IsZero() && !now.Before(c.until) }

// contact is the check in an answer's words.
func (c contactCheck) contact(input, number string, over bool) onprem.Contact {
	switch {
	case !over:
		return onprem.Contact{Input: input, Status: onprem.ContactProcessing}
	case c.valid:
		return onprem.Contact{Input: input, Status: onprem.ContactValid, WaID: number}
	}
	return onprem.Contact{Input: input, Status: onprem.ContactInvalid}
}

// join has a check take part in the next upstream call and returns when that is
// over.
func (b *contactBook) join(o *onPremSide, now time.Time) time.Time {
	if now.Before(b.call.start) {
		return b.call.end
	}
	start := now
	if b.call.end.After(now) {
		start = b.call.end
	}
	b.calls++
	length := o.profile().Contacts.Check.At(uniform(o.server.seed, b.calls, drawContactCheck))
	b.call = upstreamCall{start: start, end: start.Add(length)}
	return b.call.end
}

// check is what the platform says of a number in a call that ends at from.
func (o *onPremSide) check(number string, from time.Time) contactCheck {
	p := o.server.profile()
	rules := p.OnPrem.Contacts
	check := contactCheck{from: from, valid: rules.AlwaysValid || p.person(o.server.seed, number).Is != NotOnWhatsApp}
	if rules.Keep > 0 {
		check.until = from.Add(rules.Keep)
	}
	return check
}

func (b *contactBook) remember(number string, check contactCheck) {
	if len(b.checked) >= contactsKept {
		clear(b.checked)
	}
	b.checked[number] = check
}

// isValid reports whether the number is known to be on WhatsApp.
func (b *contactBook) isValid(number string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	check, known := b.checked[number]
	return known && check.valid && !now.Before(check.from) && !check.stale(now)
}

// hear notes that a user wrote and numbers the message.
func (b *contactBook) hear(user string, now time.Time) (n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.written) >= contactsKept {
		clear(b.written)
	}
	b.written[user] = now
	b.inbound++
	return b.inbound - 1
}

// wrote reports whether the user has written since.
func (b *contactBook) wrote(user string, since time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, found := b.written[user]
	return found && !at.Before(since)
}

// received reports whether there has been a message n of a user's.
func (b *contactBook) received(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return n >= 0 && n < b.inbound
}

func (b *contactBook) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.checked)
}
