package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"wabench/internal/units"
	"wabench/internal/whatsapp"
)

// Retry says which failed sends are tried again and when. Every attempt is
// measured.
type Retry struct {
	// Classes and Codes are the outcomes to try again after.
	Classes []whatsapp.Class `json:"classes,omitempty"`
	Codes   []int            `json:"codes,omitempty"`
	Backoff Backoff          `json:"backoff"`
	// Max is the most attempts after the first.
	Max int `json:"max"`
}

// Applies reports whether a send with the outcome is tried again.
func (r *Retry) Applies(o whatsapp.Outcome) bool {
	return r != nil && (slices.Contains(r.Classes, o.Class) || o.Code != 0 && slices.Contains(r.Codes, o.Code))
}

// Backoff is the wait before retry n (from 0): Base to the n, times Unit. A
// constant wait has the base 1.
type Backoff struct {
	Base float64
	Unit time.Duration
}

// longestBackoff bounds a wait, so that it stays within a run and an int64.
const longestBackoff = time.Hour

// Wait returns how long to wait before retry n, from 0; at most an hour.
func (b Backoff) Wait(n int) time.Duration {
	wait := math.Pow(b.Base, float64(n)) * float64(b.Unit)
	return time.Duration(min(wait, float64(longestBackoff)))
}

// ParseBackoff reads a wait such as 4^n s, 2^n 100ms or 2s.
func ParseBackoff(s string) (Backoff, error) {
	base, unit, grows := strings.Cut(s, "^n")
	if !grows {
		wait, err := units.ParseDuration(s)
		if err != nil || wait > longestBackoff {
			return Backoff{}, fmt.Errorf("%q is not a back-off; write it as 4^n s, 2^n 100ms or 2s", s)
		}
		return Backoff{Base: 1, Unit: wait}, nil
	}
	b, err := strconv.ParseFloat(strings.TrimSpace(base), 64)
	unit = strings.TrimSpace(unit)
	if unit != "" && strings.Trim(unit, "nuµmsh") == "" {
		unit = "1" + unit
	}
	wait, unitErr := units.ParseDuration(unit)
	if err != nil || unitErr != nil || !(b >= 1 && b <= 100) || wait <= 0 || wait > longestBackoff {
		return Backoff{}, fmt.Errorf("%q is not a back-off; write it as 4^n s, 2^n 100ms or 2s", s)
	}
	return Backoff{Base: b, Unit: wait}, nil
}

// String returns the back-off as ParseBackoff reads it.
func (b Backoff) String() string {
	if b.Base == 1 {
		return b.Unit.String()
	}
	return strconv.FormatFloat(b.Base, 'g', -1, 64) + "^n " + b.Unit.String()
}

// MarshalText writes what String returns.
func (b Backoff) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what ParseBackoff reads.
func (b *Backoff) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBackoff(string(text))
	return err
}
