package fakeapi

import (
	"errors"
	"fmt"
	"strings"
)

// Rewriting says that numbers with so many digits that begin with From are known
// to the platform as beginning with To, as with the mobile prefixes of Brazil
// and Mexico.
type Rewriting struct {
	From   string `yaml:"from"`
	To     string `yaml:"to"`
	Digits int    `yaml:"digits"`
}

// RecipientRules say which number the platform takes a recipient for.
type RecipientRules struct {
	// CountryCode is put before numbers that are written without a plus: the
	// business number's own. Empty takes them as they are.
	CountryCode string `yaml:"country_code"`
	// Rewrite has the rewritings; the first that fits holds.
	Rewrite []Rewriting `yaml:"rewrite"`
}

func (r RecipientRules) check(field string) error {
	var problems []error
	if strings.Trim(r.CountryCode, "0123456789") != "" {
		problems = append(problems, fmt.Errorf("%s.country_code: %q; has digits only", field, r.CountryCode))
	}
	for i, w := range r.Rewrite {
		if w.From == "" || strings.Trim(w.From+w.To, "0123456789") != "" {
			problems = append(problems, fmt.Errorf("%s.rewrite[%d]: from and to have digits only", field, i))
		}
	}
	return errors.Join(problems...)
}

// waID is the number that a recipient is known by: given is what the client
// wrote and number its digits.
func (r *RecipientRules) waID(given, number string) string {
	if r.CountryCode != "" && !strings.HasPrefix(given, "+") {
		number = r.CountryCode + number
	}
	for _, w := range r.Rewrite {
		if rest, fits := strings.CutPrefix(number, w.From); fits && (w.Digits == 0 || w.Digits == len(number)) {
			return w.To + rest
		}
	}
	return number
}
