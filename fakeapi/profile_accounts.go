package fakeapi

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"wabench/internal/units"
)

// Account is a WhatsApp Business Account and its numbers, as a profile has it.
type Account struct {
	// ID is the account's, Name what it is called.
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Webhook is where its webhooks go instead of the common address.
	Webhook string   `yaml:"webhook"`
	Numbers []Number `yaml:"numbers"`
}

// Number is a business number of the Cloud API: it has limits, settings and
// webhooks of its own.
type Number struct {
	// ID is what paths call it, Display the number that users see and Name the
	// verified name; Display and Name have values where they are left out.
	ID      string `yaml:"id"`
	Display string `yaml:"display"`
	Name    string `yaml:"name"`
	// Throughput is its own limit instead of the profile's; 0 is the profile's.
	Throughput units.Rate `yaml:"throughput"`
	// Webhook is where its webhooks go instead of its account's address.
	Webhook string `yaml:"webhook"`
	// WABAID is its account, where a profile's accounts do not say.
	WABAID string `yaml:"-"`
}

// checkAccounts reports what is wrong with the accounts of a profile.
func checkAccounts(accounts []Account) error {
	var problems []error
	seen := map[string]bool{}
	name := func(field, id string) {
		switch {
		case id == "" || digits(id) != id:
			problems = append(problems, fmt.Errorf("%s.id: %q is not a number", field, id))
		case seen[id]:
			problems = append(problems, fmt.Errorf("%s.id: %s is there twice", field, id))
		}
		seen[id] = true
	}
	for i, a := range accounts {
		field := fmt.Sprintf("accounts[%d]", i)
		name(field, a.ID)
		problems = append(problems, checkAddress(field, a.Webhook))
		if len(a.Numbers) == 0 {
			problems = append(problems, fmt.Errorf("%s.numbers: an account needs a number", field))
		}
		for k, n := range a.Numbers {
			field := fmt.Sprintf("%s.numbers[%d]", field, k)
			name(field, n.ID)
			problems = append(problems, checkAddress(field, n.Webhook))
			if digits(n.Display) != n.Display {
				problems = append(problems, fmt.Errorf("%s.display: %q has to be digits", field, n.Display))
			}
		}
	}
	return errors.Join(problems...)
}

func checkAddress(field, address string) error {
	u, err := url.Parse(address)
	if address == "" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	return fmt.Errorf("%s.webhook: %q is not the address of a receiver", field, address)
}

// The names of the first number where nobody gives others; those of platform's
// own examples.
const (
	usualNumber  = "106540352242922"
	usualAccount = "102290129340398"
	usualName    = "Lucky Shrub"
)

// settled returns the options with all business numbers in Numbers, the first
// one first: those of the profile's accounts and those of the options. The ids
// that the options name are the first number's; where they name none, it is the
// first of the accounts.
func (o Options) settled(accounts []Account) Options {
	var list []Number
	for _, a := range accounts {
		for _, n := range a.Numbers {
			n.WABAID = a.ID
			list = append(list, n)
		}
	}
	if o.PhoneNumberID == "" && len(list) > 0 {
		o.PhoneNumberID = list[0].ID
	}
	o.PhoneNumberID = cmp.Or(o.PhoneNumberID, usualNumber)
	first := Number{ID: o.PhoneNumberID}
	if i := slices.IndexFunc(list, func(n Number) bool { return n.ID == o.PhoneNumberID }); i >= 0 {
		first = list[i]
		list = slices.Delete(list, i, i+1)
	}
	first.WABAID = cmp.Or(o.WABAID, first.WABAID, usualAccount)
	o.WABAID = first.WABAID
	o.Numbers = slices.Concat([]Number{first}, list, o.Numbers)
	for i := range o.Numbers {
		n := &o.Numbers[i]
		n.WABAID, n.Name = cmp.Or(n.WABAID, o.WABAID), cmp.Or(n.Name, usualName)
		n.Display = cmp.Or(n.Display, displayNumber(i))
	}
	o.accounts = accounts
	return o
}

// named is what an account is called.
func (o Options) named(id string) string {
	for _, a := range o.accounts {
		if a.ID == id && a.Name != "" {
			return a.Name
		}
	}
	return "Account " + id
}

// overrides are the webhook addresses of single accounts and numbers.
func (o Options) overrides() map[string]string {
	addresses := map[string]string{}
	for _, a := range o.accounts {
		if a.Webhook != "" {
			addresses[a.ID] = a.Webhook
		}
	}
	for _, n := range o.Numbers {
		if n.Webhook != "" {
			addresses[n.ID] = n.Webhook
		}
	}
	return addresses
}
