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
	// Played reports the first play of a voice message, which older clients do
	// not know.
	Played bool `yaml:"played"`
}

// PairLimit is a bucket for each pair of a business number and a user: Burst
// messages at once, one more every Every; 0 Burst is no limit.
type PairLimit struct {
	Burst int           `yaml:"burst"`
	Every time.Duration `yaml:"every"`
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
		c.Delivery.check(field + ".delivery"), c.Webhooks.check(field + ".webhooks"),
	}
	if c.ThrottleStatus != 400 && c.ThrottleStatus != 429 {
		problems = append(problems, fmt.Errorf("%s.throttle_status: %d; the platform uses 400 or 429", field, c.ThrottleStatus))
	}
	if c.Throughput > 0 && c.Window <= 0 {
		problems = append(problems, fmt.Errorf("%s.window: a throughput limit needs a window above 0", field))
	}
	if c.Pair.Burst > 0 && c.Pair.Every <= 0 {
		problems = append(problems, fmt.Errorf("%s.pair.every: a pair limit needs a time above 0", field))
	}
	return errors.Join(problems...)
}
