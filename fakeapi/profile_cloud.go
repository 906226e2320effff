package fakeapi

import (
	"errors"
	"fmt"
	"time"

	"wabench/internal/units"
)

// CloudProfile is how the Cloud API side behaves.
type CloudProfile struct {
	// Version is the Graph version of requests that name none.
	Version string `yaml:"version"`
	// Accept is the time until the answer to a request.
	Accept   Latency      `yaml:"accept"`
	Delivery Delivery     `yaml:"delivery"`
	Webhooks WebhookRules `yaml:"webhooks"`
	// SentMarketing replaces delivery.sent for marketing templates, to which
	// the platform gives less priority.
	SentMarketing Latency `yaml:"sent_marketing"`

	// Recipients say which numbers recipients are taken for.
	Recipients RecipientRules `yaml:"recipients"`
	// Throughput is how many messages a number may send and receive, together;
	// 0 is no limit. Window is the time over which it is judged.
	Throughput units.Rate    `yaml:"throughput"`
	Window     time.Duration `yaml:"window"`
	// ThrottleStatus is the HTTP status of rate-limit errors: 400 or 429.
	ThrottleStatus int `yaml:"throttle_status"`
	// Pair limits messages to one user.
	Pair PairLimit `yaml:"pair"`
	// Portfolio is how many different users may be messaged outside their
	// service window in a sliding day; 0 is no limit. PortfolioCode is the
	// error beyond it, and PortfolioSync whether it is in the answer.
	Portfolio     int  `yaml:"portfolio"`
	PortfolioCode int  `yaml:"portfolio_code"`
	PortfolioSync bool `yaml:"portfolio_sync"`
	// ServiceWindow is how long after a user's last message free-form messages
	// reach them; 0 lets them through always. ServiceWindowSync puts the error
	// 131047 in the answer instead of a failed status.
	ServiceWindow     time.Duration `yaml:"service_window"`
	ServiceWindowSync bool          `yaml:"service_window_sync"`
	// Management is how many management calls an hour an account may make; 0
	// is no limit.
	Management int `yaml:"management"`
	// TemplateCreations is how many templates an account may create an hour;
	// 0 is no limit. TemplateReview is how long the review of one takes.
	TemplateCreations int     `yaml:"template_creations"`
	TemplateReview    Latency `yaml:"template_review"`
	// Pacing holds messages of new templates back.
	Pacing Pacing `yaml:"pacing"`
	// Strict accepts only templates that were created and approved, media that
	// were uploaded and messages that exist; without it, any will do.
	Strict bool `yaml:"strict"`
	// Registrations is how often a number may be registered or deregistered in
	// 72 hours; 0 is no limit.
	Registrations int `yaml:"registrations"`
	// UpgradeAfter is how many different users a number has to write to outside
	// their service window, within a sliding day, to have its throughput raised;
	// 0 is never.
	UpgradeAfter int `yaml:"upgrade_after"`
	// UpgradeFor is how long a number cannot send while its throughput is
	// raised.
	UpgradeFor time.Duration `yaml:"upgrade_for"`
	// Account is the standing of accounts and numbers.
	Account AccountRules `yaml:"account"`
	// TokenCode is the error of a token that is not good: 190, as Graph answers,
	// or 0, as the page of errors has it.
	TokenCode int `yaml:"token_code"`
	// Templates is how many templates an account may have: 250, and 6000 if the
	// business is verified.
	Templates int `yaml:"templates"`
	// TemplatePauses are how long a template is paused for the first time, the
	// second and so on; the time after the last it is disabled.
	TemplatePauses []time.Duration `yaml:"template_pauses"`
	// PinEvery is the least time between two guesses of a PIN; 0 is none.
	PinEvery time.Duration `yaml:"pin_every"`
	// ReregisterAfter is how long after leaving a number can register again; 0
	// is at once.
	ReregisterAfter time.Duration `yaml:"reregister_after"`
	// BackupCode is the error of a registration with a backup that does not open.
	BackupCode int `yaml:"backup_code"`
	// MarketingPerUser limits the marketing messages that a user gets, over
	// which 131049 is the error; 0 Burst is no limit.
	MarketingPerUser PairLimit `yaml:"marketing_per_user"`
	// MarketingSync is how long the marketing API takes to know a new template.
	MarketingSync time.Duration `yaml:"marketing_sync"`
	// ManagementInactive replaces management for an account without a
	// registered number.
	ManagementInactive int `yaml:"management_inactive"`
	// PortfolioGrowth is how long it takes until the portfolio's limit rises by a
	// level, once half of it was used within a week; 0 is never.
	PortfolioGrowth time.Duration `yaml:"portfolio_growth"`
	// ThrottleWebhook tells of every refusal 130429 in a webhook as well.
	ThrottleWebhook bool `yaml:"throttle_webhook"`
	// Shuffled judges a message that has several things wrong in no fixed order.
	Shuffled bool `yaml:"shuffled"`
	// FreeUtility makes utility templates within the service window free.
	FreeUtility bool `yaml:"free_utility"`
	// MediaURL puts the address of a user's media into the webhook.
	MediaURL bool `yaml:"media_url"`
	// Played reports the first play of a voice message, which older clients do
	// not know.
	Played bool `yaml:"played"`
}

// PairLimit is a bucket for each pair of a business number and a user: Burst
// messages at once, one more every Every; 0 Burst is no limit.
type PairLimit struct {
	Burst int           `yaml:"burst"`
	Every time.Duration `yaml:"every"`
	// Debt makes a burst a debt: it lasts no longer than Every, and the next
	// message waits until the time of all its messages has passed. Without it,
	// there is room for one more after each Every.
	Debt bool `yaml:"debt"`
}

// Pacing is how the platform tries out a template: after so many messages the
// next ones are held until people have reacted, and then let go or dropped. It
// holds templates whose quality is not known to be good; 0 After is no pacing.
type Pacing struct {
	// After is how many messages pass before the hold.
	After int `yaml:"after"`
	// Hold is how long messages are held, an hour at most.
	Hold time.Duration `yaml:"hold"`
	// Drop is the share of templates that people did not like: what was held of
	// them fails with 132015, and they are paused.
	Drop units.Percent `yaml:"drop"`
}

// longestHold is Meta's goal for the longest hold.
const longestHold = time.Hour

func (p Pacing) check(field string) error {
	if p.After < 0 || p.Hold < 0 || p.Hold > longestHold {
		return fmt.Errorf("%s: after cannot be negative, and hold is 0s to 1h", field)
	}
	return checkShare(field+".drop", p.Drop)
}

func (c CloudProfile) check(field string) error {
	problems := []error{
		c.Accept.check(field + ".accept"), c.SentMarketing.check(field + ".sent_marketing"),
		c.TemplateReview.check(field + ".template_review"), c.Pacing.check(field + ".pacing"),
		c.Delivery.check(field + ".delivery"), c.Webhooks.check(field + ".webhooks"), c.Account.check(field + ".account"),
		c.Recipients.check(field + ".recipients"),
	}
	if c.TokenCode != 190 && c.TokenCode != 0 {
		problems = append(problems, fmt.Errorf("%s.token_code: %d; the platform uses 190 or 0", field, c.TokenCode))
	}
	if c.ThrottleStatus != 400 && c.ThrottleStatus != 429 {
		problems = append(problems, fmt.Errorf("%s.throttle_status: %d; the platform uses 400 or 429", field, c.ThrottleStatus))
	}
	if c.Throughput > 0 && c.Window <= 0 {
		problems = append(problems, fmt.Errorf("%s.window: a throughput limit needs a window above 0", field))
	}
	for name, limit := range map[string]PairLimit{"pair": c.Pair, "marketing_per_user": c.MarketingPerUser} {
		if limit.Burst > 0 && limit.Every <= 0 {
			problems = append(problems, fmt.Errorf("%s.%s.every: a limit needs a time above 0", field, name))
		}
	}
	return errors.Join(problems...)
}
