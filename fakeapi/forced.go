package fakeapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/units"
)

// forced is what a client asks for in X-Fake-* headers, so that a test can
// have any answer without arranging for it. A client decides about its own
// request and no other, so the headers need no permission.
type forced struct {
	status  int            // X-Fake-Status
	code    int            // X-Fake-Code: the platform's error
	latency *time.Duration // X-Fake-Latency
	outcome string         // X-Fake-Outcome: one of outcomes
	fail    int            // X-Fake-Fail-Code: of a failed outcome
	mistake string         // what is wrong with the headers, empty if nothing is
}

// outcomes are what can become of a message, or of a template.
var outcomes = []string{"failed", "undelivered", "delivered", "read", "rejected"}

// forcing are the headers by name.
var forcing = map[string]func(f *forced, value string) error{
	"X-Fake-Status": func(f *forced, value string) error { return f.number(&f.status, value, 200, 599) },
	"X-Fake-Code":   func(f *forced, value string) error { return f.number(&f.code, value, 1, 1<<31) },
	"X-Fake-Latency": func(f *forced, value string) error {
		d, err := units.ParseDuration(value)
		if err == nil && (d < 0 || d > longestDelay) {
			err = fmt.Errorf("%s is not between 0s and %s", value, longestDelay)
		}
		f.latency = &d
		return err
	},
	"X-Fake-Outcome": func(f *forced, value string) error {
		f.outcome = value
		if !slices.Contains(outcomes, value) {
			return fmt.Errorf("%q is none of %s", value, strings.Join(outcomes, ", "))
		}
		return nil
	},
	"X-Fake-Fail-Code": func(f *forced, value string) error { return f.number(&f.fail, value, 1, 1<<31) },
}

func (f *forced) number(into *int, value string, least, most int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return fmt.Errorf("%q is not a number from %d to %d", value, least, most)
	}
	*into = n
	return nil
}

// forcingPrefix begins the names of such headers.
const forcingPrefix = "X-Fake-"

// readForced reads the headers, if there are any.
func readForced(h http.Header) forced {
	for name := range h {
		if strings.HasPrefix(name, forcingPrefix) {
			return parseForced(h)
		}
	}
	return forced{}
}

// parseForced reads them. One that is misspelt would leave a test to pass for
// nothing, so it is a mistake; an empty one is none.
func parseForced(h http.Header) (f forced) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		value := h.Get(name)
		if !strings.HasPrefix(name, forcingPrefix) || value == "" {
			continue
		}
		set, known := forcing[name]
		if !known {
			f.mistake = name + ": there is no such header; use " + strings.Join(slices.Sorted(maps.Keys(forcing)), ", ")
		} else if err := set(&f, value); err != nil {
			f.mistake = name + ": " + err.Error()
		}
	}
	return f
}

// mistaken answers that the X-Fake-* headers of x make no sense.
func (x *exchange) mistaken() {
	problem := map[string]string{"error": x.forced.mistake}
	x.forced = forced{}
	x.replyValue(http.StatusBadRequest, problem)
}
