package fakeapi

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// onPremAccount is the phone number's standing on this platform. A number is on
// one platform at a time: registering it on the Cloud API ends that here.
type onPremAccount struct {
	mu    sync.Mutex
	moved *bool  // here or away; nil: where the profile has it
	pin   string // of two-step verification, empty without
}

func (a *onPremAccount) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.moved, a.pin = nil, ""
}

func (a *onPremAccount) register(here bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.moved = &here
}

func (o *onPremSide) registered() bool {
	o.account.mu.Lock()
	defer o.account.mu.Unlock()
	if o.account.moved != nil {
		return *o.account.moved
	}
	return o.server.profile().on(whatsapp.OnPrem)
}

// fits reports whether the pin is the right one, if there is one.
func (a *onPremAccount) fits(pin string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pin == "" || a.pin == pin
}

func (a *onPremAccount) setPin(pin string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pin = pin
}

// createAccount is POST /v1/account: 201 if the number is registered already,
// otherwise 202 and a code is on its way.
func (o *onPremSide) createAccount(c *onPremCall) {
	var r onprem.Registration
	if !o.read(c, &r) {
		return
	}
	switch {
	case r.CountryCode == "" || r.PhoneNumber == "" || r.Cert == "":
		o.fail(c.exchange, parameterMissing("cc, phone_number or cert"))
	case r.Method != "sms" && r.Method != "voice":
		o.fail(c.exchange, parameterNotValid("method is sms or voice"))
	case !o.account.fits(r.Pin):
		o.fail(c.exchange, onprem.NewError(onprem.CodeAccessDenied, "The pin is not right"))
	case o.registered():
		o.ok(c.exchange, http.StatusCreated, onprem.Answer{})
	default:
		o.ok(c.exchange, http.StatusAccepted, onprem.Answer{Account: onPremJSON([]map[string]string{{"vname": "The Business"}})})
	}
}

// verifyAccount is POST /v1/account/verify; any code of six digits is right.
func (o *onPremSide) verifyAccount(c *onPremCall) {
	var r onprem.Registration
	if !o.read(c, &r) {
		return
	}
	if !isPhoneNumber(r.Code) || len(r.Code) != 6 {
		o.fail(c.exchange, parameterNotValid("code has six digits"))
		return
	}
	for _, side := range o.server.sides() {
		side.fault(Fault{Kind: Migrate, To: whatsapp.OnPrem}, true)
	}
	o.ok(c.exchange, http.StatusCreated, onprem.Answer{})
}

// readShards is GET /v1/account/shards.
func (o *onPremSide) readShards(c *onPremCall) {
	o.ok(c.exchange, http.StatusOK, onprem.Answer{Account: onPremJSON(map[string]int{"shards": o.shards.count()})})
}

// changeShards is POST /v1/account/shards.
func (o *onPremSide) changeShards(c *onPremCall) {
	var r onprem.Registration
	if !o.read(c, &r) {
		return
	}
	switch {
	case !slices.Contains([]int{1, 2, 4, 8, 16, 32}, r.Shards):
		o.fail(c.exchange, parameterNotValid("shards is 1, 2, 4, 8, 16 or 32"))
	case !o.account.fits(r.Pin):
		o.fail(c.exchange, onprem.NewError(onprem.CodeAccessDenied, "The pin is not right"))
	case !o.registered():
		o.failAs(c.exchange, http.StatusForbidden, onprem.NewError(onprem.CodeAccessDenied, "Temporarily unavailable"))
	default:
		o.shards.reshard(r.Shards, time.Now())
		o.ok(c.exchange, http.StatusCreated, onprem.Answer{})
	}
}

// writePin is POST /v1/settings/account/two-step.
func (o *onPremSide) writePin(c *onPremCall) {
	var r onprem.Registration
	if !o.read(c, &r) {
		return
	}
	if !isPhoneNumber(r.Pin) || len(r.Pin) != 6 {
		o.fail(c.exchange, parameterNotValid("pin has six digits"))
		return
	}
	o.account.setPin(r.Pin)
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}

// deletePin is DELETE /v1/settings/account/two-step.
func (o *onPremSide) deletePin(c *onPremCall) {
	o.account.setPin("")
	o.ok(c.exchange, http.StatusOK, onprem.Answer{})
}
