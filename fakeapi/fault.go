package fakeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// FaultKind names a way in which the platform can misbehave.
type FaultKind string

// The faults, by the names of scenarios.
const (
	Unavailable        FaultKind = "unavailable"          // the API update: code 2 with 503
	Stall              FaultKind = "stall"                // answers freeze until it ends
	Slow               FaultKind = "slow"                 // answers take Factor times as long
	Errors             FaultKind = "errors"               // a Share of requests fail with Code
	Throttle           FaultKind = "throttle"             // the rate limit says no to everything
	Reset              FaultKind = "reset"                // connections are torn down
	TokenExpired       FaultKind = "token_expired"        // credentials are no longer good
	RegionFailover     FaultKind = "region_failover"      // a region is lost, another takes over
	ShardDown          FaultKind = "shard_down"           // On-Premises: one shard is gone
	WebhooksStopped    FaultKind = "webhooks_stopped"     // none go out; they follow when it ends
	WebhooksDuplicated FaultKind = "webhooks_duplicated"  // each goes out twice
	WebhooksShuffled   FaultKind = "webhooks_shuffled"    // in no order
	DeliveredAndFailed FaultKind = "delivered_and_failed" // a Share of messages report both
	Undelivered        FaultKind = "undelivered"          // a Share of messages stay at sent
	Failed             FaultKind = "failed"               // a Share of messages fail with Code in a webhook
	Migrate            FaultKind = "migrate"              // the number moves to the API To
)

// FaultKinds lists every kind.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Unavailable, Stall, Slow, Errors, Throttle, Reset, TokenExpired, RegionFailover, ShardDown,
		WebhooksStopped, WebhooksDuplicated, WebhooksShuffled, DeliveredAndFailed, Undelivered, Failed, Migrate,
	}
}

// Fault is one misbehaviour: what, where, from when and for how long.
type Fault struct {
	Kind FaultKind
	// API is the side it is on; empty is both.
	API whatsapp.API
	// At is how long from now it begins, For how long it lasts; 0 For is until
	// it is cleared.
	At, For time.Duration
	// Factor is of slow, Code of errors and failed, Share of these two,
	// delivered_and_failed and undelivered, Shard of shard_down, To of migrate.
	Factor float64
	Code   int
	Share  units.Percent
	Shard  int
	To     whatsapp.API
}

// wireFault is a Fault as scenarios and the control route write it.
type wireFault struct {
	At    string          `json:"at"`
	For   string          `json:"for"`
	On    whatsapp.API    `json:"on"`
	Fault json.RawMessage `json:"fault"`
}

// UnmarshalJSON reads {"at":"10s","for":"5s","on":"cloud","fault":F} where F is
// a kind, or an object with the kind as its only key and what it needs as the
// value: {"slow":{"factor":5}}, {"errors":{"code":131000,"share":"5%"}},
// {"undelivered":"2%"}, {"shard_down":1}, {"migrate":{"to":"cloud"}}.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var w wireFault
	if err := decodeStrict(data, &w); err != nil {
		return err
	}
	*f = Fault{API: w.On}
	for _, d := range []struct {
		text string
		into *time.Duration
	}{{w.At, &f.At}, {w.For, &f.For}} {
		if d.text == "" {
			continue
		}
		var err error
		if *d.into, err = units.ParseDuration(d.text); err != nil {
			return err
		}
	}
	return f.unmarshalKind(w.Fault)
}

func (f *Fault) unmarshalKind(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf(`"fault" is missing; use one of %v`, FaultKinds())
	}
	if json.Unmarshal(data, &f.Kind) == nil {
		return nil
	}
	var byKind map[FaultKind]json.RawMessage
	if err := json.Unmarshal(data, &byKind); err != nil || len(byKind) != 1 {
		return fmt.Errorf(`"fault" is a name, or an object with the name as its only key, not %s`, data)
	}
	for kind, detail := range byKind {
		f.Kind = kind
		return f.unmarshalDetail(detail)
	}
	return nil
}

// unmarshalDetail reads what follows the kind: a share, a shard or an object.
func (f *Fault) unmarshalDetail(data []byte) error {
	var share units.Percent
	if json.Unmarshal(data, &share) == nil && bytes.HasPrefix(data, []byte(`"`)) {
		f.Share = share
		return nil
	}
	if f.Kind == ShardDown {
		return json.Unmarshal(data, &f.Shard)
	}
	var detail struct {
		Factor float64        `json:"factor"`
		Code   int            `json:"code"`
		Share  *units.Percent `json:"share"`
		Shard  int            `json:"shard"`
		To     whatsapp.API   `json:"to"`
	}
	if err := decodeStrict(data, &detail); err != nil {
		return fmt.Errorf("fault %s: %w", f.Kind, err)
	}
	f.Factor, f.Code, f.Shard, f.To = detail.Factor, detail.Code, detail.Shard, detail.To
	if detail.Share != nil {
		f.Share = *detail.Share
	}
	return nil
}

// check reports what the fault lacks, and fills in what may be left out.
func (f *Fault) check() error {
	if !slices.Contains(FaultKinds(), f.Kind) {
		return fmt.Errorf("%q is not a fault; use one of %v", f.Kind, FaultKinds())
	}
	if f.API != "" && f.API != whatsapp.Cloud && f.API != whatsapp.OnPrem {
		return fmt.Errorf("fault %s: on %q; use cloud or onprem", f.Kind, f.API)
	}
	if f.Share == 0 {
		f.Share = 1
	}
	if f.At < 0 || f.For < 0 {
		return fmt.Errorf("fault %s: a time cannot be negative", f.Kind)
	}
	return firstError(checkShare("fault "+string(f.Kind), f.Share), f.checkDetail())
}

func (f *Fault) checkDetail() error {
	switch {
	case f.Kind == Slow && f.Factor <= 0:
		return fmt.Errorf("fault slow: factor %v; must be above 0", f.Factor)
	case (f.Kind == Errors || f.Kind == Failed) && f.Code <= 0:
		return fmt.Errorf("fault %s: needs the code of the error", f.Kind)
	case f.Kind == Migrate && f.To != whatsapp.Cloud && f.To != whatsapp.OnPrem:
		return fmt.Errorf("fault migrate: to %q; use cloud or onprem", f.To)
	case f.Kind == ShardDown && f.API == whatsapp.Cloud:
		return fmt.Errorf("fault shard_down: the Cloud API has no shards")
	}
	return nil
}

// on reports whether the fault concerns api.
func (f *Fault) on(api whatsapp.API) bool { return f.API == "" || f.API == api }

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// decodeStrict decodes one JSON value and rejects keys that into does not have.
func decodeStrict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if d.More() {
		return fmt.Errorf("more than one value")
	}
	return nil
}
