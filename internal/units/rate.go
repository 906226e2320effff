package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rate is a number of events per second.
type Rate float64

// ParseRate reads a rate such as 80/s, 600/m or 1000/h.
func ParseRate(s string) (Rate, error) {
	number, unit, found := strings.Cut(strings.TrimSpace(s), "/")
	seconds := map[string]float64{"s": 1, "m": 60, "h": 3600}[strings.TrimSpace(unit)]
	n, err := parseNumber(number, 0)
	switch {
	case !found || seconds == 0 || err != nil:
		return 0, fmt.Errorf("%q is not a rate; write it as 80/s, 600/m or 1000/h", s)
	case n < 0:
		return 0, fmt.Errorf("rate %s is negative", s)
	}
	return Rate(n / seconds), nil
}

// String prints the rate per second, or per minute or hour where that is the
// unit in which it is a whole number, or at least not all zeros.
func (r Rate) String() string {
	for _, unit := range []struct {
		seconds float64
		name    string
	}{{1, "s"}, {60, "m"}, {3600, "h"}} {
		n := float64(r) * unit.seconds
		if whole := math.Round(n); math.Abs(n-whole) <= 1e-9*math.Abs(n) {
			return strconv.FormatFloat(whole, 'f', -1, 64) + "/" + unit.name
		}
	}
	if r.perHour() {
		return significant(float64(r)*3600) + "/h"
	}
	return significant(float64(r)) + "/s"
}

// perHour reports whether the rate is so low that a second says little.
func (r Rate) perHour() bool { return math.Abs(float64(r)) < 0.01 }

// MarshalText writes the rate per second, with full precision.
func (r Rate) MarshalText() ([]byte, error) {
	return []byte(formatShifted(float64(r), 0) + "/s"), nil
}

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRate(string(text))
	return err
}
