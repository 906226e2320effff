package fakeapi

import (
	"fmt"
	"sync/atomic"
	"time"

	"wabench/internal/whatsapp"
	"wabench/internal/whatsapp/onprem"
)

// onPremSide is the On-Premises API on the core. Requests go through routes
// (onprem_routes.go); messages through the shards (onprem_shards.go).
type onPremSide struct {
	server  *Server
	ledger  *ledger
	hook    *hook
	journey *journey
	shards  *shardQueue

	access   onPremAccess
	users    onPremUsers
	contacts contactBook
	media    onPremMedia
	settings onPremSettings
	account  onPremAccount
	stats    onPremStats
	busy     atomic.Int64 // requests under way
}

func newOnPremSide(s *Server) *onPremSide {
	o := &onPremSide{server: s, ledger: newLedger(s.profile().Ledger)}
	o.hook = newHook(s, whatsapp.OnPrem, o)
	o.journey = &journey{server: s, ledger: o.ledger, status: o.status, hook: o.hook}
	o.shards = newShardQueue(o)
	o.reset()
	return o
}

// reset implements side.
func (o *onPremSide) reset() {
	o.shards.reset()
	o.access.reset()
	o.users.reset(o.server.options, o.profile().FirstLogin)
	o.contacts.reset()
	o.media.reset()
	o.settings.reset()
	o.account.reset()
	o.stats.reset()
}

func (o *onPremSide) api() whatsapp.API { return whatsapp.OnPrem }
func (o *onPremSide) messages() *ledger { return o.ledger }
func (o *onPremSide) webhooks() *hook   { return o.hook }

// profile returns the profile's section of this side.
func (o *onPremSide) profile() *OnPremProfile { return &o.server.profile().OnPrem }

// shards returns how many there are at the start.
func (o *OnPremProfile) shards() int { return max(1, o.Shards) }

// latency implements side.
func (o *onPremSide) latency(x *exchange) time.Duration {
	return o.profile().Accept.At(uniform(o.server.seed, x.n, drawAccept))
}

// supports implements side.
func (o *onPremSide) supports(f Fault) error {
	switch {
	case f.Kind == RegionFailover:
		return fmt.Errorf("fault %s: an On-Premises deployment is in one place and has no regions", f.Kind)
	case f.Kind == ShardDown && (f.Shard < 0 || f.Shard > o.shards.count()):
		return fmt.Errorf("fault %s: there are the shards 1 to %d and no shard %d", f.Kind, o.shards.count(), f.Shard)
	}
	return nil
}

// fault implements side.
func (o *onPremSide) fault(f Fault, on bool) {
	now := time.Now()
	switch f.Kind {
	case ShardDown:
		shard := max(f.Shard, 1) - 1 // they are counted from 1
		if on {
			o.shards.lose(shard, now)
		} else {
			o.shards.recover(shard, now)
		}
	case TokenExpired:
		o.users.expire(now, on)
	case Migrate:
		if on { // moving is an event: that it ends does not move the number back
			o.account.register(f.To == whatsapp.OnPrem)
		}
	}
}

// refuse implements side.
func (o *onPremSide) refuse(x *exchange, f Fault) {
	switch f.Kind {
	case TokenExpired: // a fresh login is good, so this is for the routes to say
		o.serve(x)
	case Throttle:
		o.failBriefly(x, onprem.NewError(onprem.CodeTooManyRequests, ""))
	case Errors:
		e := onprem.NewError(f.Code, "")
		if e.Title == "" {
			e.Title = "Unknown error"
		}
		o.fail(x, e)
	default:
		o.fail(x, onprem.NewError(onprem.CodeServiceNotReady, "The platform is being updated"))
	}
}

// meta is what every answer says about the deployment.
func (o *onPremSide) meta() *onprem.Meta {
	version := o.profile().Version
	if version == "" {
		version = "2.45.2"
	}
	return &onprem.Meta{APIStatus: "stable", Version: version}
}

// ok answers with what the endpoint found.
func (o *onPremSide) ok(x *exchange, status int, answer onprem.Answer) {
	o.stats.answered(x, true)
	answer.Meta = o.meta()
	x.replyValue(status, answer)
}

// fail answers with an error and the status that belongs to it.
func (o *onPremSide) fail(x *exchange, e onprem.Error) { o.failAs(x, e.Status(), e) }

func (o *onPremSide) failAs(x *exchange, status int, e onprem.Error) {
	o.stats.answered(x, false)
	x.replyValue(status, onprem.Answer{Errors: []onprem.Error{e}, Meta: o.meta()})
}

// failBriefly answers as the limits do, which stand before the application and
// do not tell about the deployment.
func (o *onPremSide) failBriefly(x *exchange, e onprem.Error) {
	o.stats.answered(x, false)
	x.replyValue(e.Status(), onprem.Answer{Errors: []onprem.Error{e}})
}
