package scenarios

// FaultKind names a way in which a fake can misbehave.
type FaultKind string

// The faults.
const (
	Unavailable        FaultKind = "unavailable"
	Stall              FaultKind = "stall"
	Slow               FaultKind = "slow"
	Errors             FaultKind = "errors"
	Throttle           FaultKind = "throttle"
	Reset              FaultKind = "reset"
	TokenExpired       FaultKind = "token_expired"
	RegionFailover     FaultKind = "region_failover"
	ShardDown          FaultKind = "shard_down"
	WebhooksStopped    FaultKind = "webhooks_stopped"
	WebhooksDuplicated FaultKind = "webhooks_duplicated"
	WebhooksShuffled   FaultKind = "webhooks_shuffled"
	DeliveredAndFailed FaultKind = "delivered_and_failed"
	Undelivered        FaultKind = "undelivered"
	Migrate            FaultKind = "migrate"
)
