package fakeapi

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/units"
)

// Person is a rule about some recipients: those whose number begins with
// Prefix, and of those a Share, the same ones in every run.
type Person struct {
	Prefix string        `yaml:"prefix"`
	Share  units.Percent `yaml:"share"`
	// Is says what they are like.
	Is Trait `yaml:"is"`
	// For is how long an offline phone stays so, from when it is written to.
	For time.Duration `yaml:"for"`
}

// Trait is what sets a recipient apart.
type Trait string

// The traits of recipients.
const (
	Ordinary      Trait = "ordinary"
	NotOnWhatsApp Trait = "not_on_whatsapp"
	Restricted    Trait = "restricted"      // in a country that messages may not reach
	Offline       Trait = "offline"         // for a time
	Blocked       Trait = "blocked"         // blocked the business: sent, and no more
	OptedOut      Trait = "opted_out"       // wants no marketing messages
	SeveralPhones Trait = "several_devices" // one of which fails
	Experiment    Trait = "experiment"      // gets no marketing messages for the sake of one
)

var traits = []Trait{Ordinary, NotOnWhatsApp, Restricted, Offline, Blocked, OptedOut, SeveralPhones, Experiment}

// restrictedPrefixes are the calling codes of Cuba, Iran, North Korea and
// Syria, and the mobile codes of Crimea, Donetsk and Luhansk. Businesses there
// are not eligible and users there cannot be reached. Which numbers are of the
// three regions is an assumption.
func restrictedPrefixes() []string {
	return []string{"53", "98", "850", "963", "7365", "7978", "7949", "7959"}
}

func (p Person) check(field string) error {
	if !slices.Contains(traits, p.Is) {
		return fmt.Errorf("%s.is: %q; use one of %v", field, p.Is, traits)
	}
	return checkShare(field+".share", p.Share)
}

// fits reports whether the rule holds for the number.
func (p Person) fits(seed uint64, number string) bool {
	if !strings.HasPrefix(number, p.Prefix) {
		return false
	}
	return p.Share >= 1 || uniform(seed, numberKey(number), drawPeople) < float64(p.Share)
}

// person returns what the recipient with the number is like.
func (p *Profile) person(seed uint64, number string) Person {
	for _, rule := range p.People {
		if rule.fits(seed, number) {
			return rule
		}
	}
	for _, prefix := range p.Restricted {
		if strings.HasPrefix(number, prefix) {
			return Person{Is: Restricted}
		}
	}
	return Person{Is: Ordinary}
}

// numberKey is a phone number as a key for draws.
func numberKey(number string) int64 {
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || n > math.MaxInt64 {
		for _, c := range []byte(number) { // an id that is not a number: any spread does
			n = n*31 + uint64(c)
		}
	}
	return int64(n & math.MaxInt64)
}
