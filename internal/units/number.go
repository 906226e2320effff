package units

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// errNumber says that a text is no decimal number; callers say it better.
var errNumber = errors.New("not a number")

// parseNumber reads a decimal number times ten to the power of shift. It is
// stricter than strconv: no hexadecimals, underscores, infinities or NaN. The
// shift is done in decimal, so that 0.1 by -2 is exactly what 0.001 is.
func parseNumber(s string, shift int) (float64, error) {
	mantissa, power := strings.TrimSpace(s), 0
	if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
		var err error
		if power, err = strconv.Atoi(mantissa[i+1:]); err != nil {
			return 0, errNumber
		}
		mantissa = mantissa[:i]
	}
	if strings.ContainsFunc(mantissa, isLetter) {
		return 0, errNumber
	}
	n, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(power+shift), 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, errNumber
	}
	return n + 0, nil // +0 turns -0 into 0
}

func isLetter(r rune) bool { return r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

// formatShifted prints x times ten to the power of shift with as many digits
// as it takes to read x back exactly.
func formatShifted(x float64, shift int) string {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(power)
	n += shift
	sign := ""
	if rest, negative := strings.CutPrefix(mantissa, "-"); negative {
		sign, mantissa = "-", rest
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return sign + placePoint(whole+fraction, n+1)
}

// placePoint puts the decimal point after so many of the digits.
func placePoint(digits string, point int) string {
	switch {
	case strings.Trim(digits, "0") == "":
		return "0"
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		return digits + strings.Repeat("0", point-len(digits))
	}
	return digits[:point] + "." + digits[point:]
}

// significant prints x with three significant digits and no trailing zeros;
// the digits of a whole number are never cut.
func significant(x float64) string {
	if x == 0 {
		return "0"
	}
	decimals := max(2-magnitude(x), 0)
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// magnitude returns the power of ten of x once it is rounded to three digits,
// so that 9.996 counts as 10.
func magnitude(x float64) int {
	_, power, _ := strings.Cut(strconv.FormatFloat(x, 'e', 2, 64), "e")
	n, _ := strconv.Atoi(power)
	return n
}
