// Package units parses and prints the quantities of scenarios and reports:
// durations (250ms), rates (80/s), shares (0.1%), sizes (64KiB) and money
// (0.005 USD). Parsing is strict: a bare number is not a duration.
package units

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// maxDays is a century: more does not fit into a time.Duration.
const maxDays = 36500

// ParseDuration reads a non-negative duration such as 250ms, 1m30s or 2d. The
// unit is required, except for a plain 0.
func ParseDuration(s string) (time.Duration, error) {
	trimmed := strings.TrimSpace(s)
	if days, ok := strings.CutSuffix(trimmed, "d"); ok {
		if n, err := parseNumber(days, 0); err == nil && n >= 0 && n <= maxDays {
			return time.Duration(math.Round(n * 24 * float64(time.Hour))), nil
		}
	}
	d, err := time.ParseDuration(trimmed)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration; write it with a unit, as 250ms, 30s or 1m30s", s)
	case d < 0:
		return 0, fmt.Errorf("duration %s is negative", s)
	}
	return d, nil
}

// durationUnits lists the units up to a minute. Each ends where three digits
// would round to the next one: 999.7ms is 1s.
var durationUnits = []struct {
	name        string
	size, below time.Duration
}{
	{"ns", time.Nanosecond, time.Microsecond},
	{"µs", time.Microsecond, 999_500 * time.Nanosecond},
	{"ms", time.Millisecond, 999_500 * time.Microsecond},
	{"s", time.Second, 59_950 * time.Millisecond},
}

// FormatDuration prints d with three significant digits and one unit up to a
// minute (38.2ms, 1.25s), and in minutes and seconds above (1m12.3s, 12m30s):
// tenths up to 100 s, where whole seconds would be less than three digits.
func FormatDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	for _, unit := range durationUnits {
		if d.Abs() < unit.below {
			return significant(float64(d)/float64(unit.size)) + unit.name
		}
	}
	step := time.Second
	if d.Abs() < 100*time.Second {
		step = 100 * time.Millisecond
	}
	text := d.Round(step).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
