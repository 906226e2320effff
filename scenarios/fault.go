package scenarios

import (
	"wabench/internal/strictyaml"
	"wabench/internal/whatsapp"
)

// FaultKind names a way in which a fake can misbehave.
type FaultKind string

// The faults.
const (
	Unavailable        FaultKind = "unavailable"          // the API update: code 2 with 503
	Stall              FaultKind = "stall"                // answers freeze until it ends
	Slow               FaultKind = "slow"                 // answers take Factor times as long
	Errors             FaultKind = "errors"               // a Share of requests fail with Code
	Throttle           FaultKind = "throttle"             // every send is over the limit
	Reset              FaultKind = "reset"                // connections break
	TokenExpired       FaultKind = "token_expired"        // credentials are no longer good
	RegionFailover     FaultKind = "region_failover"      // a region is lost, another takes over
	ShardDown          FaultKind = "shard_down"           // one shard is gone (On-Premises)
	WebhooksStopped    FaultKind = "webhooks_stopped"     // none go out until it ends
	WebhooksDuplicated FaultKind = "webhooks_duplicated"  // each goes out twice
	WebhooksShuffled   FaultKind = "webhooks_shuffled"    // in no order
	DeliveredAndFailed FaultKind = "delivered_and_failed" // a Share of messages report both
	Undelivered        FaultKind = "undelivered"          // a Share of messages stay at sent
	Migrate            FaultKind = "migrate"              // the number moves to the other API
)

// faultFacts is what the language knows of a fault.
type faultFacts struct {
	kind FaultKind
	// example shows the figure that the fault needs, empty if it needs none.
	example string
	// api is the only API that knows the fault, empty if both do.
	api whatsapp.API
}

var faultTable = []faultFacts{
	{kind: Unavailable},
	{kind: Stall},
	{kind: Slow, example: "{slow: {factor: 5}}"},
	{kind: Errors, example: "{errors: {code: 131000, share: 5%}}"},
	{kind: Throttle},
	{kind: Reset},
	{kind: TokenExpired},
	{kind: RegionFailover, api: whatsapp.Cloud},
	{kind: ShardDown, example: "{shard_down: 1}", api: whatsapp.OnPrem},
	{kind: WebhooksStopped},
	{kind: WebhooksDuplicated},
	{kind: WebhooksShuffled},
	{kind: DeliveredAndFailed, example: "{delivered_and_failed: 1%}"},
	{kind: Undelivered, example: "{undelivered: 2%}"},
	{kind: Migrate, example: "{migrate: {to: cloud}}"},
}

// Choices lists the faults.
func (FaultKind) Choices() []string {
	names := make([]string, len(faultTable))
	for i, f := range faultTable {
		names[i] = string(f.kind)
	}
	return names
}

func (k FaultKind) facts() faultFacts {
	for _, f := range faultTable {
		if f.kind == k {
			return f
		}
	}
	return faultFacts{}
}

// figure is one fault with its figure, as written.
type figure struct {
	fault Fault
	pos   strictyaml.Pos
	ok    bool
}

// written lists the figures that are written.
func (f FaultFigures) written() []figure {
	var all []figure
	add := func(pos strictyaml.Pos, ok bool, fault Fault) {
		if pos.Known() {
			all = append(all, figure{fault, pos, ok})
		}
	}
	add(f.Slow.Pos, f.Slow.OK, Fault{Kind: Slow, Factor: f.Slow.Value.Factor.Value})
	add(f.Errors.Pos, f.Errors.OK, Fault{
		Kind: Errors, Code: f.Errors.Value.Code.Value, Share: f.Errors.Value.Share.Or(1),
	})
	add(f.ShardDown.Pos, f.ShardDown.OK, Fault{Kind: ShardDown, Shard: f.ShardDown.Value})
	add(f.DeliveredAndFailed.Pos, f.DeliveredAndFailed.OK, Fault{Kind: DeliveredAndFailed, Share: f.DeliveredAndFailed.Value})
	add(f.Undelivered.Pos, f.Undelivered.OK, Fault{Kind: Undelivered, Share: f.Undelivered.Value})
	add(f.Migrate.Pos, f.Migrate.OK, Fault{Kind: Migrate, API: whatsapp.API(f.Migrate.Value.To.Value)})
	return all
}

// fault returns what a fault entry says goes wrong, and false if it says
// nothing, too much, or something mistaken that is already a problem.
func (c *checker) fault(entry At[FaultEntry]) (figure, bool) {
	text := entry.Value.Fault
	figures := entry.Value.FaultFigures.written()
	figures = append(figures, text.Value.FaultFigures.written()...)
	if text.Value.Kind != "" {
		figures = append(figures, figure{Fault{Kind: text.Value.Kind}, text.Pos, text.OK})
	}
	switch {
	case text.Written() && !text.OK:
		return figure{}, false
	case len(figures) == 0:
		c.Problem(entry.Pos, "add fault: unavailable, or another", "fault says not what goes wrong")
		return figure{}, false
	case len(figures) > 1:
		c.Problem(figures[1].pos, "write one entry for each", "one entry has several faults")
		return figure{}, false
	}
	if example := text.Value.Kind.facts().example; example != "" {
		c.Problem(text.Pos, "write "+example, "%s needs a figure", text.Value.Kind)
		return figure{}, false
	}
	return figures[0], figures[0].ok
}
