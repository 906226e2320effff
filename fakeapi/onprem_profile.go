package fakeapi

import (
	"errors"
	"fmt"
	"time"

	"wabench/internal/units"
)

// OnPremProfile is how the On-Premises side behaves: a deployment of Webapps
// that answer requests and of shards (Coreapps) that send the messages on.
type OnPremProfile struct {
	// Version is the release that answers name in "meta"; empty is 2.45.2.
	Version string `yaml:"version"`
	// Accept is the time until the answer to a request.
	Accept   Latency      `yaml:"accept"`
	Delivery Delivery     `yaml:"delivery"`
	Webhooks WebhookRules `yaml:"webhooks"`
	// Mute names the states that are not reported until the settings say so.
	Mute Mute `yaml:"mute"`
	// AcceptedStatus is the HTTP status of an accepted message: 201, or 200 as
	// some releases had it; 0 is 201.
	AcceptedStatus int `yaml:"accepted_status"`

	// Webapps is how many nodes share the requests; 0 is 1. Each has the limits
	// Messages, of POST /v1/messages, and Others, of every other endpoint.
	Webapps  int          `yaml:"webapps"`
	Messages RequestLimit `yaml:"messages"`
	Others   RequestLimit `yaml:"others"`

	// Shards is how many Coreapps share the recipients; 0 is 1.
	Shards int   `yaml:"shards"`
	Drain  Drain `yaml:"drain"`
	// Queue is how many accepted messages may wait for their shards, all
	// together, before the next is refused (1016, HTTP 503); 0 is no limit.
	Queue int `yaml:"queue"`
	// Pending is how long one may wait before it fails (408); 0 is for ever.
	Pending time.Duration `yaml:"pending"`
	// Failover is how long a lost shard goes unnoticed before the standby takes
	// its place; 0 means that there is no standby. Heartbeat is how often the
	// nodes look for each other: a loss is noticed at one of these moments.
	Failover  time.Duration `yaml:"failover"`
	Heartbeat time.Duration `yaml:"heartbeat"`

	Contacts ContactRules `yaml:"contacts"`
	// ServiceWindow is how long after a user's last message free-form messages
	// reach him; others fail (470). 0 lets them through always.
	ServiceWindow time.Duration `yaml:"service_window"`
	// StrictRead refuses to mark messages as read that no user wrote (1006).
	StrictRead bool `yaml:"strict_read"`
	// TokenLife is how long a login lasts; 0 is seven days.
	TokenLife time.Duration `yaml:"token_life"`
	// FirstLogin has the administrator change the password first (1024).
	FirstLogin bool `yaml:"first_login"`
	// APIKey opens the monitoring endpoints without a login; empty is none.
	APIKey string `yaml:"api_key"`
}

// Mute names states of messages that are not reported.
type Mute struct {
	Sent      bool `yaml:"sent"`
	Delivered bool `yaml:"delivered"`
	Read      bool `yaml:"read"`
}

// RequestLimit is a token bucket: Rate requests a second, and Burst at once
// after a pause. 0 Rate is no limit.
type RequestLimit struct {
	Rate  units.Rate `yaml:"rate"`
	Burst int        `yaml:"burst"`
}

// Drain is how fast a shard sends messages on.
type Drain struct {
	// Rate is the text messages a second of one shard; 0 is no limit. Most, if
	// not 0, bounds all shards together.
	Rate units.Rate `yaml:"rate"`
	Most units.Rate `yaml:"most"`
	// Media and LargeMedia are the share of that rate at which media up to and
	// above 1 MiB go; 0 is like text. A link counts as up to 1 MiB, because the
	// fake does not fetch it.
	Media      units.Percent `yaml:"media"`
	LargeMedia units.Percent `yaml:"large_media"`
	// NewUser is how many times as long the first message to a user takes, for
	// which an encryption session is set up; the shard does other work
	// meanwhile. 0 is 1.
	NewUser float64 `yaml:"new_user"`
}

// ContactRules is how numbers are checked.
type ContactRules struct {
	// Check is how long one upstream call takes. There is one at a time; what
	// arrives meanwhile goes into the next.
	Check Latency `yaml:"check"`
	// Keep is how long a result is good for; 0 is for ever.
	Keep time.Duration `yaml:"keep"`
	// AlwaysValid answers valid for every number, as v2.43 and later do.
	AlwaysValid bool `yaml:"always_valid"`
	// Required refuses messages to numbers that were not checked (1006), as
	// releases before v2.39.1 do.
	Required bool `yaml:"required"`
}

func (o OnPremProfile) check(field string) error {
	problems := []error{
		o.Accept.check(field + ".accept"), o.Contacts.Check.check(field + ".contacts.check"),
		o.Delivery.check(field + ".delivery"), o.Webhooks.check(field + ".webhooks"),
		o.Messages.check(field + ".messages"), o.Others.check(field + ".others"), o.Drain.check(field + ".drain"),
	}
	if s := o.AcceptedStatus; s != 0 && s != 200 && s != 201 {
		problems = append(problems, fmt.Errorf("%s.accepted_status: %d; the platform uses 200 or 201", field, s))
	}
	for _, count := range []struct {
		name string
		n    int
		most int
	}{{"shards", o.Shards, mostShards}, {"webapps", o.Webapps, 1000}, {"queue", o.Queue, 1e9}} {
		if count.n < 0 || count.n > count.most {
			problems = append(problems, fmt.Errorf("%s.%s: %d; must be 0 to %d", field, count.name, count.n, count.most))
		}
	}
	return errors.Join(append(problems, o.checkTimes(field))...)
}

// mostShards is the largest deployment the platform knows.
const mostShards = 32

func (o OnPremProfile) checkTimes(field string) error {
	for _, span := range []time.Duration{o.Pending, o.Failover, o.Heartbeat, o.ServiceWindow, o.TokenLife, o.Contacts.Keep} {
		if span < 0 {
			return fmt.Errorf("%s: a time cannot be negative", field)
		}
	}
	return nil
}

func (l RequestLimit) check(field string) error {
	if l.Rate > 0 && l.Burst < 1 {
		return fmt.Errorf("%s.burst: %d; a limit needs at least 1", field, l.Burst)
	}
	return nil
}

func (d Drain) check(field string) error {
	if d.NewUser < 0 || d.NewUser > 1000 {
		return fmt.Errorf("%s.new_user: %v; must be 0 to 1000", field, d.NewUser)
	}
	return firstError(checkShare(field+".media", d.Media), checkShare(field+".large_media", d.LargeMedia))
}
