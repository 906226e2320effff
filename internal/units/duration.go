// Package units parses and prints the quantities of scenarios and reports:
// durations (250ms), rates (80/s), shares (0.1%), sizes (64KiB) and money
// (0.005 USD). Parsing is strict: a bare number is not a duration.
package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseDuration reads a non-negative duration such as 250ms, 1m30s or 2d. The
// unit is required, except for a plain 0.
func ParseDuration(s string) (time.Duration, error) {
	trimmed := strings.TrimSpace(s)
	if days, ok := strings.CutSuffix(trimmed, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err == nil && n >= 0 && n <= 36500 {
			return time.Duration(n * 24 * float64(time.Hour)), nil
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

// FormatDuration prints d with three significant digits and one unit up to a
// minute (38.2ms, 1.25s), and in minutes and seconds above (12m30s).
func FormatDuration(d time.Duration) string {
	switch abs := d.Abs(); {
	case d == 0:
		return "0s"
	case abs < time.Microsecond:
		return fmt.Sprintf("%dns", d)
	case abs < time.Millisecond:
		return significant(float64(d)/float64(time.Microsecond)) + "µs"
	case abs < time.Second:
		return significant(float64(d)/float64(time.Millisecond)) + "ms"
	case abs < time.Minute:
		return significant(float64(d)/float64(time.Second)) + "s"
	}
	text := d.Round(time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// significant prints x with three significant digits and no trailing zeros.
func significant(x float64) string {
	digits := 2
	if abs := math.Abs(x); abs >= 99.95 {
		digits = 0
	} else if abs >= 9.995 {
		digits = 1
	}
	text := strconv.FormatFloat(x, 'f', digits, 64)
	if digits > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
