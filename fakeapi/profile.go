package fakeapi

import (
	"errors"
	"fmt"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Profile says how a fake behaves: how fast it answers and delivers, what it
// limits and how its webhooks go out. The two APIs have a section each.
type Profile struct {
	// Name and Description say what the profile stands for.
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	// Extends names the shipped profile whose values hold where this one is
	// silent; empty means instant.
	Extends string `yaml:"extends"`
	// APIs are the platforms on which the number is registered at the start;
	// a number is on one platform at a time in life, so most profiles name one.
	APIs []whatsapp.API `yaml:"apis"`
	// Accounts are the business accounts of the Cloud API and their numbers,
	// read when the fake starts; empty is one account with one number.
	Accounts []Account `yaml:"accounts"`
	// Ledger is how many messages are remembered; the oldest leave first.
	Ledger int `yaml:"ledger"`
	// People are rules by which recipients differ; the first that fits holds.
	People []Person `yaml:"people"`
	// Restricted are the prefixes of the numbers that no message may reach: the
	// calling codes of the countries and regions under restrictions.
	Restricted []string `yaml:"restricted"`

	Cloud  CloudProfile  `yaml:"cloud"`
	OnPrem OnPremProfile `yaml:"onprem"`
}

// Delivery is what becomes of an accepted message and when.
type Delivery struct {
	// Sent is the time from acceptance to the status sent.
	Sent Latency `yaml:"sent"`
	// Delivered is the time from sent to delivered for a phone that is online.
	Delivered Latency `yaml:"delivered"`
	// Offline is the share of phones that are not, and OfflineFor how much
	// longer they take.
	Offline    units.Percent `yaml:"offline"`
	OfflineFor Latency       `yaml:"offline_for"`
	// Read is the share of messages that are read, ReadAfter the time from
	// delivered to read, SkipDelivered the share of read messages for which
	// only read is reported because the chat was open.
	Read          units.Percent `yaml:"read"`
	ReadAfter     Latency       `yaml:"read_after"`
	SkipDelivered units.Percent `yaml:"skip_delivered"`
	// Failed is the share that ends failed (Cloud 131026, On-Premises 1026)
	// instead of delivered, Undelivered the share that silently stays sent.
	Failed      units.Percent `yaml:"failed"`
	Undelivered units.Percent `yaml:"undelivered"`
	// DeliveredAndFailed is the share for which one device gets the message
	// and another does not, so that both are reported.
	DeliveredAndFailed units.Percent `yaml:"delivered_and_failed"`
}

// check reports everything in the profile that cannot be.
func (p *Profile) check() error {
	var problems []error
	for _, api := range p.APIs {
		if api != whatsapp.Cloud && api != whatsapp.OnPrem {
			problems = append(problems, fmt.Errorf("apis: %q is neither cloud nor onprem", api))
		}
	}
	if len(p.APIs) == 0 {
		problems = append(problems, errors.New("apis: name cloud, onprem or both"))
	}
	if p.Ledger < 1 {
		problems = append(problems, fmt.Errorf("ledger: %d messages; at least 1 has to be remembered", p.Ledger))
	}
	for i, rule := range p.People {
		problems = append(problems, rule.check(fmt.Sprintf("people[%d]", i)))
	}
	problems = append(problems, checkAccounts(p.Accounts))
	problems = append(problems, p.Cloud.check("cloud"), p.OnPrem.check("onprem"))
	return errors.Join(problems...)
}

// check reports what is wrong with the section named field.
func (d Delivery) check(field string) error {
	problems := []error{
		d.Sent.check(field + ".sent"), d.Delivered.check(field + ".delivered"),
		d.OfflineFor.check(field + ".offline_for"), d.ReadAfter.check(field + ".read_after"),
	}
	for _, share := range []struct {
		name  string
		value units.Percent
	}{
		{"offline", d.Offline},
		{"read", d.Read},
		{"skip_delivered", d.SkipDelivered},
		{"failed", d.Failed},
		{"undelivered", d.Undelivered},
		{"delivered_and_failed", d.DeliveredAndFailed},
	} {
		problems = append(problems, checkShare(field+"."+share.name, share.value))
	}
	return errors.Join(problems...)
}

// checkShare reports a share outside 0 % to 100 %.
func checkShare(field string, share units.Percent) error {
	if share >= 0 && share <= 1 {
		return nil
	}
	return fmt.Errorf("%s: %s is not a share between 0%% and 100%%", field, share)
}

// on reports whether the profile starts with the number registered on api.
func (p *Profile) on(api whatsapp.API) bool {
	for _, a := range p.APIs {
		if a == api {
			return true
		}
	}
	return false
}
